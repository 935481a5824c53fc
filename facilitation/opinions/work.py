"""The work of an item: opinions. Statements come, are answered, are closed; a picture is drawn once, and shown.

Who answered what stands in no event (`facilitation.store.answers`). Each member sees one statement at a time: the first
by lot, and then, of those they have not answered, one that the fewest people have answered, these in an order of their
own. So no statement is always seen first, and one that came late catches up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from facilitation.commands import ItemCommand
from facilitation.errors import BadRequest, NotFound, WrongState
from facilitation.events import Entry, Event
from facilitation.model import Item
from facilitation.opinions.commands import AddStatement, CloseOpinions, DrawOpinions, JudgeStatement, ShowOpinions
from facilitation.opinions.events import OpinionsClosed, OpinionsDrawn, OpinionsShown, StatementAdded, StatementJudged
from facilitation.told import told
from facilitation.work import Answers, Context, Sheet

AGREE, DISAGREE, PASS = "agree", "disagree", "pass"
VALUES: Final = (AGREE, DISAGREE, PASS)
SIGNS: Final = MappingProxyType({AGREE: "+", DISAGREE: "-", PASS: "0"})
SHEET, AT, WRITERS = "opinions", "at", "writers"
"""The sheet with the answers; until the close one more says which statement somebody has before them (`AT`), so that it
stays there, or wants to see again, and which they answered last; and one who wrote which."""
AGAIN, LAST = "again", "last"
SHOWN, HELD, WITHDRAWN = "shown", "held", "withdrawn"
STATES: Final = (SHOWN, HELD, WITHDRAWN)
REASONS: Final = MappingProxyType(
    {
        "": "",
        "twice": told("it says the same as another one"),
        "several": told("it says more than one thing"),
        "person": told("it is about a person"),
        "question": told("it is about something else"),
        "hurtful": told("it could hurt people"),
        "unclear": told("it is hard to understand"),
        "writer": told("whoever wrote it asked for that"),
    }
)
"""Why a statement is held back or withdrawn: from a list, since free words of the journal could never be erased."""
LONGEST_STATEMENT: Final = 280
MOST_STATEMENTS: Final = 500
FACILITATOR: Final = "facilitator"
LEAST_STRAIGHT: Final = 7
"""Whoever said the same of so many statements and of all they answered (see `votes.straight_liners`)."""


@dataclass(frozen=True)
class Statement:
    """One statement: `text` is the id of its words."""

    text: str
    by: str
    state: str
    reason: str = ""


@dataclass(frozen=True)
class OpinionsWork:
    """All that is known of it but the answers."""

    statements: Mapping[str, Statement] = field(default_factory=dict)
    closed: bool = False
    people: int = 0
    answers: int = 0
    straight: int = 0
    picture: Mapping[str, Any] | None = None
    members: bool = False
    hall: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        """The statements that can be answered, in the order in which they came."""
        return tuple(one.text for one in self.statements.values() if one.state == SHOWN)


def decide(work: OpinionsWork, command: ItemCommand, context: Context) -> tuple[Event, ...]:
    """The events that a command amounts to; none where it was carried out before."""
    place = (command.session, context.item.work_id)
    match command:
        case AddStatement(actor=actor, text=text, commitment=commitment):
            if text in work.statements:
                return ()
            held = _added(work, actor, context)
            return (StatementAdded(*place, text, commitment, actor, held),)
        case JudgeStatement(text=text, state=state, reason=reason):
            found = _judged(work, command)
            same = (found.state, found.reason) == (state, reason)
            return () if same else (StatementJudged(*place, text, state, reason),)
        case CloseOpinions(people=people, answers=answers, straight=straight):
            if work.closed:
                return ()
            if not work.statements:
                raise WrongState("There are no statements yet.", "Add some first; an item can end without.")
            return (OpinionsClosed(*place, people, answers, straight),)
        case DrawOpinions(picture=picture):
            if not work.closed:
                raise WrongState("People can still answer.", "Close the opinions first.")
            return () if work.picture is not None else (OpinionsDrawn(*place, picture),)
        case ShowOpinions(members=members, hall=hall):
            if work.picture is None:
                raise WrongState("There is no picture yet.", "Close the opinions, and have the picture drawn.")
            same = (work.members, work.hall) == (members, hall)
            return () if same else (OpinionsShown(*place, members, hall),)
    raise WrongState(f"“{context.item.title}” is not an item in which this can be done.", "Look at what is on now.")


def _added(work: OpinionsWork, actor: str, context: Context) -> bool:
    """Whether a new statement waits for the facilitator; refused where none can be added."""
    still_open(work)
    if len(work.statements) >= MOST_STATEMENTS:
        raise WrongState(f"There are {MOST_STATEMENTS} statements already.", "Withdraw some, or close the opinions.")
    if actor == FACILITATOR:
        return False
    terms = terms_of(context.item.terms)
    if not terms["add"] or not context.item.running:
        raise WrongState(
            f"Statements of members are not taken in “{context.item.title}” now.", "Say it at your table instead."
        )
    return bool(terms["moderated"])


def _judged(work: OpinionsWork, command: JudgeStatement) -> Statement:
    still_open(work)
    if command.text not in work.statements:
        raise NotFound("There is no such statement.", "Choose one from the list.")
    if command.state not in STATES or command.reason not in REASONS:
        raise BadRequest(f"“{command.state[:40]}” cannot be done with a statement.", "Show it, hold it or withdraw it.")
    if command.state == WITHDRAWN and not command.reason:
        raise BadRequest("A statement is withdrawn for a reason.", "Choose one from the list.")
    return work.statements[command.text]


def still_open(work: OpinionsWork) -> None:
    """Refuse what comes after the close."""
    if work.closed:
        raise WrongState("These opinions are closed.", "Nothing can be changed in them any more.")


def answerable(work: OpinionsWork, item: Item, statement: str, value: str) -> None:
    """Refuse an answer that cannot be given."""
    still_open(work)
    if not item.running:
        raise WrongState(f"“{item.title}” is not on now.", "Answer while it is on.")
    if statement not in work.shown:
        raise NotFound("This statement cannot be answered (any more).", "Go on with the next one.")
    if value not in VALUES:
        raise BadRequest(f"“{value[:40]}” is no answer.", "Choose agree, disagree or pass.")


def apply(work: OpinionsWork, entry: Entry) -> OpinionsWork:
    """The work after one of its events."""
    match entry.event:
        case StatementAdded(text=text, by=by, held=held):
            added = Statement(text, by, HELD if held else SHOWN)
            return replace(work, statements={**work.statements, text: added})
        case StatementJudged(text=text, state=state, reason=reason):
            judged = replace(work.statements[text], state=state, reason=reason)
            return replace(work, statements={**work.statements, text: judged})
        case OpinionsClosed(people=people, answers=answers, straight=straight):
            return replace(work, closed=True, people=people, answers=answers, straight=straight)
        case OpinionsDrawn(picture=picture):
            return replace(work, picture=picture)
        case OpinionsShown(members=members, hall=hall):
            return replace(work, members=members, hall=hall)
    return work


TERMS: Final[Mapping[str, Any]] = MappingProxyType({"add": True, "moderated": True, "each": 5})


def read_terms(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the agenda says: whether members add statements, whether these are read first, and how many each may add."""
    given = {name: row[name] for name in TERMS if name in row}
    wrong = [name for name in ("add", "moderated") if type(given.get(name, True)) is not bool]
    each = given.get("each", 1)
    if wrong or type(each) is not int or not 1 <= each <= 50:
        raise BadRequest("The terms of these opinions cannot be read.", "Give true or false, and 1 to 50 for each.")
    return given


