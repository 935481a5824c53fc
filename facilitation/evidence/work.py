"""The work of a piece of evidence: its slots, its question bank, its papers; and what a command on it amounts to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from facilitation.commands import ItemCommand
from facilitation.errors import NotFound, WrongState
from facilitation.event import Event
from facilitation.events import Entry
from facilitation.evidence import asking, bank, slots
from facilitation.evidence.bank import Bank
from facilitation.evidence.commands import AttachPaper, ChangeSpeakers, EndSlot, ExtendSlot, RemovePaper, StartSlot
from facilitation.evidence.events import (
    PaperAttached,
    PaperRemoved,
    SlotEnded,
    SlotExtended,
    SlotStarted,
    SpeakersChanged,
)
from facilitation.evidence.files import MOST_PAPERS
from facilitation.evidence.plan import Plan, Speaker, plan_of
from facilitation.evidence.slots import Slots
from facilitation.model import Item
from facilitation.work import Context


@dataclass(frozen=True)
class Paper:
    """A paper in the files, by the id of its title."""

    text: str
    part: str
    form: str
    size: int
    seq: int


@dataclass(frozen=True)
class Evidence:
    """All that came of it so far, in every agenda item that goes on with it."""

    slots: Slots = ()
    bank: Bank = field(default_factory=Bank)
    papers: Mapping[str, Paper] = field(default_factory=dict)
    speakers: Mapping[str, tuple[Speaker, ...]] = field(default_factory=dict)
    """By agenda item, where they are not those of the agenda any more."""

    def plan(self, item: Item) -> Plan:
        """Who speaks in this item, and how many questions its agenda gives a table."""
        planned = plan_of(item.terms)
        return replace(planned, speakers=self.speakers.get(item.id, planned.speakers))


def decide(work: Evidence, command: ItemCommand, context: Context) -> tuple[Event, ...]:
    """The events that a command amounts to, none where it was carried out before; may refuse."""
    match command:
        case StartSlot() | ExtendSlot() | EndSlot():
            return slots.decide(work.slots, context.item, work.plan(context.item), command)
        case ChangeSpeakers():
            return _changed(work, command, context)
        case AttachPaper(text=text):
            if text in work.papers:
                return ()
            if len(work.papers) >= MOST_PAPERS:
                raise WrongState(f"There are {MOST_PAPERS} papers here already.", "Remove one first.")
            told = (command.commitment, command.form, command.size, command.sha256)
            return (PaperAttached(context.session.id, context.item.work_id, context.item.id, text, *told),)
        case RemovePaper(text=text):
            if text not in work.papers:
                raise NotFound("This paper is not in the files.", "Look at the list again.")
            return (PaperRemoved(context.session.id, context.item.work_id, text),)
    if isinstance(command, asking.Asking):
        return asking.decide(work.bank, command, context)
    raise WrongState(
        f"“{context.item.title}” is an item of evidence: this cannot be done in it.", "Look at what is on."
    )


def _changed(work: Evidence, command: ChangeSpeakers, context: Context) -> tuple[Event, ...]:
    item, before = context.item, work.plan(context.item)
    after = plan_of({"speakers": command.speakers})
    for number in sorted({one.speaker for one in work.slots if one.part == item.id}):
        begun = before.speaker(number)
        if begun is not None and after.speaker(number) != begun:
            raise WrongState(
                f"{begun.name} has begun, and so stays number {number} as they are.", "Change the others only."
            )
    if after.speakers == before.speakers:
        return ()
    told = [asdict(one) for one in after.speakers]
    return (SpeakersChanged(context.session.id, item.work_id, item.id, told),)


def apply(work: Evidence, entry: Entry) -> Evidence:
    """The work after something happened in it."""
    match entry.event:
        case SlotStarted() | SlotExtended() | SlotEnded():
            return replace(work, slots=slots.apply(work.slots, entry))
        case SpeakersChanged(part=part, speakers=speakers):
            named = tuple(Speaker(**one) for one in speakers)
            return replace(work, speakers={**work.speakers, part: named})
        case PaperAttached(part=part, text=text, form=form, size=size):
            return replace(work, papers={**work.papers, text: Paper(text, part, form, size, entry.seq)})
        case PaperRemoved(text=text):
            return replace(work, papers={one: paper for one, paper in work.papers.items() if one != text})
    return replace(work, bank=bank.apply(work.bank, entry))
