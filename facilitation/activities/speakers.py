"""Speakers: an open discussion of the whole hall, with a speakers' list that opens with the item.

The list itself is kept in `speaking`, since it can be open during other items, too: questions after evidence, say.
"""

from __future__ import annotations

from typing import Any

from facilitation.activities import plain
from facilitation.model import Phase
from facilitation.work import Audience, Seen

KIND = "speakers"
LABEL = "Open discussion"
PHASE = Phase.PLENARY
MINUTES = 30

terms = plain.terms
state = plain.state
decide = plain.decide
apply = plain.apply
own = plain.own
minutes = plain.minutes


def screen(work: object, seen: Seen, audience: Audience) -> dict[str, Any]:
    """What a member reads while this item runs."""
    return {"prompt": "Ask for the floor if you want to speak. Who has not spoken yet comes first."}
