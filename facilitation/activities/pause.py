"""Break: coffee, lunch, fresh air. The screens say when it goes on."""

from __future__ import annotations

from typing import Any

from facilitation.activities import timed
from facilitation.model import Item, Phase, Session

KIND = "break"
LABEL = "Break"
PHASE = Phase.PLENARY
MINUTES = 15

state = timed.state
decide = timed.decide
apply = timed.apply


def screen(session: Session, item: Item) -> dict[str, Any]:
    """What a member reads while this item runs."""
    return {"prompt": "Have a break. Leave your tablet at your place."}
