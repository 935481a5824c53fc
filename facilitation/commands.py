"""What can be asked of a session: commands, which `law.decide` turns into events or refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Command:
    """Something asked of one session, by `actor`."""

    session: str
    actor: str


@dataclass(frozen=True)
class ItemCommand(Command):
    """Something asked of the work of one agenda item of the session."""

    item: str


@dataclass(frozen=True)
class Arrive(Command):
    """A member joins, or is back."""

    member: str


@dataclass(frozen=True)
class Leave(Command):
    """A member leaves before the end."""

    member: str


@dataclass(frozen=True)
class TakePartFromAfar(Command):
    """A member takes part from afar, or in the room after all."""

    member: str
    remote: bool


@dataclass(frozen=True)
class StartItem(Command):
    """Start an agenda item and end the running one."""

    item: str


@dataclass(frozen=True)
class EndItem(Command):
    """End the running item."""


@dataclass(frozen=True)
class Extend(Command):
    """Give the running item so many seconds more."""

    seconds: int


@dataclass(frozen=True)
class DraftRound(Command):
    """Define a round."""

    round: str
    spec: Mapping[str, Any]


@dataclass(frozen=True)
class ReviseRound(Command):
    """Change a drafted round."""

    round: str
    spec: Mapping[str, Any]


@dataclass(frozen=True)
class OpenRound(Command):
    """Open a round."""

    round: str


@dataclass(frozen=True)
class EndRound(Command):
    """End the voting of a round whose close the scrutineer will confirm."""

    round: str


@dataclass(frozen=True)
class CloseRound(Command):
    """Close a round whose urn has been counted in the same transaction."""

    round: str
    result: Mapping[str, Any]
    root: str = ""


@dataclass(frozen=True)
class ShowResult(Command):
    """Put a held result on the screens."""

    round: str


@dataclass(frozen=True)
class GiveCastingVote(Command):
    """Break a tie as the chair."""

    round: str
    option: str


@dataclass(frozen=True)
class Countersign(Command):
    """Stand by a result."""

    round: str


@dataclass(frozen=True)
class StrikePaper(Command):
    """A paper ballot that was typed once is void; it has been forgotten in the same transaction."""

    round: str
    reason: str


@dataclass(frozen=True)
class Recount(Command):
    """Keep what a recount came to; the urn has been counted again in the same transaction."""

    round: str
    reason: str
    agrees: bool


@dataclass(frozen=True)
class CancelRound(Command):
    """Declare a round void."""

    round: str
    reason: str
    cast: int


@dataclass(frozen=True)
class Acknowledge(Command):
    """Take the result off the screens."""


@dataclass(frozen=True)
class Undo(Command):
    """Take back the last act; `cast` is the number of ballots in the open urn."""

    cast: int


@dataclass(frozen=True)
class CloseSession(Command):
    """End the sitting; `talk` is what the minutes may tell of who spoke, worked out in the same transaction."""

    talk: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class OpenSpeakers(Command):
    """Let members ask for the floor."""

    limit: int
    patience: int
    column: str = ""


@dataclass(frozen=True)
class CloseSpeakers(Command):
    """Close the speakers' list."""


@dataclass(frozen=True)
class AskToSpeak(Command):
    """Ask for the floor, as a member's id or as `table:` and a number."""

    who: str


@dataclass(frozen=True)
class WithdrawSpeaker(Command):
    """Leave the list."""

    who: str


@dataclass(frozen=True)
class GiveFloor(Command):
    """Give the floor to somebody who waits; whoever has it has finished."""

    who: str


@dataclass(frozen=True)
class MoreFloor(Command):
    """Give the present speaker more time."""

    seconds: int


@dataclass(frozen=True)
class TakeFloor(Command):
    """The present speaker has finished."""


@dataclass(frozen=True)
class ShareSpeakingTime(Command):
    """Give every value of a column so many seconds; an empty column takes that back."""

    column: str
    seconds: Mapping[str, int]


@dataclass(frozen=True)
class SkipItem(Command):
    """An item will not be held."""

    item: str
    reason: str


@dataclass(frozen=True)
class PutItemBack(Command):
    """A skipped item is to be held after all."""

    item: str


@dataclass(frozen=True)
class MoveItem(Command):
    """Put an item at this place of the agenda; 0 is the first."""

    item: str
    place: int


@dataclass(frozen=True)
class SplitItem(Command):
    """Make two items of one: it keeps so many minutes, and the new one has the rest."""

    item: str
    minutes: int
    new: str
    title: str


@dataclass(frozen=True)
class AddItem(Command):
    """Put one more item on the agenda."""

    new: str
    row: Mapping[str, Any]
    place: int


@dataclass(frozen=True)
class CorrectItem(Command):
    """Change the plan of an item; what the row leaves out stays."""

    item: str
    row: Mapping[str, Any]


@dataclass(frozen=True)
class RemoveItem(Command):
    """Take an item off the agenda."""

    item: str


@dataclass(frozen=True)
class PlanAgenda(Command):
    """Put these rows in the place of all that has not begun."""

    agenda: list[dict[str, Any]]


@dataclass(frozen=True)
class UseTables(Command):
    """Use this plan, in place of the one that the journal's row `instead_of` holds (0: none), from round `now` on."""

    rounds: Sequence[Mapping[str, int]]
    now: int
    instead_of: int


@dataclass(frozen=True)
class MoveTables(Command):
    """Send everyone to their table of this round."""

    round: int


@dataclass(frozen=True)
class ShowTables(Command):
    """Show the map of the tables in the hall, or take it down."""

    shown: bool


@dataclass(frozen=True)
class CallForHelp(Command):
    """A table asks for help; `member` is who asked on their own tablet, empty where it was not a member."""

    table: int
    what: str
    member: str = ""


@dataclass(frozen=True)
class AnswerHelp(Command):
    """Somebody of the team is on the way."""

    call: int


@dataclass(frozen=True)
class FinishHelp(Command):
    """The table has been helped."""

    call: int


@dataclass(frozen=True)
class WithdrawHelp(Command):
    """The table does not need help any more; a member takes back what they asked for themselves."""

    call: int
    table: int
    member: str = ""
