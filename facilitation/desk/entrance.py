"""Who comes in: seating an assembly, joining by code, tokens and one-time links, and being forgotten.

`join` may be repeated on any number of devices: it marks the member present once and gives each device its own token.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any, NamedTuple

from facilitation import law
from facilitation.activities import DEFAULT_AGENDA, planned
from facilitation.codes import new_code, read_code
from facilitation.commands import Arrive
from facilitation.desk.core import STAFF, Core
from facilitation.errors import BadRequest, LeftTheAssembly, LinkUsed, NoSuchRole, NotFound, Refusal, UnknownCode
from facilitation.events import Act, AssemblyFounded, Event, MemberSeated, PersonErased, SessionPlanned
from facilitation.model import Assembly, Phase, Session
from facilitation.panel import LONGEST_TEXT, named, read_ids, table_numbers, the_rest
from facilitation.store import Identity, Invitation, Logged, Person, Term, Transaction
from facilitation.store.access import hashed
from facilitation.store.gathered import Gathered

LINK_HOURS = 24
ASK_AGAIN = "Ask whoever gave it to you for a new one."
AT_ONCE = 500  # ids that one question names
MOST_TABLES = 999
DAY_HOURS = 18
"""How long a device opens anything that came by a code, a link or a helper: the day, also past midnight."""
STAFF_ROLES = ("facilitator", "recruiter", "display", "scrutineer", "observer", "host", "administrator")
EVERYWHERE = ("recruiter", "administrator")
"""Roles that do not belong to one assembly."""


class Seat(NamedTuple):
    """A row of the printed list: the panel's id, the name, the join code."""

    id: str
    name: str
    code: str


class Badge(NamedTuple):
    """What is printed on a badge."""

    name: str
    table: int
    code: str
    member: str


@dataclass(frozen=True)
class Seated:
    """A new assembly with its session and its members in the order of the panel."""

    assembly_id: str
    session_id: str
    members: tuple[Seat, ...]


@dataclass(frozen=True)
class Joined:
    """A device that now speaks for a member."""

    token: str
    member: Mapping[str, Any]
    session_id: str


@dataclass(frozen=True, eq=False)
class Knock:
    """A device at the door: the code that was typed on it, which can be right, and the token that it is to get."""

    code: str
    token: str


