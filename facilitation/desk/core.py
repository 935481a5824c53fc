"""The heart of the desk: reading the state, and carrying one command through in one transaction.

The folded state is remembered by the head of its journal and checked against it every time, so several programs may
share the database and a restart loses nothing. Readers and writers remember their own: a writer may be ahead by what is
not committed yet. What belongs to a state is remembered by that very state and not by its number: where a commit fails,
another row takes the number, and another state is folded.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import ParamSpec, Protocol, TypeVar

from facilitation import law
from facilitation.codes import ALPHABET
from facilitation.commands import Command
from facilitation.errors import SessionMovedOn
from facilitation.events import Act, Event
from facilitation.model import Assembly, Member, Session
from facilitation.store import Head, Store, Transaction
from facilitation.times import Clock

P = ParamSpec("P")
R = TypeVar("R")

ID_LENGTH = 12
"""Sixty random bits: short in a link, and never the same twice."""

FACILITATOR = "facilitator"
SCRUTINEER = "scrutineer"
STAFF = "staff"


class Apart(Protocol):
    """How a pure calculation that may take seconds is carried out: here and now, or in a thread of its own."""

    def __call__(self, calculate: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """What `calculate` comes to."""
        ...


def at_once(calculate: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Here and now."""
    return calculate(*args, **kwargs)


class Core:
    """The store, the clock and chance, and how a command becomes journal rows."""

    def __init__(self, store: Store, *, now: Clock, chance: random.Random, apart: Apart = at_once) -> None:
        self._store = store
        self._apart = apart
        self._clock = now
        self._chance = chance
        self._remembered: dict[tuple[str, bool], tuple[Head, Assembly]] = {}
        self._remembered_texts: dict[tuple[str, bool], tuple[Assembly, Mapping[str, str]]] = {}
        self._remembered_names: dict[tuple[str, bool], tuple[Mapping[str, Member], Mapping[str, str]]] = {}

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    @property
    def cannot_write(self) -> str | None:
        """Why the last that was to be stored could not be (a word of the store's health); None while all is well."""
        return self._store.health.cause

    def try_to_write(self) -> str | None:
        """Really write something that nobody misses: None if all is well, otherwise why it could not be stored."""
        return self._store.try_to_write()

    def _now(self) -> datetime:
        """The moment, as fine as the journal keeps it."""
        now = self._clock().astimezone(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def _new_id(self) -> str:
        return "".join(ALPHABET[self._chance.randrange(32)] for _ in range(ID_LENGTH)).lower()

    def _new_secret(self) -> str:
        """256 random bits as text that fits a link."""
        return self._chance.randbytes(32).hex()

    def _state(self, tx: Transaction, thing: str) -> Assembly:
        """The assembly that this assembly, session or round belongs to, as its journal tells it now."""
        return self._folded(tx, tx.journal.assembly_of(thing))

    def _folded(self, tx: Transaction, assembly: str) -> Assembly:
        head = tx.journal.head(assembly)
        nothing = (Head(0, ""), Assembly(assembly))
        both = [self._remembered.get((assembly, writes), nothing) for writes in (tx.writes, not tx.writes)]
        known, state = max((one for one in both if one[0].seq <= head.seq), key=lambda one: one[0].seq, default=nothing)
        if known == head:
            return state
        links = tx.journal.links(assembly, after=max(0, known.seq - 1))
        if known.seq and (not links or links[0].hash != known.hash):
            state, links = Assembly(assembly), tx.journal.links(assembly)
        for link in links:
            if link.seq > state.seq:
                state = law.apply(state, link.entry)
        self._remembered[assembly, tx.writes] = (head, state)
        return state

    def _append(self, tx: Transaction, state: Assembly, actor: str, events: Sequence[Event]) -> int:
        """Write the events of one command; the number of the newest row."""
        now = self._now()
        return self._append_all(tx, state, [Act(actor, event, now) for event in events])

    def _append_all(self, tx: Transaction, state: Assembly, acts: Sequence[Act]) -> int:
        """Write what was done, perhaps by several; the number of the newest row."""
        entries = tx.journal.append(state.id, acts)
        return entries[-1].seq if entries else state.seq

    def _command(self, session_id: str, command: Command, seen_seq: int | None = None) -> int:
        """Carry out one command on a session, or refuse it; the number of the newest row."""
        return self._decided(session_id, lambda tx, session: command, seen_seq)

    def _decided(
        self, thing: str, command: Callable[[Transaction, Session], Command], seen_seq: int | None = None
    ) -> int:
        """The same for a command that depends on what the session, or the round's session, looks like."""
        with self._store.writing() as tx:
            state = self._state(tx, thing)
            session = state.sessions[thing] if thing in state.sessions else state.session_of_round(thing)
            if seen_seq is not None and not session.acted_seq <= seen_seq <= state.seq:
                raise SessionMovedOn(seen_seq, state.seq)
            return self._append(tx, state, *self._events(state, command(tx, session)))

    def _let_go(self, tx: Transaction, session: Session) -> None:
        """What is done before a session closes, in the same transaction: each kind of item adds its own.

        What people were still writing and have not sent is forgotten with it, and which member wrote which text.
        """
        tx.words.drop_all(session.id)
        tx.words.unsign(self._state(tx, session.id).members)

    def _events(self, state: Assembly, command: Command) -> tuple[str, tuple[Event, ...]]:
        return command.actor, law.decide(state, command, self._now())
