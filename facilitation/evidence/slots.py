"""The speakers' slots: a clock for each, which can be given more time and cuts nobody off.

A slot ends when the facilitator ends it, when the next speaker begins, or with its item. What a speaker took is the
time between two rows of the journal; what was planned stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from facilitation.errors import BadRequest, NotFound, WrongState
from facilitation.event import Event
from facilitation.events import Entry
from facilitation.evidence.commands import EndSlot, ExtendSlot, StartSlot
from facilitation.evidence.events import SlotEnded, SlotExtended, SlotStarted
from facilitation.evidence.plan import Plan
from facilitation.model import Item

LONGEST_EXTENSION: Final = 3600


@dataclass(frozen=True)
class Slot:
    """A speaker's time in one agenda item."""

    part: str
    speaker: int
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None

    def over_at(self, item: Item) -> datetime | None:
        """When it ended: with its item at the latest; None while the speaker speaks."""
        return self.ended_at or item.ended_at


Slots = tuple[Slot, ...]


def speaking(slots: Slots, item: Item) -> Slot | None:
    """The slot that runs now in this item."""
    last = next((one for one in reversed(slots) if one.part == item.id), None)
    return last if last is not None and last.over_at(item) is None else None


def spoken(slots: Slots, item: Item, speaker: int, now: datetime) -> int | None:
    """The seconds that this speaker has had in the item, over all their slots; None if there was none."""
    mine = [one for one in slots if one.part == item.id and one.speaker == speaker]
    if not mine:
        return None
    return sum(((one.over_at(item) or now) - one.started_at) // timedelta(seconds=1) for one in mine)


def next_speaker(slots: Slots, item: Item, plan: Plan) -> int | None:
    """The first in the plan who has not begun."""
    begun = {one.speaker for one in slots if one.part == item.id}
    return next((number for number in range(1, len(plan.speakers) + 1) if number not in begun), None)


def decide(slots: Slots, item: Item, plan: Plan, command: StartSlot | ExtendSlot | EndSlot) -> tuple[Event, ...]:
    """What a command about slots amounts to. To start the speaker who speaks changes nothing."""
    now = speaking(slots, item)
    at = (command.session, item.work_id)
    if isinstance(command, EndSlot):
        return () if now is None else (SlotEnded(*at),)
    if not item.running:
        raise WrongState(f"“{item.title}” is not running, so nobody speaks in it.", "Start the agenda item first.")
    if isinstance(command, ExtendSlot):
        if now is None:
            raise WrongState("No speaker has begun who could have more time.", "Start a speaker first.")
        if command.seconds == 0 or abs(command.seconds) > LONGEST_EXTENSION:
            raise BadRequest(
                f"{command.seconds} seconds is not a sensible extension.",
                f"Give a number of seconds up to {LONGEST_EXTENSION} (negative to shorten).",
            )
        return (SlotExtended(*at, command.seconds),)
    speaker = plan.speaker(command.speaker)
    if speaker is None:
        raise NotFound(f"“{item.title}” has no speaker {command.speaker}.", "Choose one from the list.")
    if now is not None and now.speaker == command.speaker:
        return ()
    ended = () if now is None else (SlotEnded(*at),)
    return (*ended, SlotStarted(*at, item.id, command.speaker, speaker.minutes * 60))


def apply(slots: Slots, entry: Entry) -> Slots:
    """The slots after one of them began, got more time or ended."""
    match entry.event:
        case SlotStarted(part=part, speaker=speaker, seconds=seconds):
            return (*slots, Slot(part, speaker, entry.at, entry.at + timedelta(seconds=seconds)))
        case SlotExtended(seconds=seconds) if slots:
            longer = replace(slots[-1], ends_at=slots[-1].ends_at + timedelta(seconds=seconds))
            return (*slots[:-1], longer)
        case SlotEnded() if slots and slots[-1].ended_at is None:
            return (*slots[:-1], replace(slots[-1], ended_at=entry.at))
    return slots
