"""How a page looks to its reader: kept on the device, in the languages of the catalogues, honest about its language."""

from __future__ import annotations

import copy
import json
import pickle
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of
from markupsafe import Markup

import web
from facilitation.desk import Desk
from facilitation.told import told, told_count
from web.doors.look import back_to
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


def joined(house: House, code: int = 0) -> FlaskClient:
    client = house.browser()
    assert client.post("/join", data={"code": house.codes[code], "csrf_token": csrf(client)}).status_code == 303
    return client


def test_a_look_follows_its_member_to_another_tablet_and_nobody_else(house: House) -> None:
    first = joined(house)
    for choice in ("language cy", "size large"):
        assert choosing(first, choice, "/m") == 303
    other = joined(house)
    assert 'lang="cy"' in beginning(other, "/m")
    assert "fm-size-large" in beginning(other, "/m")
    assert 'lang="en"' in beginning(joined(house, 1), "/m")


def test_what_was_chosen_before_joining_is_kept_with_the_member(house: House) -> None:
    client = house.browser()
    choosing(client, "language cy")
    client.post("/join", data={"code": house.codes[0], "csrf_token": csrf(client)})
    assert 'lang="cy"' in beginning(joined(house), "/m")


def test_who_signs_out_of_a_tablet_leaves_no_look_on_it(house: House) -> None:
    client = joined(house)
    choosing(client, "contrast dark", "/m")
    client.post("/sign-out", data={"csrf_token": csrf(client)})
    assert "fm-contrast" not in beginning(client, "/join")


def test_an_erased_member_leaves_no_look(house: House, desk: Desk) -> None:
    choosing(joined(house), "language cy", "/m")
    member = str(desk.join(house.codes[0]).member["id"])
    assert desk.look_of(member) == "cy normal normal plain quiet"
    desk.erase_person(member, house.seated.assembly_id)
    assert desk.look_of(member) is None


def an_open_ranking(house: House) -> str:
    asked = {"title": "Which way?", "rule": "irv", "options": ["tram", "bus", "path"]}
    round_id = house.desk.create_round(house.seated.session_id, asked)
    house.desk.open_round(round_id)
    return round_id


def test_without_a_script_a_half_filled_ballot_keeps_all_when_the_language_changes(house: House) -> None:
    client = joined(house)
    round_id = an_open_ranking(house)
    filled = {"rank:bus": "1", "rank:tram": "2", "csrf_token": csrf(client), "look": "language cy"}
    page = client.post(f"/m/rounds/{round_id}/check", data=filled)
    assert page.status_code == 200
    assert '<html lang="cy"' in page.text
    assert re.search(r'name="rank:bus"[^>]* value="1"', page.text)
    assert re.search(r'name="rank:tram"[^>]* value="2"', page.text)
    assert 'lang="cy"' in beginning(client, "/m")


def test_easy_read_says_it_shorter_in_both_languages(house: House) -> None:
    client = joined(house)
    choosing(client, "reading easy", "/m")
    assert "You do not need to do anything. Please wait." in client.get("/m").text
    choosing(client, "language cy", "/m")
    assert "Nid oes rhaid i chi wneud dim. Arhoswch, os gwelwch yn dda." in client.get("/m").text
    assert "Rydych i mewn. Byddwn yn dechrau cyn bo hir." in client.get("/m").text, (
        "what has no short form is plain Welsh"
    )


def test_a_refusal_is_in_the_language_of_its_reader_and_its_code_in_none(house: House) -> None:
    client = house.browser()
    choosing(client, "language cy")
    page = client.get("/join?code=AAAAAAAA").text
    assert "Ni all y cod hwn fod yn gywir: nid yw ei nodau’n ffitio gyda’i gilydd." in page
    told = client.post(
        "/m/rounds/none/ballot", data={"csrf_token": csrf(client)}, headers={"Accept": "application/json"}
    ).json
    assert told["error"] == "not-signed-in"
    assert told["message"] == "Nid yw’r ddyfais hon wedi mewngofnodi."


WEB = Path(__file__).parent.parent / "web"


def test_the_style_sheet_has_every_component_that_a_page_uses() -> None:
    """GOV.UK Frontend is built from named components: one that a template uses and nobody named would have no style."""
    built = set(
        re.findall(r"govuk/components/([a-z-]+)\"", (WEB / "styles" / "govuk.scss").read_text(encoding="utf-8"))
    )
    pages = "".join(path.read_text(encoding="utf-8") for path in sorted((WEB / "templates").rglob("*.html")))
    pages += "".join(path.read_text(encoding="utf-8") for path in sorted((WEB / "static" / "js").rglob("*.js")))
    macros = set(re.findall(r"govuk_frontend_jinja/components/([a-z-]+)/", pages))
    others = ("accordion", "breadcrumbs", "character-count", "cookie-banner", "date-input", "exit-this-page", "footer")
    others += ("notification-banner", "pagination", "panel", "password-input", "phase-banner", "service-navigation")
    others += (
        "tabs",
        "task-list",
        "warning-text",
        "summary-list",
        "details",
        "table",
        "tag",
        "inset-text",
        "back-link",
    )
    used = macros | {name for name in others if re.search(rf"govuk-{name}(?![a-z])", pages)}
    assert len(used) > 10
    assert used <= built, f"name {sorted(used - built)} in web/styles/govuk.scss, and build it again"


def test_no_page_loses_what_it_took_from_elsewhere_to_the_frame_around_it() -> None:
    """Jinja runs the imports of `base.html` after those of the page: the same name would be the frame's."""
    taken = re.compile(r'{%-? (?:from|import) "([^"]+)" (?:import|as) ([^%]+?) (?:with context )?-?%}')
    templates = Path(web.__file__).parent / "templates"

    def names(file: Path) -> set[tuple[str, str]]:
        found = taken.findall(file.read_text(encoding="utf-8"))
        return {(part.split(" as ")[-1].strip(), where) for where, parts in found for part in parts.split(",")}

    frame = dict(names(templates / "base.html"))
    assert frame
    clash = [
        (file.name, name)
        for file in templates.rglob("*.html")
        for name, where in names(file)
        if frame.get(name, where) != where
    ]
    assert clash == []
