"""Where an idea comes from and what became of it: every wording, merge and group, with the role and the moment.

`trace` is a pure function of the work, so a draft can cite a card, a merged card or a group by its id and its readers
can follow it back to the cards that members wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facilitation.errors import NotFound
from facilitation.ideas.merging import ROLES, SOMEBODY
from facilitation.ideas.work import Deed, Work
from facilitation.times import in_text
from facilitation.told import told


@dataclass(frozen=True)
class Trace:
    """A card or a group with all that was done to it, in order; the ideas it stands for; and what it is part of now."""

    id: str
    kind: str
    deeds: tuple[Deed, ...]
    ideas: tuple[str, ...]
    under: str
    cluster: str


def trace(work: Work, thing: str) -> Trace:
    """The trace of a card, a merged card (also one undone since) or a group."""
    deeds = work.told.get(thing)
    if deeds is None:
        raise NotFound("There is no such card or group here.", "Follow the link from the card again.")
    if thing in work.clusters:
        ideas = tuple(idea.id for card in work.in_cluster(thing) for idea in work.originals(card))
        return Trace(thing, "cluster", deeds, ideas, "", "")
    kind = "idea" if thing in work.ideas else "merge"
    if kind == "merge" and thing not in work.merges:
        return Trace(thing, "undone merge", deeds, (), "", "")
    originals = tuple(idea.id for idea in work.originals(thing))
    return Trace(thing, kind, deeds, originals, work.under.get(thing, ""), work.place_of(work.top(thing)))


def words_for(work: Work, thing: str, texts: Mapping[str, str]) -> str:
    """What a card says, or what a group is called; empty when the words were erased."""
    if thing in work.clusters:
        cluster, chosen = work.clusters[thing], work.chosen.get(thing)
        named = "" if chosen is None else texts.get(chosen.name, "")
        return named or texts.get(cluster.title, "") or told("Group {n}", n=cluster.number)
    found = work.ideas.get(thing) or work.merges.get(thing)
    return "" if found is None else texts.get(found.text, "")


def has_words(work: Work, cluster: str, texts: Mapping[str, str]) -> bool:
    """Whether a group has a title or a name yet."""
    chosen = work.chosen.get(cluster)
    return (chosen is not None and chosen.name in texts) or work.clusters[cluster].title in texts


def named(work: Work, texts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """All that a draft can cite: id → kind and words; nothing before the cards are on the wall for all."""
    if work.step in ("write", "share"):
        return {}
    kinds = {
        **dict.fromkeys((cluster.id for cluster in work.open_clusters), "cluster"),
        **dict.fromkeys(work.merges, "idea"),
        **{idea.id: "idea" for idea in work.ideas.values() if not idea.withdrawn},
    }
    return {thing: {"kind": kind, "words": words_for(work, thing, texts)} for thing, kind in kinds.items()}


SAID: Mapping[str, str] = {
    "written": told("Written"),
    "corrected": told("Corrected"),
    "withdrawn": told("Taken back"),
    "put back": told("Put back"),
    "said": told("Said at the table"),
    "not said": told("Tick “said” taken back"),
    "merged": told("Put together with other cards"),
    "merge undone": told("Stands for itself again: the merge was undone"),
    "made of": told("Made one card of"),
    "undone": told("Undone: its cards stand for themselves again"),
    "grouped": told("Put into"),
    "taken out": told("Taken out of"),
    "group dissolved": told("In no group any more, since it was dissolved:"),
    "made": told("Made"),
    "titled": told("Given the title"),
    "dissolved": told("Dissolved"),
    "brought back": told("Brought back"),
    "card put in": told("Card put in:"),
    "card taken out": told("Card taken out:"),
    "name proposed": told("Name proposed"),
    "named": told("Named by the members"),
    "names level": told("Not named yet: the same support for"),
    "name decided": told("Name chosen"),
}
"""What was done, in the words of the trace page."""


def story(work: Work, thing: str, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """The deeds of one card or group for the page of its trace, each with its words and with what else it names."""
    typed = thing in work.ideas and work.ideas[thing].typed
    return [
        {
            "at": in_text(deed.at),
            "who": _who(deed, typed),
            "what": SAID[deed.what],
            "words": texts.get(deed.text) if deed.text else None,
            "erased": bool(deed.text) and deed.text not in texts,
            "others": [{"id": other, "label": label(work, other, texts)} for other in deed.others],
        }
        for deed in trace(work, thing).deeds
    ]


def _who(deed: Deed, typed: bool) -> str:
    role = ROLES.get(deed.role, SOMEBODY)
    return told("{who}, for a member", who=role) if typed and deed.what == "written" else role


def label(work: Work, thing: str, texts: Mapping[str, str]) -> str:
    """A short word for a card, group or name: its number, or what it says."""
    if thing in work.clusters:
        cluster = work.clusters[thing]
        words = words_for(work, thing, texts)
        has = has_words(work, thing, texts)
        return told("Group {n}: {words}", n=cluster.number, words=words) if has else words
    if thing in work.names:
        return texts.get(thing) or told("a name that was erased")
    found = work.ideas.get(thing) or work.merges.get(thing)
    if found is None:
        return told("a merged card, undone since")
    return told("card {n}", n=found.number) if thing in work.ideas else told("card {n} with others", n=found.number)
