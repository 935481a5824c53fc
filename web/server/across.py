"""What the processes of one server tell one another, through Socket.IO's message queue in a Redis.

“Session 7 has changed”, “hang up on this device”, “these members' tablets are connected here”: wake-ups, with random
ids and never a name, a ballot or a screen. Each process then reads the database and makes its own screens, so at most
four a second go to one audience whichever process a command came to, none is sent twice, and whoever could write to
the Redis could wake processes up and hang up on devices, and show nobody anything.

**Losing the Redis loses nothing.** Sending and hearing have greenlets and connections of their own, with short
timeouts: a request never waits for them. Wake-ups that could not be sent wait their turn (the last thousand); every
process looks at the journal once a second anyway (`Live.keep_watch`), and looks at everything once when it hears again.
"""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import gevent
import structlog
from gevent.event import Event
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from socketio import RedisManager

from facilitation.errors import Refusal
from web.settings import Settings
from web.wishes import name_in_redis

CONNECT_SECONDS, SOCKET_SECONDS = 1.0, 2.0
EARS, DEAF = 1.0, 3  # seconds of one listening; unanswered pings after which the connection is made anew
AGAIN = 0.5  # seconds between two tries to reach a Redis that is away
OTHERS_HEAR = 1.5  # seconds after which all processes hear a Redis that is back
MOST_WAITING = 1000
NEWS = "news"
TOLD_BY_SOCKETIO = frozenset({"emit", "disconnect"})
EVENTS = frozenset({"look", "again", "closing"})
"""What may be sent to devices by way of the Redis: words without content, after which they ask."""
AWAY = (RedisError, OSError)
Hear = Callable[[Mapping[str, Any]], None]
log = structlog.get_logger("web.server.across")


class NeedsRedis(Refusal):
    """Several processes were asked for, and no Redis for them to hear of one another."""

    code = "needs-redis"
    kind = "bad-request"


class RedisSilent(Refusal):
    """The Redis that was named does not answer when the server starts."""

    code = "redis-silent"
    kind = "unavailable"


def client(url: str, **more: Any) -> Redis:
    """A client that is never waited for long."""
    patience = {"socket_timeout": SOCKET_SECONDS, "socket_connect_timeout": CONNECT_SECONDS}
    return Redis.from_url(url, retry=Retry(NoBackoff(), 0), **patience, **more)


def check_redis(url: str) -> None:
    """Is there a Redis at this URL? Asked once, at the start: one that goes away later is waited for."""
    try:
        with client(url) as asked:
            asked.ping()
    except ValueError:
        raise NeedsRedis("The URL of the Redis cannot be read.", "Write --redis redis://127.0.0.1:6379/0.") from None
    except AWAY as away:
        where = url.rpartition("@")[2]
        raise RedisSilent(
            f"The Redis at {where} does not answer ({type(away).__name__}).",
            "Start it, or name another one: --redis redis://127.0.0.1:6379/0.",
        ) from None


