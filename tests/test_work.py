"""The work of agenda items: words outside the journal, answers that are cut, texts half written, hosts, work shared.

A kind of item of the test's own stands in for the others: every member may write one line.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest
from assemblies import Sitting

from facilitation import activities, events
from facilitation.activities import plain
from facilitation.commands import ItemCommand
from facilitation.desk.work import Wish, seated_member
from facilitation.errors import BadRequest, NotFound, NotNow, WrongState
from facilitation.event import Event, ItemEvent
from facilitation.events import Entry
from facilitation.model import Phase
from facilitation.store.words import commitment
from facilitation.work import Context, Seen


@dataclass(frozen=True)
class LineWritten(ItemEvent):
    kind = "line-written"
    act = "write a line"
    member: str
    text: str
    commitment: str


@dataclass(frozen=True)
class WriteLine(ItemCommand):
    member: str
    text: str
    commitment: str


def decide(work: Mapping[str, str], command: ItemCommand, context: Context) -> tuple[Event, ...]:
    assert isinstance(command, WriteLine)
    if not context.item.running:
        raise WrongState("It is not the time.", "Wait.")
    if command.text in work.values():
        return ()
    member = seated_member(context.state, command.member)
    return (LineWritten(context.session.id, context.item.work_id, member, command.text, command.commitment),)


def apply(work: Mapping[str, str], entry: Entry) -> Mapping[str, str]:
    assert isinstance(entry.event, LineWritten)
    return {**work, entry.event.member: entry.event.text}


def screen(work: Mapping[str, str], seen: Seen, audience: str) -> dict[str, Any]:
    return {"lines": [seen.texts.get(text, "") for text in work.values()], "answers": seen.answers.count}


def own(work: Mapping[str, str], seen: Seen, member: str) -> dict[str, Any]:
    return {"mine": seen.texts.get(work.get(member, ""), "")}


LINES = SimpleNamespace(
    KIND="lines",
    LABEL="Lines",
    PHASE=Phase.PLENARY,
    MINUTES=5,
    terms=dict,
    state=dict,
    decide=decide,
    apply=apply,
    screen=screen,
    own=own,
    minutes=plain.minutes,
)
AGENDA = [
    {"kind": "lines", "terms": {"most": 3}},
    {"kind": "welcome"},
    {"kind": "lines", "title": "Lines again", "continues": 1},
]


@pytest.fixture
def sitting(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Sitting:
    known = {**activities.ACTIVITIES, "lines": cast(ModuleType, LINES)}
    for room in ("activities", "law", "plan.planning", "screens", "desk.work"):
        monkeypatch.setattr(f"facilitation.{room}.ACTIVITIES", known)
    monkeypatch.setattr(events, "KINDS", {**events.KINDS, "line-written": LineWritten})
    return Sitting(tmp_path / "work.sqlite", members=3, agenda=AGENDA)


def items(sitting: Sitting) -> list[str]:
    return [item["id"] for item in sitting.facilitator()["agenda"]]


def write(sitting: Sitting, member: str, body: str, key: str = "k1", item: int = 0) -> int:
    place = items(sitting)[item]
    wish = Wish(f"member:{member}", key, body, 20, "The line")
    return sitting.desk._worded(
        sitting.session,
        wish,
        lambda text: WriteLine(sitting.session, f"member:{member}", place, member, text.id, text.commitment),
    )


def lines(sitting: Sitting) -> list[str]:
    return cast("list[str]", sitting.facilitator()["item"]["work"]["lines"])


def arrived(sitting: Sitting, number: int = 0) -> str:
    return str(sitting.desk.join(sitting.codes[number]).member["id"])


def test_words_stand_outside_the_journal_and_sent_twice_they_are_there_once(sitting: Sitting) -> None:
    member = arrived(sitting)
    sitting.desk.start_item(sitting.session, items(sitting)[0])
    head = write(sitting, member, "  Bws bob awr ŵ \r\n")
    assert write(sitting, member, "  Bws bob awr ŵ \r\n") == head
    assert lines(sitting) == ["Bws bob awr ŵ"]
    rows = sitting.desk.journal(sitting.assembly)
    assert not any("Bws" in row["data"] for row in rows)
    told = events.KINDS["line-written"](**json.loads(rows[-1]["data"]))
    ((salt, body),) = sitting.rows("SELECT salt, body FROM words")
    assert commitment(salt, body) == told.data()["commitment"]
    assert commitment(salt, body + ".") != told.data()["commitment"]


@pytest.mark.parametrize("body", ["", " \n ", "x" * 21, "\u0007"])
def test_nothing_and_too_much_are_refused_and_nothing_is_kept(sitting: Sitting, body: str) -> None:
    member = arrived(sitting)
    sitting.desk.start_item(sitting.session, items(sitting)[0])
    with pytest.raises(BadRequest) as refused:
        write(sitting, member, body)
    assert "21" in refused.value.message if len(body) == 21 else "empty" in refused.value.message
    assert sitting.rows("SELECT * FROM words") == []


def test_a_refused_command_keeps_no_words(sitting: Sitting) -> None:
    member = arrived(sitting)
    with pytest.raises(WrongState):
        write(sitting, member, "too early")
    assert sitting.rows("SELECT * FROM words") == []


def test_an_author_cannot_claim_the_key_of_another(sitting: Sitting) -> None:
    first, second = arrived(sitting), arrived(sitting, 1)
    sitting.desk.start_item(sitting.session, items(sitting)[0])
    write(sitting, first, "first", key="same")
    write(sitting, second, "second", key="same")
    assert lines(sitting) == ["first", "second"]


def test_writing_makes_no_facilitators_picture_stale_and_goes_on_while_a_vote_is_open(sitting: Sitting) -> None:
    member = arrived(sitting)
    sitting.desk.start_item(sitting.session, items(sitting)[0])
    seen = sitting.facilitator()["seq"]
    round_id = sitting.open_round()
    write(sitting, member, "in an open vote")
    sitting.desk.close_round(round_id, seen_seq=seen + 2)
    sitting.desk.close_session(sitting.session)
    with pytest.raises((NotNow, WrongState)):
        write(sitting, member, "too late", key="k2")


def test_a_later_item_goes_on_with_the_work_of_the_first_and_so_does_one_of_a_later_session(sitting: Sitting) -> None:
    member = arrived(sitting)
    sitting.desk.start_item(sitting.session, items(sitting)[0])
    write(sitting, member, "one")
    sitting.desk.start_item(sitting.session, items(sitting)[2])
    write(sitting, member, "two", key="k2", item=2)
    assert lines(sitting) == ["two"]
    first = items(sitting)[0]
    agenda = [{"kind": "lines", "continues": items(sitting)[2]}]
    later = sitting.desk.add_session(sitting.assembly, "Session 2", agenda)
    sitting.desk.close_session(sitting.session)
    place = sitting.desk.public_screens(later)["facilitator"]["agenda"][0]
    assert place["continues"] == first
    assert sitting.desk.item_screen(later, place["id"], "hall")["work"]["lines"] == ["two"]
    assert sitting.desk.own_work(later, place["id"], member) == {"mine": "two"}


def test_an_item_goes_on_with_one_of_its_own_kind_only(sitting: Sitting) -> None:
    with pytest.raises(BadRequest):
        sitting.desk.add_item(sitting.session, {"kind": "lines", "continues": items(sitting)[1]})
    with pytest.raises(NotFound):
        sitting.desk.add_item(sitting.session, {"kind": "lines", "continues": "nowhere"})
    with pytest.raises(BadRequest):
        sitting.desk.correct_item(sitting.session, items(sitting)[2], {"continues": items(sitting)[2]})


def test_a_split_item_goes_on_with_its_own_work(sitting: Sitting) -> None:
    rest = sitting.desk.split_item(sitting.session, items(sitting)[0], 2)
    agenda = {item["id"]: item for item in sitting.facilitator()["agenda"]}
    assert (agenda[rest]["continues"], agenda[rest]["terms"]) == (items(sitting)[0], {"most": 3})


def test_an_item_of_another_kind_loses_the_terms_of_the_first(sitting: Sitting) -> None:
    item = items(sitting)[0]
    with pytest.raises(WrongState, match="Lines again"):  # it goes on with this one
        sitting.desk.correct_item(sitting.session, item, {"kind": "break"})
    again = next(one["id"] for one in sitting.facilitator()["agenda"] if one["title"] == "Lines again")
    sitting.desk.correct_item(sitting.session, again, {"continues": ""})
    sitting.desk.correct_item(sitting.session, item, {"kind": "break"})
    assert "terms" not in sitting.facilitator()["agenda"][0]


def test_a_plain_item_has_no_work(sitting: Sitting) -> None:
    member = arrived(sitting)
    with pytest.raises(WrongState):
        write(sitting, member, "what for", item=1)


# ------------------------------------------------------------------------------------------------ answers


def test_answers_can_be_changed_and_after_the_cut_nobody_is_there(sitting: Sitting) -> None:
    member, other = arrived(sitting), arrived(sitting, 1)
    with sitting.desk._store.writing() as tx:
        tx.answers.put("i", "s", member, "q1", "love")
        tx.answers.put("i", "s", member, "q1", "like")
        tx.answers.put("i", "s", member, "q2", "love")
        tx.answers.put("i", "s", other, "q1", "loathe")
        tx.answers.put("i", "s", other, "q2", "love")
        tx.answers.put("i", "s", other, "q2", None)
        assert tx.answers.of("i") == {"s": {member: {"q1": "like", "q2": "love"}, other: {"q1": "loathe"}}}
        words = iter(["b", "a"])
        tx.answers.cut("i", "s", lambda: next(words))
        after = tx.answers.of("i")["s"]
        tx.answers.cut("i", "s", lambda: pytest.fail("cut once"))
    assert sorted(map(len, after.values())) == [1, 2]
    assert {voice[0] for voice in after} == {"~"}
    assert not {member, other} & set(after)


def test_no_backup_has_an_answer_with_a_member_or_a_text_half_written(sitting: Sitting, tmp_path: Any) -> None:
    member = arrived(sitting)
    with sitting.desk._store.writing() as tx:
        tx.answers.put("i", "open", member, "q", "love")
        tx.answers.put("i", "closed", member, "q", "loathe")
        tx.answers.cut("i", "closed", lambda: "word")
    sitting.desk.keep_writing(sitting.session, f"member:{member}", "idea", {"text": "half a thought"})
    copy = tmp_path / "copy.sqlite"
    sitting.desk.backup(copy)
    raw = copy.read_bytes()
    assert b"half a thought" not in raw

    with sqlite3.connect(copy) as base:
        assert base.execute("SELECT sheet, voice, value FROM answer").fetchall() == [("closed", "~word", "loathe")]


# ------------------------------------------------------------------------------------------------ half written


def test_what_is_half_written_follows_the_member_and_nobody_else(sitting: Sitting) -> None:
    member = arrived(sitting)
    sitting.desk.keep_writing(sitting.session, f"member:{member}", "idea", {"text": "A bus"})
    sitting.desk.keep_writing(sitting.session, f"member:{member}", "idea", {"text": "A bus every"})
    of_member, of_other = (sitting.desk.identify(sitting.desk.join(code).token) for code in sitting.codes[:2])
    assert of_member is not None, "another tablet"
    assert of_other is not None
    assert sitting.desk.screen(of_member)["you"]["kept"] == {"idea": {"text": "A bus every"}}
    assert sitting.desk.screen(of_other)["you"]["kept"] == {}
    sitting.desk.keep_writing(sitting.session, f"member:{member}", "idea", {})
    assert sitting.desk.screen(of_member)["you"]["kept"] == {}, "sent, or taken out again"
    with pytest.raises(BadRequest):
        sitting.desk.keep_writing(sitting.session, f"member:{member}", "idea", {"text": "x" * 100_001})


# ------------------------------------------------------------------------------------------------ hosts


def test_a_host_has_one_table_and_sees_who_sits_where_but_no_code_and_no_vote(sitting: Sitting) -> None:
    token = sitting.desk.redeem_link(sitting.desk.issue_link("host", sitting.assembly, table=1))
    identity = sitting.desk.identify(token)
    assert identity is not None
    assert (identity.role, identity.table) == ("host", 1)
    seen = sitting.desk.screen(identity)
    assert {key for row in seen["members"] for key in row} == {"id", "name", "table", "present"}
    assert "rounds" not in seen
    for role, table in (("host", None), ("facilitator", 2), ("host", 0)):
        with pytest.raises(BadRequest):
            sitting.desk.issue_token(role, sitting.assembly, table=table)
