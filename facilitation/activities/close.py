"""Close: the day is summed up and people go home. Only the clock moves here."""

from __future__ import annotations

from typing import Any

from facilitation.activities import timed
from facilitation.model import Item, Phase, Session

KIND = "close"
LABEL = "Close"
PHASE = Phase.PLENARY
MINUTES = 10

state = timed.state
decide = timed.decide
apply = timed.apply


def screen(session: Session, item: Item) -> dict[str, Any]:
    """What a member reads while this item runs."""
    return {"prompt": "Thank you for taking part."}
