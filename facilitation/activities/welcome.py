"""Welcome: people arrive, hear what the day is for and agree how to work. Only the clock moves here."""

from __future__ import annotations

from typing import Any

from facilitation.activities import timed
from facilitation.model import Item, Phase, Session

KIND = "welcome"
LABEL = "Welcome"
PHASE = Phase.PLENARY
MINUTES = 15

state = timed.state
decide = timed.decide
apply = timed.apply


def screen(session: Session, item: Item) -> dict[str, Any]:
    """What a member reads while this item runs."""
    return {"prompt": "Welcome. There is nothing to do on this tablet yet."}