def terms_of(terms: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same, with what the agenda does not say filled in."""
    return {**TERMS, **terms}


def next_for(work: OpinionsWork, answers: Answers, who: tuple[str, str], counts: Mapping[str, int]) -> str | None:
    """The statement that this member has before them; None once they have answered all.

    `who` is the item and the member, so that the same member has another order in another item; `counts` says how many
    have answered each statement, where it is known. What is before somebody stays before them.
    """
    member = who[1]
    mine, place = answers.of(SHEET).get(member, {}), answers.of(AT).get(member, {})
    left = [text for text in work.shown if text not in mine]
    if (again := place.get(AGAIN)) in work.shown:
        return again
    if (at := place.get(AT)) in left:
        return at
    return min(left, key=lambda text: (counts.get(text, 0) if mine else 0, _chance(*who, text)), default=None)


def _chance(*seed: str) -> bytes:
    return hashlib.sha256("\n".join(seed).encode()).digest()


def rows_of(work: OpinionsWork, sheet: Sheet) -> list[str]:
    """What each voice said of the statements that are shown, as +, -, 0 and dots, in an order that says nothing."""
    rows = ("".join(SIGNS.get(parts.get(text, ""), ".") for text in work.shown) for parts in sheet.values())
    return sorted(row for row in rows if row.strip("."))


def straight_liners(rows: Iterable[str]) -> int:
    """How many said the same of everything they answered, of at least seven statements.

    >>> straight_liners(["+++++++...", "++++++", "++++++-+"])
    1
    """
    said = [row.replace(".", "") for row in rows]
    return sum(len(row) >= LEAST_STRAIGHT and len(set(row)) == 1 for row in said)
