"""Evidence at the desk, over a real database: what is kept where, what is forgotten, what sending twice means."""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from assemblies import Sitting

from facilitation.desk.evidence import Place
from facilitation.errors import BadRequest, NotAMember, NotFound, NotNow, NotPresent, Refusal, WrongState
from facilitation.livestream import OFF, ON
from facilitation.store.words import commitment

TERMS = {"speakers": [{"name": "Dr Rahman", "subject": "Heat pumps", "minutes": 8}], "questions": 2}
AGENDA = [
    {"kind": "evidence", "title": "Heating", "terms": TERMS},
    {"kind": "discussion"},
    {"kind": "evidence", "title": "Answers", "continues": 1},
]
PDF = b"%PDF-1.7\nheat pumps"
HARD = "<b>Pwy sy'n talu am y gwres ŵ?</b> 😀 كم يكلف؟"


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    columns = [{"table": str(table)} for table in (1, 1, 2, 3)]
    return Sitting(tmp_path / "f.sqlite", members=4, agenda=AGENDA, columns=columns)


def heating(sitting: Sitting) -> tuple[Place, list[str]]:
    """Evidence is running, and everyone is here."""
    members = sitting.arrive()
    sitting.desk.next_action(sitting.session)
    return place(sitting, 0), members


def place(sitting: Sitting, number: int) -> Place:
    return Place(sitting.session, sitting.facilitator()["agenda"][number]["id"])


def questions(sitting: Sitting, audience: str = "member") -> dict[str, Any]:
    found: dict[str, Any] = sitting.desk.public_screens(sitting.session)[audience]["item"]["work"]["questions"]
    return found


def waiting(sitting: Sitting) -> list[str]:
    return [one["id"] for one in questions(sitting)["waiting"]]


def journal(sitting: Sitting) -> str:
    return "\n".join(link.data for link in sitting.links())


def test_a_question_is_kept_outside_the_journal_and_asked_once(sitting: Sitting) -> None:
    at, members = heating(sitting)
    seq = sitting.desk.ask_as_member(at, members[0], "key-1", f"  {HARD}\r\n")
    assert sitting.desk.ask_as_member(at, members[0], "key-1", HARD) == seq, "sent twice is asked once"
    asked = questions(sitting)["waiting"]
    assert [(one["words"], one["table"], one["votes"]) for one in asked] == [(HARD, 1, 0)]
    assert "gwres" not in journal(sitting)
    assert members[0] not in sitting.links()[-1].data
    told = json.loads(sitting.links()[-1].data)
    [(salt, body)] = sitting.rows("SELECT salt, body FROM words")
    assert (body, told["commitment"]) == (HARD, commitment(salt, body))
    assert questions(sitting, "hall")["waiting"][0]["words"] == HARD


@pytest.mark.parametrize(("words", "says"), [("", "is empty"), (" \n\t ", "is empty"), ("x" * 10_000, "10000 char")])
def test_an_empty_or_endless_question_is_refused(sitting: Sitting, words: str, says: str) -> None:
    at, members = heating(sitting)
    before = sitting.links()
    with pytest.raises(BadRequest, match=says):
        sitting.desk.ask_as_member(at, members[0], "key", words)
    assert sitting.links() == before
    assert sitting.rows("SELECT * FROM words") == []


def test_a_table_keeps_its_number_whoever_sends_at_the_same_moment(sitting: Sitting) -> None:
    at, members = heating(sitting)
    desks = [sitting.opened() for _ in range(4)]
    refused: list[Refusal] = []

    def send(number: int) -> None:
        try:
            desks[number].ask_as_member(at, members[number % 2], f"key-{number}", f"Question {number}?")
        except Refusal as no:
            refused.append(no)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waiting(sitting)) == 2
    assert ["its 2 questions" in no.message for no in refused] == [True, True]
    assert len(sitting.rows("SELECT * FROM words")) == 2, "refused words are not kept"


def test_a_question_goes_with_the_person_and_the_host_and_facilitator_ask_too(sitting: Sitting) -> None:
    at, members = heating(sitting)
    desk = sitting.desk
    desk.ask_for_table(at, 3, "k", "From the host?", actor="host")
    desk.ask_for_table(at, 2, "k", "From a slip of paper?")
    desk.ask_as_member(at, members[3], "k", "From a tablet?")
    assert [one["table"] for one in questions(sitting)["waiting"]] == [3, 2, 3]
    with pytest.raises(NotFound, match="no table 7"):
        desk.ask_for_table(at, 7, "k", "From nowhere?")
    with pytest.raises(NotAMember):
        desk.ask_as_member(at, "nobody", "k", "Who am I?")
    desk.mark_left(sitting.session, members[2])
    with pytest.raises(NotPresent):
        desk.ask_as_member(at, members[2], "k", "Am I here?")
    assert desk.own_work(at.session, at.item, members[3])["left"] == 0


