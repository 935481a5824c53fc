"""What can be asked of the work of an item: evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facilitation.commands import ItemCommand


@dataclass(frozen=True)
class LoadQuestionnaire(ItemCommand):
    """Use this wording; None brings the built-in one back."""

    questionnaire: Mapping[str, Any] | None


@dataclass(frozen=True)
class BeginEvaluation(ItemCommand):
    """Somebody answers."""


@dataclass(frozen=True)
class CloseEvaluation(ItemCommand):
    """Take no more answers; they have been counted, and forgotten, in the same transaction."""

    result: Mapping[str, Any]


@dataclass(frozen=True)
class ShowEvaluation(ItemCommand):
    """Let members, or everyone, see the results, or take them away again."""

    members: bool
    public: bool
