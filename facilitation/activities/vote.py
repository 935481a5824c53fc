"""Vote: the hall decides. Rounds have a law of their own, `round_law`, since one may stand alone, too."""

from __future__ import annotations

from typing import Any

from facilitation.activities import plain
from facilitation.model import Phase
from facilitation.work import Audience, Seen

KIND = "vote"
LABEL = "Vote"
PHASE = Phase.PLENARY
MINUTES = 20

terms = plain.terms
state = plain.state
decide = plain.decide
apply = plain.apply
own = plain.own
minutes = plain.minutes


def screen(work: object, seen: Seen, audience: Audience) -> dict[str, Any]:
    """What a member reads while this item runs and no round is open."""
    return {"prompt": "A vote is coming. It will show here as soon as it opens."}
