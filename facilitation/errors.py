"""Refusals: every way in which the house says no, with a stable code, a sentence and a remedy.

A refused act has changed nothing. `code` never changes once it is published (tools match on it), the sentence names
the thing that is in the way, and the remedy says what to do instead. The house speaks no HTTP: `kind` is one of a few
words, which the web turns into a status.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import ClassVar, Literal

UNPRINTED = ("Cc", "Cs", "Zl", "Zp")
TURNING = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
Kind = Literal["bad-request", "forbidden", "not-found", "conflict", "gone", "too-often", "unavailable"]


def in_one_line(text: str) -> str:
    r"""A sentence that may quote a stranger: no word of theirs begins a line, rings a bell or turns it round.

    >>> in_one_line("“a\nRemedy: pay\x1b[2J” is no name."), in_one_line("👩\u200d🌾 Jo")
    ('“a Remedy: pay [2J” is no name.', '👩\u200d🌾 Jo')
    """
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(sign) in UNPRINTED or sign in TURNING else sign for sign in text)


class Refusal(Exception):
    """The base of all refusals; a subclass fixes `code` and `kind`, the raise site brings the sentence and the remedy.

    >>> str(BadBallot("“maybe” is not an option of this round.", "Choose one of: yes, no, abstain."))
    '“maybe” is not an option of this round. Remedy: Choose one of: yes, no, abstain.'
    """

    code: ClassVar[str] = "refused"
    kind: ClassVar[Kind] = "conflict"
    wait: int | None = None
    """After how many seconds the same may be tried again, where that is known."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message, self.remedy = in_one_line(message), in_one_line(remedy)
        super().__init__(self.message, self.remedy)

    def __str__(self) -> str:
        return f"{self.message} Remedy: {self.remedy}"


class BadBallot(Refusal):
    """The ballot is not one that this round can count."""

    code = "bad-ballot"
    kind = "bad-request"


class BadKey(Refusal):
    """The key of a ballot is not a UUID."""

    code = "bad-key"
    kind = "bad-request"


class BadToken(Refusal):
    """The token of a sealed ballot, or the request for one, is not of this round's key."""

    code = "bad-token"
    kind = "bad-request"


class ClassTooSmall(Refusal):
    """A class of members is so small that its figures would show how they voted."""

    code = "class-too-small"
    kind = "bad-request"


class BadTracker(Refusal):
    """The tracker of a ballot has the wrong shape."""

    code = "bad-tracker"
    kind = "bad-request"


class BadRound(Refusal):
    """The definition of a round (rule, options, threshold) does not hold together."""

    code = "bad-round"
    kind = "bad-request"


class BadRequest(Refusal):
    """An argument has the wrong shape."""

    code = "bad-request"
    kind = "bad-request"


class BadOpinions(Refusal):
    """A table of votes on statements that cannot be read; row and column are named."""

    code = "bad-opinions"
    kind = "bad-request"


class BadQuestionnaire(Refusal):
    """A questionnaire that cannot be read; page and question are named."""

    code = "bad-questionnaire"
    kind = "bad-request"


class BadSeating(Refusal):
    """A hall that cannot be seated as it is described."""

    code = "bad-seating"
    kind = "bad-request"


class SeatingClash(Refusal):
    """Rules of seating that cannot be kept together; the sentence names a smallest set of them."""

    code = "seating-clash"


class BadPanel(Refusal):
    """The rows of a panel cannot be seated."""

    code = "bad-panel"
    kind = "bad-request"


class BadBallotFile(Refusal):
    """A file of ballots cannot be counted; the line is named."""

    code = "bad-ballot-file"
    kind = "bad-request"


class BadCode(Refusal):
    """The join code cannot be right: a wrong length, a wrong character or a wrong check character."""

    code = "bad-code"
    kind = "bad-request"


class WeakPassword(Refusal):
    """A password that a guesser tries first."""

    code = "weak-password"
    kind = "bad-request"


class WrongSignIn(Refusal):
    """Name, password and digits do not belong together; which of them is wrong is not said."""

    code = "wrong-sign-in"
    kind = "forbidden"


class SignInWaits(Refusal):
    """So many wrong tries for this name that the next one has to wait."""

    code = "sign-in-waits"
    kind = "too-often"

    def __init__(self, message: str, remedy: str, seconds: int) -> None:
        self.wait = seconds
        super().__init__(message, remedy)


class LastAdministrator(Refusal):
    """Without this account nobody could give a role any more."""

    code = "last-administrator"


class NoSuchRole(Refusal):
    """The account does not have this role, or no longer."""

    code = "no-such-role"
    kind = "forbidden"


class NotFound(Refusal):
    """There is no such thing here."""

    code = "not-found"
    kind = "not-found"


class UnknownCode(Refusal):
    """A well-formed join code or sign-in link that nobody was given."""

    code = "unknown-code"
    kind = "not-found"


