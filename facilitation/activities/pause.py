"""Break: coffee, lunch, fresh air. The screens say when it goes on."""

from __future__ import annotations

from typing import Any

from facilitation.activities import plain
from facilitation.model import Phase
from facilitation.work import Audience, Seen

KIND = "break"
LABEL = "Break"
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
    return {"prompt": "Have a break. Leave your tablet at your place."}
