"""What came of an ideas item: its cards, what was made of them, and what was done to each.

Pure. A card is an idea, or a merged card that stands for several cards and keeps them under it (`under`). A card has at
most one group (`places`). What is under a merged card keeps its own place, unseen, so that undoing the merge puts
everything back exactly. Nothing ever leaves this picture: a card that was taken back is marked so, and `told` has all
that was done to each card, group and merge, with the role and the moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from facilitation.errors import NotFound
from facilitation.told import told

STEPS: Final[Mapping[str, str]] = {
    "write": told("Write"),
    "share": told("Share"),
    "cluster": told("Group"),
    "name": told("Name"),
    "done": told("Done"),
}
"""The steps of an ideas item in their order, each with its word on screens."""


@dataclass(frozen=True)
class Idea:
    """A card as its author wrote it; `versions` are the ids of its texts, the present one last."""

    id: str
    number: int
    author: str
    table: int
    typed: bool
    versions: tuple[str, ...]
    said: bool = False
    withdrawn: bool = False

    @property
    def text(self) -> str:
        """The id of its words."""
        return self.versions[-1]


@dataclass(frozen=True)
class Merge:
    """A card made of others, at row `seq`; `text` is whose words it shows."""

    id: str
    number: int
    parts: tuple[str, ...]
    text: str
    seq: int


@dataclass(frozen=True)
class Place:
    """In which group a card is, and since which row."""

    cluster: str
    seq: int


@dataclass(frozen=True)
class Cluster:
    """A group of cards; `title` is the id of its working title's text, `was` its cards when it was dissolved."""

    id: str
    number: int
    table: int
    title: str = ""
    dissolved: bool = False
    was: tuple[str, ...] = ()


@dataclass(frozen=True)
class Name:
    """A name that a member proposed; its id is that of its text."""

    id: str
    cluster: str
    author: str


@dataclass(frozen=True)
class Chosen:
    """How a group came by its name: `name` is empty where those in `level` have the same support and nobody decided."""

    name: str
    by: str
    level: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deed:
    """Something done to a card, a group or a merge: when, by which role, what, with which others or words."""

    seq: int
    at: datetime
    role: str
    what: str
    others: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Work:
    """The whole of it."""

    step: str = "write"
    step_at: datetime | None = None
    """When the item last came to this step; None while it has never left its first."""
    ideas: Mapping[str, Idea] = field(default_factory=dict)
    merges: Mapping[str, Merge] = field(default_factory=dict)
    under: Mapping[str, str] = field(default_factory=dict)
    """Which merged card a card is under."""
    places: Mapping[str, Place] = field(default_factory=dict)
    clusters: Mapping[str, Cluster] = field(default_factory=dict)
    declined: frozenset[tuple[str, str]] = frozenset()
    names: Mapping[str, Name] = field(default_factory=dict)
    chosen: Mapping[str, Chosen] = field(default_factory=dict)
    naming: int = 0
    """How often members have been asked for names: each time has a sheet of answers of its own."""
    told: Mapping[str, tuple[Deed, ...]] = field(default_factory=dict)

    @property
    def cards(self) -> tuple[str, ...]:
        """The cards on the wall: not taken back, not under another; in the order of their numbers."""
        ideas = [(idea.number, idea.id) for idea in self.ideas.values() if not idea.withdrawn]
        cards = [*ideas, *((merge.number, merge.id) for merge in self.merges.values())]
        return tuple(card for _, card in sorted(cards) if card not in self.under)

    @property
    def open_clusters(self) -> tuple[Cluster, ...]:
        """The groups that there are, in the order in which they were made."""
        return tuple(cluster for cluster in self.clusters.values() if not cluster.dissolved)

    @property
    def sheet(self) -> str:
        """Where the support for names is kept this time."""
        return f"names-{self.naming}"

    def place_of(self, card: str) -> str:
        """The group of a card; empty when it is in none."""
        return self.places[card].cluster if card in self.places else ""

    def in_cluster(self, cluster: str) -> tuple[str, ...]:
        """The cards of one group, or (empty) those in none."""
        return tuple(card for card in self.cards if self.place_of(card) == cluster)

    def card(self, card: str) -> Idea | Merge:
        """The card of this id."""
        found = self.ideas.get(card) or self.merges.get(card)
        if found is None:
            raise NotFound(told("There is no such card here any more."), told("Look at the cards again."))
        return found

    def cluster(self, cluster: str) -> Cluster:
        """The group of this id, dissolved or not."""
        if cluster not in self.clusters:
            raise NotFound(told("There is no such group here."), told("Choose one of the groups on the screen."))
        return self.clusters[cluster]

    def originals(self, card: str) -> tuple[Idea, ...]:
        """The ideas that a card stands for, through all merges."""
        found = self.card(card)
        if isinstance(found, Idea):
            return (found,)
        return tuple(idea for part in found.parts for idea in self.originals(part))

    def top(self, card: str) -> str:
        """The card on the wall under which this one is; itself, if it is there."""
        while card in self.under:
            card = self.under[card]
        return card

    def written_by(self, member: str) -> tuple[Idea, ...]:
        """A member's own cards, also those taken back."""
        return tuple(idea for idea in self.ideas.values() if idea.author == member)
