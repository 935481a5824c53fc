"""Speakers: an open discussion of the whole hall, with a speakers' list that opens with the item.

The list itself is kept in `speaking`, since it can be open during other items, too: questions after evidence, say.
"""

from __future__ import annotations

from typing import Any

from facilitation.activities import timed
from facilitation.model import Item, Phase, Session

KIND = "speakers"
LABEL = "Open discussion"
PHASE = Phase.PLENARY
MINUTES = 30

state = timed.state
decide = timed.decide
apply = timed.apply


def screen(session: Session, item: Item) -> dict[str, Any]:
    """What a member reads while this item runs."""
    return {"prompt": "Ask for the floor if you want to speak. Who has not spoken yet comes first."}
