"""Evidence: speakers give evidence to the whole hall. Only the clock moves here."""

from __future__ import annotations

from typing import Any

from facilitation.activities import timed
from facilitation.model import Item, Phase, Session

KIND = "evidence"
LABEL = "Evidence"
PHASE = Phase.PLENARY
MINUTES = 45

state = timed.state
decide = timed.decide
apply = timed.apply


def screen(session: Session, item: Item) -> dict[str, Any]:
    """What a member reads while this item runs."""
    return {"prompt": "Listen to the speakers and keep your questions for the table."}
