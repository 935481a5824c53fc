"""How an ideas item's work follows from its events. Never refuses: what was wrong then, `deciding` refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from facilitation.events import Entry
from facilitation.ideas.events import (
    AlikeDeclined,
    CardsMerged,
    CardsPlaced,
    ClusterDissolved,
    ClusterMade,
    ClusterTitled,
    IdeaCorrected,
    IdeaSaid,
    IdeasStep,
    IdeaWithdrawn,
    IdeaWritten,
    MergeUndone,
    NameDecided,
    NameProposed,
    NamesSettled,
)
from facilitation.ideas.naming import outcome
from facilitation.ideas.work import Chosen, Cluster, Deed, Idea, Merge, Name, Place, Work


def apply(work: Work, entry: Entry) -> Work:
    """The work after one more event."""
    match entry.event:
        case IdeaWritten() | IdeaCorrected() | IdeaWithdrawn() | IdeaSaid():
            return _card(work, entry, entry.event)
        case CardsMerged() | MergeUndone() | AlikeDeclined():
            return _merging(work, entry, entry.event)
        case ClusterMade() | ClusterTitled() | CardsPlaced() | ClusterDissolved():
            return _clustering(work, entry, entry.event)
        case NameProposed() | NamesSettled() | NameDecided():
            return _naming(work, entry, entry.event)
        case IdeasStep(step=step):
            named = work.naming + (step == "name")
            return replace(work, step=step, step_at=entry.at, naming=named)
    return work


def role_of(actor: str) -> str:
    """The role in an actor: the journal's word, without the device."""
    return actor.partition(":")[0]


def _told(work: Work, entry: Entry, about: Iterable[str], what: str, **more: Any) -> Work:
    deed = Deed(entry.seq, entry.at, role_of(entry.actor), what, **more)
    return replace(work, told={**work.told, **{one: (*work.told.get(one, ()), deed) for one in about}})


def _card(work: Work, entry: Entry, event: IdeaWritten | IdeaCorrected | IdeaWithdrawn | IdeaSaid) -> Work:
    if isinstance(event, IdeaWritten):
        new = Idea(event.text, len(work.ideas) + 1, event.author, event.table, event.typed, (event.text,))
        work = _told(work, entry, [new.id], "written", text=event.text)
        return replace(work, ideas={**work.ideas, new.id: new})
    idea = work.ideas[event.idea]
    match event:
        case IdeaCorrected(text=text):
            work = _told(work, entry, [idea.id], "corrected", text=text)
            idea = replace(idea, versions=(*idea.versions, text))
        case IdeaWithdrawn(withdrawn=withdrawn):
            work = _told(work, entry, [idea.id], "withdrawn" if withdrawn else "put back")
            idea = replace(idea, withdrawn=withdrawn)
        case IdeaSaid(said=said, table=table):
            work = _told(work, entry, [idea.id], "said" if said else "not said")
            idea = replace(idea, said=said, table=table)
    return replace(work, ideas={**work.ideas, idea.id: idea})


def _merging(work: Work, entry: Entry, event: CardsMerged | MergeUndone | AlikeDeclined) -> Work:
    match event:
        case CardsMerged(merge=merge_id, cards=cards, text=text):
            first = work.card(cards[0])
            merge = Merge(merge_id, first.number, tuple(cards), text or first.text, entry.seq)
            work = _told(work, entry, [merge_id], "made of", others=tuple(cards), text=merge.text)
            work = _told(work, entry, cards, "merged", others=(merge_id,))
            under = {**work.under, **dict.fromkeys(cards, merge_id)}
            places = dict(work.places)
            where = next((places[card].cluster for card in cards if card in places), "")
            if where:
                places[merge_id] = Place(where, entry.seq)
            return replace(work, merges={**work.merges, merge_id: merge}, under=under, places=places)
        case MergeUndone(merge=merge_id):
            parts = work.merges[merge_id].parts
            work = _told(work, entry, [merge_id], "undone", others=parts)
            work = _told(work, entry, parts, "merge undone", others=(merge_id,))
            return replace(
                work,
                merges={key: one for key, one in work.merges.items() if key != merge_id},
                under={card: over for card, over in work.under.items() if over != merge_id},
                places={card: place for card, place in work.places.items() if card != merge_id},
            )
        case AlikeDeclined(first=first_card, second=second):
            return replace(work, declined=work.declined | {(first_card, second)})


def _clustering(work: Work, entry: Entry, event: ClusterMade | ClusterTitled | CardsPlaced | ClusterDissolved) -> Work:
    match event:
        case ClusterMade(cluster=made, table=table, text=text):
            work = _told(work, entry, [made], "made", text=text)
            new = Cluster(made, len(work.clusters) + 1, table, text)
            return replace(work, clusters={**work.clusters, made: new})
        case ClusterTitled(cluster=titled, text=text):
            work = _told(work, entry, [titled], "titled", text=text)
            return _with(work, replace(work.clusters[titled], title=text))
        case CardsPlaced(cluster=target, cards=cards):
            return _placed(work, entry, target, cards)
        case ClusterDissolved(cluster=gone, dissolved=True):
            was = tuple(card for card, place in work.places.items() if place.cluster == gone)
            work = _told(work, entry, [gone], "dissolved", others=was)
            work = _told(work, entry, was, "group dissolved", others=(gone,))
            places = {card: place for card, place in work.places.items() if place.cluster != gone}
            return replace(_with(work, replace(work.clusters[gone], dissolved=True, was=was)), places=places)
        case ClusterDissolved(cluster=back):
            known = {**work.ideas, **work.merges}
            cards = tuple(card for card in work.clusters[back].was if card in known and card not in work.places)
            work = _told(work, entry, [back], "brought back", others=cards)
            work = _with(work, replace(work.clusters[back], dissolved=False, was=()))
            return _placed(work, entry, back, cards)
    return work


def _placed(work: Work, entry: Entry, target: str, cards: Iterable[str]) -> Work:
    places = dict(work.places)
    for card in cards:
        before = work.place_of(card)
        if before:
            work = _told(work, entry, [before], "card taken out", others=(card,))
            del places[card]
        if target:
            places[card] = Place(target, entry.seq)
            work = _told(work, entry, [target], "card put in", others=(card,))
        work = _told(work, entry, [card], "grouped" if target else "taken out", others=(target or before,))
    return replace(work, places=places)


def _with(work: Work, cluster: Cluster) -> Work:
    return replace(work, clusters={**work.clusters, cluster.id: cluster})


def _naming(work: Work, entry: Entry, event: NameProposed | NamesSettled | NameDecided) -> Work:
    match event:
        case NameProposed(cluster=cluster, text=text, author=author):
            work = _told(work, entry, [cluster], "name proposed", text=text)
            return replace(work, names={**work.names, text: Name(text, cluster, author)})
        case NamesSettled(support=support):
            kept = {cluster: one for cluster, one in work.chosen.items() if one.by == "facilitator"}
            settled = {cluster: outcome(counts) for cluster, counts in support.items() if cluster not in kept}
            for cluster, chosen in settled.items():
                what = "named" if chosen.name else "names level"
                work = _told(work, entry, [cluster], what, text=chosen.name, others=chosen.level)
            return replace(work, chosen={**kept, **settled})
        case NameDecided(cluster=cluster, name=name):
            work = _told(work, entry, [cluster], "name decided", text=name)
            return replace(work, chosen={**work.chosen, cluster: Chosen(name, "facilitator")})
