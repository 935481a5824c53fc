"""What can have happened to the list of actions: who promised what. The words stand outside the journal."""

from __future__ import annotations

from dataclasses import dataclass

from facilitation.event import SessionEvent


@dataclass(frozen=True)
class ActionNoted(SessionEvent):
    """Somebody is to do something; `text` is what, who and by when."""

    kind = "action-noted"
    act = "note an action"
    text: str
    commitment: str


@dataclass(frozen=True)
class ActionSettled(SessionEvent):
    """An action was done, or is open after all."""

    kind = "action-settled"
    act = "settle an action"
    text: str
    done: bool
