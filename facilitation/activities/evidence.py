"""Evidence: speakers give evidence to the whole hall. Only the clock moves here."""

from __future__ import annotations

from typing import Any

from facilitation.activities import plain
from facilitation.model import Phase
from facilitation.work import Audience, Seen

KIND = "evidence"
LABEL = "Evidence"
PHASE = Phase.PLENARY
MINUTES = 45

terms = plain.terms
state = plain.state
decide = plain.decide
apply = plain.apply
own = plain.own
minutes = plain.minutes


def screen(work: object, seen: Seen, audience: Audience) -> dict[str, Any]:
    """What a member reads while this item runs."""
    return {"prompt": "Listen to the speakers and keep your questions for the table."}
