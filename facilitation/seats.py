"""Who leaves and who takes the seat: the law of replacement. Pure: values in, values out.

A member may leave at any time, also while a round is open. A seat has one vote, whoever sits there when it is cast:

    round           the seat of a member who left
    closed          is what it was: a result is never counted again
    open, had voted stays in the urn (nobody can find that ballot), so the seat counts as cast, present and entitled,
                    and the alternate votes from the next round on
    open, had not   counts for the alternate as soon as they have joined, and for nobody while the seat is free
    later           the same: an alternate is a member like any other; a free seat is not among those entitled

The journal can never be erased, so it keeps a word for the reason and for where the alternate came from, and neither
names nor anybody's own account of why they left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from facilitation.errors import BadRequest, LeftTheAssembly, NotFound, SeatTaken
from facilitation.events import AlternateSeated, Entry, MemberWithdrawn, SessionEvent
from facilitation.member_events import MemberAdded, MemberCorrected
from facilitation.model import Assembly, Member, Phase, SeatChange, Session
from facilitation.speakers import speaking
from facilitation.tables.plan import Seats
from facilitation.tables.plan import apply as plan_applied

REASONS: Mapping[str, str] = {
    "own-wish": "The member asked to leave",
    "not-reached": "The member could not be reached",
    "not-eligible": "The member turned out not to be eligible",
    "other": "Another reason, which the organisers keep",
}
SOURCES: Mapping[str, str] = {
    "alternate": "from the list of alternates of the draw",
    "replacement-draw": "by a replacement draw",
    "remaining": "chosen by the organisers from the other volunteers",
    "by-hand": "entered by the organisers",
    "returned": "the member who had left has come back",
}
ADDED = "added"


def withdrawn(state: Assembly, member_id: str, reason: str) -> MemberWithdrawn:
    """The member leaves; refused when they have left already, so that two who press at once do it once."""
    if reason not in REASONS:
        raise BadRequest("Why does the member leave? That is not one of the reasons.", f"Use {_list(REASONS)}.")
    member = _member(state, member_id)
    if member.left:
        raise LeftTheAssembly("This member has left the assembly already.", "Nothing more to do: the code is revoked.")
    return MemberWithdrawn(member_id, reason)


def free_seat(state: Assembly, member_id: str) -> Member:
    """The seat that this member gave up; refused while they sit there, and once somebody else does."""
    member = _member(state, member_id)
    if not member.left:
        raise SeatTaken("This member has not left, so the seat is not free.", "Mark the member as withdrawn first.")
    if any(other.replaces == member_id for other in state.members.values()):
        raise SeatTaken("Somebody has taken this seat already.", "Look at the list of members again.")
    return member


def free_seats(state: Assembly) -> list[Member]:
    """The members who left and whose seats nobody has taken, in the order of the panel."""
    taken = {member.replaces for member in state.members.values()}
    return [member for member in state.members.values() if member.left and member.id not in taken]


def number_of(state: Assembly, seat: str) -> int:
    """The seats are numbered in the order of the panel, from 1."""
    first = [member.id for member in state.members.values() if member.replaces is None]
    return first.index(seat) + 1


def check_source(source: str) -> None:
    """Refuse a word that the journal does not know."""
    if source not in SOURCES:
        raise BadRequest("Where does the new member come from? That is not one of the ways.", f"Use {_list(SOURCES)}.")


def apply(state: Assembly, entry: Entry) -> Assembly:
    """The assembly after somebody left, was seated, added or corrected."""
    match entry.event:
        case MemberWithdrawn(member=member, reason=reason):
            gone = replace(state.members[member], left=reason)
            change = SeatChange(entry.at, state.seat_of(member), True, reason)
            rooms = {one.id: _without(one, member, entry.at) for one in state.sessions.values()}
            return replace(_with(state, gone, change), sessions=rooms)
        case AlternateSeated(member=member, replaces=before, source=source) as event:
            seated = Member(member, event.table, event.commitment, replaces=before)
            return _with(state, seated, SeatChange(entry.at, state.seat_of(before), False, source))
        case MemberAdded(member=member, table=table, commitment=commitment):
            new = Member(member, table, commitment)
            return _with(state, new, SeatChange(entry.at, member, False, ADDED))
        case MemberCorrected(member=member, table=table, commitment=commitment):
            known = replace(state.members[member], table=table, commitment=commitment)
            return replace(state, members={**state.members, member: known})
    return state


def at_tables(state: Assembly, entry: Entry) -> Assembly:
    """The assembly after a plan of the tables came into use, or people moved: of a member only the table changes."""
    assert isinstance(entry.event, SessionEvent)
    session = state.sessions[entry.event.session]
    after = replace(session, tables=plan_applied(session.tables, entry))
    rooms = {**state.sessions, session.id: after}
    if after.tables.moved_at == session.tables.moved_at and after.tables.now == session.tables.now:
        return replace(state, sessions=rooms)
    tables = {one: table_of(state, one, after.tables.seats, state.members[one].table) for one in state.seated}
    moved = {one: replace(state.members[one], table=table) for one, table in tables.items()}
    return replace(state, sessions=rooms, members={**state.members, **moved})


def table_of(state: Assembly, member: str, seats: Seats, otherwise: int) -> int:
    """The member's table in this round: their own, or the one of whoever had the seat before them."""
    one: str | None = member
    while one is not None:
        if one in seats:
            return seats[one]
        one = state.members[one].replaces
    return otherwise


def _with(state: Assembly, member: Member, change: SeatChange) -> Assembly:
    members = {**state.members, member.id: member}
    return replace(state, members=members, changes=(*state.changes, change))


def _without(session: Session, member: str, at: datetime) -> Session:
    """Who has left is not present any more; what a closed session says of its members stays."""
    if session.phase is Phase.CLOSED or member not in session.stays:
        return session
    stays = {**session.stays, member: session.stays[member].ended(at)}
    return replace(off_the_list(session, member, at), stays=stays)


def off_the_list(session: Session, member: str, at: datetime) -> Session:
    """Who has left the assembly, or whose data were erased, neither waits for the floor nor has it."""
    return session if session.phase is Phase.CLOSED else replace(session, talk=speaking.gone(session.talk, member, at))


def _member(state: Assembly, member_id: str) -> Member:
    if member_id not in state.members:
        raise NotFound(f"There is no member {member_id[:40]} in this assembly.", "Choose one from the list of members.")
    return state.members[member_id]


def _list(words: Mapping[str, str]) -> str:
    return "one of: " + ", ".join(words)
