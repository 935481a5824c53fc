"""Table notes at the desk, over SQLite: what a table does is kept, shown to whom it may be, refused where it must."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from assemblies import Sitting

from facilitation.activities import discussion
from facilitation.desk import By, Identity
from facilitation.errors import (
    BadRequest,
    NotAtThisTable,
    NotFound,
    NotNow,
    NotPresent,
    WrongState,
)

TERMS = {"headings": ["What stood out", "What is missing"], "go_round": True, "seconds": 45, "members": True}
AGENDA: list[dict[str, Any]] = [{"kind": "discussion", "terms": TERMS}, {"kind": "break"}]
HOST1, HOST2, TEAM = By(table=1), By(table=2), By(facilitator=True)


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    columns = [{"table": str(1 + number // 3)} for number in range(7)]  # three tables: 3, 3 and 1
    sitting = Sitting(tmp_path / "f.sqlite", members=7, agenda=AGENDA, columns=columns)
    sitting.arrive(6)  # nobody comes to table 3
    sitting.desk.next_action(sitting.session)
    return sitting


def item(sitting: Sitting, place: int = 0) -> str:
    return str(sitting.facilitator()["agenda"][place]["id"])


def members(sitting: Sitting) -> list[str]:
    return [str(one["id"]) for one in sitting.facilitator()["members"]]


def note(sitting: Sitting, by: By, body: str, key: str, heading: str = "What stood out") -> int:
    return sitting.desk.add_note(sitting.session, item(sitting), by, heading, key=key, body=body)


def tap(sitting: Sitting, by: By, deed: Any, what: object) -> int:
    return sitting.desk.tap(sitting.session, item(sitting), by, deed, str(what))


def host(sitting: Sitting, table: int = 1) -> dict[str, Any]:
    shown = sitting.desk.screen(Identity("host", sitting.assembly, sitting.session, None, f"h{table}", table))
    return dict(shown["you"])


def member_work(sitting: Sitting, member: str) -> dict[str, Any]:
    seen = sitting.desk.screen(Identity("member", sitting.assembly, sitting.session, member, "d"))
    return dict(seen["you"]["work"])


def team(sitting: Sitting) -> dict[str, Any]:
    return dict(sitting.desk.item_screen(sitting.session, item(sitting), "facilitator")["work"])


def texts(notes: list[dict[str, Any]], heading: int = 0) -> list[str]:
    return [one["text"] for one in notes[heading]["notes"]]


def test_a_go_round_is_kept_and_only_its_host_sees_who_has_spoken(sitting: Sitting) -> None:
    people = members(sitting)
    tap(sitting, HOST1, "start", people[1])
    sitting.clock.go_on(20)
    seen = host(sitting)["work"]["round"]
    assert seen["speaking"]["name"] == "Person 2"
    assert seen["speaking"]["ends_at"] == "2027-03-06T10:00:45.000Z"
    assert [(one["name"], one["place"]) for one in seen["people"]][:2] == [
        ("Person 1", "waiting"),
        ("Person 3", "waiting"),
    ]
    tap(sitting, HOST1, "start", people[0])
    tap(sitting, HOST1, "pass", people[2])
    assert host(sitting)["work"]["round"]["over"]
    tap(sitting, HOST1, "round", 2)
    tap(sitting, HOST1, "round", 2)  # the other host of this table
    assert host(sitting)["work"]["round"]["number"] == 2
    undo = host(sitting)["work"]["round"]["undo"]
    tap(sitting, HOST1, "undo", undo["tap"])
    assert host(sitting)["work"]["round"]["number"] == 1
    told = team(sitting)
    first, second, third = told["tables"]
    assert (first["had"], first["passed"], first["waiting"], first["silent"]) == (2, 1, 0, 1)
    assert (second["waiting"], second["silent"], third["here"], third["seats"]) == (3, 3, 0, 1)
    assert "Person" not in json.dumps({key: told[key] for key in ("tables", "notes", "groups")})
    public = sitting.desk.public_screens(sitting.session)
    assert not any(people[1] in json.dumps(public[audience]["item"]) for audience in public)


def test_a_table_that_has_been_silent_for_long_is_marked_and_one_with_nobody_is_not(sitting: Sitting) -> None:
    sitting.clock.go_on(200)
    tap(sitting, HOST1, "start", members(sitting)[0])
    sitting.clock.go_on(290)
    assert [one["quiet_minutes"] for one in team(sitting)["tables"]] == [None, 8, None]
    note(sitting, HOST2, "We think", "k")
    sitting.clock.go_on(30)
    assert [one["quiet_minutes"] for one in team(sitting)["tables"]] == [5, None, None]


def test_two_hosts_of_one_table_lose_nothing_and_a_note_sent_twice_is_one(sitting: Sitting) -> None:
    seq = note(sitting, HOST1, "Buses stop at eight", "k1")
    assert note(sitting, HOST1, "Buses stop at eight", "k1") == seq
    note(sitting, HOST1, "Fares are high", "k2")
    first = host(sitting)["work"]["notes"][0]["notes"][0]
    seen = (first["id"], first["version"])
    for key, body in (("k3", "Buses stop at eight o’clock"), ("k4", "The last bus goes at eight")):
        sitting.desk.change_note(sitting.session, item(sitting), HOST1, seen, key=key, body=body)
    assert texts(host(sitting)["work"]["notes"]) == [
        "Buses stop at eight o’clock",
        "The last bus goes at eight",
        "Fares are high",
    ]
    sitting.restart()
    assert len(texts(host(sitting)["work"]["notes"])) == 3
    sitting.desk.withdraw_note(sitting.session, item(sitting), HOST1, first["id"])
    assert [one["text"] for one in host(sitting)["work"]["withdrawn"]] == ["Buses stop at eight o’clock"]
    sitting.desk.withdraw_note(sitting.session, item(sitting), HOST1, first["id"], back=True)
    assert len(texts(host(sitting)["work"]["notes"])) == 3


def test_two_programs_that_write_and_tap_at_once_lose_nothing(sitting: Sitting) -> None:
    """Each desk is a process of its own on one database, and they take turns in threads."""
    desks = [sitting.opened() for _ in range(4)]
    discussion, person = item(sitting), members(sitting)[0]

    def work(number: int) -> None:
        for place in range(5):
            words = {"key": f"k{number}-{place}", "body": f"Note {number}.{place}"}
            desks[number].add_note(sitting.session, discussion, HOST1, "What stood out", **words)
            desks[number].tap(sitting.session, discussion, HOST1, "start", person)

    with ThreadPoolExecutor(len(desks)) as hands:
        for done in [hands.submit(work, number) for number in range(len(desks))]:
            done.result()
    sitting.restart()
    assert sorted(texts(host(sitting)["work"]["notes"])) == [
        f"Note {n}.{place}" for n in range(4) for place in range(5)
    ]
    assert sum(row["kind"] == "turn-started" for row in sitting.desk.journal(sitting.assembly)) == 1
    assert sitting.desk.broken_journal_row(sitting.assembly) is None


def test_no_word_of_a_note_stands_in_the_journal(sitting: Sitting) -> None:
    note(sitting, HOST1, "Ann of Mill Lane waits an hour", "k1")
    rows = json.dumps(sitting.desk.journal(sitting.assembly))
    assert "note-added" in rows
    assert "Mill Lane" not in rows


@pytest.mark.parametrize(
    "body",
    ["🚌🚌 größer ŵ", "حافلات أكثر في المساء", "<script>alert(1)</script><b>loud</b>", "x" * 500, "Two\nlines"],
)
def test_every_script_is_kept_as_it_was_written(sitting: Sitting, body: str) -> None:
    note(sitting, HOST1, f"  {body}\r\n", "k1")
    assert texts(host(sitting)["work"]["notes"]) == [body]


@pytest.mark.parametrize(("body", "words"), [("", "empty"), (" \n\t ", "empty"), ("x" * 10_000, "10000 characters")])
def test_an_empty_note_and_one_of_ten_thousand_characters_are_refused(sitting: Sitting, body: str, words: str) -> None:
    before = sitting.links()
    with pytest.raises(BadRequest, match=words):
        note(sitting, HOST1, body, "k1")
    assert sitting.links() == before


def test_a_member_writes_at_the_table_where_they_sit_and_the_note_stays_there(sitting: Sitting) -> None:
    people = members(sitting)
    note(sitting, By(member=people[0]), "From my tablet", "k1")
    tap(sitting, HOST1, "start", people[0])
    seats = {**dict.fromkeys(people[1:3], 1), **dict.fromkeys(people[3:], 2), people[0]: 2}
    sitting.desk.use_tables(sitting.session, [seats], instead_of=0)
    sitting.desk.move_tables(sitting.session, 1)
    assert texts(member_work(sitting, people[0])["notes"]) == []
    assert member_work(sitting, people[0])["turn"] == "spoken"
    assert texts(host(sitting, 1)["work"]["notes"]) == ["From my tablet"]
    assert host(sitting, 1)["work"]["round"]["speaking"] is None
    assert "Person 1" in [one["name"] for one in host(sitting, 2)["work"]["round"]["people"]]
    note(sitting, By(member=people[0]), "From my new table", "k2")
    assert texts(host(sitting, 2)["work"]["notes"]) == ["From my new table"]
    with pytest.raises(WrongState, match="table 1 now"):
        tap(sitting, HOST1, "start", people[0])
    with pytest.raises(NotPresent):
        note(sitting, By(member=people[6]), "Not here", "k3")


def test_a_host_writes_for_their_own_table_alone(sitting: Sitting) -> None:
    note(sitting, HOST1, "Ours", "k1")
    first = host(sitting)["work"]["notes"][0]["notes"][0]
    seen = (first["id"], first["version"])
    with pytest.raises(NotAtThisTable):
        sitting.desk.change_note(sitting.session, item(sitting), HOST2, seen, key="k2", body="Theirs")
    with pytest.raises(NotAtThisTable):
        sitting.desk.withdraw_note(sitting.session, item(sitting), HOST2, first["id"])
    with pytest.raises(BadRequest, match="Nobody sits at table 9"):
        note(sitting, By(table=9), "Nobody", "k3")
    sitting.desk.withdraw_note(sitting.session, item(sitting), TEAM, first["id"])
    assert texts(host(sitting)["work"]["notes"]) == []


def test_a_closed_item_takes_no_taps_and_notes_for_two_minutes_more(sitting: Sitting) -> None:
    discussion, person = item(sitting), members(sitting)[0]
    sitting.desk.next_action(sitting.session)  # the break
    sitting.clock.go_on(100)
    note(sitting, HOST1, "The sentence I was in", "k1")
    with pytest.raises(WrongState, match="is over"):
        tap(sitting, HOST1, "start", person)
    sitting.clock.go_on(30)
    with pytest.raises(WrongState, match="is over"):
        note(sitting, HOST1, "Too late", "k2")
    with pytest.raises(WrongState, match="not an item in which this can be done"):
        sitting.desk.tap(sitting.session, item(sitting, 1), HOST1, "start", person)
    with pytest.raises(NotFound):
        sitting.desk.tap(sitting.session, "no-such-item", HOST1, "start", person)
    sitting.desk.close_session(sitting.session)
    with pytest.raises(NotNow):
        sitting.desk.show_notes(sitting.session, discussion, "What stood out")


def test_terms_say_who_writes_and_whether_it_goes_round(tmp_path: Path) -> None:
    agenda = [{"kind": "discussion", "terms": {**TERMS, "go_round": False, "members": False}}]
    sitting = Sitting(tmp_path / "g.sqlite", members=3, agenda=agenda)
    sitting.arrive()
    sitting.desk.next_action(sitting.session)
    with pytest.raises(WrongState, match="the host of the table writes"):
        note(sitting, By(member=members(sitting)[0]), "Mine", "k1")
    with pytest.raises(WrongState, match="has no go-round"):
        tap(sitting, HOST1, "start", members(sitting)[0])
    assert host(sitting)["work"]["round"] is None
    assert member_work(sitting, members(sitting)[0])["may_write"] is False


def put_together(sitting: Sitting) -> list[str]:
    note(sitting, HOST1, "Buses stop at eight", "k1")
    note(sitting, HOST2, "No bus at night", "k2")
    note(sitting, HOST2, "Fares <b>are</b> high", "k3")
    ids = [one["id"] for one in team(sitting)["notes"]]
    sitting.desk.group_notes(sitting.session, item(sitting), ids[:2], key="g1", name="Evening buses")
    return ids


def test_what_is_put_together_is_shown_by_counts_of_tables_once_the_facilitator_shows_it(sitting: Sitting) -> None:
    ids = put_together(sitting)
    desk, session = sitting.desk, sitting.session
    assert desk.public_screens(session)["member"]["item"]["work"]["merged"] == []
    desk.show_notes(session, item(sitting), "What stood out")
    for audience in ("hall", "member", "host"):
        seen = desk.public_screens(session)[audience]["item"]["work"]
        (merged,) = seen["merged"]
        assert [(row["name"], row["tables"], row["notes"]) for row in merged["rows"]] == [
            ("Evening buses", 2, ["Buses stop at eight", "No bus at night"]),
            ("", 1, ["Fares <b>are</b> high"]),
        ]
        assert "table" not in merged["rows"][0]
        assert (seen["tables_writing"], seen["tables_here"]) == (2, 2)
    desk.show_notes(session, item(sitting), "")
    hall = desk.public_screens(session)["hall"]["item"]["work"]
    assert (hall["shown"], len(hall["merged"])) == ("", 1)  # on the tablets it stays
    desk.part_notes(session, item(sitting), ids[:1])
    assert [row["name"] for row in team(sitting)["groups"][0]["rows"]] == ["", "Evening buses", ""]
    desk.undo_grouping(session, item(sitting), team(sitting)["undo"]["step"])
    desk.name_group(session, item(sitting), team(sitting)["groups"][0]["rows"][0]["group"], key="g2", name="Buses")
    assert [row["name"] for row in team(sitting)["groups"][0]["rows"]] == ["Buses", ""]


def test_the_minutes_have_headings_with_what_was_put_together_and_no_names(sitting: Sitting) -> None:
    put_together(sitting)
    state = sitting.replayed()
    session = state.session_called(sitting.session)
    with sitting.desk._store.reading() as tx:
        seen = sitting.desk._seen(tx, state, session, session.agenda[0])
    assert discussion.minutes(state.work[session.agenda[0].id], seen) == [
        "Notes of 2 tables.",
        "## What stood out",
        "- Evening buses (2 tables): Buses stop at eight; No bus at night",
        "- Fares <b>are</b> high",
    ]
    assert discussion.minutes(discussion.state(), seen) == []


# ------------------------------------------------------------------------------------------------------------- help


def calls(sitting: Sitting) -> list[tuple[int, str, str, int]]:
    return [(one["table"], one["what"], one["state"], one["minutes"]) for one in sitting.facilitator()["help"]]


def test_a_call_for_help_is_on_the_console_at_once_and_people_come_before_things(sitting: Sitting) -> None:
    desk, session, people = sitting.desk, sitting.session, members(sitting)
    desk.call_for_help(session, HOST1, "technician")
    sitting.clock.go_on(130)
    desk.call_for_help(session, By(member=people[3]), "access")
    desk.call_for_help(session, HOST2, "access")  # the host saw it, too
    assert calls(sitting) == [(2, "access", "called", 0), (1, "technician", "called", 2)]
    assert sitting.facilitator()["help"][0]["name"] == "Person 4"
    first = sitting.facilitator()["help"][0]["id"]
    desk.answer_help(session, first)
    seq = desk.answer_help(session, first)  # two of the team press at once
    assert host(sitting, 2)["help"][0]["state"] == "coming"
    assert "name" not in host(sitting, 2)["help"][0]
    desk.finish_help(session, first)
    assert desk.finish_help(session, first) == seq + 1
    assert calls(sitting) == [(1, "technician", "called", 2)]
    desk.withdraw_help(session, HOST1, sitting.facilitator()["help"][0]["id"])
    assert calls(sitting) == []
    desk.call_for_help(session, HOST1, "technician")
    assert calls(sitting) == [(1, "technician", "called", 0)]


def test_help_is_asked_for_in_a_break_and_in_a_vote_and_is_not_undone_with_the_agenda(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    desk.next_action(session)
    desk.call_for_help(session, HOST1, "access")
    desk.undo(session)
    assert len(calls(sitting)) == 1
    sitting.open_round()
    desk.call_for_help(session, HOST2, "facilitator")
    assert len(calls(sitting)) == 2


def test_nobody_takes_back_the_call_of_somebody_else(sitting: Sitting) -> None:
    desk, session, people = sitting.desk, sitting.session, members(sitting)
    desk.call_for_help(session, By(member=people[0]), "access")
    call = sitting.facilitator()["help"][0]["id"]
    for by in (By(member=people[1]), By(member=people[3]), HOST2):
        with pytest.raises(NotAtThisTable):
            desk.withdraw_help(session, by, call)
    with pytest.raises(NotFound):
        desk.answer_help(session, call + 1)
    with pytest.raises(BadRequest, match="no such kind of help"):
        desk.call_for_help(session, HOST1, "<b>tea</b>")
    with pytest.raises(NotPresent):
        desk.call_for_help(session, By(member=people[6]), "access")
    desk.withdraw_help(session, By(member=people[0]), call)
    assert calls(sitting) == []
    sitting.desk.close_session(session)
    with pytest.raises(NotNow):
        desk.call_for_help(session, HOST1, "access")
