"""What can have happened to drafts. Ids and fingerprints only: the texts stand in the store, where they can be erased.

A theme, a version, an amendment and a minority statement are called by the id of their text, a draft by the id of the
text of its first version; so what is sent twice is known the second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facilitation.event import ItemEvent


@dataclass(frozen=True)
class ThemeMade(ItemEvent):
    """A theme that members can work on; `sources` are the clusters or ideas that it comes from."""

    kind = "theme-made"
    act = "make a theme"
    text: str
    commitment: str
    sources: Sequence[str] = ()


@dataclass(frozen=True)
class ThemeRenamed(ItemEvent):
    """A theme has another name."""

    kind = "theme-renamed"
    act = "rename a theme"
    theme: str
    text: str
    commitment: str


@dataclass(frozen=True)
class ThemeRemoved(ItemEvent):
    """A theme without drafts is gone; whoever had chosen it is free again."""

    kind = "theme-removed"
    act = "remove a theme"
    theme: str


@dataclass(frozen=True)
class ThemeChosen(ItemEvent):
    """A member works on this theme from now on; on none where it is empty."""

    kind = "theme-chosen"
    act = "choose a theme"
    member: str
    theme: str


@dataclass(frozen=True)
class DraftMade(ItemEvent):
    """A draft exists: its first version. `sources` are the ideas and evidence that its writers named."""

    kind = "draft-made"
    act = "start a draft"
    theme: str
    text: str
    commitment: str
    fingerprint: str
    sources: Sequence[str] = ()


@dataclass(frozen=True)
class DraftSaved(ItemEvent):
    """The next version of a draft, written by its group on the version before."""

    kind = "draft-saved"
    act = "rewrite a draft"
    draft: str
    version: int
    text: str
    commitment: str
    fingerprint: str


@dataclass(frozen=True)
class DraftSourced(ItemEvent):
    """What the draft comes from, named anew."""

    kind = "draft-sourced"
    act = "name what a draft comes from"
    draft: str
    sources: Sequence[str]


@dataclass(frozen=True)
class DraftWithdrawn(ItemEvent):
    """The draft is not pursued; the text says why."""

    kind = "draft-withdrawn"
    act = "withdraw a draft"
    draft: str
    text: str
    commitment: str


@dataclass(frozen=True)
class DraftRestored(ItemEvent):
    """The draft is pursued after all."""

    kind = "draft-restored"
    act = "take a draft up again"
    draft: str


@dataclass(frozen=True)
class AmendmentProposed(ItemEvent):
    """Another wording of version `on`. `late`: it was saved as a version, and the draft had changed meanwhile."""

    kind = "amendment-proposed"
    act = "propose an amendment"
    draft: str
    on: int
    text: str
    commitment: str
    fingerprint: str
    late: bool = False


@dataclass(frozen=True)
class AmendmentAccepted(ItemEvent):
    """The amendment is in: version `version`, whose text this is (the one before, where it said all of it already)."""

    kind = "amendment-accepted"
    act = "accept an amendment"
    draft: str
    amendment: str
    version: int
    text: str
    commitment: str
    fingerprint: str


@dataclass(frozen=True)
class AmendmentDeclined(ItemEvent):
    """The amendment is not taken up; the text says why."""

    kind = "amendment-declined"
    act = "decline an amendment"
    draft: str
    amendment: str
    text: str
    commitment: str


@dataclass(frozen=True)
class AmendmentTakenBack(ItemEvent):
    """Whoever proposed the amendment took it back."""

    kind = "amendment-taken-back"
    act = "take an amendment back"
    draft: str
    amendment: str


@dataclass(frozen=True)
class DraftTestOpened(ItemEvent):
    """Everyone is asked about these versions (draft → version); `line` is what they must reach."""

    kind = "test-opened"
    act = "open a test"
    test: str
    versions: Mapping[str, int]
    line: Mapping[str, Any]


@dataclass(frozen=True)
class DraftTestClosed(ItemEvent):
    """The test is counted. Of each draft: answered, counts, moved, and the reasons in an order of chance.

    Counts and movement are None where they are too few to be told.
    """

    kind = "test-closed"
    act = "close a test"
    test: str
    present: int
    results: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class LoopStopped(ItemEvent):
    """The draft is not tested any more; the text says why."""

    kind = "loop-stopped"
    act = "stop the loop of a draft"
    draft: str
    text: str
    commitment: str


@dataclass(frozen=True)
class LoopResumed(ItemEvent):
    """The draft is tested again after all."""

    kind = "loop-resumed"
    act = "go on with the loop of a draft"
    draft: str


@dataclass(frozen=True)
class ObjectionRaised(ItemEvent):
    """An objection that the facilitator wrote down for somebody."""

    kind = "objection-raised"
    act = "raise an objection"
    draft: str
    text: str
    commitment: str


@dataclass(frozen=True)
class ObjectionResolved(ItemEvent):
    """The objection is met by this version, says `by`: the group or the facilitator."""

    kind = "objection-resolved"
    act = "resolve an objection"
    objection: str
    version: int
    by: str


@dataclass(frozen=True)
class ObjectionConfirmed(ItemEvent):
    """Whoever objected agrees that it is met."""

    kind = "objection-confirmed"
    act = "confirm that an objection is met"
    objection: str


@dataclass(frozen=True)
class ObjectionReopened(ItemEvent):
    """The objection is not met."""

    kind = "objection-reopened"
    act = "open an objection again"
    objection: str


@dataclass(frozen=True)
class StatementMade(ItemEvent):
    """A minority statement, attached to a draft or (where it is empty) to the whole."""

    kind = "statement-made"
    act = "attach a minority statement"
    draft: str
    text: str
    commitment: str


@dataclass(frozen=True)
class StatementTakenBack(ItemEvent):
    """Whoever wrote the statement took it back."""

    kind = "statement-taken-back"
    act = "take a minority statement back"
    statement: str


@dataclass(frozen=True)
class DraftShown(ItemEvent):
    """The hall reads this draft together; none where it is empty."""

    kind = "draft-shown"
    act = "show a draft to the hall"
    draft: str


@dataclass(frozen=True)
class PrioritiesAsked(ItemEvent):
    """A vote about drafts was prepared: option → [draft, version, fingerprint]."""

    kind = "priorities-asked"
    act = "prepare a vote on drafts"
    round: str
    options: Mapping[str, Sequence[Any]]


EVENTS: tuple[type[ItemEvent], ...] = (
    *(ThemeMade, ThemeRenamed, ThemeRemoved, ThemeChosen),
    *(DraftMade, DraftSaved, DraftSourced, DraftWithdrawn, DraftRestored),
    *(AmendmentProposed, AmendmentAccepted, AmendmentDeclined, AmendmentTakenBack),
    *(DraftTestOpened, DraftTestClosed, LoopStopped, LoopResumed),
    *(ObjectionRaised, ObjectionResolved, ObjectionConfirmed, ObjectionReopened),
    *(StatementMade, StatementTakenBack, DraftShown, PrioritiesAsked),
)
