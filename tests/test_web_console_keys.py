"""Every act on the console has a key of its own in every phase, and the strip says who needs help."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from assemblies import HandClock
from flask.testing import FlaskClient
from houses import House, signed_in, web_of

from facilitation.desk import Desk
from facilitation.plan.usual_days import WORKING_DAY
from web.console_keys import numbered
from web.needing_help import listed, needs


@dataclass(frozen=True)
class Control:
    """Something that can be pressed, as its page writes it."""

    tag: str
    key: str | None
    door: str | None
    id: str | None


class Controls(HTMLParser):
    """All buttons of forms that change something, and everything else that has a key."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Control] = []
        self.door: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.door = said.get("action") if said.get("method") == "post" else None
        presses = tag == "button" and said.get("type") != "button" and self.door is not None
        if presses or "data-key" in said:
            self.found.append(Control(tag, said.get("data-key"), self.door, said.get("id")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.door = None


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def house(tmp_path: Path, clock: HandClock) -> Iterator[House]:
    desk = Desk.open(f"sqlite:///{tmp_path / 'house.sqlite'}", now=clock)
    yield House(desk, web_of(desk))
    desk.close()


@pytest.fixture
def console(house: House) -> Callable[[], str]:
    facilitator: FlaskClient = signed_in(house, "facilitator")

    def draw() -> str:
        answer = facilitator.get(f"/run/{house.seated.session_id}")
        assert answer.status_code == 200
        return answer.text

    return draw


def faults(page: str) -> list[str]:
    """Buttons without a key, keys that two controls have, keys that begin another."""
    controls = Controls(page).found
    keys = [one.key for one in controls if one.key]
    found = [f"{one.door} ({one.id}) has no key" for one in controls if not one.key]
    found += [f"{key!r} is the key of two" for key in sorted({key for key in keys if keys.count(key) > 1})]
    found += [f"{one!r} begins {two!r}" for one, two in permutations(set(keys), 2) if two.startswith(f"{one} ")]
    return found


def a_day(house: House) -> Iterator[str]:
    """A session through every phase and everything that the console offers in it; yields after each step."""
    desk, session = house.desk, house.seated.session_id
    ada, bob = (desk.member_called(house.seated.assembly_id, number) for number in "12")
    yield "waiting"
    agenda = [item["id"] for item in desk.public_screens(session)["facilitator"]["agenda"]]
    desk.start_item(session, agenda[0])
    yield "plenary, with undo"
    desk.open_speakers(session)
    yield "an open list"
    desk.join(house.codes[1])
    desk.ask_to_speak(session, ada)
    desk.ask_to_speak(session, bob)
    yield "two wait to speak"
    desk.give_floor(session, ada)
    yield "one speaks and one waits"
    desk.use_tables(session, [{ada: 1, bob: 2}, {ada: 2, bob: 1}], instead_of=0)
    yield "a plan of two rounds of tables"
    desk.start_item(session, agenda[2])
    yield "at the tables"
    chair = {"title": "Adopt?", "rule": "yes-no", "terms": {"level": "casting-vote"}}
    first, second, third = (
        desk.create_round(session, {**chair, "title": title, **more})
        for title, more in (("Adopt?", {}), ("<b>Hold</b>?", {"conduct": {"scrutiny": True}}), ("Later?", {}))
    )
    yield "three votes are prepared"
    desk.open_round(first)
    yield "a vote is open"
    desk.cast_ballot(first, ada, "a" * 32, "yes")
    desk.cast_ballot(first, bob, "b" * 32, "no")
    desk.close_round(first)
    yield "a tie on the screens, which the chair may break"
    desk.acknowledge(session)
    yield "a tie that has left the screens"
    desk.open_round(second)
    desk.close_round(second)
    yield "the scrutineer counts"
    desk.confirm_close(second)
    yield "a held result"
    desk.mark_left(session, bob)
    yield "one has left early"
    desk.end_item(session)
    yield "between two items"
    desk.cancel_round(third, "not needed")
    desk.close_session(session)
    yield "closed"


def test_every_button_of_the_console_has_a_key_of_its_own_in_every_phase(house: House, console: Callable[[], str]):
    seen: dict[str, list[str]] = {}
    keys: set[str] = set()
    for moment in a_day(house):
        page = console()
        seen[moment] = faults(page)
        keys |= {one.key for one in Controls(page).found if one.key}
    assert not {moment: found for moment, found in seen.items() if found}
    assert {"n", "u", "e", "1", "5", "s", "w", "z", "l", "j", "g", "f", "+", "t", "m", "/", "q 1"} <= keys


def test_every_kind_of_item_gives_its_buttons_keys(house: House, console: Callable[[], str]):
    """On the console; on the page of the item alone `keys.js` numbers those that have none."""
    desk, session = house.desk, house.seated.session_id
    desk.plan_agenda(session, WORKING_DAY.agenda())
    facilitator, seen = signed_in(house, "facilitator"), {}
    for row in desk.public_screens(session)["facilitator"]["agenda"]:
        desk.start_item(session, row["id"])
        seen[row["title"]] = faults(console())
        alone = faults(facilitator.get(f"/run/{session}/items/{row['id']}").text)
        seen[f"the page of {row['title']}"] = [one for one in alone if not one.endswith("has no key")]
    assert not {where: found for where, found in seen.items() if found}


def test_what_cannot_be_taken_back_asks_first(house: House, console: Callable[[], str]):
    pages = {moment: console() for moment in a_day(house)}
    for moment, key in (("a vote is open", "n"), ("three votes are prepared", "v 1"), ("waiting", "z")):
        assert re.search(rf'<(?=[^>]*data-key="{key}")[^>]*data-ask="[^"]+"', pages[moment]), (moment, key)
    assert 'data-ask="Open “&lt;b&gt;Hold&lt;/b&gt;?”?"' in pages["three votes are prepared"]


def test_of_many_no_key_begins_another():
    for many in (1, 9, 10, 100):
        keys = [numbered("i", place, many) for place in range(1, many + 1)]
        assert len(set(keys)) == many
        assert len({len(key) for key in keys}) == 1


# ------------------------------------------------------------------------------------------------ who needs help


def test_all_is_well_and_the_strip_is_empty(house: House, console: Callable[[], str]):
    assert "data-need" not in console()


def test_the_strip_offers_the_floor_to_the_next_when_nobody_speaks(house: House, console: Callable[[], str]):
    for moment in a_day(house):
        page = console()
        assert ('data-need="speakers"' in page) == (moment == "two wait to speak")
        if moment == "two wait to speak":
            assert "2 people wait to speak, and nobody has the floor." in page
            assert re.search(r'id="need-speakers" data-key="g"', page)


def test_the_strip_names_the_last_voters_near_the_end_and_not_before(
    house: House, console: Callable[[], str], clock: HandClock
):
    desk, session = house.desk, house.seated.session_id
    desk.next_action(session)
    desk.join(house.codes[1])
    round_id = desk.create_round(session, {"title": "Adopt?", "rule": "yes-no"})
    desk.open_round(round_id)
    assert "data-need" not in console()
    clock.go_on(14 * 60)
    assert "2 have not voted yet: Ada (table 1) and Bob (table 1)." in console()
    desk.cast_ballot(round_id, desk.member_called(house.seated.assembly_id, "1"), "a" * 32, "yes")
    assert "1 has not voted yet: Bob (table 1)." in console()


def a_call(table: int, minutes: int, state: str = "called") -> Mapping[str, Any]:
    return {"table": table, "minutes": minutes, "state": state, "words": "A technician"}


def a_screen(**more: Any) -> Mapping[str, Any]:
    members = [{"id": str(n), "name": f"M{n}", "table": n, "present": n != 3, "voted": None} for n in range(1, 4)]
    return {
        "session": {"id": "s", "phase": "discussion"},
        "item": {"work": {"notes": []}},
        "help": [a_call(7, 4), a_call(2, 1), a_call(5, 9, "coming")],
        "round": None,
        "turnout": None,
        "timer": None,
        "members": members,
        "speakers": [],
        "talk": {"speaking": None, "waiting": 0},
        **more,
    }


def test_tables_that_call_and_tablets_that_were_lost_are_told():
    told = {one.id: one.words for one in needs(a_screen(), {"1", "3"})}
    assert told == {
        "calling": "Tables 2 and 7 ask for help, the longest for 4 min.",
        "tablets": "1 tablet has lost its connection.",  # of those who are here
    }


def test_sleeping_tablets_are_nobodys_trouble_while_nothing_is_asked():
    assert needs(a_screen(item=None, help=[]), {"1", "2"}) == []
    assert (
        needs(a_screen(item=None, help=[a_call(4, 2)]), set())[0].words == "Table 4 asks for help, 2 min: a technician."
    )


def test_many_names_are_cut_short():
    assert listed(["Ada"]) == "Ada"
    assert listed(f"M{n}" for n in range(50)).endswith("M5 and 44 more")
