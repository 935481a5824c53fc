"""Moving house, and coming back from a backup: whole, compared and told, or not at all.

A backup is checked as nobody would check it by eye: the file, every reference, every journal's chain, and every closed
vote counted again from its ballots. That is done in a copy; the backup itself is never opened for writing.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from facilitation.desk.private_folders import private_folder
from facilitation.desk.rounds import Rounds
from facilitation.errors import BadRequest
from facilitation.events import first_broken
from facilitation.model import RoundState
from facilitation.store import Store
from facilitation.store.engine import is_newer
from facilitation.store.moving import Counted, Looked, count, look_at, move_rows
from facilitation.times import wall

WHY = "The backup was checked."
HEADER = b"SQLite format 3\0"


@dataclass(frozen=True)
class Checked:
    """What a backup holds, all of it sound."""

    step: str
    found: Counted
    rounds: Mapping[str, int]
    """How many rounds are in each state."""
    recounted: int
    """Closed votes that were counted again and came to the same result."""


def migrate_database(source: str, target: str, chance: random.Random | None = None) -> Counted:
    """Copy everything of a database that nobody has open into one that is empty, and compare."""
    known = look_at(source, must_be_alone=True)
    if known is None or known.step is None:
        raise BadRequest("There is no database of Folkmoot to move from.", "Check its path or URL.")
    there = look_at(target)
    if there is not None and there.identity == known.identity:
        raise BadRequest("Both are the same database.", "Name another one, new or empty, to move to.")
    _must_be_empty(there)
    return _moved(source, target, chance or random.SystemRandom(), new=there is None)


def restore(file: Path, target: str, chance: random.Random | None = None) -> Checked:
    """Check a backup, then write all of it into a database that is new or empty."""
    _must_be_empty(look_at(target))
    with _private_copy(file) as copy:
        checked = _checked(copy, file)
    with _private_copy(file) as copy:
        moved = _moved(str(copy), target, chance or random.SystemRandom(), new=look_at(target) is None)
    return Checked(checked.step, moved, checked.rounds, checked.recounted)


def check_backup(file: Path) -> Checked:
    """Check a backup from beginning to end; it is left as it is."""
    with _private_copy(file) as copy:
        return _checked(copy, file)


def _must_be_empty(there: Looked | None) -> None:
    if there is not None and there.step is not None and is_newer(there.step):
        raise BadRequest(f"The target is of a newer Folkmoot (step {there.step}).", "Use the newer program.")
    if there is not None and there.filled:
        raise BadRequest(
            f"The target is not empty: {', '.join(there.filled)[:200]} have rows.",
            "Name a new or an empty database; nothing was changed.",
        )


def _moved(source: str, target: str, chance: random.Random, *, new: bool) -> Counted:
    """All of it in one transaction; of a target that we made ourselves nothing is left if it fails."""
    whole = False
    with _opened(source) as old, _opened(target) as house:
        try:
            with old.writing() as here, house.writing() as there:
                if any(count(there.connection).rows.values()):
                    raise BadRequest("The target has been filled meanwhile.", "Name an empty database.")
                found = move_rows(here.connection, there.connection, chance)
            house.tidy()
            whole = True
        finally:
            if new and not whole and house.server is None:
                house.close()
                _take_away(Path(house.engine.url.database or ""))
    return found


@contextmanager
def _opened(database: str) -> Iterator[Store]:
    store = Store.open(database, time.sleep)
    try:
        yield store
    finally:
        store.close()


def _take_away(file: Path) -> None:
    for each in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        each.unlink(missing_ok=True)


@contextmanager
def _private_copy(file: Path) -> Iterator[Path]:
    """The backup in a folder that only its owner can open, and that is gone afterwards."""
    try:
        with file.open("rb") as opened:
            begin = opened.read(len(HEADER))
    except OSError as error:
        raise BadRequest(
            f"{file.name} cannot be read: {error.strerror}.", "Name a file of `folkmoot backup`."
        ) from None
    if begin != HEADER:
        raise BadRequest(f"{file.name} is no backup of Folkmoot's.", "Name a file of `folkmoot backup`.")
    with private_folder("restore") as folder:
        copy = folder / "copy.sqlite"
        shutil.copyfile(file, copy)
        copy.chmod(0o600)
        with suppress(FileNotFoundError):  # beside a database that was not closed, and is taken as it stands
            shutil.copyfile(f"{file}-wal", f"{copy}-wal")
        yield copy


def _checked(copy: Path, file: Path) -> Checked:
    faults = _faults(copy)
    if faults:
        raise BadRequest(f"{file.name} is not sound: {'; '.join(faults)[:300]}.", "Take an earlier backup.")
    seen = look_at(str(copy))
    if seen is None or seen.step is None:
        raise BadRequest(f"{file.name} is no backup of Folkmoot's.", "Name a file of `folkmoot backup`.")
    desk = Checking(Store.open(str(copy), time.sleep), now=wall, chance=random.SystemRandom())
    try:
        return desk.checked(seen.step, file.name)
    finally:
        desk.close()


def _faults(copy: Path) -> list[str]:
    raw = sqlite3.connect(copy)
    try:
        found = [str(row[0]) for row in raw.execute("PRAGMA integrity_check")]
        found += [f"a row of {row[0]} points at nothing" for row in raw.execute("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    finally:
        raw.close()
    return [fault for fault in found if fault != "ok"]


class Checking(Rounds):
    """A desk on the copy of a backup, which is thrown away: it may write there."""

    def checked(self, step: str, name: str) -> Checked:
        """Every journal's chain, and every closed vote counted again."""
        with self._store.reading() as tx:
            found = count(tx.connection)
            states = []
            for assembly, called in tx.journal.assemblies():
                if (row := first_broken(assembly, tx.journal.links(assembly))) is not None:
                    raise BadRequest(
                        f"{name}: row {row} of the journal of “{called}” does not fit the chain.",
                        "Take an earlier backup.",
                    )
                states.append(self._state(tx, assembly))
        rounds = [one for state in states for session in state.sessions.values() for one in session.rounds.values()]
        closed = [one for one in rounds if one.state is RoundState.CLOSED]
        for one in closed:
            if not self.recount(one.id, WHY):
                raise BadRequest(
                    f"{name}: the ballots of “{one.definition.title}” do not come to its result.",
                    "Take an earlier backup.",
                )
        return Checked(step, found, dict(Counter(one.state.value for one in rounds)), len(closed))
