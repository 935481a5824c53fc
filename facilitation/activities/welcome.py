"""Welcome: people arrive, hear what the day is for and agree how to work. Only the clock moves here."""

from __future__ import annotations

from typing import Any

from facilitation.activities import plain
from facilitation.model import Phase
from facilitation.work import Audience, Seen

KIND = "welcome"
LABEL = "Welcome"
PHASE = Phase.PLENARY
MINUTES = 15

terms = plain.terms
state = plain.state
decide = plain.decide
apply = plain.apply
own = plain.own
minutes = plain.minutes


def screen(work: object, seen: Seen, audience: Audience) -> dict[str, Any]:
    """What a member reads while this item runs."""
    return {"prompt": "Welcome. There is nothing to do on this tablet yet."}