class Entrance(Core):
    """Seating, joining, tokens, links, badges, erasure."""

    def seat(
        self,
        assembly_name: str,
        people: Sequence[Mapping[str, str]],
        agenda: Sequence[Mapping[str, Any]] | None = None,
        *,
        recruitment_id: str | None = None,
        draw_id: str | None = None,
    ) -> Seated:
        """A new assembly: its members with join codes, and one session with an agenda. The name must be free.

        A recruitment remembers what was seated of it, and from which draw.
        """
        name = assembly_name.strip()
        if not name or len(name) > LONGEST_TEXT:
            raise BadRequest("The assembly needs a name.", f"Give it a name of 1 to {LONGEST_TEXT} characters.")
        rows = DEFAULT_AGENDA if agenda is None else agenda
        plan = planned(rows, [self._new_id() for _ in rows])
        ids, tables = read_ids(people), table_numbers(people)
        assembly_id, session_id = self._new_id(), self._new_id()
        with self._store.writing() as tx:
            tx.journal.found(assembly_id, name)
            tx.journal.settle(session_id, assembly_id)
            seated = self._people(tx, ids, people)
            tx.people.add(assembly_id, seated)
            events: list[Event] = [AssemblyFounded(name)]
            events += [
                MemberSeated(one.member, table, one.commitment) for one, table in zip(seated, tables, strict=True)
            ]
            events.append(SessionPlanned(session_id, "Session 1", plan))
            self._append(tx, Assembly(assembly_id), STAFF, events)
            if recruitment_id is not None:
                tx.recruitments.change(recruitment_id, assembly=assembly_id, seated_draw=draw_id)
        return Seated(assembly_id, session_id, tuple(Seat(one.panel_id, one.name, one.code or "") for one in seated))

    def _people(self, tx: Transaction, ids: Sequence[str], rows: Sequence[Mapping[str, str]]) -> list[Person]:
        taken = set(tx.people.codes())
        people = []
        for panel_id, row in zip(ids, rows, strict=True):
            code = new_code(self._chance, taken)
            taken.add(code)
            salt = self._new_secret()
            people.append(Person(self._new_id(), panel_id, named(row, panel_id), the_rest(row), salt, code))
        return people

    def who_is(self, code: object) -> dict[str, Any]:
        """The name and table behind a code, for “You are NAME, table 4: yes or no”. Marks nobody present.

        `tablet` is the id of the tablet on which the seat is in use, if there is one.
        """
        with self._store.reading() as tx:
            state, member = self._behind(tx, code)
            return {**self._card(tx, state, member), "tablet": tx.access.in_use(member)}

    def join(self, code: object) -> Joined:
        """A token for this device; the member is present from now on, and their seat is in use here, not elsewhere.

        Those who join within a moment are let in together, in one transaction with few statements.
        """
        token = self._new_secret()
        return self._joining.ask(Knock(read_code(code), token))

    @cached_property
    def _joining(self) -> Gathered[Knock, Joined]:
        return Gathered(self._join_all, self._store.pause)

    def _join_all(self, knocks: Sequence[Knock]) -> Sequence[Joined | Exception]:
        """Who came within a moment, in one transaction: what each is let in with, or why they are refused."""
        came: dict[Knock, Joined | Exception] = {}
        with self._store.writing() as tx:
            seats = tx.people.by_codes(one.code for one in knocks)
            for assembly_id in sorted({of for of, _ in seats.values()}):
                ours = {one: seats[one.code][1] for one in knocks if seats.get(one.code, ("",))[0] == assembly_id}
                came |= self._join_in(tx, self._folded(tx, assembly_id), ours)
        return [came[one] if one in came else _unknown_code() for one in knocks]

    def _join_in(
        self, tx: Transaction, state: Assembly, knocks: Mapping[Knock, str]
    ) -> dict[Knock, Joined | Exception]:
        """Those of one assembly, in their order: what they are let in with is written together."""
        came: dict[Knock, Joined | Exception] = {}
        acts: dict[str, list[Act]] = {}
        devices: dict[str, Identity] = {}
        for one, member in knocks.items():
            try:
                _still_a_member(state, member)
                session = state.present_session
                if member not in acts:  # who comes twice within a moment arrives once
                    acts[member] = self._arrival(state, session, member)
            except Refusal as refused:
                came[one] = refused
                continue
            devices[one.token] = Identity("member", state.id, session.id, member, self._new_id())
            came[one] = Joined(one.token, self._card(tx, state, member), session.id)
        if acts:
            self._append_all(tx, state, [act for of_one in acts.values() for act in of_one])
            self._let_in(tx, devices)
        return came

    def _arrival(self, state: Assembly, session: Session, member: str) -> list[Act]:
        """What the journal says of it; nothing where they are here already, or the session is over."""
        if session.phase is Phase.CLOSED:
            return []
        actor, now = f"member:{member}", self._now()
        return [Act(actor, event, now) for event in law.decide(state, Arrive(session.id, actor, member), now)]

    def _let_in(self, tx: Transaction, devices: Mapping[str, Identity]) -> None:
        """These devices, by their tokens, speak for their members from now on; all others say where the seat is now.

        Of several of one member the last has the seat.
        """
        holds = {str(one.member_id): one.token_id for one in devices.values()}
        tx.access.park_all(holds)
        whose = {
            token: replace(one, parked=holds[str(one.member_id)] != one.token_id) for token, one in devices.items()
        }
        tx.access.add_tokens(whose, self._now(), self._day())

    def _day(self) -> Term:
        return Term(self._now() + timedelta(hours=DAY_HOURS))

    def _behind(self, tx: Transaction, typed: object) -> tuple[Assembly, str]:
        found = tx.people.by_code(read_code(typed))
        if found is None:
            raise _unknown_code()
        assembly_id, member = found
        state = self._folded(tx, assembly_id)
        _still_a_member(state, member)
        return state, member

    def _card(self, tx: Transaction, state: Assembly, member: str) -> dict[str, Any]:
        names = self._names(tx, state)
        return {"id": member, "name": names.get(member, ""), "table": state.members[member].table}

    def _names(self, tx: Transaction, state: Assembly) -> Mapping[str, str]:
        """The names of an assembly, remembered until a seat changes; asked before it is changed here."""
        members, names = self._remembered_names.get((state.id, tx.writes), (None, {}))
        if members is not state.members:
            names = {one.member: one.name for one in tx.people.of(state.id)}
            self._remembered_names[state.id, tx.writes] = (state.members, names)
        return names

    # ------------------------------------------------------------------------------------------------------ tokens

    def identify(self, token: str) -> Identity | None:
        """Who holds this token; None when nobody does. Asked with every request, for all who ask within a moment."""
        return self._identifying.ask(hashed(token))

    @cached_property
    def _identifying(self) -> Gathered[bytes, Identity | None]:
        return Gathered(self._identities, self._store.pause)

    def _identities(self, hashes: Sequence[bytes]) -> list[Identity | None]:
        with self._store.reading() as tx:
            return tx.access.identities(hashes, self._now())

    def issue_token(
        self, role: str, assembly_id: str | None = None, session_id: str | None = None, *, table: int | None = None
    ) -> str:
        """A token for a device of the staff, a table's host or a hall screen. Members get theirs by joining."""
        token = self._new_secret()
        with self._store.writing() as tx:
            self._check_role(tx, role, assembly_id, table)
            identity = Identity(role, assembly_id, session_id, None, self._new_id(), table)
            tx.access.add_token(token, identity, self._now())
        return token

    def issue_link(
        self, role: str, assembly_id: str | None = None, *, table: int | None = None, by: Identity | None = None
    ) -> str:
        """The secret of a one-time sign-in link, good for a day; a host's names the table.

        What somebody of the staff gives out goes when they go, and who came in by it; whoever has gone gives none.
        """
        with self._store.writing() as tx:
            if by is not None and not tx.access.opens(by.token_id, self._now()):
                raise NoSuchRole("You are signed out, or have this role no longer.", "Sign in again.")
            return self._new_link(tx, role, assembly_id, table=table, issuer=None if by is None else by.actor)

    def _new_link(
        self, tx: Transaction, role: str, assembly_id: str | None, *, table: int | None, issuer: str | None
    ) -> str:
        secret, until = self._new_secret(), self._now() + timedelta(hours=LINK_HOURS)
        self._check_role(tx, role, assembly_id, table)
        tx.access.forget_links(self._now() - timedelta(days=30))
        tx.access.add_link(secret, Invitation(role, assembly_id, until, used=False, table=table, issuer=issuer))
        return secret

    def redeem_link(self, secret: str) -> str:
        """The token that a one-time link stands for; the link is used up."""
        token = self._new_secret()
        with self._store.writing() as tx:
            found = self._unused(tx, secret)
            if found.account is not None:
                raise BadRequest("This link is for somebody who has an account.", "Open it, and choose a password.")
            tx.access.use_link(secret)
            identity = Identity(found.role, found.assembly_id, None, None, self._new_id(), found.table)
            tx.access.add_token(token, identity, self._now(), self._day(), issuer=found.issuer)
            log = Logged(self._now(), "link", "device", identity.token_id, found.role, found.assembly_id)
            tx.accounts.log(log)
        return token

    def invitation(self, secret: str) -> Invitation:
        """What a one-time link is good for. Looking uses nothing up."""
        with self._store.reading() as tx:
            return self._unused(tx, secret)

    def _unused(self, tx: Transaction, secret: str) -> Invitation:
        found = tx.access.invitation(secret)
        if found is None:
            raise UnknownCode("There is no such sign-in link.", ASK_AGAIN)
        if found.used or found.expires_at < self._now():
            why = "was used before" if found.used else "has run out"
            raise LinkUsed(f"This sign-in link {why}.", ASK_AGAIN)
        return found

    def revoke(self, token: str) -> str | None:
        """This token opens nothing from now on; its id. Revoking again changes nothing."""
        with self._store.writing() as tx:
            return tx.access.revoke(token)

    def revoked_of(self, token_ids: Collection[str]) -> frozenset[str]:
        """Which of these tokens open nothing any more."""
        ids, ended = sorted(token_ids), frozenset[str]()
        with self._store.reading() as tx:
            for place in range(0, len(ids), AT_ONCE):
                ended |= tx.access.revoked_of(ids[place : place + AT_ONCE], self._now())
        return ended

    def _check_role(self, tx: Transaction, role: str, assembly_id: str | None, table: int | None = None) -> None:
        if role not in STAFF_ROLES:
            raise BadRequest(f"“{role}” is not a role that gets a token.", f"Use one of: {', '.join(STAFF_ROLES)}.")
        if role == "administrator" and assembly_id is not None:
            raise BadRequest("An administrator is one for the whole server.", "Name no assembly.")
        if role not in EVERYWHERE and assembly_id is None:
            raise BadRequest(f"A {role} belongs to an assembly.", "Name the assembly: --assembly ID.")
        if assembly_id is not None and tx.journal.assembly_of(assembly_id) != assembly_id:
            raise NotFound(f"There is no assembly {assembly_id[:40]}.", "Use the id that `folkmoot seat` printed.")
        if (role == "host") != (table is not None) or (table is not None and not 0 < table <= MOST_TABLES):
            raise BadRequest("A host, and nobody else, belongs to one table.", "Name the table by its number.")

    # ------------------------------------------------------------------------------------------------------ people

    def badges(self, assembly_id: str) -> list[Badge]:
        """Name, table and code of every member, in the order of the panel, to be printed again at any time."""
        with self._store.reading() as tx:
            state = self._state(tx, assembly_id)
            known = tx.people.of(state.id)
            return [
                Badge(one.name, state.members[one.member].table, one.code, one.member)
                for one in known
                if one.code and one.member in state.seated
            ]

    def member_called(self, assembly_id: str, panel_id: str) -> str:
        """The seat of the person with this id in the panel's file."""
        with self._store.reading() as tx:
            found = [
                one.member for one in tx.people.of(assembly_id) if one.panel_id == panel_id
            ]  # last: sits there now
        if not found:
            raise NotFound(f"No member has the id {panel_id[:40]}.", "Use an id of the panel's file.")
        return found[-1]

    def erase_person(self, member_id: str, assembly_id: str) -> None:
        """Forget a person: name, columns, code and devices, what they were writing, and whose texts and answers theirs
        were. The seat, the turnout, the texts as such and the journal's chain stay.
        """
        with self._store.writing() as tx:
            state = self._state(tx, assembly_id)
            if member_id not in state.members:
                raise NotFound(f"There is no member {member_id[:40]}.", "Use a member's id.")
            tx.people.erase(member_id)
            tx.needs.forget(member_id)
            tx.looks.forget(member_id)
            tx.words.forget_writer(member_id)
            tx.answers.cut_voice(member_id, self._new_id)
            tx.access.revoke_member(member_id)
            if not state.members[member_id].erased:
                self._append(tx, state, STAFF, [PersonErased(member_id)])
        self._store.tidy()


def _unknown_code() -> UnknownCode:
    return UnknownCode("Nobody here has this code.", "Look at your badge, or ask at the desk for a new one.")


def _still_a_member(state: Assembly, member: str) -> None:
    if state.members[member].left:
        raise LeftTheAssembly(
            "The member with this code has left the assembly.",
            "If that is a mistake, speak to the team at the desk.",
        )
