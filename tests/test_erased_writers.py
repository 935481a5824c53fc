"""Who is erased leaves no answer under their name, nothing half written, and no text that says whose it was.

What they wrote stays with the assembly, as a text without an author. And a session that is closed takes the people off
its own answers, not off those that another session is still asking for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asked import opinions
from assemblies import BOTH, Sitting, sitting_on

from facilitation.desk.evidence import Place
from facilitation.desk.ideas import Words

HEARD = {"speakers": [{"name": "Dr Rahman", "subject": "Heat", "minutes": 8}], "questions": 2}
AGENDA: list[dict[str, Any]] = [
    {"kind": "ideas", "terms": {"question": "What?", "minutes": 5}},
    {"kind": "opinions"},
    {"kind": "evaluation", "terms": {"when": "before"}},
    {"kind": "evidence", "terms": HEARD},
    {"kind": "drafts", "terms": {"step": "write"}},
]
DRAFT = {"title": "Run buses", "what": "Every hour", "who": "", "why": "", "concerns": ""}


@pytest.fixture(params=BOTH)
def sitting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sitting]:
    yield from sitting_on(request, tmp_path / "house.sqlite", 6)


def items_of(sitting: Sitting, session: str) -> dict[str, str]:
    agenda = sitting.desk.public_screens(session)["facilitator"]["agenda"]
    return {item["kind"]: item["id"] for item in agenda}


def begun(sitting: Sitting, session: str) -> tuple[str, str]:
    """A draft of the first member in this session, about which everyone is asked: its item and its id."""
    desk, item = sitting.desk, items_of(sitting, session)["drafts"]
    desk.start_item(session, item)
    desk.make_theme(session, item, "Travel", key=f"theme of {session}")
    theme = desk.item_screen(session, item, "facilitator")["work"]["themes"][0]["id"]
    member = next(iter(sitting.replayed().members))
    desk.choose_theme(session, item, member, theme)
    desk.start_draft(session, item, theme, DRAFT, key=f"draft of {session}", member=member)
    draft = str(desk.item_screen(session, item, "facilitator")["work"]["drafts"][0]["id"])
    desk.open_test(session, item)
    return item, draft


def test_nothing_tells_any_more_what_an_erased_person_wrote_or_answered(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    desk.plan_agenda(session, AGENDA)
    here, items = sitting.arrive(), items_of(sitting, session)
    gone = here[0]
    desk.start_item(session, items["ideas"])
    desk.write_idea(session, items["ideas"], gone, Words("k", "More buses"))
    desk.start_item(session, items["opinions"])
    desk.add_statement(session, items["opinions"], "Trams are good.", "s")
    (statement,) = desk.item_screen(session, items["opinions"], "facilitator")["work"]["list"]
    desk.answer_statement(session, items["opinions"], gone, statement["text"], "agree")
    item, draft = begun(sitting, session)
    for member in here:
        desk.answer_draft(session, item, member, draft, {"answer": "lament", "why": f"Because {member}"})
    desk.keep_writing(session, f"member:{gone}", "idea", {"words": "Half an idea"})
    desk.keep_writing(session, f"member:{here[1]}", "idea", {"words": "Another half"})
    desk.erase_person(gone, sitting.assembly)
    assert gone not in {voice for (voice,) in sitting.rows("SELECT voice FROM answer")}
    assert gone not in "".join(author for (author,) in sitting.rows("SELECT author FROM words"))
    assert [writer for (writer,) in sitting.rows("SELECT writer FROM kept_text")] == [f"member:{here[1]}"]
    assert "More buses" in {body for (body,) in sitting.rows("SELECT body FROM words")}
    if sitting.postgres is None:
        assert b"Half an idea" not in everything(sitting)
    test = desk.item_screen(session, item, "facilitator")["work"]["testing"]["test"]
    desk.close_test(session, item, test)
    counted = desk.draft_page(sitting.assembly, draft)["draft"]["last"]
    assert (counted["answered"], counted["counts"]["lament"]) == (6, 6), "what they answered counts"
    assert desk.item_screen(session, items["ideas"], "facilitator")["work"]


def test_a_session_that_is_closed_meanwhile_leaves_the_open_test_of_another_alone(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    desk.plan_agenda(session, AGENDA)
    here = sitting.arrive()
    other = desk.add_session(sitting.assembly, "Second", AGENDA)
    item, draft = begun(sitting, session)
    for member in here:
        desk.answer_draft(session, item, member, draft, {"answer": "love"})
    desk.close_session(other)
    for member in here:
        desk.answer_draft(session, item, member, draft, {"answer": "loathe"})
    desk.close_test(session, item, desk.item_screen(session, item, "facilitator")["work"]["testing"]["test"])
    last = desk.draft_page(sitting.assembly, draft)["draft"]["last"]
    assert (last["answered"], last["counts"]["loathe"]) == (6, 6), "nobody has answered twice"
    desk.close_session(session)
    assert not {voice for (voice,) in sitting.rows("SELECT voice FROM answer")} & set(here)


def test_after_the_session_no_row_says_who_wrote_what_or_was_for_which_question(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    desk.plan_agenda(session, AGENDA)
    here, items = sitting.arrive(), items_of(sitting, session)
    desk.start_item(session, items["evidence"])
    at = Place(session, items["evidence"])
    desk.ask_as_member(at, here[0], "q", "Who pays?")
    desk.ask_as_member(at, here[0], "r", "Withdrawn at once")
    asked, other = (one["id"] for one in desk.item_screen(*_of(at), "facilitator")["work"]["questions"]["waiting"])
    for member in here[:3]:
        desk.support_question(at, member, asked)
    desk.withdraw_as_member(at, here[0], other)
    if sitting.postgres is None:
        assert b"Withdrawn at once" not in everything(sitting)
    desk.start_item(session, items["opinions"])
    desk.add_statement(session, items["opinions"], "Trams are good.", "s", member=here[1])
    assert sitting.rows("SELECT body FROM words WHERE author LIKE 'member:%'") == [("Trams are good.",)]
    desk.close_opinions(session, items["opinions"])
    assert sitting.rows("SELECT body FROM words WHERE author LIKE 'member:%'") == []
    desk.close_session(session)
    (question,) = desk.item_screen(*_of(at), "facilitator")["work"]["questions"]["waiting"]
    assert question["votes"] == 3
    assert not {voice for (voice,) in sitting.rows("SELECT voice FROM answer")} & set(here)
    assert not {author.removeprefix("member:") for (author,) in sitting.rows("SELECT author FROM words")} & set(here)


def _of(at: Place) -> tuple[str, str]:
    return at.session, at.item


def everything(sitting: Sitting) -> bytes:
    return b"".join(path.read_bytes() for path in sitting.path.parent.iterdir() if path.is_file())


@pytest.mark.parametrize(("people", "told"), [(4, None), (5, 5)])
def test_of_fewer_than_five_nobody_is_told_who_said_the_same_of_everything(
    tmp_path: Path, people: int, told: int | None
) -> None:
    asked = opinions(tmp_path, 6)
    for member in asked.here[:people]:
        for one in asked.work()["list"]:
            asked.desk.answer_statement(asked.session, asked.item, member, one["text"], "agree")
    asked.desk.close_opinions(asked.session, asked.item)
    assert asked.work()["straight"] == told
    asked.close()
