"""What the minutes say of an ideas item: the question, the groups with their cards word for word, and no names."""

from __future__ import annotations

from facilitation.ideas import wall
from facilitation.ideas.terms import terms_of
from facilitation.ideas.work import Work
from facilitation.work import Seen


def minutes(work: Work, seen: Seen) -> list[str]:
    """The lines; none if nobody wrote a card."""
    if not work.ideas:
        return []
    written = sum(not idea.withdrawn for idea in work.ideas.values())
    by_group = wall.placed(work)
    lines = [
        f"The question was: {terms_of(seen.state, seen.item).question}",
        f"Members wrote {_count(written, 'card')} in silence"
        f"{f'; {len(work.cards)} are left after those that say the same were put together' if work.merges else ''}.",
    ]
    for cluster in work.open_clusters:
        group = wall.group_json(work, cluster, seen.texts)
        lines.append(f"## {group['name']} ({_count(len(by_group[cluster.id]), 'card')})")
        if group["level"]:
            lines.append(f"Not named yet; these names had the same support: {', '.join(group['level'])}.")
        lines += _cards(work, seen, by_group[cluster.id])
    if by_group[""]:
        lines += [f"## In no group ({_count(len(by_group['']), 'card')})", *_cards(work, seen, by_group[""])]
    return lines


def _cards(work: Work, seen: Seen, cards: list[str]) -> list[str]:
    lines = []
    for card in cards:
        found = work.card(card)
        said = [seen.texts.get(found.text, "Erased")]
        said += [
            f"also: {seen.texts.get(one.text, 'erased')}" for one in work.originals(card) if one.text != found.text
        ]
        lines.append("- " + "; ".join(" ".join(words.split()) for words in said))
    return lines


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
