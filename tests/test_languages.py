"""The catalogues have every sentence, and a page in Welsh has no English left in it: results, ballots, all states."""

from __future__ import annotations

import re

import pytest
from flask import g
from galleries import EXHIBITS, drawn, exhibit
from houses import web_of
from overheard import Listener, words_of

from facilitation.desk import Desk
from web.languages import HERE, catalogue, messages
from web.languages.gather import WHOLE, as_text, brought_up_to_date, gathered
from web.languages.heard import answer, heard, heard_beside
from web.looks import Look

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
        wrong += [(ids[0], text) for text in strings if wanted - set(re.findall(r"{\w+}", text))]
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
