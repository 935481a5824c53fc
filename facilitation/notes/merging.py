"""Notes of all tables put together: under each heading, groups with a name, and notes that stand by themselves.

Pure. A note is in one group at most, and only notes under the same heading come together. Groups are a fold over the
steps of putting together and taking apart, so that undo is exact: without its last step, all is as it was before. What
the hall is shown counts tables and never names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from facilitation.commands import ItemCommand
from facilitation.errors import BadRequest, NotFound, WrongState
from facilitation.event import Event
from facilitation.notes.commands import GroupNotes, GrowGroup, NameGroup, PartNotes, UndoGrouping
from facilitation.notes.events import GroupingUndone, NotesGrouped, NotesParted
from facilitation.notes.note import Note


@dataclass(frozen=True)
class Step:
    """One act: these notes came into this group (empty: they stand alone), which has this name from then on."""

    seq: int
    heading: str
    group: str
    notes: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True)
class Group:
    """Notes that belong together; `text` is the id of its name."""

    id: str
    heading: str
    text: str
    notes: tuple[str, ...]


def groups(steps: Iterable[Step]) -> dict[str, Group]:
    """The fold over the steps; groups that have lost all their notes are gone."""
    known: dict[str, Group] = {}
    for step in steps:
        moved = set(step.notes)
        known = {
            one.id: Group(one.id, one.heading, one.text, tuple(note for note in one.notes if note not in moved))
            for one in known.values()
        }
        if step.group:
            before = known.get(step.group, Group(step.group, step.heading, step.text, ()))
            notes = (*before.notes, *step.notes)
            known[step.group] = Group(step.group, before.heading, step.text or before.text, notes)
    return {one.id: one for one in known.values() if one.notes}


def decide(
    steps: Sequence[Step], notes: Mapping[str, Note], command: ItemCommand, place: tuple[str, str]
) -> tuple[Event, ...]:
    """What an act of putting together amounts to. Nothing where it was carried out before."""
    now = groups(steps)
    match command:
        case GroupNotes(notes=chosen, text=text, commitment=commitment):
            if any(step.text == text for step in steps):
                return ()
            if len(set(chosen)) < 2:
                raise BadRequest("A group needs at least two notes.", "Tick the notes that belong together.")
            heading = _heading(notes, chosen)
            return (NotesGrouped(*place, heading, text, list(dict.fromkeys(chosen)), text, commitment),)
        case GrowGroup(group=group, notes=chosen):
            grown = _group(now, group)
            more = [one for one in dict.fromkeys(chosen) if one not in grown.notes]
            if more and _heading(notes, more) != grown.heading:
                raise _other_heading()
            return (NotesGrouped(*place, grown.heading, group, more, "", ""),) if more else ()
        case NameGroup(group=group, text=text, commitment=commitment):
            if any(step.text == text for step in steps):
                return ()
            return (NotesGrouped(*place, _group(now, group).heading, group, [], text, commitment),)
        case PartNotes(notes=chosen):
            grouped = {note for one in now.values() for note in one.notes}
            parted = [one for one in dict.fromkeys(chosen) if one in grouped]
            return (NotesParted(*place, parted),) if parted else ()
        case UndoGrouping(step=step):
            return _undone(steps, step, place)
    return ()


def _heading(notes: Mapping[str, Note], chosen: Iterable[str]) -> str:
    found = [notes.get(one) for one in chosen]
    standing = [one for one in found if one is not None and not one.withdrawn]
    if len(standing) < len(found):
        raise NotFound("One of these notes has been withdrawn.", "Look at the notes again.")
    headings = {one.heading for one in standing}
    if len(headings) > 1:
        raise _other_heading()
    return headings.pop() if headings else ""


def _other_heading() -> BadRequest:
    return BadRequest("These notes stand under different headings.", "Put notes together under one heading at a time.")


def _group(now: Mapping[str, Group], group: str) -> Group:
    if group not in now:
        raise NotFound("There is no such group of notes.", "Look at the groups again.")
    return now[group]


def _undone(steps: Sequence[Step], step: int, place: tuple[str, str]) -> tuple[Event, ...]:
    if all(one.seq != step for one in steps):
        return ()
    if steps[-1].seq != step:
        raise WrongState("Somebody has put notes together since.", "Look at the groups again, and undo the last step.")
    return (GroupingUndone(*place, step),)
