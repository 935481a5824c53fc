"""A draw in public: two people type what the dice show, and what was fixed before tells who is drawn.

This house compares what the two typed, letter by letter, and keeps what happened; what the entries mean is for the one
who asks, who hands in `reveal`: the prepared files and the entry in, the files to add out. Both are one transaction.

    fixed ── one types ── the other types the same ──> revealed, for good
                     └─── the other types something else: both entries fall away, and both type again
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from facilitation.desk.core import STAFF
from facilitation.desk.recruiting import Recruiting
from facilitation.errors import BadRequest, LinkUsed, UnknownCode, WrongState
from facilitation.store import DrawRequest, Transaction
from facilitation.store.public_draws import DrawKey, PublicEvent
from facilitation.store.recruitments import secret_of

TYPISTS = ("recruiter", "witness")
ASK_AGAIN = "Ask the recruiter for a new link."
Reveal = Callable[[Mapping[str, bytes], str], tuple[Mapping[str, bytes], Mapping[str, Any]]]
"""Prepared files and entry → the files to add, and what is to be remembered of the outcome."""


@dataclass(frozen=True)
class PublicDraw:
    """A public draw as its events tell it: what is typed so far, what differed last, and the outcome."""

    step: int = 0
    entered: Mapping[str, str] = field(default_factory=dict)
    differed: Mapping[str, str] | None = None
    outcome: Mapping[str, Any] | None = None
    revealed_at: datetime | None = None
    tries: int = 0


class PublicDraws(Recruiting):
    """Keys to the screens of a public draw, and the draw itself."""

    def public_draw(self, draw_id: str) -> PublicDraw:
        """How far the public draw has come."""
        with self._store.reading() as tx:
            _prepared(tx.recruitments.draw(draw_id))
            return _folded(tx.public_draws.events(draw_id))

    def step_of_draw(self, draw_id: str) -> int:
        """The number of the newest thing that happened in it: whoever shows it looks whether that has changed."""
        with self._store.reading() as tx:
            return tx.public_draws.step(draw_id)

    def enter(self, draw_id: str, typist: str, text: str, reveal: Reveal, *, actor: str = STAFF) -> PublicDraw:
        """One of the two has typed this. To type again what one has typed changes nothing; another text replaces it."""
        if typist not in TYPISTS:
            raise BadRequest(f"“{typist[:40]}” does not type in a public draw.", f"Use one of: {', '.join(TYPISTS)}.")
        with self._store.writing() as tx:
            request = _prepared(tx.recruitments.draw(draw_id))
            now = _folded(tx.public_draws.events(draw_id))
            if now.outcome is not None:
                raise WrongState("This draw is revealed already, and stands.", "Look at the hall screen.")
            if now.entered.get(typist) == text:
                return now
            self._note(tx, request.id, actor, "entered", {"typist": typist, "text": text})
            texts = {**now.entered, typist: text}
            if len(texts) == len(TYPISTS):
                self._compare(tx, request.id, actor, texts, reveal)
            return _folded(tx.public_draws.events(draw_id))

    def _compare(self, tx: Transaction, draw_id: str, actor: str, texts: Mapping[str, str], reveal: Reveal) -> None:
        if len(set(texts.values())) > 1:
            self._note(tx, draw_id, actor, "differed", texts)
            return
        files = {name: data for name, (_, data) in tx.recruitments.bytes_of(draw_id).items()}
        more, outcome = reveal(files, next(iter(texts.values())))
        for name, data in more.items():
            tx.recruitments.put(draw_id, name, name, data)
        self._note(tx, draw_id, actor, "revealed", outcome)

    def _note(self, tx: Transaction, draw_id: str, actor: str, kind: str, data: Mapping[str, Any]) -> None:
        event = PublicEvent(tx.public_draws.step(draw_id) + 1, self._now(), actor, kind, data)
        tx.public_draws.add(draw_id, event)

    def secret_of(self, recruitment_id: str) -> bytes:
        """The secret of this recruitment's public draws, made by chance when it is first asked for.

        All of its preparations use the same one, so nobody can try secrets until they like what comes of it. It is
        erased with the files.
        """
        with self._store.writing() as tx:
            tx.recruitments.one(recruitment_id)
            kept = tx.recruitments.bytes_of(secret_of(recruitment_id)).get("secret")
            secret = kept[1] if kept else self._new_secret().encode()
            if kept is None:
                tx.recruitments.put(secret_of(recruitment_id), "secret", "secret.txt", secret)
        return secret

    # -------------------------------------------------------------------------------------------------------- keys

    def hall_key(self, draw_id: str) -> str:
        """A key to the hall screen of this draw; every screen may have its own, and all stay good."""
        return self._new_key(draw_id, "hall")

    def invite_witness(self, draw_id: str) -> str:
        """A one-time key for the witness; invitations given before fall away."""
        return self._new_key(draw_id, "invitation")

    def become_witness(self, invitation: str) -> str:
        """Use the invitation up; the key of the witness's own page. A witness of before is one no more."""
        secret = self._new_secret()
        with self._store.writing() as tx:
            found = tx.public_draws.key(invitation)
            if found is None or found.role != "invitation":
                raise UnknownCode("There is no such link for a witness.", ASK_AGAIN)
            if found.used:
                raise LinkUsed("This link for a witness was used before, or a newer one was made.", ASK_AGAIN)
            tx.public_draws.use_up(found.draw_id, "invitation")
            tx.public_draws.use_up(found.draw_id, "witness")
            tx.public_draws.add_key(secret, DrawKey(found.draw_id, "witness", used=False))
        return secret

    def draw_opened_by(self, secret: str, role: str) -> str:
        """The draw to which this key of this role belongs; a key that fell away is refused."""
        with self._store.reading() as tx:
            found = tx.public_draws.key(secret)
        if found is None or found.role != role:
            raise UnknownCode("There is no such link to a public draw.", ASK_AGAIN)
        if found.used:
            raise LinkUsed("This link was used before, or a newer one was made.", ASK_AGAIN)
        return found.draw_id

    def _new_key(self, draw_id: str, role: str) -> str:
        secret = self._new_secret()
        with self._store.writing() as tx:
            _prepared(tx.recruitments.draw(draw_id))
            if role == "invitation":
                tx.public_draws.use_up(draw_id, role)
            tx.public_draws.add_key(secret, DrawKey(draw_id, role, used=False))
        return secret


def _prepared(request: DrawRequest) -> DrawRequest:
    if request.kind != "prepare":
        raise WrongState("This is not a draw that was prepared to be held in public.", "Prepare one first.")
    if request.state != "done":
        raise WrongState(f"The preparation of this draw is {request.state}.", "Wait until it is done.")
    return request


def _folded(events: tuple[PublicEvent, ...]) -> PublicDraw:
    """The draw after everything that happened in it."""
    state = PublicDraw()
    for event in events:
        state = _after(replace(state, step=event.seq), event)
    return state


def _after(state: PublicDraw, event: PublicEvent) -> PublicDraw:
    match event.kind:
        case "entered":
            entered = {**state.entered, event.data["typist"]: event.data["text"]}
            return replace(state, entered=entered, differed=None)
        case "differed":
            return replace(state, entered={}, differed=event.data, tries=state.tries + 1)
        case "revealed":
            return replace(state, outcome=event.data, revealed_at=event.at)
    return state
