"""Table discussion: members talk at their tables. Only the clock moves here."""

from __future__ import annotations

from typing import Any

from facilitation.activities import timed
from facilitation.model import Item, Phase, Session

KIND = "discussion"
LABEL = "Table discussion"
PHASE = Phase.DISCUSSION
MINUTES = 45

state = timed.state
decide = timed.decide
apply = timed.apply


def screen(session: Session, item: Item) -> dict[str, Any]:
    """What a member reads while this item runs."""
    return {"prompt": "Talk at your table. Everyone speaks once before anyone speaks twice."}