def test_withdrawing_forgets_the_words_and_makes_room(sitting: Sitting) -> None:
    at, members = heating(sitting)
    desk = sitting.desk
    for number in (1, 2):
        desk.ask_as_member(at, members[0], f"key-{number}", f"Question {number}?")
    with pytest.raises(WrongState, match="Table 1 has asked its 2 questions"):
        desk.ask_as_member(at, members[1], "key-3", "Question 3?")
    first = waiting(sitting)[0]
    with pytest.raises(WrongState, match="only that table"):
        desk.withdraw_as_member(at, members[2], first)
    assert desk.own_work(at.session, at.item, members[1])["mine"][0]["loose"] is True
    desk.withdraw_as_member(at, members[1], first)
    desk.withdraw_as_member(at, members[1], first)
    assert sitting.rows("SELECT body FROM words") == [("Question 2?",)]
    desk.ask_as_member(at, members[1], "key-3", "Question 3?")
    with pytest.raises(WrongState, match="was withdrawn"):
        desk.ask_as_member(at, members[0], "key-1", "Question 1?")
    assert sorted(sitting.rows("SELECT body FROM words")) == [("Question 2?",), ("Question 3?",)]


def three_questions(sitting: Sitting) -> tuple[Place, list[str], list[str]]:
    at, members = heating(sitting)
    for number, table in enumerate((1, 2, 3), start=1):
        sitting.desk.ask_for_table(at, table, f"key-{number}", f"Question {number}?")
    return at, members, waiting(sitting)


def test_everyone_counts_once_also_for_what_was_put_together(sitting: Sitting) -> None:
    at, members, (one, two, three) = three_questions(sitting)
    desk = sitting.desk
    for member, text in ((0, one), (0, one), (0, two), (1, two), (2, two), (3, three)):
        desk.support_question(at, members[member], text)
    assert waiting(sitting) == [two, one, three]
    desk.merge_questions(at, two, one)
    assert [(row["id"], row["votes"]) for row in questions(sitting)["waiting"]] == [(one, 3), (three, 1)]
    assert desk.own_work(at.session, at.item, members[1])["supported"] == [one]
    with pytest.raises(WrongState, match="put together"):
        desk.support_question(at, members[3], two)
    desk.part_question(at, two)
    assert [(row["id"], row["votes"]) for row in questions(sitting)["waiting"]] == [(two, 3), (one, 1), (three, 1)]
    desk.merge_questions(at, two, one)
    desk.support_question(at, members[0], one, withdraw=True)
    assert questions(sitting)["waiting"][0]["votes"] == 2
    assert desk.own_work(at.session, at.item, members[0])["supported"] == []


def test_no_row_says_who_is_for_a_question(sitting: Sitting) -> None:
    at, members, (one, _, _) = three_questions(sitting)
    before = len(sitting.links())
    sitting.desk.support_question(at, members[2], one)
    [row] = sitting.links()[before:]
    assert (row.actor, json.loads(row.data)) == (
        "member",
        {"session": at.session, "item": at.item, "text": one, "votes": 1},
    )


def test_a_note_is_a_text_too_and_owed_questions_wait_for_the_next_item(sitting: Sitting) -> None:
    at, members, (one, two, three) = three_questions(sitting)
    desk = sitting.desk
    desk.mark_question(at, one, "answered", note="Dr Rahman", key="a")
    seq = desk.mark_question(at, two, "owed", note="The ministry writes", key="b")
    assert desk.mark_question(at, two, "owed", note="The ministry writes", key="b") == seq
    with pytest.raises(BadRequest, match="room for 200"):
        desk.mark_question(at, three, "owed", note="x" * 201)
    assert "ministry" not in journal(sitting)
    written = desk.minutes(sitting.session)
    assert "Table 1: “Question 1?” – Answered by Dr Rahman." in written
    assert "Table 2: “Question 2?” – To be answered by the next session: The ministry writes." in written
    assert "Planned and not heard" not in written, "the item still runs"
    desk.next_action(sitting.session)
    desk.ask_as_member(at, members[0], "late", "What did we miss?")  # the tables have talked about what they heard
    desk.next_action(sitting.session)
    now = questions(sitting)
    assert [(row["words"], row["note"], row["from"]) for row in now["carried"]] == [
        ("Question 2?", "The ministry writes", "Heating")
    ]
    assert [row["words"] for row in now["waiting"]] == ["Question 3?", "What did we miss?"]
    with pytest.raises(WrongState, match="goes on as “Answers”"):
        desk.ask_as_member(at, members[0], "later", "And now?")
    written = desk.minutes(sitting.session)  # once for both items
    assert "Table 1: “Question 1?” – Answered by Dr Rahman." in written
    assert written.count("Question 2?") == 1
    assert "Planned and not heard: Dr Rahman" in written
    desk.ask_as_member(place(sitting, 2), members[0], "later", "And now?")
    assert desk.own_work(at.session, place(sitting, 2).item, members[0])["used"] == 1