class Across(RedisManager):  # type: ignore[misc]  # python-socketio ships no types
    """Socket.IO's queue of this server's processes, and beside it our own news."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.redis, channel=name_in_redis(settings))
        self.hears: dict[str, Hear] = {}
        self.deaf: Callable[[], None] = lambda: None
        self.waiting: deque[str] = deque(maxlen=MOST_WAITING)
        self.something = Event()
        self.begun = False

    def initialize(self) -> None:
        """Begin to hear and to send; Socket.IO asks for it with the first device, the server at its start."""
        if not self.begun:
            self.begun = True
            super().initialize()
            gevent.spawn(self._send)

    def tell(self, what: str, **of: Any) -> None:
        """Tell the other processes; returns at once."""
        self._publish({"method": NEWS, "host_id": self.host_id, "what": what, **of})

    # ------------------------------------------------------------------------------------------------ sending

    def _publish(self, data: Mapping[str, Any]) -> None:
        self.waiting.append(json.dumps(data))
        self.something.set()

    def _send(self) -> None:
        """Send what waits, one after another, for as long as the process lives."""
        mouth, silent = client(self.redis_url), False
        while True:
            self.something.wait()
            self.something.clear()
            while self.waiting:
                news = self.waiting.popleft()
                try:
                    if silent:
                        mouth.ping()
                        silent = False
                        gevent.sleep(OTHERS_HEAR)
                    mouth.publish(self.channel, news)
                except AWAY as away:
                    if len(self.waiting) < MOST_WAITING:
                        self.waiting.appendleft(news)
                    if not silent:
                        log.warning("redis is away, news wait", why=type(away).__name__)
                    silent = True
                    gevent.sleep(AGAIN)

    # ------------------------------------------------------------------------------------------------ hearing

    def _listen(self) -> Iterator[dict[str, Any]]:
        """What the other processes tell Socket.IO; our own news are heard here."""
        silent = False
        while True:
            try:
                with client(self.redis_url, health_check_interval=5) as redis, redis.pubsub() as ears:
                    ears.subscribe(self.channel)
                    while True:
                        heard = ears.get_message(timeout=EARS)
                        if heard is not None and heard["type"] == "subscribe":
                            silent = False
                            self.deaf()
                        elif heard is not None and heard["type"] == "message":
                            yield from self._understood(heard["data"])
                        if ears.health_check_response_counter >= DEAF:
                            break
            except AWAY as away:
                if not silent:
                    log.warning("redis is away, looking by ourselves", why=type(away).__name__)
                silent = True
            gevent.sleep(AGAIN)

    def _understood(self, data: bytes) -> Iterator[dict[str, Any]]:
        try:
            said = json.loads(data)
        except ValueError:
            return
        if not isinstance(said, dict) or said.get("host_id") == self.host_id:
            return
        if not all(isinstance(said.get(word), str | None) for word in ("method", "what", "event")):
            return
        if said.get("method") == NEWS and said.get("what") in self.hears:
            try:
                self.hears[said["what"]](said)
            except (LookupError, TypeError, AttributeError) as odd:  # not of our making, or of another edition of us
                log.warning("news that cannot be read", what=said["what"], why=type(odd).__name__)
        elif said.get("method") in TOLD_BY_SOCKETIO and said.get("event") in {None, *EVENTS}:
            yield said


class Elsewhere:
    """Which members' tablets are connected to the other processes, as these last said."""

    KEPT = 12.0  # seconds after which a process that says nothing is gone
    SAID = 4.0  # seconds after which a process says it again, though nothing has changed
    SETTLED = 6.0  # seconds in which every process that lives has said it

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.name = uuid.uuid4().hex
        self.by_process: dict[str, tuple[float, Mapping[str, list[str]]]] = {}
        self.said: tuple[float, Mapping[str, list[str]]] = (0.0, {})
        self.sockets: dict[str, Counter[str]] = {}
        self.too_many: dict[str, float] = {}

    def hear(self, said: Mapping[str, Any]) -> Mapping[str, list[str]]:
        """A process says who is connected to it, by session."""
        here: Mapping[str, list[str]] = said["here"]
        sockets = Counter(member for members in here.values() for member in members)  # before any of it is kept
        self.by_process[said["host_id"]] = (self.clock(), here)
        self.sockets[said["host_id"]] = sockets
        return here

    def connected(self, session_id: str) -> set[str]:
        """Who is connected to any other process."""
        fresh = [here for at, here in self.by_process.values() if self.clock() - at < self.KEPT]
        return {member for here in fresh for member in here.get(session_id, ())}

    def surplus(self, ours: str, members: Iterable[str], most: int) -> dict[str, int]:
        """How many sockets each member of whom there are too many may keep here.

        Only after some seconds, in which every process that lives has said something: what one that has just been
        killed held does not count against those who come back. All of them come to the same.
        """
        now = self.clock()
        fresh = {one: self.sockets[one] for one, (at, _) in self.by_process.items() if now - at < self.SETTLED}
        counts = {member: {ours: number} for member, number in Counter(members).items()}
        for process, sockets in fresh.items():
            for member in sockets.keys() & counts.keys():
                counts[member][process] = sockets[member]
        over = {member: held for member, held in counts.items() if sum(held.values()) > most}
        self.too_many = {member: self.too_many.get(member, now) for member in over}
        kept = {member: kept_by(held, most)[ours] for member, held in over.items()}
        return {
            member: number
            for member, number in kept.items()
            if number < over[member][ours] and now - self.too_many[member] >= self.SETTLED
        }

    def worth_saying(self, here: Mapping[str, list[str]]) -> bool:
        """Has anything changed since we said it, or was that long ago?"""
        at, before = self.said
        if here == before and self.clock() - at < self.SAID:
            return False
        self.said = (self.clock(), here)
        return True


def kept_by(held: Mapping[str, int], most: int) -> dict[str, int]:
    """What each process may keep: those that hold the most give up first, and of equal ones the last by name.

    >>> kept_by({"a": 3, "b": 1}, most=3), kept_by({"a": 1, "b": 1, "c": 1, "d": 1}, most=3)
    ({'a': 2, 'b': 1}, {'a': 1, 'b': 1, 'c': 1, 'd': 0})
    """
    kept = dict(held)
    for _ in range(sum(held.values()) - most):
        kept[max(kept, key=lambda process: (kept[process], process))] -= 1
    return kept
