"""Backups, also in the middle of a vote.

A stolen backup must not tell more than a stolen database, so an open round's urn (who has voted, the ballots, tokens
and keys) is left out. A round without its urn cannot go on: nobody would know who has voted. So the copy, and the copy
alone, ends with that round cancelled, with the reason, as one more row of the journal; who restores it reads there and
in the minutes that the vote must be held again. Drafts and counted rounds are whole.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from facilitation.desk.copying import while_a_copy_is_made
from facilitation.desk.rounds import Rounds
from facilitation.errors import BadRequest
from facilitation.events import first_broken
from facilitation.model import Assembly, Phase, Round, RoundState, Session
from facilitation.store import Store, Transaction
from facilitation.store.backup import Kept, check, copy_rows

BACKUP = "backup"
"""Who cancels an open round in the copy, in the words of the journal."""
WHY = (
    "This is a backup that was made while the vote was open. Ballots of an open vote are never copied, "
    "so it must be held again."
)
UNFINISHED = (RoundState.OPEN, RoundState.ENDED)
NAMED = re.compile(r"folkmoot-(\d{8}T\d{6})\.\d{3}Z\.sqlite")
"""How a backup is called that was made by the clock: by its moment, so that the oldest comes first."""


def called(at: datetime) -> str:
    """The name of a backup of this moment.

    >>> called(datetime(2027, 3, 6, 10, 0, 0, 7000, tzinfo=UTC))
    'folkmoot-20270306T100000.007Z.sqlite'
    """
    return f"folkmoot-{at:%Y%m%dT%H%M%S}.{at.microsecond // 1000:03d}Z.sqlite"


def made_at(name: str) -> datetime | None:
    """When the backup of this name was made, to the second; None for a file that is called otherwise.

    >>> made_at("folkmoot-20270306T100000.007Z.sqlite"), made_at("mine.sqlite")
    (datetime.datetime(2027, 3, 6, 10, 0, tzinfo=datetime.timezone.utc), None)
    """
    named = NAMED.fullmatch(name)
    return None if named is None else datetime.strptime(named[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


@dataclass(frozen=True)
class BackedUp:
    """What is in the copy: how many assemblies, and which rounds were open and are cancelled in it."""

    assemblies: int
    cancelled: tuple[str, ...]


@dataclass(frozen=True)
class Pulse:
    """Whether a session is on, and a value that changes when something in one has begun or ended."""

    live: bool
    step: object


class Backups(Rounds):
    """The copy of everything but the open urns."""

    def pulse(self) -> Pulse:
        """What whoever makes backups by the clock looks at every second."""
        with self._store.reading() as tx:
            assemblies = self._all(tx)
        sessions = [one for assembly in assemblies for one in assembly.sessions.values()]
        step = [(one.id, one.phase, one.current, _states(one)) for one in sessions]
        return Pulse(any(one.phase not in (Phase.WAITING, Phase.CLOSED) for one in sessions), step)

    def backup(self, file: Path) -> BackedUp:
        """Copy the database into a new file, whole or not at all; while others go on working with the database."""
        self._refuse(file)
        with while_a_copy_is_made(file.parent):
            return self._made(file)

    def _made(self, file: Path) -> BackedUp:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # for its owner alone (0600)
        os.close(handle)
        try:
            told = self._copied(name)
            _on_disk(name)
            os.rename(name, file)
            _on_disk(str(file.parent))
        finally:
            for leftover in (name, f"{name}-wal", f"{name}-shm"):
                with suppress(FileNotFoundError):  # renamed by now, or never made
                    os.unlink(leftover)
        self._store.tidy(thorough=False)  # our long look kept the write-ahead log from being emptied
        return told

    def _refuse(self, file: Path) -> None:
        if not file.parent.is_dir():
            raise BadRequest(f"The folder {file.parent} does not exist.", "Make it, or name another one.")
        if file.exists():
            raise BadRequest(f"There is a {file.name} already.", "Name a new file, such as one with today's date.")

    def _copied(self, name: str) -> BackedUp:
        copy = type(self)(Store.open(name, self._store.pause), now=self._clock, chance=self._chance)
        try:
            with self._store.reading() as live, copy._store.writing() as new:
                found = [one for assembly in self._all(live) for one in _rounds(assembly)]
                rounds = Kept(_in_state(found, RoundState.CLOSED), _in_state(found, RoundState.DRAFT))
                copy_rows(live.connection, new.connection, rounds)
            cancelled = copy._cancel_what_is_unfinished()
            copy._check(rounds)
        finally:
            copy.close()
        return cancelled

    def _all(self, tx: Transaction) -> list[Assembly]:
        return [self._state(tx, assembly) for assembly, _ in tx.journal.assemblies()]

    def _cancel_what_is_unfinished(self) -> BackedUp:
        with self._store.reading() as tx:
            assemblies = self._all(tx)
        unfinished = [one for assembly in assemblies for one in _rounds(assembly) if one.state in UNFINISHED]
        for one in unfinished:
            self.cancel_round(one.id, WHY, actor=BACKUP)
        return BackedUp(len(assemblies), tuple(one.definition.title for one in unfinished))

    def _check(self, rounds: Kept) -> None:
        with self._store.reading() as tx:
            check(tx.connection, rounds)
            for assembly, name in tx.journal.assemblies():
                if (row := first_broken(assembly, tx.journal.links(assembly))) is not None:
                    raise BadRequest(
                        f"Row {row} of the journal of “{name}” does not fit the chain, in the database itself.",
                        "See `folkmoot journal --verify`, and keep the backups from before.",
                    )


def _rounds(assembly: Assembly) -> list[Round]:
    return [one for session in assembly.sessions.values() for one in session.rounds.values()]


def _states(session: Session) -> list[tuple[str, RoundState]]:
    return [(one.id, one.state) for one in session.rounds.values()]


def _in_state(rounds: list[Round], state: RoundState) -> frozenset[str]:
    return frozenset(one.id for one in rounds if one.state is state)


def _on_disk(path: str) -> None:
    """Wait until the file, or the folder's list of files, is on the disk; some systems have no folders to wait for."""
    with suppress(PermissionError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
