"""What can be looked at: screens, sessions, minutes. Nothing here changes anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from facilitation import action_log, ballots
from facilitation.activities import ACTIVITIES
from facilitation.ballot_words import said
from facilitation.ballots import BLANK, SPOILT
from facilitation.blind import PrivateKey
from facilitation.desk.ballot_list import seat_numbers
from facilitation.desk.notes import Notes
from facilitation.desk.sealed import key_print
from facilitation.desk.tables import Tables
from facilitation.desk.talking import Talking
from facilitation.desk.votes import blocked_options
from facilitation.desk.work import work_of
from facilitation.errors import NoNames, NoResultYet, NoScreen
from facilitation.events import first_broken
from facilitation.help.screen import help_of_table
from facilitation.minutes import minutes_json, minutes_text, told_head
from facilitation.model import Assembly, Phase, RoundState, Session
from facilitation.round_law import the_closed_round
from facilitation.rules import read_choice
from facilitation.screens import Picture, at_the_table, screen
from facilitation.speakers.screen import own_talk
from facilitation.store import Identity, Transaction
from facilitation.work import AUDIENCES, Answers, Audience

OTHERWISE = {BLANK: ("Left blank",), SPOILT: ("Spoilt",)}
ERASED = "Somebody whose name was erased"
AUDIENCE_OF: dict[str, Audience] = {
    "member": "member",
    "facilitator": "facilitator",
    "display": "hall",
    "scrutineer": "hall",
    "observer": "hall",
    "host": "host",
}


@dataclass(frozen=True)
class SessionInfo:
    """A session in a list."""

    id: str
    name: str
    phase: Phase
    assembly_id: str
    assembly_name: str
    day: str = ""


@dataclass(frozen=True)
class AssemblyInfo:
    """An assembly in a list."""

    id: str
    name: str


@dataclass(frozen=True)
class NamedBallot:
    """A vote in an open round, in words."""

    name: str
    lines: tuple[str, ...]
    seat: int
    """The number under which the ballot is published, without the name."""


@dataclass(frozen=True)
class Valued:
    """What a column of the panel's file says of a member."""

    name: str
    table: int
    value: str


