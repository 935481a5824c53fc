"""The plan of a session, changed while it runs: skipped, moved, split, added, corrected, removed items.

Pure. What has begun is history: it stands where it stands, and nothing is put before it. What has not begun can be
changed in any way. To move or to split an item loses no planned minute; only adding, correcting, removing and planning
anew change how many there are, and skipping tells what will not be held while the plan stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from facilitation.activities import ACTIVITIES, LONGEST_TITLE, planned_item
from facilitation.commands import (
    AddItem,
    Command,
    CorrectItem,
    MoveItem,
    PlanAgenda,
    PutItemBack,
    RemoveItem,
    SkipItem,
    SplitItem,
)
from facilitation.errors import BadRequest, WrongState
from facilitation.events import Entry, Event
from facilitation.model import Item, RoundState, Session
from facilitation.plan.clock import minutes_between, pauses, planned_end, timed_anew
from facilitation.plan.events import (
    AgendaPlanned,
    ItemAdded,
    ItemCorrected,
    ItemMoved,
    ItemPutBack,
    ItemRemoved,
    ItemSkipped,
    ItemSplit,
)

MOST_ITEMS: Final = 100
LONGEST_REASON: Final = 500
PLAN: Final = ("id", "kind", "title", "note", "planned_start", "planned_minutes")
IF_ANY: Final = ("terms", "continues")


def plan_of(item: Item) -> dict[str, Any]:
    """The plan of an item as the journal and the screens write it."""
    whole = {key: getattr(item, key) for key in PLAN}
    return {**whole, **{key: value for key in IF_ANY if (value := getattr(item, key))}}


def first_open_place(session: Session) -> int:
    """The first place of the agenda at which something can still be put: after all that has begun."""
    return max((place for place, item in enumerate(session.agenda, start=1) if item.started_at is not None), default=0)


def decide(session: Session, command: Command, now: datetime) -> tuple[Event, ...]:
    """What a command about the plan amounts to."""
    match command:
        case SkipItem(item=item_id, reason=reason):
            item, why = _not_begun(session, item_id), _short(reason)
            return () if item.skipped_at is not None else (ItemSkipped(session.id, item.id, why),)
        case PutItemBack(item=item_id):
            item = _not_begun(session, item_id)
            return () if item.skipped_at is None else (ItemPutBack(session.id, item.id),)
        case MoveItem(item=item_id, place=place):
            item, last = _not_begun(session, item_id), len(session.agenda) - 1
            passed_over = session.agenda.index(item) < first_open_place(session)  # it leaves a place before those begun
            _free_place(session, place, last, first_open_place(session) - passed_over)
            return () if session.agenda[place] == item else (ItemMoved(session.id, item.id, place),)
        case SplitItem():
            return (_split(session, command),)
        case AddItem(new=new, row=row, place=place):
            _free_place(session, place, len(session.agenda), first_open_place(session))
            _room_for(len(session.agenda) + 1)
            start = planned_end(session.agenda[place - 1]) if place else _first_start(session)
            added = {"id": new, **planned_item(place + 1, {**row, "planned_start": start}, start)}
            return (ItemAdded(session.id, added, place),)
        case CorrectItem(item=item_id, row=row):
            item = _not_begun(session, item_id)
            corrected = {"id": item.id, **_corrected(session, item, row)}
            return () if corrected == plan_of(item) else (ItemCorrected(session.id, corrected),)
        case RemoveItem(item=item_id):
            return (ItemRemoved(session.id, _without_votes(session, _not_begun(session, item_id)).id),)
        case PlanAgenda(agenda=agenda):
            kept = [item for item in session.agenda if item.started_at is not None]
            _room_for(len(kept) + len(agenda))
            for item in session.agenda:
                if item.started_at is None:
                    _without_votes(session, item)
            return (AgendaPlanned(session.id, agenda),)
    return ()


def _split(session: Session, command: SplitItem) -> Event:
    item, title = session.item_called(command.item), command.title.strip()
    if item.ended_at is not None or item.skipped_at is not None:
        raise WrongState(f"“{item.title}” {_how(item)}, so it cannot be split.", "Split one that is still to be held.")
    if not 0 < command.minutes < item.planned_minutes:
        raise BadRequest(
            f"“{item.title}” has {item.planned_minutes} planned minutes; its first part cannot have {command.minutes}.",
            f"Give whole minutes from 1 to {item.planned_minutes - 1}."
            if item.planned_minutes > 1
            else "Give it more minutes first.",
        )
    if len(title) > LONGEST_TITLE:
        raise BadRequest("The title of the second part is too long.", f"Keep it within {LONGEST_TITLE} characters.")
    _room_for(len(session.agenda) + 1)
    usual = f"{item.title[: LONGEST_TITLE - 12]} (continued)"
    return ItemSplit(session.id, item.id, command.minutes, command.new, title or usual)


def _corrected(session: Session, item: Item, row: Mapping[str, Any]) -> dict[str, Any]:
    """The item's new plan: what the row leaves out stays as it was; a new start must not lie in the item before."""
    place = session.agenda.index(item)
    known = plan_of(item)
    if row.get("kind", item.kind) != item.kind:  # another kind knows nothing of these
        known = {key: value for key, value in known.items() if key not in IF_ANY}
    found = planned_item(place + 1, {**known, **row}, item.planned_start)
    if place and minutes_between(before := planned_end(session.agenda[place - 1]), found["planned_start"]) is None:
        raise BadRequest(
            f"“{found['title']}” cannot start at {found['planned_start']}: the item before it ends at {before}.",
            f"Give a start from {before} on, or change the item before.",
        )
    return found


