"""What is published of a closed round: the bundle that anyone can count again, and which rounds have one.

Nothing is published before the hall has seen the result, nothing of a practice round, and no ballot where only the root
was promised. The urn is compared with the root that the journal has from the close: ballots that are not the same any
more are never published as if they were.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from facilitation.desk.auditing import Auditing
from facilitation.desk.ballot_list import ballot_list
from facilitation.desk.votes import Votes
from facilitation.errors import BallotsChanged, NoResultYet, WrongState
from facilitation.events import canonical
from facilitation.model import Assembly, Round, Session
from facilitation.recount.bundle import Countersignature, Published, write_bundle
from facilitation.recount.merkle import root_of
from facilitation.round_law import result_hash, the_closed_round
from facilitation.rules import RoundDefinition
from facilitation.screens import round_json
from facilitation.times import in_text


@dataclass(frozen=True)
class PublicCount:
    """A published round as a page shows it: the body of its bundle, the round as screens have it, and who signed."""

    body: dict[str, Any]
    definition: RoundDefinition
    round: dict[str, Any]
    countersigned: tuple[Countersignature, ...]


@dataclass(frozen=True)
class CountInfo:
    """A published round in a list."""

    id: str
    title: str
    sentence: str
    assembly: str
    session: str


class Publishing(Auditing, Votes):
    """Bundles."""

    def bundle(self, round_id: str) -> bytes:
        """The signed bundle of a round whose result has been shown. The same bytes until somebody countersigns."""
        published, _, countersigned = self._published(round_id)
        return write_bundle(published, countersigned, self._signing_key())

    def count_edition(self, round_id: str) -> str:
        """A name for what is published of a round now: another one once somebody countersigns, or the chair decides."""
        with self._store.reading() as tx:
            one = to_be_published(self._state(tx, round_id).session_of_round(round_id), round_id)
        signed = [[in_text(at), actor] for at, actor in one.countersigned]
        return hashlib.sha256(canonical([result_hash(one), signed]).encode()).hexdigest()

    def public_count(self, round_id: str) -> PublicCount:
        """The same for a page."""
        published, one, countersigned = self._published(round_id)
        return PublicCount(published.body(self.public_key()), one.definition, round_json(one), countersigned)

    def public_counts(self) -> list[CountInfo]:
        """All rounds that are published, by assembly, in the order of their sessions."""
        found = []
        with self._store.reading() as tx:
            for assembly, _ in tx.journal.assemblies():
                state = self._state(tx, assembly)
                for session in state.sessions.values():
                    found += [_info(state, session, one) for one in session.rounds.values() if is_public(one)]
        return found

    def _published(self, round_id: str) -> tuple[Published, Round, tuple[Countersignature, ...]]:
        with self._store.reading() as tx:
            state = self._state(tx, round_id)
            session = state.session_of_round(round_id)
            one = to_be_published(session, round_id)
            listed = ballot_list(tx, state, one, one.result or {})
        root = root_of(listed)
        if one.root and one.root != root:
            raise BallotsChanged(
                f"The ballots of “{one.definition.title}” are not those that were counted at its close.",
                "Publish nothing of this database. Compare it with a backup from the day.",
            )
        published = Published(
            assembly={"id": state.id, "name": state.name},
            session={"id": session.id, "name": session.name},
            round=one.id,
            definition=one.definition.as_json(),
            conduct=one.conduct.as_json(),
            version=one.version,
            hash=one.hash,
            closed_at="" if one.ended_at is None else in_text(one.ended_at),
            result=one.result or {},
            root=root,
            ballots=listed if one.conduct.publish == "ballots" else None,
        )
        stood_by = result_hash(one)
        signed = tuple(Countersignature(one.id, actor, in_text(at), stood_by) for at, actor in one.countersigned)
        return published, one, signed


def is_public(one: Round) -> bool:
    """Whether anyone may have this round's count."""
    return one.public_result is not None and not one.conduct.practice


def to_be_published(session: Session, round_id: str) -> Round:
    """The round, if anyone may have its count."""
    closed = the_closed_round(session, round_id)
    if closed.conduct.practice:
        raise WrongState(
            f"“{closed.definition.title}” was for practice, and nothing of it is published.", "Hold a real round."
        )
    if not closed.shown:
        raise NoResultYet(
            f"The result of “{closed.definition.title}” has not been shown yet.",
            "Wait until the facilitator shows it.",
        )
    return closed


def _info(state: Assembly, session: Session, one: Round) -> CountInfo:
    sentence = str((one.result or {})["sentence"])
    return CountInfo(one.id, one.definition.title, sentence, state.name, session.name)