class Shows(Talking, Tables, Notes):
    """Screens, lists, minutes, the check of the journal."""

    def screen(self, identity: Identity) -> dict[str, Any]:
        """The whole screen of this identity; for a member with the private part `you`."""
        if identity.role not in AUDIENCE_OF or identity.assembly_id is None:
            raise NoScreen(f"A {identity.role} has no screen of a session.", "Sign in as a facilitator or a member.")
        with self._store.reading() as tx:
            state = self._state(tx, identity.assembly_id)
            session = self._session(state, identity.session_id)
            picture = self._picture(tx, state, session, identity.member_id)
            whole = screen(picture, AUDIENCE_OF[identity.role])
            if identity.member_id is not None:
                whole["you"] = self._you(tx, state, session, identity.member_id) | {"elsewhere": identity.parked}
            elif identity.table is not None:
                whole["members"] = at_the_table(picture, identity.table)
                whole["you"] = self._at_table(tx, state, session, identity)
        return whole

    def public_screens(
        self, session_id: str, audiences: Sequence[Audience] = AUDIENCES
    ) -> dict[Audience, dict[str, Any]]:
        """The screens of these audiences, without anything private to one member."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            picture = self._picture(tx, state, state.session_called(session_id))
        return {audience: screen(picture, audience) for audience in audiences}

    def named_ballots(self, round_id: str, *, held_too: bool = False) -> list[NamedBallot]:
        """The votes of an open round by name, once its result may be seen; of any other round there are none."""
        with self._store.reading() as tx:
            state = self._state(tx, round_id)
            closed = the_closed_round(state.session_of_round(round_id), round_id)
            if closed.conduct.secrecy != "open":
                raise NoNames(
                    f"Nobody knows who cast which vote in “{closed.definition.title}”.", "Read its result instead."
                )
            if not closed.shown and not held_too:
                raise NoResultYet(
                    f"The result of “{closed.definition.title}” has not been shown yet.",
                    "Wait until the facilitator shows it.",
                )
            names, cast = self._names(tx, state), tx.urn.named(round_id)
        asked, seats = closed.definition, seat_numbers(state)
        lines = {text: OTHERWISE.get(text) or said(asked, read_choice(asked, text)).lines for text in cast.values()}
        rows = [
            NamedBallot(names.get(member) or ERASED, lines[text], seats[state.seat_of(member)])
            for member, text in cast.items()
        ]
        return sorted(rows, key=lambda row: (row.name == ERASED, row.name.casefold(), row.lines))

    def assemblies(self) -> list[AssemblyInfo]:
        """All assemblies, by name."""
        with self._store.reading() as tx:
            return [AssemblyInfo(*row) for row in tx.journal.assemblies()]

    def sessions(self, assembly_id: str) -> list[SessionInfo]:
        """The sessions of an assembly, in order."""
        with self._store.reading() as tx:
            state = self._state(tx, assembly_id)
        return [_info(state, session) for session in state.sessions.values()]

    def session(self, session_id: str) -> SessionInfo:
        """One session with its assembly."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
        return _info(state, state.session_called(session_id))

    def assembly_of(self, thing: str) -> str:
        """The assembly to which this assembly, session or round belongs."""
        with self._store.reading() as tx:
            return tx.journal.assembly_of(thing)

    def columns(self, assembly_id: str) -> dict[str, dict[str, int]]:
        """The columns of the panel's file: how many of the members of now have each value, blanks left out."""
        with self._store.reading() as tx:
            state = self._state(tx, assembly_id)
            rows = [person.columns for person in tx.people.of(state.id) if person.member in state.seated]
        names = dict.fromkeys(name for row in rows for name in row)
        values = {name: Counter(value for row in rows if (value := row.get(name, "").strip())) for name in names}
        return {name: dict(sorted(found.items())) for name, found in values.items() if found}

    def values_of(self, assembly_id: str, column: str) -> list[Valued]:
        """What this column of the panel's file says of each member of now, by table and name; blanks left out."""
        with self._store.reading() as tx:
            state = self._state(tx, assembly_id)
            known = [one for one in tx.people.of(state.id) if one.member in state.seated]
        found = [
            Valued(one.name, state.members[one.member].table, value)
            for one in known
            if (value := one.columns.get(column, "").strip())
        ]
        return sorted(found, key=lambda one: (one.table, one.name.casefold()))

    def session_of_round(self, round_id: str) -> str:
        """The session in which a round is voted."""
        with self._store.reading() as tx:
            return self._state(tx, round_id).session_of_round(round_id).id

    def minutes(self, session_id: str) -> str:
        """The minutes as text; no names."""
        return minutes_text(self.minutes_json(session_id))

    def minutes_json(self, session_id: str) -> dict[str, Any]:
        """The minutes as JSON; no names."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            session = state.session_called(session_id)
            actions = action_log.of_session(state, session_id, self._texts(tx, state))
            written = minutes_json(state, session, self._written(tx, state, session), actions)
            heads = tx.tree_heads.of(state.id)
        return {**written, "head": told_head(heads, written["closed_at"])}

    def _written(self, tx: Transaction, state: Assembly, session: Session) -> list[dict[str, Any]]:
        """What is written down of the items that were held; of a work that several share, at the last of them."""
        last = {item.work_id: item for item in session.agenda if item.started_at is not None}
        found = []
        for item in session.agenda:
            if last.get(item.work_id) is item:
                seen = self._seen(tx, state, session, item)
                lines = ACTIVITIES[item.kind].minutes(work_of(state, item), seen)
                found.append({"item": item.id, "kind": item.kind, "title": item.title, "lines": lines})
        return [one for one in found if one["lines"]]

    def journal(self, thing: str) -> list[dict[str, Any]]:
        """The rows of the journal of this assembly (or of the one of this session) as they stand."""
        with self._store.reading() as tx:
            return [asdict(link) for link in tx.journal.links(tx.journal.assembly_of(thing))]

    def broken_journal_row(self, thing: str) -> int | None:
        """The number of the first row of the journal that does not fit the chain; None when all do."""
        with self._store.reading() as tx:
            assembly = tx.journal.assembly_of(thing)
            return first_broken(assembly, tx.journal.links(assembly))

    def _session(self, state: Assembly, session_id: str | None) -> Session:
        return state.present_session if session_id is None else state.session_called(session_id)

    def _picture(self, tx: Transaction, state: Assembly, session: Session, member: str | None = None) -> Picture:
        shown = session.shown_round
        is_open = shown is not None and shown.state is RoundState.OPEN
        names, now, item = self._names(tx, state), self._now(), session.item
        work: dict[str, Any] = {
            "groups": self._talk_groups(tx, state, session),
            "timed": self._budget_groups(tx, state, session),
            "texts": self._texts(tx, state),
            "answers": Answers() if item is None else self._answers(tx, state, item, member),
        }
        if shown is None or not is_open:
            return Picture(state, session, names, frozenset(), now, **work)
        cast, holders, key = tx.urn.turnout(shown.id), tx.tokens.holders(shown.id), tx.tokens.key(shown.id)
        letters = "" if key is None else key_print(PrivateKey.from_bytes(key).public)
        voted = tx.urn.voted(shown.id)
        return Picture(state, session, names, voted, now, cast, holders, key_print=letters, **work)

    def _you(self, tx: Transaction, state: Assembly, session: Session, member: str) -> dict[str, Any]:
        votes = tx.urn.votes_of(member, session.rounds)
        of_the_seat = self._votes_before(tx, state, session, member)
        return {
            "member": self._card(tx, state, member),
            "here": member in session.present,
            "voted": dict.fromkeys([*votes, *of_the_seat], True),
            "receipt": {one: ballots.receipt(one, member, known) for one, known in votes.items()},
            "channel": {one: tx.urn.channel_of(one, member) for one in votes},
            "work": {} if session.item is None else self._own_work(tx, state, (session, session.item), member),
            "kept": tx.words.kept(session.id, f"member:{member}"),
            "help": help_of_table(session.help, state.members[member].table, self._now(), member),
            "talk": own_talk(session.talk, member, self._talk_groups(tx, state, session)),
            "blocked": sorted(blocked_options(tx, session.shown_round, member)) if session.shown_round else [],
        }

    def _votes_before(self, tx: Transaction, state: Assembly, session: Session, member: str) -> list[str]:
        """Rounds in which the one who had this seat before has voted: the vote is cast, and the receipt is theirs."""
        before = state.members[member].replaces
        if before is None:
            return []
        had = [*tx.urn.votes_of(before, session.rounds), *tx.tokens.held_by(before, session.rounds)]
        return [*had, *self._votes_before(tx, state, session, before)]


def _info(state: Assembly, session: Session) -> SessionInfo:
    return SessionInfo(session.id, session.name, session.phase, state.id, state.name, session.day)
