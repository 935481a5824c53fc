"""The catalogues have every sentence, and a page in Welsh has no English left in it: results, ballots, a whole day."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bare_words import bare_words
from flask import g
from flask.testing import FlaskClient
from galleries import EXHIBITS, bare, drawn, exhibit
from houses import House, csrf, web_of
from jinja2 import Environment, meta
from overheard import Listener, words_of
from test_dress_rehearsal import Hall, play

from facilitation.desk import Desk
from facilitation.evaluation.questions import BUILT_IN
from facilitation.rules import every_rule
from web.languages import HERE, catalogue, look_up, messages
from web.languages.gather import WHOLE, as_text, brought_up_to_date, gathered
from web.languages.heard import answer, heard, heard_beside
from web.looks import Look
from web.rehearsal import day_words
from web.rehearsal.day_agenda import AGENDA

CATALOGUES = sorted(path.stem for path in HERE.glob("*.po"))
WELSH = catalogue("cy", easy=False)


@pytest.mark.parametrize("name", WHOLE)
def test_every_sentence_of_members_pages_is_translated(name: str) -> None:
    known = {m.id if isinstance(m.id, str) else tuple(m.id): m.string for m in messages(name)}
    missing = [(key, sorted(places)) for key, places in gathered().items() if not known.get(key)]
    silent = [key for key, said in known.items() if not (said if isinstance(said, str) else all(said))]
    assert not missing, f"run `python -m web.languages.gather`, then translate {missing}"
    assert not silent, f"{name}.po has no translation of {silent}"


@pytest.mark.parametrize("name", CATALOGUES)
def test_catalogues_say_where_their_sentences_stand_and_keep_none_that_is_gone(name: str) -> None:
    there = (HERE / f"{name}.po").read_bytes()
    assert as_text(brought_up_to_date(name, gathered())) == there, "run `python -m web.languages.gather`"


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_translation_has_the_braces_of_its_sentence(name: str) -> None:
    wrong = []
    for message in messages(name):
        ids = (message.id,) if isinstance(message.id, str) else message.id
        strings = (message.string,) if isinstance(message.string, str) else message.string
        wanted = set(re.findall(r"{\w+}", " ".join(ids)))
        wrong += [(ids[0], text) for text in strings if set(re.findall(r"{\w+}", text)) - wanted]
        needed = wanted - {"{n}"} if len(ids) > 1 else wanted  # “its one question” needs no number
        wrong += [(ids[0], text) for text in strings if needed - set(re.findall(r"{\w+}", text))]
    assert not wrong


def test_stored_sentences_are_said_again_in_welsh() -> None:
    said = {
        "Passed: 125 of 157 yes-or-no votes, 79.6 %; two thirds were needed.": (
            "Pasiwyd: 125 o 157 o bleidleisiau ie neu na, 79.6 %; roedd angen dwy ran o dair."
        ),
        "Tie: yes and no have 1 vote each.": "Cyfartal: mae gan ie a na 1 bleidlais yr un.",
        "Funded: 2 of 3 bids with 10 of 10, 100.0 %.": "Ariannwyd: 2 o 3 cais gyda 10 o 10, 100.0 %.",
        "Ahead: Bayrou, with the majority grade “good”: 694 of 1000 valid ballots grade it so or better.": (
            "Ar y blaen: Bayrou, gyda gradd y mwyafrif “da”: mae 694 o 1000 o bapurau pleidleisio dilys yn rhoi’r "
            "radd honno neu’n well iddo."
        ),
    }
    assert {text: heard(WELSH, text) for text in said} == said


@pytest.mark.parametrize("option", ["Bed and board", "Next, please", "St. Asaph. Now", "12 of 20 members voted", "{n}"])
def test_the_words_of_people_are_never_translated(option: str) -> None:
    said = heard_beside(WELSH, f"Ahead: {option}, with 3 of 6 points given, 50.0 %.", [option])
    assert said == f"Ar y blaen: {option}, gyda 3 o 6 o bwyntiau a roddwyd, 50.0 %."


def test_a_sentence_that_nobody_knows_stays_as_it_is() -> None:
    for text in ("The hall is cold today.", "7 of us were waiting.", "Ahead: of time", ""):
        assert heard(WELSH, text) == text


def test_only_the_answers_that_rules_bring_are_translated() -> None:
    assert [answer(WELSH, option) for option in ("abstain", "live with", "very good", "Next", "Vote")] == [
        "ymatal",
        "byw gyda",
        "da iawn",
        "Next",
        "Vote",
    ]


SHOWN = [name for name in EXHIBITS if not name.endswith(("_wide", "_hundred", "_pitches"))]


@pytest.mark.slow
def test_every_kind_of_result_is_welsh_on_a_welsh_page(desk: Desk) -> None:
    app, strange = web_of(desk), {}
    for name in SHOWN:
        one = exhibit(name)
        with app.test_request_context("/join"):
            g.look = Look(language="cy")
            page = drawn(one, "member")
        people = words_of(one.round, "Ada", "Northmoor climate assembly", *one.result.get("remarks", ()))
        groups = frozenset(each["name"] for each in one.result.get("classes", ()))
        if left := Listener("cy", people | groups).strange(page):
            strange[name] = left
    assert not strange


# ------------------------------------------------------------------------------------------------ no bare words

TEMPLATES = Path(__file__).parent.parent / "web" / "templates"
PLAIN = Environment(autoescape=True)


def of_members() -> list[str]:
    """Every template that a member's page is drawn by, with all that it includes."""
    pages = ("member/**/*.html", "kiosk/**/*.html", "counts/*.html", "names.html", "error.html", "home.html")
    todo = [path.relative_to(TEMPLATES).as_posix() for page in pages for path in TEMPLATES.glob(page)]
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in found and (TEMPLATES / name).is_file():
            found.add(name)
            parsed = PLAIN.parse((TEMPLATES / name).read_text(encoding="utf-8"))
            todo += [other for other in meta.find_referenced_templates(parsed) if other]
    return sorted(found)


