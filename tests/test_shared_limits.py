"""Limits of a server of several processes: what each may hold, what they count together, and what a killed one held."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from facilitation.desk import Desk
from facilitation.errors import UnknownCode
from web.app import create_app
from web.errors import TooManySockets, TooManyTries
from web.guessing import Tries
from web.live import MOST_OF_MEMBER
from web.server.across import NEWS, Across, Elsewhere, kept_by
from web.server.gate import OPENING, STRANGERS, STRANGERS_AT_ONE_ADDRESS, Gate
from web.settings import Settings


class Clock:
    """A clock that the test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def said(process: str, *members: str) -> dict[str, Any]:
    """What a process tells the others: a member once for every socket."""
    return {"host_id": process, "here": {"session": list(members)}}


def heard(clock: Clock, *others: dict[str, Any]) -> Elsewhere:
    elsewhere = Elsewhere(clock)
    for other in others:
        elsewhere.hear(other)
    return elsewhere


def test_a_members_sockets_are_counted_over_all_processes_and_all_come_to_the_same() -> None:
    clock, open_there = Clock(), {"p": ["ada", "ada"], "q": ["ada", "bo"], "r": ["ada", "ada", "cy"]}
    others = {
        ours: heard(clock, *(said(one, *members) for one, members in open_there.items() if one != ours))
        for ours in open_there
    }
    for ours, elsewhere in others.items():
        assert elsewhere.surplus(ours, open_there[ours], MOST_OF_MEMBER) == {}, "it may be a tablet on its way"
    clock.now += Elsewhere.SETTLED
    kept = 0
    for ours, elsewhere in others.items():
        for one, members in open_there.items():
            if one != ours:
                elsewhere.hear(said(one, *members))
        left = elsewhere.surplus(ours, open_there[ours], MOST_OF_MEMBER)
        assert set(left) <= {"ada"}
        kept += left.get("ada", open_there[ours].count("ada"))
    assert kept == MOST_OF_MEMBER


def test_what_a_killed_process_held_closes_no_socket_of_those_who_come_back() -> None:
    clock = Clock()
    elsewhere = heard(clock, said("killed", "ada", "ada"))
    for _ in range(10):
        assert elsewhere.surplus("ours", ["ada", "ada"], MOST_OF_MEMBER) == {}
        clock.now += 1


def test_whoever_holds_the_most_gives_up_first() -> None:
    assert kept_by({"a": 5, "b": 2}, 3) == {"a": 2, "b": 1}
    assert kept_by({"a": 1, "b": 1}, 3) == {"a": 1, "b": 1}


def test_the_same_unknown_code_is_counted_once_whichever_process_it_comes_to() -> None:
    one, other = Tries(), Tries()
    one.tell, other.tell = other.note, one.note

    def unknown() -> str:
        raise UnknownCode("Nobody here has this code.", "Ask.")

    for number in range(Tries.OF_ONE_CODE + 3):
        tries = (one, other)[number % 2]
        with pytest.raises(UnknownCode if number < Tries.OF_ONE_CODE else TooManyTries):
            tries.attempt("hall", unknown, "K7QF-2MXA")
    assert len(one.failed) == len(other.failed) == 1
    assert "K7QF" not in repr([*one.codes, *other.codes])


@pytest.mark.parametrize(("workers", "share"), [(1, 1.0), (2, 1.0), (4, 0.5), (8, 0.25)])
def test_of_strangers_and_of_sockets_that_are_opening_each_process_has_twice_its_part(
    desk: Desk, workers: int, share: float
) -> None:
    app: Flask = create_app(desk, Settings("sqlite:///unused", "a secret of the test", workers=workers))[0]
    gate = Gate(app, app.wsgi_app)
    for number in range(int(STRANGERS * share)):
        gate._of_stranger(f"10.0.0.{number % 2}")
    with pytest.raises(TooManySockets):
        gate._of_stranger("10.0.0.3")
    gate.rooms.taken.clear()
    for _ in range(int(STRANGERS_AT_ONE_ADDRESS * share)):
        gate._of_stranger("10.0.0.1")
    with pytest.raises(TooManySockets):
        gate._of_stranger("10.0.0.1")
    gate._of_stranger("10.0.0.2")
    assert gate.settings.share(OPENING) == OPENING * share


@pytest.mark.parametrize(
    "odd",
    [{"here": []}, {"here": {"session": 5}}, {"here": {"session": [["ada"]]}}, {"here": None}, {}, {"host_id": ["p"]}],
    ids=str,
)
def test_news_that_nobody_of_us_sends_break_neither_the_hearing_nor_what_is_known(odd: dict[str, Any]) -> None:
    """They come of another edition, or of whoever can write to the Redis; every screen asks who is connected."""
    across = Across(Settings("sqlite:///nowhere", "secret", redis="redis://127.0.0.1:1/0"))
    elsewhere = heard(Clock(), said("p", "ada"))
    across.hears = {"here": elsewhere.hear}
    news = {"method": NEWS, "what": "here", "host_id": "p"}
    assert list(across._understood(json.dumps({**news, **odd}).encode())) == []
    assert elsewhere.connected("session") == {"ada"}
    list(across._understood(json.dumps({**news, **said("p", "bo")}).encode()))
    assert elsewhere.connected("session") == {"bo"}


@pytest.mark.parametrize("word", ["method", "what", "event"])
def test_news_whose_words_are_no_words_are_left(word: str) -> None:
    across = Across(Settings("sqlite:///nowhere", "secret", redis="redis://127.0.0.1:1/0"))
    assert list(across._understood(json.dumps({"method": "emit", "event": "look", word: ["look"]}).encode())) == []
    assert list(across._understood(json.dumps({"method": "emit", "event": "look"}).encode())) != []
