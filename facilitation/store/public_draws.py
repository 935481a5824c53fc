"""Public draws: what happened in each, row by row, and the keys to its screens.

A draw's events are few, only ever added, and numbered without a gap; the number of the newest is the step its screens
carry. Of a key the database keeps the SHA-256 only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from facilitation.store.access import hashed
from facilitation.store.schema import draw_key, public_event
from facilitation.times import in_text, moment


@dataclass(frozen=True)
class PublicEvent:
    """One thing that happened in a public draw."""

    seq: int
    at: datetime
    actor: str
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class DrawKey:
    """What a key opens: the hall screen of a draw, an invitation for its witness, or the witness's own page."""

    draw_id: str
    role: str
    used: bool


@dataclass(frozen=True)
class PublicDraws:
    """Events and keys, inside one transaction."""

    connection: Connection

    def events(self, draw_id: str) -> tuple[PublicEvent, ...]:
        """Everything that happened in this draw, in order."""
        mine = select(public_event).where(public_event.c.draw == draw_id).order_by(public_event.c.seq)
        return tuple(
            PublicEvent(row.seq, moment(row.at), row.actor, row.kind, json.loads(row.data))
            for row in self.connection.execute(mine)
        )

    def add(self, draw_id: str, event: PublicEvent) -> None:
        """Write one more; the database refuses a number that is taken."""
        row = {"seq": event.seq, "at": in_text(event.at), "actor": event.actor, "kind": event.kind}
        self.connection.execute(insert(public_event).values(draw=draw_id, **row, data=json.dumps(dict(event.data))))

    def step(self, draw_id: str) -> int:
        """The number of the newest event; 0 before the first."""
        newest = select(func.max(public_event.c.seq)).where(public_event.c.draw == draw_id)
        return int(self.connection.execute(newest).scalar() or 0)

    def add_key(self, secret: str, key: DrawKey) -> None:
        """A new key."""
        row = {"draw": key.draw_id, "role": key.role, "used": key.used}
        self.connection.execute(insert(draw_key).values(hash=hashed(secret), **row))

    def key(self, secret: str) -> DrawKey | None:
        """What this key opens, used up or not."""
        row = self.connection.execute(select(draw_key).where(draw_key.c.hash == hashed(secret))).first()
        return DrawKey(row.draw, row.role, row.used) if row else None

    def use_up(self, draw_id: str, role: str) -> None:
        """No key of this role that was given before opens this draw from now on."""
        mine = update(draw_key).where(draw_key.c.draw == draw_id, draw_key.c.role == role)
        self.connection.execute(mine.values(used=True))
