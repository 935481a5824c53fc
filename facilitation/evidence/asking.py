"""What may be done with questions: who may ask, withdraw, support, merge, part and mark. The laws stand in `bank`."""

from __future__ import annotations

from typing import TypeAlias

from facilitation.errors import BadRequest, NotFound, WrongState
from facilitation.event import Event
from facilitation.evidence.bank import MARKS, Bank
from facilitation.evidence.commands import (
    AllowQuestions,
    AskQuestion,
    MarkQuestion,
    MergeQuestions,
    PartQuestion,
    SupportQuestion,
    WithdrawQuestion,
)
from facilitation.evidence.events import (
    QuestionAsked,
    QuestionMarked,
    QuestionMerged,
    QuestionParted,
    QuestionsAllowed,
    QuestionSupported,
    QuestionWithdrawn,
)
from facilitation.evidence.plan import MOST_QUESTIONS, plan_of
from facilitation.told import told, told_count
from facilitation.work import Context

Asking: TypeAlias = (
    AllowQuestions | AskQuestion | WithdrawQuestion | SupportQuestion | MergeQuestions | PartQuestion | MarkQuestion
)


def decide(bank: Bank, command: Asking, context: Context) -> tuple[Event, ...]:
    """What a command about the question bank amounts to; nothing where it was carried out before."""
    match command:
        case AllowQuestions():
            return _allowed(bank, command, context)
        case AskQuestion():
            return _asked(bank, command, context)
        case WithdrawQuestion():
            return _withdrawn(bank, command, context)
        case SupportQuestion(text=text, votes=votes):
            _begun(context)
            supported = bank.alive(text)
            return () if supported.votes == votes else (QuestionSupported(*_at(context), text, votes),)
        case MergeQuestions():
            return _merged(bank, command, context)
        case PartQuestion(text=text, votes=votes, left=left):
            return (QuestionParted(*_at(context), text, votes, left),) if bank.one(text).under else ()
        case MarkQuestion():
            return _marked(bank, command, context)


def _at(context: Context) -> tuple[str, str]:
    return context.session.id, context.item.work_id


def _begun(context: Context) -> None:
    if context.item.started_at is None:
        raise WrongState(
            told("“{title}” has not begun.", title=context.item.title), told("Wait until the facilitator starts it.")
        )


def _still_here(context: Context) -> None:
    """Questions are asked in the newest item of this work: there every table has its number anew."""
    mine = context.item
    begun = [
        (one.started_at, place)
        for place, one in enumerate(context.session.agenda)
        if one.work_id == mine.work_id and one.started_at is not None
    ]
    newest = context.session.agenda[max(begun)[1]] if begun else mine
    if newest.id != mine.id:
        raise WrongState(
            told("“{title}” goes on as “{newest}”.", title=mine.title, newest=newest.title),
            told("Send the question there."),
        )


def _allowed(bank: Bank, command: AllowQuestions, context: Context) -> tuple[Event, ...]:
    if not 0 <= command.each <= MOST_QUESTIONS:
        raise BadRequest(
            f"{command.each} is not a number of questions for a table.",
            f"Give a whole number from 0 (nobody can ask any more) to {MOST_QUESTIONS}.",
        )
    item = context.item
    if bank.each(item.id, plan_of(item.terms).questions) == command.each:
        return ()
    return (QuestionsAllowed(*_at(context), item.id, command.each),)


def _asked(bank: Bank, command: AskQuestion, context: Context) -> tuple[Event, ...]:
    if (known := bank.questions.get(command.text)) is not None:
        if known.withdrawn:
            raise WrongState(
                told("This question was withdrawn."), told("Write it again if your table wants to ask it after all.")
            )
        return ()
    _begun(context)
    _still_here(context)
    item, table = context.item, command.table
    if table not in {member.table for member in context.state.seated.values()}:
        raise NotFound(f"There is no table {table} here.", "Choose a table at which members have seats.")
    each = bank.each(item.id, plan_of(item.terms).questions)
    if each == 0:
        raise WrongState(
            told("No questions are taken now."), told("Ask the facilitator whether there is still time for one.")
        )
    if len(bank.of_table(table, item.id)) >= each:
        raise WrongState(
            told_count(
                "Table {table} has asked its one question.",
                "Table {table} has asked its {n} questions.",
                each,
                table=table,
            ),
            told("Agree at your table: take one of them back first, or take one back and write both as one question."),
        )
    return (QuestionAsked(*_at(context), item.id, table, command.text, command.commitment),)


def _withdrawn(bank: Bank, command: WithdrawQuestion, context: Context) -> tuple[Event, ...]:
    question = bank.one(command.text)
    if question.withdrawn:
        return ()
    if command.table not in (None, question.table):
        raise WrongState(
            told("Table {n} asked this question, so only that table can withdraw it.", n=question.table),
            told("Choose a question of your own table."),
        )
    mark = bank.root(command.text).mark
    if mark not in ("waiting", "owed"):
        raise WrongState(
            told("It is too late to withdraw this question: {mark}.", mark=MARKS[mark]), told("Choose another one.")
        )
    return (QuestionWithdrawn(*_at(context), command.text),)


def _merged(bank: Bank, command: MergeQuestions, context: Context) -> tuple[Event, ...]:
    moved = bank.one(command.text)
    if moved.under and moved.under == command.under:
        return ()
    moved, into = bank.standing(command.text), bank.standing(command.under)
    if moved.text == into.text:
        raise BadRequest("A question cannot be put together with itself.", "Choose two questions.")
    for one in (moved, into):
        bank.alive(one.text)
    if moved.mark == "now":
        raise WrongState(
            "This question is being answered now.", "Put the other one under it, or wait until it is answered."
        )
    return (QuestionMerged(*_at(context), moved.text, into.text, command.votes),)


def _marked(bank: Bank, command: MarkQuestion, context: Context) -> tuple[Event, ...]:
    if command.mark not in MARKS:
        raise BadRequest(f"“{command.mark[:40]}” cannot become of a question.", f"Use {', '.join(MARKS)}.")
    question, part = bank.standing(command.text), context.item.id
    if (question.mark, question.marked_in, question.note) == (command.mark, part, command.note):
        return ()
    if command.mark == "now" and not context.item.running:
        raise WrongState(
            f"“{context.item.title}” is not running, so nobody answers in it.",
            "Say what became of the question, or start the item.",
        )
    marked = QuestionMarked(*_at(context), part, question.text, command.mark, command.note, command.commitment)
    before = bank.now
    if command.mark != "now" or before is None or before.text == question.text:
        return (marked,)
    return (QuestionMarked(*_at(context), part, before.text, "answered"), marked)
