"""The law of merges and groups: nothing is lost, nobody overwrites unknowingly, and every merge can be undone.

A merge is undone at any time, also after the item, as long as nothing is built on it: no later merge has its card, it
was not put into a group after the merge, and no draft cites it. Otherwise the refusal says what was built on it, by
which role and when, so that one knows what to undo first.

Whoever puts cards into groups says in which group they saw each card. If somebody else has moved one since, the second
is told and nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from facilitation.commands import ItemCommand
from facilitation.errors import BadRequest, CannotUndo, NotFound, WrongState
from facilitation.event import Event
from facilitation.ideas.commands import (
    DeclineAlike,
    DissolveCluster,
    MakeCluster,
    MergeCards,
    PlaceCards,
    TitleCluster,
    UndoMerge,
)
from facilitation.ideas.events import (
    AlikeDeclined,
    CardsMerged,
    CardsPlaced,
    ClusterDissolved,
    ClusterMade,
    ClusterTitled,
    MergeUndone,
)
from facilitation.ideas.folding import role_of
from facilitation.ideas.terms import terms_of
from facilitation.ideas.work import Idea, Work
from facilitation.model import Assembly
from facilitation.told import told, told_count
from facilitation.work import Context

LONGEST_TITLE: Final = 80
MOST_AT_ONCE: Final = 200
"""Cards in one command."""
ROLES: Final[Mapping[str, str]] = {
    "facilitator": told("the facilitator"),
    "host": told("a host"),
    "member": told("a member"),
}
SOMEBODY: Final = told("somebody")


def decide(work: Work, command: ItemCommand, context: Context) -> tuple[Event, ...]:
    """The events that a command about merges and groups amounts to, or a refusal."""
    ids = (context.session.id, context.item.work_id)
    _allowed(command, context)
    match command:
        case MergeCards(merge=merge, cards=cards, text=text, commitment=commitment):
            if merge in work.told:
                return ()
            _can_be_merged(work, cards, context)
            return (CardsMerged(*ids, merge, list(cards), text, commitment),)
        case UndoMerge(merge=merge):
            return _undone(work, merge, context)
        case DeclineAlike(first=first, second=second):
            pair = (work.card(first).id, work.card(second).id)
            known = {pair, pair[::-1]} & work.declined
            return () if known else (AlikeDeclined(*ids, *pair),)
        case MakeCluster(cluster=cluster, cards=cards, seen=seen):
            return _made(work, command, _movable(work, cluster, cards, seen, context), context)
        case PlaceCards(cluster=cluster, cards=cards, seen=seen):
            if cluster:
                standing(work, cluster, context)
            moved = _movable(work, cluster, cards, seen, context)
            return (CardsPlaced(*ids, cluster, moved),) if moved else ()
        case TitleCluster(cluster=cluster, text=text, commitment=commitment):
            same = standing(work, cluster, context).title == text
            return () if same else (ClusterTitled(*ids, cluster, text, commitment),)
        case DissolveCluster(cluster=cluster, dissolved=dissolved):
            same = work.cluster(cluster).dissolved == dissolved
            return () if same else (ClusterDissolved(*ids, cluster, dissolved),)
    raise BadRequest("This cannot be done in an ideas item.", "Look at what is on now, and try there.")


def standing(work: Work, cluster: str, context: Context) -> Any:
    """The group, which has not been dissolved."""
    found = work.cluster(cluster)
    if found.dissolved:
        raise WrongState(
            told("Group {n} was dissolved {by}.", n=found.number, by=last(work, cluster, context, "dissolved")),
            told("Bring it back first, or choose another group."),
        )
    return found


def last(work: Work, thing: str, context: Context, what: str) -> str:
    """Who did this to it last, and when: “by a host 3 minutes ago”."""
    deed = next((deed for deed in reversed(work.told.get(thing, ())) if deed.what == what), None)
    return "" if deed is None else by(deed.role, deed.at, context.now)


def by(role: str, at: datetime, now: datetime) -> str:
    """A role and how long ago.

    >>> from datetime import UTC
    >>> ten = datetime(2027, 3, 6, 10, 0, tzinfo=UTC)
    >>> by("host", ten, ten), by("member", ten, ten + timedelta(minutes=1))
    ('by a host just now', 'by a member 1 minute ago')
    """
    minutes = max(0, (now - at) // timedelta(minutes=1))
    who = ROLES.get(role, SOMEBODY)
    if not minutes:
        return told("by {who} just now", who=who)
    return told_count("by {who} {n} minute ago", "by {who} {n} minutes ago", minutes, who=who)


def _allowed(command: ItemCommand, context: Context) -> None:
    alone = terms_of(context.state, context.item).clusters == "facilitator"
    if alone and role_of(command.actor) == "host":
        raise WrongState(
            "In this item the facilitator alone puts cards together and into groups.", "Tell the facilitator."
        )


def _can_be_merged(work: Work, cards: Sequence[str], context: Context) -> None:
    if len(set(cards)) != len(cards) or not 2 <= len(cards) <= MOST_AT_ONCE:
        raise BadRequest(
            "One card is made of two or more different cards.", f"Choose from two to {MOST_AT_ONCE} cards."
        )
    for card in cards:
        _on_the_wall(work, card, context)


def _on_the_wall(work: Work, card: str, context: Context) -> None:
    found = work.card(card)
    if isinstance(found, Idea) and found.withdrawn:
        raise WrongState(
            f"Card {found.number} was taken back {last(work, card, context, 'withdrawn')}.", "Leave it out."
        )
    if card in work.under:
        top = work.card(work.top(card)).number
        raise WrongState(
            f"Card {found.number} was put together with others {last(work, card, context, 'merged')}.",
            f"Use the card under which it is now, number {top}, or undo that first.",
        )


def _movable(work: Work, target: str, cards: Sequence[str], seen: Mapping[str, str], context: Context) -> list[str]:
    """The cards that are not in the target yet; refused if somebody else has moved one of them meanwhile."""
    if len(cards) > MOST_AT_ONCE:
        raise BadRequest(f"{len(cards)} cards are too many at once.", f"Choose at most {MOST_AT_ONCE}.")
    moved = []
    for card in dict.fromkeys(cards):
        _on_the_wall(work, card, context)
        place = work.place_of(card)
        if place == target:
            continue
        if place != seen.get(card, ""):
            raise WrongState(
                _moved(work, card, context), "Look at the cards again, and move it if that is still right."
            )
        moved.append(card)
    return moved


def _moved(work: Work, card: str, context: Context) -> str:
    number, place = work.card(card).number, work.place_of(card)
    if not place:
        return f"Card {number} was taken out of its group {_placed_by(work, card, context)}."
    return f"Card {number} was put into group {work.clusters[place].number} {_placed_by(work, card, context)}."


def _placed_by(work: Work, card: str, context: Context) -> str:
    deed = next((one for one in reversed(work.told.get(card, ())) if one.what in PLACING), None)
    return "meanwhile" if deed is None else by(deed.role, deed.at, context.now)


PLACING: Final = ("grouped", "taken out", "group dissolved")


def _made(work: Work, command: MakeCluster, cards: list[str], context: Context) -> tuple[Event, ...]:
    if command.cluster in work.clusters:
        return ()
    ids = (context.session.id, context.item.work_id, command.cluster)
    made = ClusterMade(*ids, command.table, command.text, command.commitment)
    return (made, CardsPlaced(*ids, cards)) if cards else (made,)


def _undone(work: Work, merge_id: str, context: Context) -> tuple[Event, ...]:
    merge = work.merges.get(merge_id)
    if merge is None:
        if merge_id in work.told:
            return ()
        raise NotFound("There is no such merged card.", "Choose one from the list of merges.")
    if built := built_on(work, merge_id, context):
        raise CannotUndo(f"On this merge is built: {'; '.join(built)}.", "Undo that first, then this.")
    return (MergeUndone(context.session.id, context.item.work_id, merge_id),)


def built_on(work: Work, merge_id: str, context: Context) -> list[str]:
    """What stands on a merge, by whom, and how long since; nothing when it can be undone."""
    merge, found = work.merges[merge_id], []
    if merge_id in work.under:
        found.append(f"it was put together with other cards {last(work, merge_id, context, 'merged')}")
    place = work.places.get(merge_id)
    if place is not None and place.seq > merge.seq:
        number = work.clusters[place.cluster].number
        found.append(f"it was put into group {number} {last(work, merge_id, context, 'grouped')}")
    found += [f"{what} cites it" for what in cited_by(context.state, merge_id)]
    return found


def cited_by(state: Assembly, thing: str) -> Iterable[str]:
    """The drafts and themes, of all drafts items, that name this card or group as one of their sources."""
    for work in state.work.values():
        for kind in ("themes", "drafts"):
            of_this_kind = getattr(work, kind, None)
            for number, one in enumerate(of_this_kind.values() if isinstance(of_this_kind, Mapping) else (), start=1):
                if thing in getattr(one, "sources", ()):
                    yield f"{kind.removesuffix('s')} {number}, written by members,"
