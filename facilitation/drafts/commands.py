"""What can be asked of drafts. `member` is who asks, empty for the staff; a text is named by its id and commitment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facilitation.commands import ItemCommand


@dataclass(frozen=True)
class Written:
    """A text that was just kept: its id, the salted hash that commits to it, and of a wording the fingerprint."""

    id: str
    commitment: str
    fingerprint: str = ""


@dataclass(frozen=True)
class MakeTheme(ItemCommand):
    """Make a theme."""

    text: Written
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class RenameTheme(ItemCommand):
    """Give a theme another name."""

    theme: str
    text: Written


@dataclass(frozen=True)
class RemoveTheme(ItemCommand):
    """Remove a theme that has no drafts."""

    theme: str


@dataclass(frozen=True)
class ChooseTheme(ItemCommand):
    """A member chooses a theme, or none."""

    member: str
    theme: str


@dataclass(frozen=True)
class StartDraft(ItemCommand):
    """Start a draft on a theme."""

    member: str
    theme: str
    text: Written
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class SaveDraft(ItemCommand):
    """Save a wording that was written on version `on`."""

    member: str
    draft: str
    on: int
    text: Written


@dataclass(frozen=True)
class SourceDraft(ItemCommand):
    """Name what a draft comes from."""

    member: str
    draft: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class WithdrawDraft(ItemCommand):
    """Pursue a draft no longer."""

    draft: str
    text: Written


@dataclass(frozen=True)
class RestoreDraft(ItemCommand):
    """Pursue it after all."""

    draft: str


@dataclass(frozen=True)
class ProposeAmendment(ItemCommand):
    """Propose another wording of version `on`."""

    draft: str
    on: int
    text: Written


@dataclass(frozen=True)
class AcceptAmendment(ItemCommand):
    """Take an amendment up: `text` is what the draft, at version `on`, then says."""

    member: str
    draft: str
    amendment: str
    on: int
    text: Written


@dataclass(frozen=True)
class DeclineAmendment(ItemCommand):
    """Do not take it up; the text says why."""

    member: str
    draft: str
    amendment: str
    text: Written


@dataclass(frozen=True)
class TakeAmendmentBack(ItemCommand):
    """The desk has seen that it is the proposer who asks."""

    draft: str
    amendment: str


@dataclass(frozen=True)
class OpenTest(ItemCommand):
    """Ask everyone about these drafts."""

    test: str
    drafts: tuple[str, ...]


@dataclass(frozen=True)
class CloseTest(ItemCommand):
    """Keep what the answers, counted in the same transaction, come to."""

    test: str
    present: int
    results: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class StopLoop(ItemCommand):
    """Test a draft no more; the text says why."""

    draft: str
    text: Written


@dataclass(frozen=True)
class ResumeLoop(ItemCommand):
    """Test it again after all."""

    draft: str


@dataclass(frozen=True)
class RaiseObjection(ItemCommand):
    """Write an objection down for somebody."""

    draft: str
    text: Written


@dataclass(frozen=True)
class ResolveObjection(ItemCommand):
    """Say that the present version meets an objection."""

    member: str
    objection: str


@dataclass(frozen=True)
class ConfirmObjection(ItemCommand):
    """The desk has seen that it is the objector who asks."""

    objection: str


@dataclass(frozen=True)
class ReopenObjection(ItemCommand):
    """By the objector or the facilitator."""

    objection: str


@dataclass(frozen=True)
class MakeStatement(ItemCommand):
    """Attach a minority statement to a draft, or to the whole."""

    draft: str
    text: Written


@dataclass(frozen=True)
class TakeStatementBack(ItemCommand):
    """The desk has seen that it is the writer who asks."""

    statement: str


@dataclass(frozen=True)
class ShowDraft(ItemCommand):
    """Show a draft to the whole hall, or none."""

    draft: str


@dataclass(frozen=True)
class AskPriorities(ItemCommand):
    """A round about drafts was prepared in the same transaction: option → draft."""

    round: str
    options: Mapping[str, str]
