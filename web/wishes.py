"""Where wishes for work wait, and where workers say how far they are: Huey's, in its own file or in a Redis.

Neither is the truth. The file stands beside the database, so that no wish and no progress ever takes the lock under
which ballots are written; a Redis is for several machines, and may be emptied or away: what waits is a row in the
database, which a worker looks for by itself. All is written as JSON. (Huey's own way is pickle, with which whoever can
write to the Redis could run programs here.)
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from huey import Huey
from huey.consumer import Consumer, Scheduler
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import SqliteStorage

from web.settings import Settings

READ_SECONDS, SOCKET_SECONDS, CONNECT_SECONDS = 1, 4.0, 1.0
"""How long a worker waits for a wish at a time, and when a Redis that does not answer is given up."""
ASK_AGAIN = 10.0
"""Seconds between two looks for draws that fell silent: they are so after 30 s, and are found within 45 s."""
TIMES = ("eta", "expires_resolved")
"""What Huey keeps of a task that is a moment."""
log = structlog.get_logger("web.wishes")


class AsJson(Serializer):  # type: ignore[misc]  # Huey ships no types
    """What Huey keeps, as JSON."""

    def _serialize(self, data: Any) -> bytes:
        said = {"message": data._asdict()} if isinstance(data, Message) else {"data": data}
        return json.dumps(said, default=datetime.isoformat).encode()

    def _deserialize(self, data: bytes) -> Any:
        said = json.loads(data)
        if "message" not in said:
            return said["data"]
        told = Message(**said["message"])
        return told._replace(**{time: datetime.fromisoformat(at) for time in TIMES if (at := getattr(told, time))})


class InAFile(SqliteStorage):  # type: ignore[misc]  # as above
    """Huey's file, which is whole after a power cut and does not wait for the disk with every word of progress."""

    def _create_connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = super()._create_connection()
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection


class Clock(Scheduler):  # type: ignore[misc]  # as above
    """Huey's clock for periodic tasks, which goes by the minute."""

    periodic_task_seconds = ASK_AGAIN


class Carrier(Consumer):  # type: ignore[misc]  # as above
    """Who carries out what waits, and looks by that clock."""

    scheduler_class = Clock


@dataclass(frozen=True)
class Wishes:
    """Huey's queue, and what it raises when it cannot be reached."""

    huey: Huey
    away: tuple[type[Exception], ...]

    def carry(self, task: Callable[[str], object], draw_id: str) -> None:
        """Give this wish to a worker. Where that cannot be done now, a worker finds the row by itself."""
        try:
            task(draw_id)
        except self.away as away:
            log.warning("wish not queued", draw=draw_id, why=type(away).__name__)

    def tell(self, draw_id: str, progress: Mapping[str, Any]) -> None:
        """How far a draw has come. Where that cannot be kept, its page shows less, and nothing else is lost."""
        try:
            self.huey.put(f"progress:{draw_id}", dict(progress))
        except self.away as away:
            log.info("progress not kept", draw=draw_id, why=type(away).__name__)

    def told(self, draw_id: str) -> dict[str, Any]:
        """What a worker last said of this draw; nothing when nobody knows."""
        try:
            return dict(self.huey.get(f"progress:{draw_id}", peek=True) or {})
        except self.away as away:
            log.info("progress not found", draw=draw_id, why=type(away).__name__)
            return {}

    def forget(self, draw_id: str) -> None:
        """The draw has ended."""
        with contextlib.suppress(*self.away):  # what was said of an ended draw is never read
            self.huey.delete(f"progress:{draw_id}")


def wishes_for(settings: Settings) -> Wishes:
    """The queue of this server: in the Redis that the settings name, otherwise in a file of its own."""
    usual = {"results": False, "utc": True, "serializer": AsJson()}
    if settings.redis is None:
        huey = Huey("folkmoot", storage_class=InAFile, filename=str(settings.jobs_file), **usual)
        return Wishes(huey, (sqlite3.Error, OSError))
    from huey import RedisHuey  # here and not above: a server without a Redis starts without its client
    from redis import ConnectionPool, RedisError
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    patience = {"socket_timeout": SOCKET_SECONDS, "socket_connect_timeout": CONNECT_SECONDS}
    pool = ConnectionPool.from_url(settings.redis, retry=Retry(NoBackoff(), 1), **patience)
    huey = RedisHuey(name_in_redis(settings), connection_pool=pool, read_timeout=READ_SECONDS, **usual)
    return Wishes(huey, (RedisError, OSError))


def name_in_redis(settings: Settings) -> str:
    """Under which name this server's processes and workers find one another: those with its secret, and no others.

    >>> name_in_redis(Settings("sqlite:///a", "one")) == name_in_redis(Settings("sqlite:////srv/a", "one"))
    True
    >>> name_in_redis(Settings("sqlite:///a", "one")) == name_in_redis(Settings("sqlite:///a", "two"))
    False
    """
    return "folkmoot_" + hmac.new(settings.secret.encode(), b"name in redis", hashlib.sha256).hexdigest()[:16]
