"""Recruitments, their files as erasable blobs, and requests for a draw.

This house does not look inside a file: a pool, its quotas and a draw's output are names and bytes. A draw request is a
row with state, attempts and heartbeat, so that no queue needs to be trusted.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from facilitation.errors import NotFound
from facilitation.store.schema import blob, draw, edition, recruitment
from facilitation.times import in_text, in_text_or_none, moment, moment_or_none


@dataclass(frozen=True)
class Attempt:
    """One program that took a draw on: which, when, and how it ended (done, failed, cancelled, lost; or not yet)."""

    number: int
    worker: str
    began_at: datetime
    ended_at: datetime | None = None
    ended: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the row keeps it, and as it is told."""
        return {**vars(self), "began_at": in_text(self.began_at), "ended_at": in_text_or_none(self.ended_at)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Attempt:
        """What `as_json` wrote."""
        ended_at = moment_or_none(kept["ended_at"])
        return cls(kept["number"], kept["worker"], moment(kept["began_at"]), ended_at, kept["ended"])


@dataclass(frozen=True)
class DrawRequest:
    """One request for a draw and how far it has come."""

    id: str
    recruitment_id: str
    asked_at: datetime
    state: str = "queued"
    attempts: int = 0
    heartbeat_at: datetime | None = None
    stage: str = ""
    done: float | None = None
    bound: float | None = None
    gap: float | None = None
    elapsed: float | None = None
    note: str = ""
    error: str = ""
    seed: str = ""
    """The public seed that was asked for; empty: the lottery makes one by chance."""
    kind: str = "draw"
    """What work it is: a word that this house keeps for those who do it."""
    options: Mapping[str, Any] = field(default_factory=dict)
    record: tuple[Attempt, ...] = ()
    """Every attempt at it, the first first."""

    @property
    def ended(self) -> bool:
        """Nothing more will happen to this request."""
        return self.state in ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Edition:
    """The quotas as they were from this moment on: who put them (a role and a device), and what they did."""

    number: int
    at: datetime
    actor: str
    what: str


PROGRESS = ("stage", "done", "bound", "gap", "elapsed", "note")


@dataclass(frozen=True)
class Recruitment:
    """One recruitment: a title, the files that were put, and what came of it. File names only; bytes by `blob`."""

    id: str
    title: str
    made_at: datetime
    size: int | None = None
    household: tuple[str, ...] = ()
    assembly_id: str | None = None
    seated_draw: str | None = None
    exclude_by: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    draws: tuple[DrawRequest, ...] = ()
    editions: tuple[Edition, ...] = ()

    @property
    def edition(self) -> int:
        """How often the quotas or the panel size were put; the number that a page of them carries."""
        return len(self.editions)

    @property
    def draw(self) -> DrawRequest | None:
        """The newest request for a draw."""
        return self.draws[-1] if self.draws else None


@dataclass(frozen=True)
class Recruitments:
    """Recruitments, blobs and draw requests, inside one transaction."""

    connection: Connection

    def add(self, new: Recruitment) -> None:
        """A new recruitment."""
        row = {"id": new.id, "title": new.title, "made_at": in_text(new.made_at), "household": "[]"}
        self.connection.execute(insert(recruitment).values(**row, size=None, assembly=None))

    def change(self, recruitment_id: str, **changes: Any) -> None:
        """Set columns of a recruitment."""
        mine = update(recruitment).where(recruitment.c.id == recruitment_id)
        if self.connection.execute(mine.values(**changes)).rowcount == 0:
            raise NotFound(f"There is no recruitment {recruitment_id[:40]}.", "Choose one from the list.")

    def one(self, recruitment_id: str) -> Recruitment:
        """The recruitment of this id."""
        row = self.connection.execute(select(recruitment).where(recruitment.c.id == recruitment_id)).first()
        if row is None:
            raise NotFound(f"There is no recruitment {recruitment_id[:40]}.", "Choose one from the list.")
        return Recruitment(
            row.id,
            row.title,
            moment(row.made_at),
            row.size,
            tuple(json.loads(row.household)),
            row.assembly,
            row.seated_draw,
            row.exclude_by,
            self.files(row.id),
            self.draws(row.id),
            self.editions(row.id),
        )

    def all(self) -> list[Recruitment]:
        """All recruitments, the newest first."""
        newest_first = select(recruitment.c.id).order_by(recruitment.c.made_at.desc(), recruitment.c.id)
        return [self.one(row.id) for row in self.connection.execute(newest_first).all()]

    # ------------------------------------------------------------------------------------------------------- blobs

    def put(self, owner: str, part: str, name: str, data: bytes) -> None:
        """Keep a file; one already there under this part is overwritten."""
        self.connection.execute(delete(blob).where(blob.c.owner == owner, blob.c.part == part))
        self.connection.execute(insert(blob).values(owner=owner, part=part, name=name, data=data))

    def files(self, owner: str) -> dict[str, str]:
        """The names of the files kept, by part."""
        rows = self.connection.execute(select(blob.c.part, blob.c.name).where(blob.c.owner == owner))
        return {row.part: row.name for row in rows}

    def bytes_of(self, owner: str, parts: Collection[str] | None = None) -> dict[str, tuple[str, bytes]]:
        """Name and bytes of every file kept (or of these parts), by part."""
        mine = select(blob).where(blob.c.owner == owner).order_by(blob.c.part)
        rows = self.connection.execute(mine if parts is None else mine.where(blob.c.part.in_(parts)))
        return {row.part: (row.name, bytes(row.data)) for row in rows}

    def erase(self, owner: str, part: str | None = None) -> None:
        """Forget all files of this owner, or the one of this part."""
        mine = delete(blob).where(blob.c.owner == owner)
        self.connection.execute(mine if part is None else mine.where(blob.c.part == part))

    # ---------------------------------------------------------------------------------------------------- editions

    def add_edition(self, recruitment_id: str, new: Edition, file: tuple[str, bytes]) -> None:
        """Keep the quotas that are put now under a number of their own as well."""
        row = {"number": new.number, "at": in_text(new.at), "actor": new.actor, "what": new.what}
        self.connection.execute(insert(edition).values(recruitment=recruitment_id, **row))
        self.put(editions_of(recruitment_id), str(new.number), *file)

    def editions(self, recruitment_id: str) -> tuple[Edition, ...]:
        """All editions of the quotas, the oldest first."""
        mine = select(edition).where(edition.c.recruitment == recruitment_id).order_by(edition.c.number)
        return tuple(Edition(row.number, moment(row.at), row.actor, row.what) for row in self.connection.execute(mine))

    # ------------------------------------------------------------------------------------------------------- draws

    def add_draw(self, new: DrawRequest) -> None:
        """A new request."""
        row = {
            "id": new.id,
            "recruitment": new.recruitment_id,
            "state": new.state,
            "attempts": new.attempts,
            "seed": new.seed,
            "kind": new.kind,
            "options": json.dumps(dict(new.options)),
        }
        empty = {"heartbeat_at": None, "progress": "{}", "error": ""}
        self.connection.execute(insert(draw).values(**row, asked_at=in_text(new.asked_at), **empty))

    def set_draw(self, request: DrawRequest) -> None:
        """Write the request as it now is."""
        progress: dict[str, Any] = {part: getattr(request, part) for part in PROGRESS}
        progress["record"] = [one.as_json() for one in request.record]
        beat = in_text_or_none(request.heartbeat_at)
        row = {"state": request.state, "attempts": request.attempts, "heartbeat_at": beat, "error": request.error}
        row["options"] = json.dumps(dict(request.options))
        self.connection.execute(
            update(draw).where(draw.c.id == request.id).values(**row, progress=json.dumps(progress))
        )

    def draw(self, draw_id: str) -> DrawRequest:
        """The request of this id."""
        row = self.connection.execute(select(draw).where(draw.c.id == draw_id)).first()
        if row is None:
            raise NotFound(f"There is no draw {draw_id[:40]}.", "Start the draw again from its recruitment.")
        return _request(row)

    def draws(self, recruitment_id: str) -> tuple[DrawRequest, ...]:
        """All requests of a recruitment, the oldest first."""
        mine = select(draw).where(draw.c.recruitment == recruitment_id).order_by(draw.c.asked_at, draw.c.id)
        return tuple(_request(row) for row in self.connection.execute(mine))

    def waiting_draws(self) -> tuple[DrawRequest, ...]:
        """All requests that are queued or running, the oldest first."""
        waiting = select(draw).where(draw.c.state.in_(("queued", "running"))).order_by(draw.c.asked_at, draw.c.id)
        return tuple(_request(row) for row in self.connection.execute(waiting))


def editions_of(recruitment_id: str) -> str:
    """Under which owner the blobs keep the editions of this recruitment's quotas."""
    return f"{recruitment_id}/quotas"


def aside_of(recruitment_id: str) -> str:
    """Under which owner the blobs keep files that nothing counts on yet."""
    return f"{recruitment_id}/aside"


def input_of(draw_id: str) -> str:
    """Under which owner the blobs keep the files that a draw alone was given."""
    return f"{draw_id}/input"


def papers_of(work_id: str) -> str:
    """Under which owner the blobs keep the papers of a piece of evidence."""
    return f"{work_id}/papers"


def secret_of(recruitment_id: str) -> str:
    """Under which owner the blobs keep the secret of this recruitment's public draws."""
    return f"{recruitment_id}/secret"


def _request(row: Any) -> DrawRequest:
    beat = moment_or_none(row.heartbeat_at)
    told = json.loads(row.progress)
    record = tuple(map(Attempt.from_json, told.pop("record", ())))
    return DrawRequest(
        *(row.id, row.recruitment, moment(row.asked_at), row.state, row.attempts, beat),
        error=row.error,
        seed=row.seed,
        kind=row.kind,
        options=json.loads(row.options),
        record=record,
        **told,
    )