class LinkUsed(Refusal):
    """A one-time link that was used before or has run out."""

    code = "link-used"
    kind = "gone"


class PairingOver(Refusal):
    """A tablet's pairing code that has run out, or has been used."""

    code = "pairing-over"
    kind = "gone"


class NameTaken(Refusal):
    """An assembly of this name exists."""

    code = "name-taken"


class NotAMember(Refusal):
    """This person has no seat in the assembly, so no vote."""

    code = "not-a-member"
    kind = "forbidden"


class LeftTheAssembly(Refusal):
    """The seat behind this code or device was given up; both are good for nothing any more."""

    code = "left-the-assembly"
    kind = "gone"


class SeatTaken(Refusal):
    """Somebody sits in this seat, or this person sits in another one."""

    code = "seat-taken"


class NoScreen(Refusal):
    """This role has no screen of a session."""

    code = "no-screen"
    kind = "forbidden"


class NotAtThisTable(Refusal):
    """Something of another table: a note that was written there, a call for help."""

    code = "not-at-this-table"
    kind = "forbidden"


class NotPresent(Refusal):
    """Only who has joined the session can vote in it."""

    code = "not-present"
    kind = "forbidden"


class AlreadyVoted(Refusal):
    """This member's ballot of the round is in the urn already."""

    code = "already-voted"


class TokenGiven(Refusal):
    """The one token of this seat for a sealed round was given already, for another request."""

    code = "token-given"


class NoNames(Refusal):
    """Only an open round has votes by name."""

    code = "no-names"
    kind = "not-found"


class NotSealed(Refusal):
    """The round is not sealed, so it has neither a key nor tokens."""

    code = "not-sealed"


class TooManyBallots(Refusal):
    """There are more ballots in the urn than members were let in, so the round is not counted."""

    code = "too-many-ballots"


class VoteChanged(Refusal):
    """A change of a vote names another vote than the one that lies in the urn."""

    code = "vote-changed"


class BadPaperNumber(Refusal):
    """No ballot with this number was printed for this round as it now stands."""

    code = "bad-paper-number"
    kind = "bad-request"


class PaperTyped(Refusal):
    """This paper ballot waits for its other typing: the second where the first was asked for, or the first."""

    code = "paper-typed"


class PaperUsed(Refusal):
    """The ballot with this number is in the urn already."""

    code = "paper-used"


class PapersWaiting(Refusal):
    """Paper ballots were typed once only, so the round cannot be counted."""

    code = "papers-waiting"


class RoundNotOpen(Refusal):
    """The round takes no ballots: it is not open yet, closed or cancelled."""

    code = "round-not-open"


class NoResultYet(Refusal):
    """Nobody reads a tally before the round is closed."""

    code = "no-result-yet"


class BallotsChanged(Refusal):
    """The ballots in the urn are not those of which the journal has the root."""

    code = "ballots-changed"


class SessionMovedOn(Refusal):
    """The picture on which this command was based is no longer the present one."""

    code = "session-moved-on"

    def __init__(self, seen: int, head: int) -> None:
        super().__init__(
            f"The session has moved on: your screen shows step {seen}, the session is at step {head}.",
            "Look at the new screen and press again if it is still right.",
        )


class CannotUndo(Refusal):
    """There is nothing to undo, it is too late, or others have acted since."""

    code = "cannot-undo"


class WrongState(Refusal):
    """A recruitment or a draw is not in the state for this act."""

    code = "wrong-state"


class Busy(Refusal):
    """The database stayed locked, or its server away, through all tries; or it went away in the middle."""

    code = "busy"
    kind = "unavailable"


class CannotWrite(Busy):
    """The database answers and cannot be written: its disk is full, or may only be read, or gives errors."""

    code = "cannot-write"

    def __init__(self, message: str, remedy: str, cause: str = "disk-failing") -> None:
        super().__init__(message, remedy)
        self.cause = cause


class NotNow(Refusal):
    """The law of the session does not allow this act in the present phase; the allowed ones are read from the law.

    >>> print(NotNow("open a round", "result", ["acknowledge the result", "close the session"]))
    Cannot open a round while the session is in the phase “result”. Remedy: Now possible: acknowledge the result, or \
close the session.
    """

    code = "not-now"

    def __init__(self, act: str, phase: str, allowed: Sequence[str]) -> None:
        self.act, self.phase, self.allowed = act, phase, tuple(allowed)
        super().__init__(
            f"Cannot {act} while the session is in the phase “{phase}”.",
            f"Now possible: {_list(self.allowed)}." if self.allowed else "Nothing more can be done in this session.",
        )


def _list(acts: Sequence[str]) -> str:
    return acts[0] if len(acts) == 1 else ", ".join(acts[:-1]) + ", or " + acts[-1]
