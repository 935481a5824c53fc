"""How a page looks to its reader: kept on the device, in the languages of the catalogues, honest about its language."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of
from markupsafe import Markup

from facilitation.desk import Desk
from facilitation.told import told, told_count
from web.doors_look import back_to
from web.languages import catalogue, retold, say, say_count


@pytest.fixture
def house(desk: Desk, request: pytest.FixtureRequest) -> House:
    return House(desk, web_of(desk), request.node.name)


def test_a_told_sentence_is_a_plain_text_to_everybody_else() -> None:
    line = told("You may ask {n} more.", n=2)
    assert line == "You may ask 2 more."
    assert json.loads(json.dumps({"a": line})) == {"a": "You may ask 2 more."}
    for again in (pickle.loads(pickle.dumps(line)), copy.deepcopy(line)):
        assert (again, again.template, dict(again.values)) == (line, line.template, {"n": 2})


def test_what_stands_in_a_told_sentence_is_put_into_the_language_first() -> None:
    welsh = catalogue("cy", easy=False)
    assert retold(welsh, told("{what}", what=told("Next"))) == "Nesaf"
    assert retold(welsh, told("{what}", what="Next")) == "Next", "the words of people stay as they are"


def test_a_text_that_looks_like_a_template_is_not_one() -> None:
    assert retold(catalogue("en", easy=False), told("{option} is ahead.", option="{n} & {option}")) == (
        "{n} & {option} is ahead."
    )


def test_html_among_the_values_makes_html_and_the_rest_is_escaped() -> None:
    said = say(catalogue("en", easy=False), "<{a}> & {b}", a=Markup("<b>1</b>"), b="<i>")
    assert said == "&lt;<b>1</b>&gt; &amp; &lt;i&gt;"


def test_counted_sentences_have_the_two_forms_of_english() -> None:
    english = catalogue("en", easy=False)
    assert [say_count(english, "{n} vote", "{n} votes", n) for n in (0, 1, 2)] == ["0 votes", "1 vote", "2 votes"]
    assert [told_count("{n} vote", "{n} votes", n) for n in (0, 1, 2)] == ["0 votes", "1 vote", "2 votes"]


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\nb", "m"])
def test_a_choice_leads_back_to_a_page_of_ours_alone(path: str) -> None:
    assert back_to(path) == "/m"


def test_a_page_of_ours_is_gone_back_to() -> None:
    assert back_to("/join?code=K7QF") == "/join?code=K7QF"


def choosing(client: FlaskClient, look: str, back: str = "/join") -> int:
    sent = client.post("/m/look", data={"csrf_token": csrf(client), "look": look, "back": back})
    return sent.status_code


def beginning(client: FlaskClient, path: str) -> str:
    text = client.get(path).text
    return text[text.index("<html") : text.index("<head>")]


def test_a_look_is_kept_on_the_device_until_another_is_chosen(house: House) -> None:
    client = house.browser()
    assert 'lang="en"' in beginning(client, "/join")
    assert choosing(client, "language cy") == choosing(client, "contrast dark") == 303
    assert 'lang="cy"' in beginning(client, "/join")
    assert "fm-contrast-dark" in beginning(client, "/join")
    assert choosing(client, "contrast normal") == 303
    assert "fm-contrast" not in beginning(client, "/join")


def test_a_choice_that_does_not_exist_is_refused_and_changes_nothing(house: House) -> None:
    client = house.browser()
    assert choosing(client, "size giant") == 400
    assert "fm-size" not in beginning(client, "/join")


def test_who_asks_for_welsh_first_gets_welsh_and_nobody_else_does(house: House) -> None:
    for asked, given in (("cy", "cy"), ("cy-GB,en;q=0.8", "cy"), ("en,cy;q=0.5", "en"), ("fr", "en"), ("", "en")):
        text = house.browser().get("/join", headers={"Accept-Language": asked}).text
        assert f'<html lang="{given}"' in text, asked


def test_a_cookie_of_nonsense_is_no_look(house: House) -> None:
    client = house.browser()
    client.set_cookie("look", 'cy" onload="x huge')
    assert 'lang="en"' in beginning(client, "/join")


def test_pages_of_the_staff_say_that_they_are_in_english(house: House) -> None:
    staff = signed_in(house, "facilitator")
    assert choosing(staff, "language cy") == choosing(staff, "size largest") == 303
    page = beginning(staff, f"/run/{house.seated.session_id}")
    assert 'lang="en"' in page
    assert "fm-size" not in page
