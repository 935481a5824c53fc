"""What can be asked of an ideas item. `member` is whose act it is, empty for the team's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from facilitation.commands import ItemCommand


@dataclass(frozen=True)
class WriteIdea(ItemCommand):
    """Add a card."""

    text: str
    commitment: str
    author: str
    typed: bool = False


@dataclass(frozen=True)
class CorrectIdea(ItemCommand):
    """Give a card new words."""

    idea: str
    text: str
    commitment: str
    member: str


@dataclass(frozen=True)
class WithdrawIdea(ItemCommand):
    """Take a card back, or put it back."""

    idea: str
    withdrawn: bool
    member: str


@dataclass(frozen=True)
class SayIdea(ItemCommand):
    """Tick a card as read out, or not."""

    idea: str
    said: bool
    member: str


@dataclass(frozen=True)
class MergeCards(ItemCommand):
    """Make one card of these, in this order; with the words of the first where `text` is empty."""

    merge: str
    cards: Sequence[str]
    text: str = ""
    commitment: str = ""


@dataclass(frozen=True)
class UndoMerge(ItemCommand):
    """Let the cards stand for themselves again."""

    merge: str


@dataclass(frozen=True)
class DeclineAlike(ItemCommand):
    """These two do not say the same."""

    first: str
    second: str


@dataclass(frozen=True)
class MakeCluster(ItemCommand):
    """Make a group, of these cards if any; `seen` is in which groups they were on the screen of whoever asks."""

    cluster: str
    cards: Sequence[str]
    seen: Mapping[str, str]
    table: int
    text: str = ""
    commitment: str = ""


@dataclass(frozen=True)
class TitleCluster(ItemCommand):
    """Give a group another working title."""

    cluster: str
    text: str
    commitment: str


@dataclass(frozen=True)
class PlaceCards(ItemCommand):
    """Put cards into a group, or (empty) into none."""

    cluster: str
    cards: Sequence[str]
    seen: Mapping[str, str]


@dataclass(frozen=True)
class DissolveCluster(ItemCommand):
    """Dissolve a group, or bring it back."""

    cluster: str
    dissolved: bool


@dataclass(frozen=True)
class ProposeName(ItemCommand):
    """Propose a name for a group."""

    cluster: str
    text: str
    commitment: str
    author: str


@dataclass(frozen=True)
class DecideName(ItemCommand):
    """Choose a group's name as the facilitator."""

    cluster: str
    name: str


@dataclass(frozen=True)
class GoToStep(ItemCommand):
    """Go on, or back, to a step; `support` is how many support each name, counted in the same transaction."""

    step: str
    support: Mapping[str, Mapping[str, int]]
