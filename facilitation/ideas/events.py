"""What can have happened in the work of an ideas item.

A card is the id of its first text, a group (cluster) and a merged card the id under which they were made. None of them
ever gets another, so a draft can say from which it came. An author is a member's id and leaves the journal for no
screen but the author's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from facilitation.event import ItemEvent


@dataclass(frozen=True)
class IdeaWritten(ItemEvent):
    """A card was written; `typed` when somebody from the team typed it for its author."""

    kind = "idea-written"
    act = "write an idea"
    text: str
    commitment: str
    author: str
    table: int
    typed: bool


@dataclass(frozen=True)
class IdeaCorrected(ItemEvent):
    """A card has a new wording; the ones before stay its history."""

    kind = "idea-corrected"
    act = "correct an idea"
    idea: str
    text: str
    commitment: str


@dataclass(frozen=True)
class IdeaWithdrawn(ItemEvent):
    """A card was taken back, or (`withdrawn` false) put back again."""

    kind = "idea-withdrawn"
    act = "take an idea back"
    idea: str
    withdrawn: bool


@dataclass(frozen=True)
class IdeaSaid(ItemEvent):
    """A card was read out at a table, or (`said` false) was not after all."""

    kind = "idea-said"
    act = "tick an idea as said"
    idea: str
    said: bool
    table: int


@dataclass(frozen=True)
class CardsMerged(ItemEvent):
    """Cards became one, with the words of the first unless it was given others; they themselves are kept under it."""

    kind = "cards-merged"
    act = "put cards together as one"
    merge: str
    cards: Sequence[str]
    text: str = ""
    commitment: str = ""


@dataclass(frozen=True)
class MergeUndone(ItemEvent):
    """The cards of a merged card stand for themselves again, each where it was."""

    kind = "merge-undone"
    act = "undo a merge"
    merge: str


@dataclass(frozen=True)
class AlikeDeclined(ItemEvent):
    """Two cards that look alike do not say the same; the pair is not suggested again."""

    kind = "alike-declined"
    act = "decline a suggestion"
    first: str
    second: str


@dataclass(frozen=True)
class ClusterMade(ItemEvent):
    """A group exists; the host of `table` made it (0: the facilitator). Its working title may be empty."""

    kind = "cluster-made"
    act = "make a group of cards"
    cluster: str
    table: int
    text: str = ""
    commitment: str = ""


@dataclass(frozen=True)
class ClusterTitled(ItemEvent):
    """A group has another working title."""

    kind = "cluster-titled"
    act = "give a group a title"
    cluster: str
    text: str
    commitment: str


@dataclass(frozen=True)
class CardsPlaced(ItemEvent):
    """These cards are in this group now and in no other; in none when `cluster` is empty."""

    kind = "cards-placed"
    act = "put cards into a group"
    cluster: str
    cards: Sequence[str]


@dataclass(frozen=True)
class ClusterDissolved(ItemEvent):
    """A group is no more and its cards are in none, or (`dissolved` false) it is back with those still in none."""

    kind = "cluster-dissolved"
    act = "dissolve a group"
    cluster: str
    dissolved: bool


@dataclass(frozen=True)
class NameProposed(ItemEvent):
    """A member proposed a name for a group; the text's id is the name's."""

    kind = "name-proposed"
    act = "propose a name"
    cluster: str
    text: str
    commitment: str
    author: str


@dataclass(frozen=True)
class NamesSettled(ItemEvent):
    """How many members support each proposed name: group → name → count. The most supported one is the group's."""

    kind = "names-settled"
    act = "settle the names"
    support: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class NameDecided(ItemEvent):
    """The facilitator chose a group's name, after a tie or instead of the most supported one."""

    kind = "name-decided"
    act = "decide a name"
    cluster: str
    name: str


@dataclass(frozen=True)
class IdeasStep(ItemEvent):
    """The item went on to this step, or back to it."""

    kind = "ideas-step"
    act = "go to another step of the ideas"
    step: str


EVENTS: tuple[type[ItemEvent], ...] = (
    *(IdeaWritten, IdeaCorrected, IdeaWithdrawn, IdeaSaid, CardsMerged, MergeUndone, AlikeDeclined),
    *(ClusterMade, ClusterTitled, CardsPlaced, ClusterDissolved, NameProposed, NamesSettled, NameDecided, IdeasStep),
)
