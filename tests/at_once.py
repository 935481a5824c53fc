"""Questions that come within a moment: threads that all ask one `Gathered` while somebody else is answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from assemblies import Sitting
from sqlalchemy import event

from facilitation.store.gathered import Gathered

PATIENCE = 20.0


def outcome(act: Callable[[], Any]) -> Any:
    """What it gives, or the error that it raises."""
    try:
        return act()
    except Exception as error:  # noqa: BLE001  # looked at by the test
        return error


def all_in_one(
    gathered: Gathered[Any, Any], acts: Sequence[Callable[[], Any]], meanwhile: Callable[[], object] = lambda: None
) -> list[Any]:
    """What comes of acts that all ask while somebody else is answered, in this order.

    `meanwhile` happens when all of them wait and before any of them is answered.
    """
    came: list[Any] = [None] * len(acts)

    def one(place: int) -> None:
        came[place] = outcome(acts[place])

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(acts))]
    with gathered._turn:
        waiting = 0
        for thread in threads:
            thread.start()
            until = time.monotonic() + PATIENCE
            while len(gathered._waiting) == waiting and thread.is_alive() and time.monotonic() < until:
                time.sleep(0.001)
            waiting = len(gathered._waiting)
        meanwhile()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return came


@contextmanager
def statements(sitting: Sitting) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        seen.append(statement)

    event.listen(sitting.desk._store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(sitting.desk._store.engine, "before_cursor_execute", note)
