"""The cards as people see them: the wall with its groups, the loose cards, what is said at tables, what may be alike.

No author stands on any card. While everyone writes in silence nobody sees another's card, only how many there are.
Cards of a screen are cut to `SHORT` characters and groups to their first cards, since a hall of 300 can write
thousands; the whole is on the pages of the item, some at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from facilitation.ideas.duplicates import alike
from facilitation.ideas.trace import words_for
from facilitation.ideas.work import Cluster, Idea, Work

SHORT: Final = 280
"""Characters of a card on the wall; the page of its trace has all."""
PAGE: Final = 60
"""Cards on one page."""
SUGGESTED: Final = 12
"""Pairs that are suggested at a time."""


def card_json(work: Work, card: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """One card of the wall, without its author. `text` is None where its words were erased."""
    found = work.card(card)
    text = texts.get(found.text)
    cut = text is not None and len(text) > SHORT
    return {
        "id": card,
        "number": found.number,
        "text": text[:SHORT].rstrip() + "…" if cut and text is not None else text,
        "cut": cut,
        "typed": isinstance(found, Idea) and found.typed,
        "cluster": work.place_of(card),
        "parts": [] if isinstance(found, Idea) else [_part(idea, texts) for idea in work.originals(card)],
    }


def _part(idea: Idea, texts: Mapping[str, str]) -> dict[str, Any]:
    text = texts.get(idea.text)
    short = text if text is None or len(text) <= SHORT else text[:SHORT].rstrip() + "…"
    return {"id": idea.id, "number": idea.number, "text": short}


def placed(work: Work) -> dict[str, list[str]]:
    """The cards of every group, and under the empty id the loose ones."""
    found: dict[str, list[str]] = defaultdict(list)
    for card in work.cards:
        found[work.place_of(card)].append(card)
    return found


def groups_json(work: Work, texts: Mapping[str, str], cards: int) -> list[dict[str, Any]]:
    """The groups in order, each with its first so many cards."""
    by_group = placed(work)
    return [
        {
            **group_json(work, one, texts),
            "count": len(by_group[one.id]),
            "cards": _some(work, by_group[one.id], texts, cards),
        }
        for one in work.open_clusters
    ]


def group_json(work: Work, cluster: Cluster, texts: Mapping[str, str]) -> dict[str, Any]:
    """What a group is called, and whether its name is settled."""
    chosen = work.chosen.get(cluster.id)
    named = chosen is not None and chosen.name in texts
    level = () if chosen is None or chosen.name else chosen.level
    return {
        "id": cluster.id,
        "number": cluster.number,
        "table": cluster.table,
        "name": words_for(work, cluster.id, texts),
        "named": named,
        "titled": named or cluster.title in texts,
        "level": [texts[name] for name in level if name in texts],
    }


def loose_json(work: Work, texts: Mapping[str, str], cards: int) -> dict[str, Any]:
    """The cards in no group: how many, and the first of them."""
    loose = work.in_cluster("")
    return {"count": len(loose), "cards": _some(work, loose, texts, cards)}


def _some(work: Work, cards: Sequence[str], texts: Mapping[str, str], most: int) -> list[dict[str, Any]]:
    return [card_json(work, card, texts) for card in cards[:most]]


def said_json(work: Work, texts: Mapping[str, str], most: int) -> dict[str, Any]:
    """The cards that were read out, the newest first: how many, and the first of them, with their tables."""
    ideas = [work.ideas[card] for card in work.cards if card in work.ideas and work.ideas[card].said]
    ideas.sort(key=lambda idea: work.told[idea.id][-1].seq, reverse=True)
    cards = [{**card_json(work, idea.id, texts), "table": idea.table} for idea in ideas[:most]]
    return {"count": len(ideas), "cards": cards}


def at_table(work: Work, tables: Mapping[str, int], table: int) -> list[Idea]:
    """The cards of a table: of those who sit there now, and those that were read out there."""
    return [
        idea
        for idea in work.ideas.values()
        if not idea.withdrawn and (idea.table if idea.said else tables.get(idea.author, idea.table)) == table
    ]


def round_of(cards: Iterable[Idea]) -> tuple[int, int, int]:
    """Of the cards of a table: which round of telling is on, how many have told in it, and of how many.

    Everyone tells one idea, then everyone a second one; who has no more is not waited for.
    """
    said: dict[str, int] = defaultdict(int)
    written: dict[str, int] = defaultdict(int)
    for idea in cards:
        written[idea.author] += 1
        said[idea.author] += idea.said
    for number in range(1, max(written.values(), default=0) + 1):
        able = [author for author, count in written.items() if count >= number]
        told = sum(said[author] >= number for author in able)
        if told < len(able):
            return number, told, len(able)
    return 0, 0, 0


def suggestions(work: Work, texts: Mapping[str, str], most: int = SUGGESTED) -> dict[str, Any]:
    """Pairs of cards on the wall that may say the same, the most alike first; declined pairs are left out."""
    ideas = tuple(idea for idea in work.ideas.values() if not idea.withdrawn and idea.text in texts)
    found: dict[tuple[str, str], int] = {}
    declined = {frozenset(pair) for pair in work.declined}
    for pair in alike(tuple(texts[idea.text] for idea in ideas)):
        one, other = ideas[pair.first].id, ideas[pair.second].id
        tops = (work.top(one), work.top(other))
        if tops[0] == tops[1] or {frozenset((one, other)), frozenset(tops)} & declined:
            continue
        ordered = tops if tops[::-1] not in found else tops[::-1]
        found.setdefault(ordered, pair.thousandths)
    shown = [
        {"cards": [card_json(work, card, texts) for card in pair], "alike": by // 10}
        for pair, by in list(found.items())[:most]
    ]
    return {"count": len(found), "pairs": shown}
