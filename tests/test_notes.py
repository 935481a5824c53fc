"""Table notes, pure: everybody speaks once before anybody speaks twice, undo is exact, no words are lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.commands import ItemCommand
from facilitation.errors import BadRequest, NotAtThisTable, NotFound, Refusal, WrongState
from facilitation.events import Entry
from facilitation.notes import go_round, merging, note, terms, work
from facilitation.notes.commands import (
    AddNote,
    BeginGoRound,
    ChangeNote,
    EndTurn,
    GroupNotes,
    GrowGroup,
    NameGroup,
    PartNotes,
    PassTurn,
    RestoreNote,
    StartTurn,
    UndoGrouping,
    UndoTap,
    WithdrawNote,
)
from facilitation.notes.go_round import ORDER, Standing, Table, standing
from facilitation.notes.merging import Group, groups
from facilitation.notes.work import Work

START = datetime(2027, 3, 6, 10, 0, tzinfo=UTC)
PLACE = ("s", "i")
PEOPLE = "abcdefg"
HEADINGS = ("Good", "Bad")
MINE = ("s", "host", "i")


@dataclass
class Room:
    """Tables that tap, and people who are moved between them; everything that happened is kept."""

    seats: dict[str, int] = field(default_factory=lambda: {one: 1 + (one > "d") for one in PEOPLE})
    away: set[str] = field(default_factory=set)
    work: Work = field(default_factory=Work)
    entries: list[Entry] = field(default_factory=list)

    def table(self, number: int) -> Table:
        people = [one for one, sits in self.seats.items() if sits == number]
        here = tuple(one for one in people if one not in self.away)
        return Table(number, here, tuple(one for one in people if one in self.away))

    @property
    def now(self) -> Standing:
        return standing(self.work.taps)

    def tap(self, command: ItemCommand, number: int) -> int:
        return self._happened(go_round.decide(self.work.taps, command, PLACE, self.table(number)))

    def write(self, command: ItemCommand) -> int:
        return self._happened(note.decide(self.work.notes, HEADINGS, command, PLACE))

    def merge(self, command: ItemCommand) -> int:
        return self._happened(merging.decide(self.work.steps, self.work.notes, command, PLACE))

    def _happened(self, events: tuple[object, ...]) -> int:
        for event in events:
            at = START + timedelta(seconds=10 * len(self.entries))
            entry = Entry(len(self.entries) + 1, at, "host", event)
            self.entries.append(entry)
            self.work = work.apply(self.work, entry)
        return len(events)


ACTS = st.sampled_from(["start", "start", "start", "pass", "end", "round", "undo", "move", "away"])
DAYS = st.lists(st.tuples(ACTS, st.sampled_from(PEOPLE), st.integers(1, 2)), max_size=60)


def happen(room: Room, act: str, who: str, number: int) -> None:
    """One step of a day; what is refused changes nothing."""
    before = room.work
    try:
        match act:
            case "start":
                room.tap(StartTurn(*MINE, number, who), number)
            case "pass":
                room.tap(PassTurn(*MINE, number, who), number)
            case "end":
                room.tap(EndTurn(*MINE, number, who), number)
            case "round":
                room.tap(BeginGoRound(*MINE, number, room.now.round_of(number) + 1), number)
            case "undo" if number in room.now.last:
                room.tap(UndoTap(*MINE, number, room.now.last[number].seq), number)
            case "move":
                room.seats[who] = number
            case "away":
                room.away ^= {who}
    except Refusal:
        assert room.work == before


@settings(max_examples=150, deadline=None)
@given(DAYS)
def test_nobody_has_a_second_turn_before_all_have_had_one_or_passed(day: list[tuple[str, str, int]]) -> None:
    room = Room()
    for act, who, number in day:
        before, table = room.now, room.table(number)
        happen(room, act, who, number)
        fresh = room.now.last.get(number) != before.last.get(number)
        if act == "start" and fresh:
            assert who in (*table.here, *table.away)
            assert before.place(who, number) in ("waiting", "passed")
        if act == "round" and fresh:
            assert not before.waiting(table)
    for number in (1, 2):  # between two go-rounds of a table nobody has begun to speak there twice
        spoke: list[str] = []
        for tap in (one for one in room.work.taps if one.table == number):
            spoke = [] if tap.deed == "round" else [*spoke, tap.member] if tap.deed == "start" else spoke
            assert len(set(spoke)) == len(spoke)


@settings(max_examples=150, deadline=None)
@given(DAYS)
def test_who_is_still_to_speak_is_listed_first_and_the_quietest_of_them_before_the_others(
    day: list[tuple[str, str, int]],
) -> None:
    room = Room()
    for step in day:
        happen(room, *step)
        for number in (1, 2):
            table = room.table(number)
            beats = room.now.pulse(table)
            assert {one.member for one in beats} == {*table.here, *table.away}
            here = [one for one in beats if one.here]
            assert beats[: len(here)] == tuple(here)
            assert [ORDER.index(one.place) for one in here] == sorted(ORDER.index(one.place) for one in here)
            waiting = [one for one in here if one.place == "waiting"]
            assert [one.spoken for one in waiting] == sorted(one.spoken for one in waiting)
            silent = [one.member for one in waiting if one.spoken == 0]
            assert [one.member for one in beats[: len(silent)]] == silent


@settings(max_examples=150, deadline=None)
@given(DAYS)
def test_undoing_every_tap_leads_back_through_every_standing(day: list[tuple[str, str, int]]) -> None:
    room = Room()
    for step in (one for one in day if one[0] != "undo"):
        happen(room, *step)
    for number in (1, 2):
        while (last := room.now.last.get(number)) is not None:
            rest = [one for one in room.work.taps if one.seq != last.seq]
            assert room.tap(UndoTap(*MINE, number, last.seq), number) == 1
            assert room.now == standing(rest)
            assert room.tap(UndoTap(*MINE, number, last.seq), number) == 0  # sent twice
    assert room.now == Standing()


@settings(max_examples=60, deadline=None)
@given(DAYS)
def test_the_standing_follows_from_the_journal_alone(day: list[tuple[str, str, int]]) -> None:
    room, again = Room(), Work()
    for step in day:
        happen(room, *step)
    for entry in room.entries:
        again = work.apply(again, entry)
    assert again == room.work


def test_a_tap_ends_the_turn_before_and_two_hosts_who_tap_the_same_person_tap_once() -> None:
    room = Room()
    assert room.tap(StartTurn(*MINE, 1, "a"), 1) == 1
    assert room.tap(StartTurn(*MINE, 1, "a"), 1) == 0
    assert room.tap(StartTurn(*MINE, 1, "b"), 1) == 1
    assert room.now.speaking[1].member == "b"
    assert room.tap(EndTurn(*MINE, 1, "a"), 1) == 0  # a has finished already
    assert room.tap(EndTurn(*MINE, 1, "b"), 1) == 1
    assert room.now.waiting(room.table(1)) == ("c", "d")


def test_a_second_round_waits_for_everybody_who_is_here_and_two_hosts_begin_it_once() -> None:
    room = Room()
    for who in "abc":
        room.tap(StartTurn(*MINE, 1, who), 1)
    with pytest.raises(WrongState, match="1 person at this table has not had a turn"):
        room.tap(StartTurn(*MINE, 1, "a"), 1)
    with pytest.raises(WrongState, match="1 of this table has neither spoken nor passed"):
        room.tap(BeginGoRound(*MINE, 1, 2), 1)
    room.tap(PassTurn(*MINE, 1, "d"), 1)
    with pytest.raises(WrongState, match="had their turn"):
        room.tap(StartTurn(*MINE, 1, "a"), 1)
    assert room.tap(BeginGoRound(*MINE, 1, 2), 1) == 1
    assert room.tap(BeginGoRound(*MINE, 1, 2), 1) == 0
    assert room.now.waiting(room.table(1)) == ("d", "a", "b", "c")  # who passed has spoken least


def test_whoever_passed_may_speak_after_all_and_nobody_waits_for_the_absent() -> None:
    room = Room(away={"d"})
    for who in "ab":
        room.tap(StartTurn(*MINE, 1, who), 1)
    room.tap(PassTurn(*MINE, 1, "c"), 1)
    assert room.now.waiting(room.table(1)) == ()
    assert room.tap(StartTurn(*MINE, 1, "c"), 1) == 1
    assert room.tap(StartTurn(*MINE, 1, "d"), 1) == 1  # not joined yet, and in the room all the same
    with pytest.raises(WrongState, match="had their turn already"):
        room.tap(PassTurn(*MINE, 1, "a"), 1)


def test_a_member_who_is_moved_goes_on_at_the_new_table() -> None:
    room = Room()
    room.tap(StartTurn(*MINE, 1, "a"), 1)
    room.seats["a"] = 2
    assert room.now.waiting(room.table(2)) == ("e", "f", "g")  # a has had a turn in this go-round
    with pytest.raises(WrongState, match="does not sit at table 1"):
        room.tap(StartTurn(*MINE, 1, "a"), 1)
    room.seats["b"] = 2
    assert room.now.waiting(room.table(2)) == ("b", "e", "f", "g")
    for who in "befg":
        room.tap(StartTurn(*MINE, 2, who), 2)
    room.tap(BeginGoRound(*MINE, 2, 2), 2)
    assert set(room.now.waiting(room.table(2))) == set("abefg")


def test_another_hosts_tap_is_not_undone_by_mistake() -> None:
    room = Room()
    room.tap(StartTurn(*MINE, 1, "a"), 1)
    room.tap(StartTurn(*MINE, 1, "b"), 1)
    with pytest.raises(WrongState, match="tapped since"):
        room.tap(UndoTap(*MINE, 1, 1), 1)
    assert room.tap(UndoTap(*MINE, 2, 2), 2) == 0  # the other table's
    assert room.tap(UndoTap(*MINE, 1, 2), 1) == 1
    assert room.now.speaking[1].member == "a"


def test_a_table_with_nobody_is_never_waited_for() -> None:
    room = Room(away=set(PEOPLE))
    assert room.now.waiting(room.table(1)) == ()
    assert room.tap(BeginGoRound(*MINE, 1, 2), 1) == 1
    assert room.now.pulse(Table(9, ())) == ()


# ------------------------------------------------------------------------------------------------------------ notes


def written(room: Room, text: str, heading: str = "Good", table: int = 1) -> str:
    assert room.write(AddNote(*MINE, table, heading, text, "#")) == 1
    return text


def test_two_hosts_who_change_a_note_at_once_both_keep_their_words() -> None:
    room = Room()
    first = written(room, "t1")
    assert room.write(ChangeNote(*MINE, 1, first, "t1", "t2", "#")) == 1
    assert room.write(ChangeNote(*MINE, 1, first, "t1", "t3", "#")) == 1
    assert room.work.notes["t1"].versions == ("t1", "t2")
    assert room.work.notes["t3"].beside == "t1"
    assert room.write(ChangeNote(*MINE, 1, first, "t1", "t3", "#")) == 0  # sent twice
    room.write(WithdrawNote(*MINE, 1, first))
    assert room.write(ChangeNote(*MINE, 1, first, "t2", "t4", "#")) == 1
    assert [one.id for one in room.work.standing] == ["t3", "t4"]
    assert room.write(RestoreNote(*MINE, 1, first)) == 1
    assert room.write(RestoreNote(*MINE, 1, first)) == 0
    assert [one.text for one in room.work.standing] == ["t2", "t3", "t4"]


def test_a_table_writes_for_itself_alone_and_under_known_headings() -> None:
    room = Room()
    written(room, "t1", table=3)
    for command in (ChangeNote(*MINE, 4, "t1", "t1", "t9", "#"), WithdrawNote(*MINE, 4, "t1")):
        with pytest.raises(NotAtThisTable, match="written at table 3"):
            room.write(command)
    with pytest.raises(NotFound):
        room.write(WithdrawNote(*MINE, 3, "nothing"))
    with pytest.raises(BadRequest, match="no such heading"):
        room.write(AddNote(*MINE, 3, "Ugly", "t2", "#"))
    assert room.write(AddNote(*MINE, 3, "Good", "t1", "#")) == 0
    assert room.write(WithdrawNote(*MINE, None, "t1")) == 1  # the facilitator, at any table


def test_there_is_room_for_so_many_notes_and_withdrawing_makes_room() -> None:
    room = Room()
    for number in range(note.MOST):
        written(room, f"t{number}")
    with pytest.raises(WrongState, match="40 notes"):
        room.write(AddNote(*MINE, 1, "Good", "more", "#"))
    room.write(WithdrawNote(*MINE, 1, "t0"))
    assert room.write(AddNote(*MINE, 1, "Good", "more", "#")) == 1


# --------------------------------------------------------------------------------------------------- put together

STEPS = st.lists(
    st.tuples(st.sampled_from(["group", "grow", "part", "name"]), st.sets(st.integers(0, 7)), st.integers(0, 5)),
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_every_note_is_in_one_group_at_most_and_every_step_can_be_undone(
    steps: list[tuple[str, set[int], int]],
) -> None:
    room = Room()
    for number in range(8):
        written(room, f"n{number}", "Good" if number < 5 else "Bad", table=number)
    history: list[dict[str, Group]] = []
    for place, (act, numbers, which) in enumerate(steps):
        now = groups(room.work.steps)
        chosen, group = tuple(f"n{one}" for one in sorted(numbers)), [*now, "none"][which % (len(now) + 1)]
        acts: dict[str, ItemCommand] = {
            "group": GroupNotes(*MINE, chosen, f"g{place}", "#"),
            "grow": GrowGroup(*MINE, group, chosen),
            "part": PartNotes(*MINE, chosen),
            "name": NameGroup(*MINE, group, f"g{place}", "#"),
        }
        try:
            if room.merge(acts[act]):
                history.append(now)
        except (BadRequest, NotFound):
            assert groups(room.work.steps) == now
        after = groups(room.work.steps)
        held = [one for group in after.values() for one in group.notes]
        assert len(set(held)) == len(held)
        assert all(room.work.notes[one].heading == each.heading for each in after.values() for one in each.notes)
    while history:
        last = room.work.steps[-1].seq
        assert room.merge(UndoGrouping(*MINE, last)) == 1
        assert groups(room.work.steps) == history.pop()
        assert room.merge(UndoGrouping(*MINE, last)) == 0
    assert room.work.steps == ()


def test_a_group_has_two_notes_of_one_heading_and_its_last_name() -> None:
    room = Room()
    for name, heading in (("a", "Good"), ("b", "Good"), ("c", "Bad"), ("d", "Good")):
        written(room, name, heading)
    with pytest.raises(BadRequest, match="at least two"):
        room.merge(GroupNotes(*MINE, ("a", "a"), "g", "#"))
    with pytest.raises(BadRequest, match="different headings"):
        room.merge(GroupNotes(*MINE, ("a", "c"), "g", "#"))
    assert room.merge(GroupNotes(*MINE, ("a", "b"), "g", "#")) == 1
    assert room.merge(GroupNotes(*MINE, ("a", "b"), "g", "#")) == 0
    with pytest.raises(BadRequest, match="different headings"):
        room.merge(GrowGroup(*MINE, "g", ("c",)))
    assert room.merge(GrowGroup(*MINE, "g", ("d", "a"))) == 1
    assert room.merge(NameGroup(*MINE, "g", "g2", "#")) == 1
    assert groups(room.work.steps) == {"g": Group("g", "Good", "g2", ("a", "b", "d"))}
    with pytest.raises(WrongState, match="since"):
        room.merge(UndoGrouping(*MINE, room.work.steps[0].seq))
    room.write(WithdrawNote(*MINE, None, "d"))
    with pytest.raises(NotFound, match="withdrawn"):
        room.merge(GroupNotes(*MINE, ("a", "d"), "g3", "#"))


# ------------------------------------------------------------------------------------------------------------ terms


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"headings": ["One"]}, "2 to 6 headings"),
        ({"headings": [*"abcdefg"]}, "2 to 6 headings"),
        ({"headings": ["a", " "]}, "none of them empty"),
        ({"headings": ["a", 3]}, "none of them empty"),
        ({"headings": "ab"}, "2 to 6 headings"),
        ({"headings": ["Same", "SAME "]}, "are the same"),
        ({"headings": ["a", "x" * 81]}, "81 characters"),
        ({"seconds": 5}, "5 seconds"),
        ({"seconds": True}, "True seconds"),
        ({"go_round": "yes"}, "go_round"),
        ({"members": 1}, "members"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_terms_that_cannot_be_are_refused_by_name(row: dict[str, object], words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        terms.read(row)


def test_terms_survive_the_journal_and_nothing_said_means_the_usual() -> None:
    said = terms.read({"headings": ["Cafés ŵ", "مشكلة"], "go_round": False, "seconds": 45, "members": False})
    assert terms.of(said) == terms.Terms(("Cafés ŵ", "مشكلة"), False, 45, False)
    assert terms.of({}) == terms.Terms()
