"""Evidence: slots that cut nobody off, a question bank that keeps its number, papers that only can be read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.activities import evidence
from facilitation.commands import ItemCommand
from facilitation.errors import BadRequest, NotFound, Refusal, WrongState
from facilitation.events import KINDS, Entry
from facilitation.evidence import commands as ask
from facilitation.evidence.bank import Bank
from facilitation.evidence.files import FORMS, file_name, paper
from facilitation.evidence.plan import plan_of, terms
from facilitation.evidence.work import Evidence
from facilitation.model import Assembly, Item, Member, Session
from facilitation.work import Answers, Context, Seen

START = datetime(2027, 3, 6, 10, 0, tzinfo=UTC)
LATER = START + timedelta(hours=1)
TABLES = (1, 2, 3)
PLAN = terms({"speakers": [{"name": "Dr Rahman", "subject": "Heat pumps"}, {"name": "Sian Pugh", "minutes": 5}]})


@dataclass
class Desk:
    """A piece of evidence that is run by commands alone; what happened is kept, and read back as it stood."""

    work: Evidence = field(default_factory=evidence.state)
    item: Item = field(default_factory=lambda: Item("i", "evidence", "Heating", "", "10:00", 45, START, terms=PLAN))
    before: Item | None = None
    at: datetime = START
    entries: list[Entry] = field(default_factory=list)

    @property
    def state(self) -> Assembly:
        members = {f"m{table}": Member(f"m{table}", table, "") for table in TABLES}
        return Assembly("a", members=members, sessions={"s": self.session})

    @property
    def session(self) -> Session:
        agenda = (self.item,) if self.before is None else (self.before, self.item)
        return Session("s", "Saturday", agenda, current=self.item.id)

    def do(self, command: type[ItemCommand], *said: Any) -> int:
        """Carry the command out; how many events it came to."""
        context = Context(self.state, self.session, self.item, self.at)
        events = evidence.decide(self.work, command("s", "somebody", self.item.id, *said), context)
        for event in events:
            entry = Entry(len(self.entries) + 1, self.at, "somebody", KINDS[event.kind](**event.data()))
            self.entries.append(entry)
            self.work = evidence.apply(self.work, entry)
        return len(events)

    def ask(self, text: str, table: int = 1) -> int:
        return self.do(ask.AskQuestion, table, text, "hash of it")

    def seen(self, **words: str) -> Seen:
        texts = {text: f"What about {text}?" for text in self.work.bank.questions} | words
        return Seen(self.state, self.session, self.item, {}, texts, Answers(), self.at)

    def shown(self, audience: Any = "member", **words: str) -> dict[str, Any]:
        return evidence.screen(self.work, self.seen(**words), audience)

    @property
    def bank(self) -> Bank:
        return self.work.bank


# ---------------------------------------------------------------------------------------------------------------- plan


def test_a_plan_says_who_speaks_and_how_much_may_be_asked() -> None:
    assert PLAN["questions"] == 2
    assert [(one["name"], one["minutes"]) for one in PLAN["speakers"]] == [("Dr Rahman", 10), ("Sian Pugh", 5)]
    assert plan_of(PLAN) == plan_of(terms(PLAN)), "what the journal keeps is read as the same plan"
    assert terms({}) == {}
    lines = plan_of({"speakers": "Dr Rahman; Heat pumps; 10\n\nSian Pugh;; 5\n"})
    assert [(one.name, one.subject, one.minutes) for one in lines.speakers][1] == ("Sian Pugh", "", 5)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"questions": -1}, "-1 is not a number of questions"),
        ({"questions": "2"}, "'2' is not a number"),
        ({"questions": True}, "True is not a number"),
        ({"speakers": 7}, "are a list"),
        ({"speakers": [{}]}, "Speaker 1 needs a name"),
        ({"speakers": ["A", 3]}, "Speaker 2 cannot be read"),
        ({"speakers": "A; b; c; d"}, "more than three parts"),
        ({"speakers": "A; b; soon"}, "'soon' is not a length"),
        ({"speakers": [{"name": "A", "minutes": 0}]}, "0 is not a length"),
        ({"speakers": [{"name": "x" * 101}]}, "they have 101 and 0"),
        ({"speakers": ["A"] * 21}, "1 to 20 speakers"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_its_place(row: dict[str, Any], says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        terms(row)


# --------------------------------------------------------------------------------------------------------------- slots


def test_speakers_follow_one_another_and_nobody_is_cut_off() -> None:
    desk = Desk()
    assert desk.do(ask.StartSlot, 1) == 1
    assert desk.do(ask.StartSlot, 1) == 0, "pressing twice starts one speaker"
    desk.at += timedelta(minutes=12)
    slot = desk.shown()["slot"]
    assert (slot["name"], slot["subject"], slot["seconds_left"]) == ("Dr Rahman", "Heat pumps", -120)
    desk.do(ask.ExtendSlot, 180)
    assert desk.shown()["slot"]["seconds_left"] == 60
    assert desk.do(ask.StartSlot, 2) == 2, "the next speaker ends the one before"
    desk.at += timedelta(minutes=4, seconds=30)
    desk.item = replace(desk.item, ended_at=desk.at)
    desk.at += timedelta(hours=1)
    shown = desk.shown()
    assert shown["slot"] is None
    assert shown["next_speaker"] is None
    assert [(one["state"], one["seconds"]) for one in shown["speakers"]] == [("done", 720), ("done", 270)]
    assert evidence.minutes(desk.work, desk.seen()) == [
        "## Speakers",
        "- 10:00–10:12: Dr Rahman, “Heat pumps” (12 min 0 s, planned 10 min)",
        "- 10:12–10:16: Sian Pugh (4 min 30 s, planned 5 min)",
    ]


def test_a_speaker_may_come_again_and_may_be_missing() -> None:
    desk = Desk()
    for speaker in (2, 2):
        desk.do(ask.StartSlot, speaker)
        desk.at += timedelta(minutes=2)
        desk.do(ask.EndSlot)
    assert desk.do(ask.EndSlot) == 0
    desk.item = replace(desk.item, ended_at=desk.at)
    assert desk.shown()["speakers"][1]["seconds"] == 240
    assert evidence.minutes(desk.work, desk.seen())[-1] == "- Planned and not heard: Dr Rahman"


def test_who_speaks_may_change_but_for_those_who_have_begun() -> None:
    desk = Desk()
    desk.do(ask.StartSlot, 1)
    for lines in (
        "Somebody else; Heat pumps; 10",
        "",
        "Dr Rahman; Heat pumps; 11",
        "Sian Pugh;;5\nDr Rahman; Heat pumps",
    ):
        with pytest.raises(WrongState, match="Dr Rahman has begun"):
            desk.do(ask.ChangeSpeakers, lines)
    assert desk.do(ask.ChangeSpeakers, "Dr Rahman; Heat pumps; 10\nSian Pugh; ; 5") == 0
    desk.do(ask.ChangeSpeakers, desk.shown("facilitator")["lines"].replace("Sian Pugh", "Carys Llŵyd"))
    desk.do(ask.StartSlot, 2)
    assert desk.shown()["slot"]["name"] == "Carys Llŵyd"
    with pytest.raises(BadRequest, match="Speaker 3 needs a name"):
        desk.do(ask.ChangeSpeakers, "Dr Rahman; Heat pumps; 10\nCarys Llŵyd; ; 5\n;;3")


@pytest.mark.parametrize(
    ("running", "command", "said", "what"),
    [
        (False, ask.StartSlot, 1, WrongState),
        (False, ask.ExtendSlot, 60, WrongState),
        (True, ask.ExtendSlot, 60, WrongState),
        (True, ask.StartSlot, 3, NotFound),
        (True, ask.StartSlot, 0, NotFound),
        (True, ask.StartSlot, -1, NotFound),
    ],
)
def test_slots_are_refused_where_nobody_can_speak(running: bool, command: Any, said: int, what: type[Refusal]) -> None:
    desk = Desk()
    desk.item = replace(desk.item, ended_at=None if running else START)
    before = desk.work
    with pytest.raises(what):
        desk.do(command, said)
    assert desk.work is before


def test_more_time_has_its_bounds() -> None:
    desk = Desk()
    desk.do(ask.StartSlot, 1)
    for seconds in (0, 3601, -3601):
        with pytest.raises(BadRequest, match=str(seconds)):
            desk.do(ask.ExtendSlot, seconds)


# ----------------------------------------------------------------------------------------------------------- questions


@st.composite
def days(draw: st.DrawFn) -> list[tuple[str, str, str, int]]:
    """What people do with questions, in any order and also where it cannot be done."""
    act = st.sampled_from(["ask", "ask", "ask", "withdraw", "merge", "part", "support", "mark"])
    text, table = st.sampled_from("abcdefgh"), st.sampled_from(TABLES)
    return draw(st.lists(st.tuples(act, text, text, table), max_size=50))


def lived(day: list[tuple[str, str, str, int]], each: int) -> Iterator[Desk]:
    """The bank after every step of the day."""
    desk = Desk(item=Item("i", "evidence", "Heating", "", "10:00", 45, START, terms=terms({"questions": each})))
    for number, (act, text, other, table) in enumerate(day):
        marks = ("now", "answered", "owed", "dropped", "waiting")
        commands: dict[str, tuple[Any, ...]] = {
            "ask": (ask.AskQuestion, table, text, "hash"),
            "withdraw": (ask.WithdrawQuestion, text, table),
            "merge": (ask.MergeQuestions, text, other, number % 4),
            "part": (ask.PartQuestion, text, 1, 2),
            "support": (ask.SupportQuestion, text, number % 5),
            "mark": (ask.MarkQuestion, text, marks[number % 5]),
        }
        before = desk.work
        try:
            desk.do(*commands[act])
        except Refusal:
            assert desk.work is before, "what is refused has changed nothing"
        yield desk


@settings(max_examples=200, deadline=None)
@given(days(), st.integers(0, 3))
def test_no_table_ever_has_more_questions_than_its_number(day: list[tuple[str, str, str, int]], each: int) -> None:
    for desk in lived(day, each):
        assert all(len(desk.bank.of_table(table, "i")) <= each for table in TABLES)


@settings(max_examples=200, deadline=None)
@given(days())
def test_every_wording_stands_in_one_place_and_one_question_is_answered_at_a_time(
    day: list[tuple[str, str, str, int]],
) -> None:
    desk = Desk()
    for desk in lived(day, 3):
        shown = [one.text for root in desk.bank.roots() for one in desk.bank.wordings(root.text)]
        assert sorted(shown) == sorted(one.text for one in desk.bank.questions.values() if not one.withdrawn)
        assert sum(root.mark == "now" for root in desk.bank.roots()) <= 1
        order = [(-root.votes, root.seq) for root in desk.bank.roots()]
        assert order == sorted(order)
    again = evidence.state()
    for entry in desk.entries:
        again = evidence.apply(again, entry)
    assert again == desk.work, "the bank follows from the journal alone"


@settings(max_examples=150, deadline=None)
@given(days(), st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))
def test_parting_undoes_merging_exactly(day: list[tuple[str, str, str, int]], text: str, other: str) -> None:
    desk = [Desk(), *lived(day, 3)][-1]
    before = desk.bank
    try:
        desk.do(ask.MergeQuestions, text, other, 9)
    except Refusal:
        return
    if desk.bank == before:
        return  # they were together already
    assert before.questions[text].text in {one.text for one in desk.bank.under(other)}
    assert desk.bank.one(other).votes == 9
    desk.do(ask.PartQuestion, text, before.one(text).votes, before.one(other).votes)
    assert desk.bank == before


def two_tables() -> Desk:
    desk = Desk()
    for text, table in (("a", 1), ("b", 1), ("c", 2)):
        desk.ask(text, table)
    return desk


def test_a_third_question_is_refused_and_says_what_to_do() -> None:
    desk = two_tables()
    assert desk.ask("a") == 0, "sent twice is asked once, also by a table that has asked all it may"
    with pytest.raises(WrongState, match="Table 1 has asked its 2 questions") as refused:
        desk.ask("d")
    assert "write both as one" in refused.value.remedy
    desk.do(ask.MergeQuestions, "b", "c", 0)
    with pytest.raises(WrongState):
        desk.ask("d")  # put together is not withdrawn
    desk.do(ask.WithdrawQuestion, "b", 1)
    assert desk.ask("d") == 1


def test_what_is_answered_cannot_be_withdrawn_to_make_room() -> None:
    desk = two_tables()
    desk.do(ask.MarkQuestion, "a", "answered")
    for table in (1, None):
        with pytest.raises(WrongState, match="too late to withdraw"):
            desk.do(ask.WithdrawQuestion, "a", table)
    with pytest.raises(WrongState, match="settled: Answered"):
        desk.do(ask.SupportQuestion, "a", 1)
    with pytest.raises(WrongState, match="only that table"):
        desk.do(ask.WithdrawQuestion, "b", 2)
    assert desk.do(ask.WithdrawQuestion, "b", None) == 1
    assert desk.do(ask.WithdrawQuestion, "b", 1) == 0


def test_merging_what_is_merged_says_so_and_trees_come_apart_as_they_were() -> None:
    desk = two_tables()
    desk.ask("d", 3)
    desk.do(ask.MergeQuestions, "b", "c", 2)
    assert desk.do(ask.MergeQuestions, "b", "c", 2) == 0
    with pytest.raises(WrongState, match="put together with another"):
        desk.do(ask.MergeQuestions, "b", "a", 2)
    with pytest.raises(WrongState, match="put together with another"):
        desk.do(ask.MergeQuestions, "a", "b", 2)
    with pytest.raises(BadRequest, match="with itself"):
        desk.do(ask.MergeQuestions, "c", "c", 2)
    with pytest.raises(NotFound):
        desk.do(ask.MergeQuestions, "c", "nowhere", 2)
    desk.do(ask.MergeQuestions, "c", "d", 5)
    shown = desk.shown()["questions"]["waiting"]
    assert [(one["id"], one["votes"], one["tables"]) for one in shown] == [("d", 5, [1, 2, 3]), ("a", 0, [1])]
    assert [one["words"] for one in shown[0]["others"]] == ["What about b?", "What about c?"]
    desk.do(ask.PartQuestion, "c", 2, 0)
    assert [one.text for one in desk.bank.under("c")] == ["b"]
    assert desk.do(ask.PartQuestion, "c", 2, 0) == 0


def test_taking_up_the_next_question_answers_the_one_before() -> None:
    desk = two_tables()
    desk.do(ask.SupportQuestion, "c", 3)
    assert [one["id"] for one in desk.shown()["questions"]["waiting"]] == ["c", "a", "b"]
    desk.do(ask.MarkQuestion, "c", "now")
    assert desk.do(ask.MarkQuestion, "c", "now") == 0
    assert desk.do(ask.MarkQuestion, "a", "now") == 2
    asked = desk.shown("hall")["questions"]
    assert (asked["now"]["id"], [one["id"] for one in asked["answered"]]) == ("a", ["c"])
    desk.do(ask.MarkQuestion, "c", "waiting")
    assert [one["id"] for one in desk.shown()["questions"]["waiting"]] == ["c", "b"]
    desk.item = replace(desk.item, ended_at=desk.at)
    with pytest.raises(WrongState, match="is not running"):
        desk.do(ask.MarkQuestion, "b", "now")
    assert desk.do(ask.MarkQuestion, "b", "owed", "n", "hash") == 1
    with pytest.raises(BadRequest, match="cannot become"):
        desk.do(ask.MarkQuestion, "b", "<b>")


def test_owed_questions_come_back_in_the_item_that_goes_on() -> None:
    desk = two_tables()
    desk.do(ask.MarkQuestion, "c", "owed", "n", "hash")
    desk.do(ask.MarkQuestion, "a", "answered", "n2", "hash")
    assert [one["id"] for one in desk.shown()["questions"]["owed"]] == ["c"]
    lines = evidence.minutes(desk.work, desk.seen(n="Dr Rahman writes", n2="Sian Pugh"))
    assert lines == [
        "## Questions",
        "3 questions from 2 tables.",
        "- Table 1: “What about a?” – Answered by Sian Pugh.",
        "- Table 1: “What about b?” – Not answered yet.",
        "- Table 2: “What about c?” – To be answered by the next session: Dr Rahman writes.",
    ]
    desk.before, desk.item = desk.item, Item("j", "evidence", "Answers", "", "10:00", 45, LATER, continues="i")
    asked = desk.shown(n="Dr Rahman writes")["questions"]
    assert [(one["id"], one["note"]) for one in asked["carried"]] == [("c", "Dr Rahman writes")]
    assert [one["id"] for one in asked["waiting"]] == ["b"]
    assert desk.ask("d") == 1, "every table may ask anew"
    desk.do(ask.MarkQuestion, "c", "owed", "n", "hash")
    assert [one["id"] for one in desk.shown()["questions"]["owed"]] == ["c"]


def test_nobody_asks_before_the_item_begins_or_when_no_questions_are_taken() -> None:
    desk = Desk(item=Item("i", "evidence", "Heating", "", "10:00", 45, terms=PLAN))
    with pytest.raises(WrongState, match="has not begun"):
        desk.ask("a")
    desk.item = replace(desk.item, started_at=START, ended_at=START)
    assert desk.ask("a") == 1, "tables may still ask when they have talked about what they heard"
    assert desk.do(ask.AllowQuestions, 2) == 0
    desk.do(ask.AllowQuestions, 0)
    with pytest.raises(WrongState, match="No questions are taken"):
        desk.ask("b")
    assert desk.shown()["questions"]["open"] is False
    desk.do(ask.AllowQuestions, 3)
    assert desk.ask("b") == 1
    with pytest.raises(NotFound, match="no table 9"):
        desk.ask("c", 9)
    with pytest.raises(BadRequest):
        desk.do(ask.AllowQuestions, 21)


# --------------------------------------------------------------------------------------------------------------- files


def zipped(parts: dict[str, bytes], first: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        if first:
            archive.writestr(zipfile.ZipInfo("mimetype"), first)
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
ODT = FORMS["odt"].media


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.pdf", b"%PDF-1.7\n%...", "pdf"),
        ("a.PNG", b"\x89PNG\r\n\x1a\n....", "png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", "jpeg"),
        ("Llŵybr 😀.txt", "Gwres o'r ddaear\r\n\tمرحبا".encode(), "text"),
        ("a.docx", zipped(DOCX), "docx"),
        ("a.odt", zipped({"content.xml": b"<x/>"}, ODT), "odt"),
    ],
)
def test_papers_are_told_by_what_is_in_them(name: str, data: bytes, form: str) -> None:
    assert paper(name, data).form == form


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.exe", b"MZ\x90\x00"),
        ("a", b"%PDF-1.7"),
        ("", b"%PDF-1.7"),
        ("a.html", b"<html>"),
        ("a.svg", b"<svg onload='x()'/>"),
        ("a.pdf", b"MZ\x90\x00"),
        ("a.pdf", b""),
        ("a.pdf", b"%PDF-" + b"x" * (10 * 1024 * 1024)),
        ("a.png", b"\xff\xd8\xff"),
        ("a.txt", b"\x7fELF\x02"),
        ("a.txt", b"\xff\xfe\x00"),
        ("a.txt", b" <!DOCTYPE html><script>x()</script>"),
        ("a.txt", b"#!/bin/sh\n"),
        ("a.docx", zipped({**DOCX, "word/vbaProject.bin": b"x"})),
        ("a.docx", zipped({"content.xml": b"x"}, ODT)),
        ("a.docx", b"PK\x03\x04 and no list"),
        ("a.odt", zipped({"content.xml": b"<x/>", "mimetype": ODT.encode()})),
        ("a.odt", zipped({"content.xml": b"<x/>", "Basic/Standard/script-lb.xml": b"x"}, ODT)),
        ("a.odt", zipped({"content.xml": b"<x/>"}, FORMS["ods"].media)),
        ("a.docx", zipped({**DOCX, "word/media/bomb": bytes(201 * 1024 * 1024)})),
        ("a.docx", zipped(DOCX | {f"word/{n}.xml": b"" for n in range(4000)})),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_could_do_anything_or_is_not_what_it_says_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(BadRequest) as refused:
        paper(name, data)
    assert refused.value.remedy


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_file_name_leads_anywhere(name: str, title: str) -> None:
    made = paper(f"{name}.txt", b"words", title)
    assert 0 < len(made.title) <= 120
    safe = file_name(made.title, made.form)
    assert safe.endswith(".txt")
    assert not set(safe) & set('/\\"\r\n:;%\0')
    assert not safe.startswith(".")


def test_papers_are_kept_once_and_can_be_removed() -> None:
    desk = Desk()
    assert desk.do(ask.AttachPaper, "p", "hash", "pdf", 52_345, "sha") == 1
    assert desk.do(ask.AttachPaper, "p", "hash", "pdf", 52_345, "sha") == 0
    shown = desk.shown(p="Heat pumps")["papers"]
    assert [(one["title"], one["kind"], one["size"]) for one in shown] == [("Heat pumps", "PDF", "51 KB")]
    assert evidence.minutes(desk.work, desk.seen(p="Heat pumps")) == ["## Papers", "- Heat pumps (PDF, 51 KB)"]
    desk.do(ask.RemovePaper, "p")
    with pytest.raises(NotFound):
        desk.do(ask.RemovePaper, "p")
    for number in range(40):
        desk.do(ask.AttachPaper, f"p{number}", "hash", "pdf", 1, "sha")
    with pytest.raises(WrongState, match="40 papers"):
        desk.do(ask.AttachPaper, "one more", "hash", "pdf", 1, "sha")
