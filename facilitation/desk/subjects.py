"""What an assembly holds of one person, for that person; and a recruitment's files written without one.

How somebody voted in a secret or sealed vote is held nowhere, so it cannot be given out; that they have voted is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from facilitation.desk.recruiting import NamedFile, Recruiting
from facilitation.desk.retention import Retention
from facilitation.errors import NotFound, WrongState
from facilitation.events import Link
from facilitation.model import Assembly
from facilitation.store import Recruitment, Transaction
from facilitation.store.recruitments import aside_of, input_of
from facilitation.times import in_text, in_text_or_none


class Place(NamedTuple):
    """Where a file is kept: whose it is, under which part, and in which kind of place."""

    owner: str
    part: str
    where: str


Rewrite = Callable[[Place, NamedFile], NamedFile | None]


class Subjects(Retention, Recruiting):
    """Subject access, and erasure from files."""

    def subject(self, assembly_id: str, member_id: str) -> dict[str, Any]:
        """Everything that is held of the person in this seat, by what it is."""
        with self._store.reading() as tx:
            state = self._state(tx, assembly_id)
            known = {one.member: one for one in tx.people.of(state.id)}.get(member_id)
            if known is None or member_id not in state.members:
                raise NotFound(f"There is no member {member_id[:40]}.", "Use a member's id.")
            seat = state.members[member_id]
            need = tx.needs.of(state.id).get(member_id)
            return {
                "assembly": state.name,
                "seat": {"table": seat.table, "left": seat.left, "erased": seat.erased},
                "id in the panel’s file": known.panel_id,
                "name": known.name,
                "join code": known.code or "",
                "columns of the panel’s file": dict(known.columns),
                "needs": {} if need is None else {"wishes": list(need.wishes), "words": need.words},
                "look of their pages": tx.looks.of(member_id) or "",
                "tablets": tx.access.count_of(member_id),
                "texts": tx.words.by(member_id),
                "not sent yet": tx.words.unfinished(member_id),
                "answers that can still be changed": tx.answers.of_voice(member_id),
                "presence": _presence(state, member_id),
                "votes": self._votes_held(tx, state, member_id),
                "rows of the journal that name the seat": [
                    _row(link) for link in tx.journal.links(state.id) if _names(link, member_id)
                ],
            }

    def _votes_held(self, tx: Transaction, state: Assembly, member: str) -> list[dict[str, Any]]:
        rounds = {one.id: one for session in state.sessions.values() for one in session.rounds.values()}
        given = [*tx.urn.votes_of(member, rounds), *tx.tokens.held_by(member, rounds)]
        told = []
        for round_id in dict.fromkeys(given):
            one = rounds[round_id]
            named = tx.urn.named(round_id).get(member) if one.conduct.secrecy == "open" else None
            how = "held nowhere with the person" if named is None else named
            told.append({"round": one.definition.title, "secrecy": one.conduct.secrecy, "choice": how})
        return told

    def all_files(self, recruitment_id: str) -> dict[Place, NamedFile]:
        """Every file of a recruitment and of its draws, by owner and part."""
        with self._store.reading() as tx:
            found = tx.recruitments.one(recruitment_id)
            return {
                Place(owner, part, where): file
                for owner, where in _owners(found).items()
                for part, file in tx.recruitments.bytes_of(owner).items()
            }

    def rewrite_files(self, recruitment_id: str, rewrite: Rewrite) -> int:
        """Write the files anew for which `rewrite` gives others, all or none; how many.

        Refused while a draw is at work, or prepared and not revealed: it counts on the rows as they were committed to.
        """
        files = self.all_files(recruitment_id)
        there = {(place.owner, place.part) for place in files}
        changed = {place: new for place, file in files.items() if (new := rewrite(place, file)) is not None}
        with self._store.writing() as tx:
            found = tx.recruitments.one(recruitment_id)
            self._not_at_work(found)
            for draw in found.draws if found.assembly_id is None else ():
                waits = (draw.id, "private/pool.jsonl") in there and (draw.id, "public/reveal.json") not in there
                if waits and any(place.owner == draw.id for place in changed):
                    raise WrongState(
                        "This volunteer is in a draw that is prepared and not held yet, which counts on their row.",
                        "Hold that draw first, or delete the volunteers’ data of it; then erase.",
                    )
            self._forget_why(tx, found)
            for place, file in changed.items():
                tx.recruitments.put(place.owner, place.part, *file)
        self._store.tidy()
        return len(changed)


def _owners(found: Recruitment) -> dict[str, str]:
    draws = [draw.id for draw in found.draws]
    of_draws = {owner: where for one in draws for owner, where in ((one, "draw"), (input_of(one), "input"))}
    return {found.id: "recruitment", aside_of(found.id): "aside", **of_draws}


def _names(link: Link, member: str) -> bool:
    return member in link.data or link.actor == f"member:{member}"


def _row(link: Link) -> dict[str, Any]:
    return {"row": link.seq, "at": link.at, "by": link.actor, "what": link.kind}


def _presence(state: Assembly, member: str) -> list[dict[str, Any]]:
    return [
        {"session": session.name, "from": in_text(spell.since), "to": in_text_or_none(spell.until), "afar": stay.remote}
        for session in state.sessions.values()
        if (stay := session.stays.get(member))
        for spell in stay.spells
    ]
