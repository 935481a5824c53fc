"""Table discussion: members talk at their tables. Only the clock moves here."""

from __future__ import annotations

from typing import Any

from facilitation.activities import plain
from facilitation.model import Phase
from facilitation.work import Audience, Seen

KIND = "discussion"
LABEL = "Table discussion"
PHASE = Phase.DISCUSSION
MINUTES = 45

terms = plain.terms
state = plain.state
decide = plain.decide
apply = plain.apply
own = plain.own
minutes = plain.minutes


def screen(work: object, seen: Seen, audience: Audience) -> dict[str, Any]:
    """What a member reads while this item runs."""
    return {"prompt": "Talk at your table. Everyone speaks once before anyone speaks twice."}