@pytest.mark.parametrize("name", of_members())
def test_no_template_of_members_has_words_that_no_catalogue_can_reach(name: str) -> None:
    left = bare_words(PLAIN, (TEMPLATES / name).read_text(encoding="utf-8"))
    assert not left, f"say them by _() in web/templates/{name}"


def test_bare_words_are_noticed() -> None:
    source = '<p title="Hm hm">{{ _("Yes") }} of {% if a %}all{% endif %}</p>{{ "On" if a else b }}'
    source += '<{{ "ol" if a else "ul" }}>'
    assert bare_words(PLAIN, source) == ["Hm hm", "of", "all", "On"]


# ------------------------------------------------------------------------------------------------ a day, and every vote


def leaves(value: Any) -> Iterator[str]:
    """Every text in this value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from leaves(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from leaves(one)


def in_welsh(client: FlaskClient, code: str) -> FlaskClient:
    """This browser joins and asks for Welsh."""
    client.post("/join", data={"code": code, "csrf_token": csrf(client)})
    client.post("/m/look", data={"look": "language cy", "back": "/m", "csrf_token": csrf(client)})
    return client


def test_the_built_in_questionnaire_is_translated() -> None:
    asked = json.loads(BUILT_IN.read_text(encoding="utf-8"))
    scales = list(leaves([(scale["options"], scale.get("last", [])) for scale in asked["scales"].values()]))
    words = [question["words"] for page in asked["pages"] for question in page["questions"]]
    assert len(words) > 30
    assert [text for text in (*scales, *words) if look_up(WELSH, text) == text] == []


class WelshDay(Hall):
    """A working day in which somebody looks at every page in Welsh, before and after each thing that is done."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, robots=12)
        self.reader = in_welsh(web_of(self.desk).test_client(), self.sitting.codes[0])
        said = leaves([value for name, value in vars(day_words).items() if name.isupper()])
        self.people = frozenset({*said, *leaves(list(AGENDA)), "Test assembly", "One"})
        self.people |= {f"Person {number}" for number in range(1, 13)}
        self.strange: dict[str, str] = {}

    def go(self) -> None:
        self.read()
        super().go()
        self.read()

    def read(self) -> None:
        item = self.sitting.facilitator()["item"]
        for path in ("/m", *([f"/m/items/{item['id']}"] if item else [])):
            answer = self.reader.get(path)
            assert answer.status_code == 200
            assert '<html lang="cy"' in answer.text
            for text in Listener("cy", self.people).strange(answer.text):
                self.strange.setdefault(text, f"{path} while {item['kind'] if item else 'waiting'} is on")


