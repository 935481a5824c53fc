"""The plan of a session: no planned minute is lost, what has begun stays, the journal alone tells the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from assemblies import TRAMS, Sitting
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation import law
from facilitation.activities import planned
from facilitation.commands import (
    AddItem,
    Command,
    CorrectItem,
    EndItem,
    Extend,
    MoveItem,
    PutItemBack,
    RemoveItem,
    SkipItem,
    SplitItem,
    StartItem,
    Undo,
)
from facilitation.errors import BadRequest, CannotUndo, NotFound, NotNow, Refusal, SessionMovedOn, WrongState
from facilitation.events import AssemblyFounded, Entry, Event, SessionPlanned
from facilitation.model import Assembly, Item, Session
from facilitation.plan.clock import forecast, length
from facilitation.plan.planning import first_open_place, plan_of
from facilitation.plan.usual_days import USUAL_DAYS

START = datetime(2027, 3, 6, 10, 0, tzinfo=UTC)
ROWS = [
    {"kind": "welcome", "planned_start": "10:00", "planned_minutes": 15},
    {"kind": "evidence", "planned_minutes": 40},
    {"kind": "discussion", "planned_start": "11:10", "planned_minutes": 30},
    {"kind": "vote", "planned_minutes": 20},
    {"kind": "close", "planned_minutes": 1},
]
"""With a pause of a quarter of an hour before the discussion."""


class Day:
    """A session that is led by commands alone, with everything that happened kept."""

    def __init__(self) -> None:
        self.state, self.at, self.entries = Assembly("a"), START, list[Entry]()
        self.happen([AssemblyFounded("A"), SessionPlanned("s", "Session 1", planned(ROWS, "abcde"))])

    @property
    def session(self) -> Session:
        return self.state.sessions["s"]

    def happen(self, events: list[Event] | tuple[Event, ...]) -> None:
        for event in events:
            self.entries.append(Entry(len(self.entries) + 1, self.at, "f", event))
            self.state = law.apply(self.state, self.entries[-1])

    def do(self, command: Command) -> None:
        self.happen(law.decide(self.state, command, self.at))

    def minutes(self) -> int:
        return sum(item.planned_minutes for item in self.session.agenda)

    def titles(self) -> str:
        return " ".join(item.id for item in self.session.agenda)


@st.composite
def acts(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """What a facilitator presses: an act, on which item of the agenda, with which number."""
    names = (
        "start",
        "end",
        "extend",
        "skip",
        "back",
        "move",
        "move",
        "split",
        "split",
        "add",
        "correct",
        "remove",
        "undo",
    )
    return draw(st.lists(st.tuples(st.sampled_from(names), st.integers(0, 9), st.integers(-3, 50)), max_size=30))


def command_of(day: Day, act: str, place: int, number: int) -> Command:
    items = day.session.agenda
    item = items[place % len(items)].id if items else "nothing"
    new = f"n{len(day.entries)}"
    return {
        "start": StartItem("s", "f", item),
        "end": EndItem("s", "f"),
        "extend": Extend("s", "f", number * 60),
        "skip": SkipItem("s", "f", item, "late"),
        "back": PutItemBack("s", "f", item),
        "move": MoveItem("s", "f", item, number),
        "split": SplitItem("s", "f", item, number, new, ""),
        "add": AddItem("s", "f", new, {"kind": "break", "planned_minutes": number}, place),
        "correct": CorrectItem("s", "f", item, {"planned_minutes": number, "title": "Other"}),
        "remove": RemoveItem("s", "f", item),
        "undo": Undo("s", "f", 0),
    }[act]


@settings(max_examples=120, deadline=None)
@given(acts())
def test_however_it_is_changed_no_minute_is_lost_what_has_begun_stays_and_the_journal_tells_the_same(
    pressed: list[tuple[str, int, int]],
) -> None:
    day = Day()
    for act, place, number in pressed:
        before, minutes, span = day.session, day.minutes(), length(day.session.agenda)
        day.at += timedelta(seconds=3)
        try:
            day.do(command_of(day, act, place, number))
        except Refusal:
            continue
        after = day.session
        if act in ("move", "split", "skip", "back"):
            assert day.minutes() == minutes
        if act in ("move", "split") and before.started_at is None:
            assert length(after.agenda) == span, "the end of the plan"
        if act in ("move", "add", "remove", "correct", "skip", "back"):
            begun = [item for item in before.agenda if item.started_at]
            assert [item for item in after.agenda if item.started_at] == begun
            assert after.plan_end == before.plan_end
            first = first_open_place(before)
            if act == "add":
                assert after.agenda[:first] == before.agenda[:first]
            elif act == "move" and after.agenda != before.agenda:
                assert first_open_place(after) <= number, "nothing is put before what has begun"
        assert len({item.id for item in after.agenda}) == len(after.agenda)
        now = forecast(after, day.at)
        if now is not None:
            running = after.item
            rest = sum((item.planned for item in after.coming), timedelta())
            reached = max(day.at, running.ends_at) if running and running.ends_at else day.at
            assert now.expected == reached + rest
            assert now.behind == now.expected - now.planned
    assert law.replay("a", day.entries) == day.state
    again = law.replay("a", [link(entry) for entry in day.entries])
    assert again == day.state, "as read from the database"


def link(entry: Entry) -> Entry:
    return entry.link("a", "").entry


def test_a_moved_item_changes_places_and_the_pause_stays_where_it_was() -> None:
    day = Day()
    day.do(MoveItem("s", "f", "d", 1))
    assert [(one.id, one.planned_start) for one in day.session.agenda] == [
        *(("a", "10:00"), ("d", "10:15"), ("b", "10:50"), ("c", "11:30"), ("e", "12:00"))
    ]
    day.do(MoveItem("s", "f", "d", 0))
    assert day.session.agenda[0].planned_start == "10:00", "the day begins when it begins"


def test_an_item_that_was_passed_over_can_be_done_next() -> None:
    day = Day()
    day.do(StartItem("s", "f", "b"))
    with pytest.raises(BadRequest, match="Place 1"):
        day.do(MoveItem("s", "f", "a", 0))
    day.do(MoveItem("s", "f", "a", 1))
    assert (day.titles(), day.session.next_item) == ("b a c d e", day.session.agenda[1])
    assert [one.planned_start for one in day.session.agenda[:3]] == ["10:15", "10:55", "11:25"]


def test_the_running_item_is_split_and_its_second_half_comes_next() -> None:
    day = Day()
    day.do(StartItem("s", "f", "b"))
    day.do(Extend("s", "f", 300))
    day.do(SplitItem("s", "f", "b", 25, "x", "Questions"))
    first, second = day.session.agenda[1:3]
    assert (first.planned_minutes, second.planned_minutes, second.title) == (25, 15, "Questions")
    assert first.ends_at == START + timedelta(minutes=30), "the five minutes more stay with the part that runs"
    assert (second.planned_start, day.session.next_item) == ("10:40", second)
    day.do(Undo("s", "f", 0))
    assert day.titles() == "a b c d e"
    assert day.session.agenda[1].ends_at == START + timedelta(minutes=45)


def test_the_forecast_by_hand() -> None:
    day = Day()
    assert forecast(day.session, day.at) is None
    day.do(StartItem("s", "f", "a"))

    def behind(at: int) -> int:
        found = forecast(day.session, START + timedelta(minutes=at))
        assert found is not None
        return found.behind // timedelta(minutes=1)

    assert day.session.plan_end == START + timedelta(minutes=121)
    assert behind(0) == behind(15) == -15, "the pause that nobody listed is time in hand"
    assert behind(35) == 5, "twenty minutes over"
    day.do(Extend("s", "f", 300))
    assert behind(0) == -10
    day.do(SkipItem("s", "f", "c", "no time"))
    assert behind(0) == -40
    assert day.session.plan_end == START + timedelta(minutes=121), "the plan does not move"
    day.do(AddItem("s", "f", "x", {"kind": "break", "planned_minutes": 20}, 2))
    assert behind(0) == -20
    day.do(StartItem("s", "f", "c"))
    assert day.session.item_called("c").skipped_at is None, "skipped, and held after all"
    found = forecast(day.session, START)
    assert found is not None
    assert found.rest_minutes == 21


@pytest.mark.parametrize("name", USUAL_DAYS)
def test_the_usual_days_are_agendas(name: str) -> None:
    usual = USUAL_DAYS[name]
    agenda = planned(usual.agenda(), [str(number) for number in range(len(usual.rows))])
    items = [Item(**row) for row in agenda]
    assert length(items) == usual.minutes
    assert agenda[0]["planned_start"] == usual.start
    assert planned(usual.agenda("07:30"), [str(n) for n in range(len(usual.rows))])[0]["planned_start"] == "07:30"
    assert {"working": 8 * 60, "day": 8 * 60, "evening": 150, "short": 120}[name] == usual.minutes


# ------------------------------------------------------------------------------------------------------- at the desk


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", agenda=[dict(row) for row in ROWS])


def ids(sitting: Sitting) -> list[str]:
    return [item["id"] for item in sitting.facilitator()["agenda"]]


def test_what_has_begun_cannot_be_changed(sitting: Sitting) -> None:
    desk, session, items = sitting.desk, sitting.session, ids(sitting)
    desk.start_item(session, items[0])
    desk.start_item(session, items[1])
    refused: list[tuple[Any, str, type[Refusal]]] = [
        (lambda: desk.skip_item(session, items[1]), "is running", WrongState),
        (lambda: desk.skip_item(session, items[0]), "is over", WrongState),
        (lambda: desk.move_item(session, items[0], 3), "is over", WrongState),
        (lambda: desk.move_item(session, items[3], 1), "not free", BadRequest),
        (lambda: desk.move_item(session, items[3], 5), "Place 6", BadRequest),
        (lambda: desk.add_item(session, {"kind": "break"}, 0), "from 3 to 6", BadRequest),
        (lambda: desk.add_item(session, {"kind": "nap"}), "not a kind", BadRequest),
        (lambda: desk.correct_item(session, items[1], {"title": "x"}), "cannot be changed", WrongState),
        (lambda: desk.correct_item(session, items[2], {"planned_minutes": 0}), "not a length", BadRequest),
        (lambda: desk.correct_item(session, items[2], {"planned_start": "10:20"}), "ends at 10:55", BadRequest),
        (lambda: desk.remove_item(session, items[1]), "is running", WrongState),
        (lambda: desk.split_item(session, items[0], 5), "is over", WrongState),
        (lambda: desk.split_item(session, items[1], 40), "40 planned minutes", BadRequest),
        (lambda: desk.split_item(session, items[4], 1), "more minutes first", BadRequest),
        (lambda: desk.split_item(session, items[1], 5, "x" * 201), "too long", BadRequest),
        (lambda: desk.skip_item(session, items[2], "x" * 501), "too long", BadRequest),
        (lambda: desk.skip_item(session, "nope"), "no item nope", NotFound),
        (lambda: desk.plan_agenda(session, [{"kind": "break"}] * 99), "at most 100", BadRequest),
    ]
    rows = sitting.links()
    for act, sentence, kind in refused:
        with pytest.raises(kind, match=sentence) as told:
            act()
        assert told.value.remedy
    assert sitting.links() == rows
    desk.close_session(session)
    with pytest.raises(NotNow, match="skip an agenda item"):
        desk.skip_item(session, items[2])


def test_an_item_for_which_a_vote_is_prepared_stays(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    made = desk.create_round(session, TRAMS)
    with pytest.raises(WrongState, match="“Trams\\?” is prepared for “Vote”"):
        desk.remove_item(session, ids(sitting)[3])
    with pytest.raises(WrongState, match="prepared for"):
        desk.plan_agenda(session, USUAL_DAYS["day"].agenda())
    desk.skip_item(session, ids(sitting)[3])
    desk.cancel_round(made, "not today")
    desk.remove_item(session, ids(sitting)[3])
    assert [item["kind"] for item in sitting.facilitator()["agenda"]] == ["welcome", "evidence", "discussion", "close"]


def test_a_day_can_be_planned_anew_before_it_and_in_its_middle(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    desk.plan_agenda(session, USUAL_DAYS["day"].agenda())
    screen = sitting.facilitator()
    assert len(screen["agenda"]) == 16
    assert (screen["plan"]["minutes"], screen["plan"]["clock_end"]) == (480, "17:00")
    desk.next_action(session)
    desk.plan_agenda(session, USUAL_DAYS["short"].agenda())
    found = [(item["planned_start"], item["title"]) for item in sitting.facilitator()["agenda"]]
    assert found[:3] == [("09:00", "Arrivals"), ("09:30", "Welcome"), ("09:45", "Evidence")]
    desk.plan_agenda(session, [])
    assert len(sitting.facilitator()["agenda"]) == 1
    desk.undo(session)
    assert len(sitting.facilitator()["agenda"]) == 6


def test_an_act_on_the_plan_can_be_undone_and_a_stale_picture_is_refused(sitting: Sitting) -> None:
    desk, session, items = sitting.desk, sitting.session, ids(sitting)
    seen = sitting.facilitator()["seq"]
    desk.move_item(session, items[3], 0, seen_seq=seen)
    with pytest.raises(SessionMovedOn):
        desk.move_item(session, items[3], 1, seen_seq=seen)
    assert sitting.facilitator()["undo"]["what"] == "moved “Vote”"
    desk.undo(session)
    assert ids(sitting) == items
    new = desk.add_item(session, {"kind": "break", "title": "Tea"}, 1)
    tea = sitting.facilitator()["agenda"][1]
    assert (tea["id"], tea["title"], tea["planned_start"], tea["planned_minutes"]) == (new, "Tea", "10:15", 15)
    sitting.clock.go_on(11)
    with pytest.raises(CannotUndo, match="10 seconds"):
        desk.undo(session)


def test_the_plan_can_be_changed_while_a_vote_is_open_and_taken_back_though_ballots_came(sitting: Sitting) -> None:
    member = sitting.arrive(1)[0]
    round_id = sitting.open_round()
    sitting.desk.cast_ballot(round_id, member, "00000000-0000-4000-8000-000000000001", "yes")
    sitting.desk.skip_item(sitting.session, ids(sitting)[1])
    assert sitting.facilitator()["undo"]["what"] == "skipped “Evidence”"
    sitting.desk.undo(sitting.session)
    assert (sitting.phase(), sitting.facilitator()["turnout"]["cast"]) == ("voting", 1)


def test_who_asked_to_speak_still_waits_when_an_act_on_the_plan_is_undone(sitting: Sitting) -> None:
    member, desk, session = sitting.arrive(1)[0], sitting.desk, sitting.session
    desk.next_action(session)
    desk.open_speakers(session)
    desk.skip_item(session, ids(sitting)[1])
    desk.ask_to_speak(session, member)
    desk.undo(session)
    assert [one["who"] for one in sitting.facilitator()["speakers"]] == [member]


def test_the_minutes_say_what_was_skipped_and_why(sitting: Sitting) -> None:
    sitting.desk.skip_item(sitting.session, ids(sitting)[1], "The speaker’s train was late")
    minutes = sitting.desk.minutes(sitting.session)
    assert "Evidence (planned 10:15, 40 min): skipped at 10:00: The speaker’s train was late" in minutes
    assert sitting.facilitator()["agenda"][1]["state"] == "skipped"
    assert sitting.desk.actions(sitting.session)[0].label == "Start “Welcome”"
    sitting.desk.put_item_back(sitting.session, ids(sitting)[1])
    assert "skipped" not in sitting.desk.minutes(sitting.session)


def test_another_session_has_the_last_ones_agenda_or_its_own(sitting: Sitting) -> None:
    desk = sitting.desk
    second = desk.add_session(sitting.assembly, " The second day ")
    third = desk.add_session(sitting.assembly, "The third day", USUAL_DAYS["evening"].agenda())
    assert [one.name for one in desk.sessions(sitting.assembly)] == ["Session 1", "The second day", "The third day"]
    state = sitting.replayed()
    first = state.sessions[sitting.session].agenda

    def plans(session: Session) -> list[dict[str, Any]]:
        return [{**plan_of(item), "id": ""} for item in session.agenda]

    assert plans(state.sessions[second]) == [{**plan_of(item), "id": ""} for item in first]
    assert not {item.id for item in first} & {item.id for item in state.sessions[second].agenda}
    assert len(state.sessions[third].agenda) == 8
    assert state.present_session.id == sitting.session
    desk.close_session(sitting.session)
    assert sitting.replayed().present_session.id == second
    for name, sentence in (("", "needs a name"), ("the second DAY", "already"), ("x" * 201, "needs a name")):
        with pytest.raises(BadRequest, match=sentence):
            desk.add_session(sitting.assembly, name)
