"""What can have happened in the work of an item: evaluation. Who answered what is in no event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facilitation.event import ItemEvent


@dataclass(frozen=True)
class QuestionnaireLoaded(ItemEvent):
    """Another wording is used than the built-in one."""

    kind = "questionnaire-loaded"
    act = "load a questionnaire"
    questionnaire: Mapping[str, Any]


@dataclass(frozen=True)
class EvaluationBegun(ItemEvent):
    """Somebody has answered, before or after: from now on the wording stays as it is."""

    kind = "evaluation-begun"
    act = "answer the questionnaire"
    moment: str
    questionnaire: Mapping[str, Any]


@dataclass(frozen=True)
class EvaluationClosed(ItemEvent):
    """Nobody can answer any more; of the answers these counts remain, and nothing else."""

    kind = "evaluation-closed"
    act = "close the questionnaire"
    result: Mapping[str, Any]


@dataclass(frozen=True)
class EvaluationShown(ItemEvent):
    """Who sees the results from now on, beside the facilitator."""

    kind = "evaluation-shown"
    act = "show the results of the questionnaire"
    afterwards = True
    members: bool
    public: bool


EVENTS: tuple[type[ItemEvent], ...] = (QuestionnaireLoaded, EvaluationBegun, EvaluationClosed, EvaluationShown)