def _not_begun(session: Session, item_id: str) -> Item:
    item = session.item_called(item_id)
    if item.started_at is not None:
        remedy = "End it, split it or give it more time instead." if item.running else "Choose an item still to come."
        raise WrongState(f"“{item.title}” {_how(item)}: its plan cannot be changed any more.", remedy)
    return item


def _how(item: Item) -> str:
    if item.skipped_at is not None:
        return "was skipped"
    return "is running" if item.running else "is over"


def _free_place(session: Session, place: int, last: int, first: int) -> None:
    if not first <= place <= last:
        raise BadRequest(
            f"Place {place + 1} of the agenda is not free.",
            f"Choose a place from {first + 1} to {last + 1}: what has begun stays where it is."
            if first <= last
            else "Add an item first: everything on the agenda has begun.",
        )


def _room_for(items: int) -> None:
    if items > MOST_ITEMS:
        raise BadRequest(f"An agenda holds at most {MOST_ITEMS} items.", "Remove some, or plan another session.")


def _short(reason: str) -> str:
    if len(reason.strip()) > LONGEST_REASON:
        raise BadRequest("The reason is too long for the minutes.", f"Keep it within {LONGEST_REASON} characters.")
    return reason.strip()


def _without_votes(session: Session, item: Item) -> Item:
    """The item, unless a prepared vote hangs on it."""
    for one in session.rounds.values():
        if one.item == item.id and one.state is RoundState.DRAFT:
            raise WrongState(
                f"The vote “{one.definition.title}” is prepared for “{item.title}”.",
                "Withdraw the vote first, or keep the item and change it.",
            )
    return item


def _first_start(session: Session) -> str:
    return session.agenda[0].planned_start if session.agenda else "10:00"


# ------------------------------------------------------------------------------------------------ what became of it


def apply(session: Session, entry: Entry) -> Session:
    """The session after its plan was changed."""
    match entry.event:
        case ItemSkipped(item=item_id, reason=reason):
            return _with(session, item_id, skipped_at=entry.at, skip_reason=reason)
        case ItemPutBack(item=item_id):
            return _with(session, item_id, skipped_at=None, skip_reason="")
        case ItemMoved(item=item_id, place=place):
            items, moved = list(session.agenda), session.item_called(item_id)
            items.remove(moved)
            items.insert(place, moved)
            return _planned(session, items, pauses(session.agenda))
        case ItemSplit():
            return _halved(session, entry.event)
        case ItemAdded(item=plan, place=place):
            items, between = list(session.agenda), pauses(session.agenda)
            items.insert(place, _made(plan))
            between.insert(place, 0)
            return _planned(session, items, between)
        case ItemCorrected(item=plan):
            return _replanned(session, _made(plan))
        case ItemRemoved(item=item_id):
            items, between = list(session.agenda), pauses(session.agenda)
            place = items.index(session.item_called(item_id))
            del items[place], between[place]
            return _planned(session, items, [0, *between[1:]] if items else [])
        case AgendaPlanned(agenda=rows):
            kept = tuple(item for item in session.agenda if item.started_at is not None)
            return replace(session, agenda=(*kept, *map(_made, rows)))
    return session


def _made(plan: Mapping[str, Any]) -> Item:
    return Item(**plan)


def _halved(session: Session, event: ItemSplit) -> Session:
    whole = session.item_called(event.item)
    rest = whole.planned_minutes - event.minutes
    ends_at = (
        None
        if whole.ends_at is None
        else whole.ends_at - (whole.planned - replace(whole, planned_minutes=event.minutes).planned)
    )
    first = replace(whole, planned_minutes=event.minutes, ends_at=ends_at)
    second = Item(event.rest, whole.kind, event.title, whole.note, whole.planned_start, rest, terms=whole.terms)
    second = replace(second, continues=whole.work_id if ACTIVITIES[whole.kind].state() is not None else "")
    place, between = session.agenda.index(whole), pauses(session.agenda)
    items = (*session.agenda[:place], first, second, *session.agenda[place + 1 :])
    between.insert(place + 1, 0)
    return _planned(session, items, between)


def _replanned(session: Session, plan: Item) -> Session:
    """One item under another plan: its start says how long a pause there is before it."""
    place = next(place for place, item in enumerate(session.agenda) if item.id == plan.id)
    items, between = list(session.agenda), pauses(session.agenda)
    items[place] = replace(plan, skipped_at=items[place].skipped_at, skip_reason=items[place].skip_reason)
    if place:
        between[place] = minutes_between(planned_end(items[place - 1]), plan.planned_start) or 0
    return replace(session, agenda=timed_anew(items, between, items[0].planned_start))


def _planned(session: Session, items: list[Item] | tuple[Item, ...], between: list[int]) -> Session:
    return replace(session, agenda=timed_anew(items, between, _first_start(session)))


def _with(session: Session, item_id: str, **changes: Any) -> Session:
    agenda = tuple(replace(item, **changes) if item.id == item_id else item for item in session.agenda)
    return replace(session, agenda=agenda)


def words(session: Session, event: Event) -> str:
    """What was done to the plan, for the undo button and for refusals."""
    match event:
        case ItemSkipped(item=item_id):
            return f"skipped “{session.item_called(item_id).title}”"
        case ItemPutBack(item=item_id):
            return f"put “{session.item_called(item_id).title}” back"
        case ItemMoved(item=item_id):
            return f"moved “{session.item_called(item_id).title}”"
        case ItemSplit(item=item_id):
            return f"split “{session.item_called(item_id).title}” in two"
        case ItemAdded(item=plan):
            return f"added “{plan['title']}”"
        case ItemCorrected(item=plan):
            return f"changed “{plan['title']}”"
        case ItemRemoved(item=item_id):
            return f"removed “{session.item_called(item_id).title}”"
        case AgendaPlanned(agenda=rows):
            return f"planned the agenda anew with {len(rows)} items"
    return event.act
