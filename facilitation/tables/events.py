"""What can have happened to the tables: ids and numbers alone, since these rows stay for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from facilitation.event import SessionEvent

Round = Sequence[Sequence[object]]
"""Who sits where in one round: rows of a table's number and its members' ids."""


@dataclass(frozen=True)
class TablesPlanned(SessionEvent):
    """A plan is in use: round by round who sits where. `now` is the round that people sit in from here on, or 0."""

    kind = "tables-planned"
    act = "use a plan of the tables"
    rounds: Sequence[Round]
    now: int


@dataclass(frozen=True)
class TablesMoved(SessionEvent):
    """Everyone goes to their table of this round."""

    kind = "tables-moved"
    act = "send everyone to other tables"
    round: int


@dataclass(frozen=True)
class TableMapShown(SessionEvent):
    """The hall screen shows who sits where, or does not any more."""

    kind = "table-map-shown"
    act = "show the map of the tables"
    shown: bool