@pytest.mark.slow
def test_a_whole_day_is_welsh_for_whoever_reads_welsh(tmp_path: Path) -> None:
    day = WelshDay(tmp_path / "day.sqlite")
    play(day)
    assert not day.strange


@pytest.fixture
def house(desk: Desk, request: pytest.FixtureRequest) -> House:
    return House(desk, web_of(desk), "Northmoor")


CONDUCT: dict[str, dict[str, Any]] = {
    "irv": {"secrecy": "open"},
    "dots": {"changeable": True},
    "approval": {"publish": "root"},
    "score": {"practice": True},
}
OPTIONS = ["tram", "bus", "cycle path"]


@pytest.mark.slow
@pytest.mark.parametrize("rule", list(every_rule()))
def test_every_ballot_is_welsh_from_the_question_to_the_result(house: House, rule: str) -> None:
    """Choose, check, cast, result, count and names; and what is wrong with a ballot that is none."""
    client, session = in_welsh(house.browser(), house.codes[0]), house.seated.session_id
    strange: dict[str, list[str]] = {}
    people = frozenset({"Ada", "Bob", "Northmoor", "Because.", "First session"})

    def read(step: str, page: str) -> None:
        if left := Listener("cy", people | words_of(asked)).strange(page):
            strange[step] = left

    asked = bare(rule, OPTIONS)
    round_id = house.desk.create_round(session, {**asked, "conduct": CONDUCT.get(rule, {})})
    house.desk.open_round(round_id)
    read("choose", client.get("/m").text)
    form = {"csrf_token": csrf(client)}
    read("nothing chosen", client.post(f"/m/rounds/{round_id}/check", data=form).text)
    filled = {**form, **fields_of(rule)}
    check = client.post(f"/m/rounds/{round_id}/check", data=filled)
    assert check.status_code == 200, check.text
    read("check", check.text)
    key = re.search(r'name="key" value="([^"]+)"', check.text)
    tracker = re.search(r'name="tracker" value="([^"]+)"', check.text)
    assert key is not None
    assert tracker is not None
    sent = client.post(f"/m/rounds/{round_id}/ballot", data={**filled, "key": key[1], "tracker": tracker[1]})
    assert sent.status_code == 303, sent.text
    read("counted", client.get("/m").text)
    house.desk.close_round(round_id)
    if not (practice := CONDUCT.get(rule, {}).get("practice")):
        body = house.desk.public_count(round_id).body
        people |= {body["words"], f"{body['assembly']['name']}, {body['session']['name']}"}
    read("result", client.get("/m").text)
    if not practice:
        read("count", client.get(f"/counts/{round_id}").text.replace("python3 verify_count.py bundle.json", ""))
    if CONDUCT.get(rule, {}).get("secrecy") == "open":
        read("names", client.get(f"/rounds/{round_id}/names").text)
    assert not strange


def fields_of(rule: str) -> dict[str, str]:
    """A ballot as its plain form sends it."""
    if rule in ("irv", "stv", "borda", "schulze"):
        return {"rank:bus": "1", "rank:tram": "2"}
    if rule in ("score", "majority-judgement", "dots", "quadratic"):
        return {"mark:tram": "2", "mark:bus": "1"}
    if rule == "consent":
        return {"choice": "objection", "reason": "Because."}
    answers = every_rule()[rule].default_options or OPTIONS
    return {"choice": answers[0]}