def test_a_later_session_goes_on_with_what_is_open(sitting: Sitting) -> None:
    at, _, (one, two, _) = three_questions(sitting)
    desk = sitting.desk
    desk.mark_question(at, one, "answered")
    desk.mark_question(at, two, "owed")
    desk.close_session(sitting.session)
    with pytest.raises(NotNow):
        desk.ask_for_table(at, 1, "k", "Too late?")
    later = desk.add_session(sitting.assembly, "Sunday", [{"kind": "evidence", "continues": at.item}])
    desk.next_action(later)
    seen = desk.public_screens(later)["member"]["item"]["work"]["questions"]
    assert [row["from"] for row in seen["carried"]] == ["Heating, Session 1"]
    assert [row["words"] for row in seen["waiting"]] == ["Question 3?"]


def test_papers_are_looked_at_kept_and_forgotten(sitting: Sitting) -> None:
    desk, at = sitting.desk, place(sitting, 0)
    seq = desk.attach_paper(at, "form-1", ("C:\\x\\Heat.pdf", PDF), "How heat pumps work")
    assert desk.attach_paper(at, "form-1", ("Heat.pdf", PDF), "How heat pumps work") == seq
    told = json.loads(sitting.links()[-1].data)
    assert (told["form"], told["size"], told["sha256"]) == ("pdf", len(PDF), hashlib.sha256(PDF).hexdigest())
    assert "Heat" not in sitting.links()[-1].data
    [group] = desk.evidence_papers(sitting.assembly)
    assert group["item"] == "Heating"
    text = group["papers"][0]["id"]
    file = desk.paper_file(sitting.assembly, text)
    assert (file.title, file.form, file.data) == ("How heat pumps work", "pdf", PDF)
    desk.close_session(sitting.session)
    assert desk.paper_file(sitting.assembly, text).data == PDF, "members reopen it when the session is over"
    with pytest.raises(NotFound):
        desk.paper_file(sitting.assembly, "nothing")
    with pytest.raises(BadRequest, match="not what its ending says"):
        desk.attach_paper(at, "form-2", ("setup.pdf", b"MZ\x90\x00"))


def test_a_removed_paper_is_gone_from_the_file(sitting: Sitting) -> None:
    desk, at = sitting.desk, place(sitting, 0)
    desk.attach_paper(at, "form-1", ("Heat.pdf", PDF))
    text = desk.evidence_papers(sitting.assembly)[0]["papers"][0]["id"]
    desk.remove_paper(at, text)
    assert desk.evidence_papers(sitting.assembly) == []
    assert sitting.rows("SELECT * FROM blob") == []
    assert sitting.rows("SELECT * FROM words") == []
    with pytest.raises(NotFound):
        desk.paper_file(sitting.assembly, text)


def stream_on_all(sitting: Sitting) -> set[str]:
    return {str(screen["livestream"]["words"]) for screen in sitting.desk.public_screens(sitting.session).values()}


def test_screens_say_that_the_room_is_private_only_when_somebody_has_said_so(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    assert stream_on_all(sitting) == {""}
    with pytest.raises(WrongState, match="not streamed"):
        desk.switch_livestream(session, on=False)
    desk.plan_livestream(session, used=True)
    assert stream_on_all(sitting) == {ON}
    desk.next_action(session)
    sitting.clock.go_on(1800)
    desk.next_action(session)
    assert sitting.facilitator()["item"]["kind"] == "discussion"
    assert stream_on_all(sitting) == {ON}, "tables are usually private, but nobody has seen to the camera yet"
    assert sitting.facilitator()["livestream"]["wants"] is False
    seq = desk.switch_livestream(session, on=False)
    assert desk.switch_livestream(session, on=False) == seq
    assert stream_on_all(sitting) == {OFF}
    assert sitting.facilitator()["livestream"]["wants"] is None
    sitting.clock.go_on(600)
    desk.next_action(session)
    assert stream_on_all(sitting) == {ON}, "evidence is usually streamed: the safe guess"
    sitting.clock.go_on(60)
    desk.close_session(session)
    with pytest.raises(NotNow):
        desk.switch_livestream(session, on=False)
    assert "Livestream on: 10:00–10:30, 10:40–10:41. Off: 10:30–10:40.\n" in desk.minutes(session)


def test_undoing_an_act_does_not_switch_the_stream_back(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    desk.plan_livestream(session, used=True)
    desk.next_action(session)
    desk.next_action(session)
    desk.switch_livestream(session, on=False)
    desk.undo(session)
    assert sitting.facilitator()["item"]["kind"] == "evidence"
    assert stream_on_all(sitting) == {OFF}


def test_the_livestream_is_said_in_the_middle_of_a_vote_too(sitting: Sitting) -> None:
    sitting.desk.plan_livestream(sitting.session, used=True)
    sitting.open_round()
    sitting.desk.switch_livestream(sitting.session, on=False)
    assert stream_on_all(sitting) == {OFF}
    assert sitting.phase() == "voting"
