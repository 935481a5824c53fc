"""Sealed rounds: a token for each seat, signed without being seen; a ballot for each token, cast by nobody.

A member asks for a token by name and gets the server's blind signature (`facilitation.blind`). The ballot comes with
the token, without a name and in its own time. What the desk knows afterwards: who was given a token, and how many
ballots are in the urn; never who has voted. Every request may be sent again as often as it takes.
"""

from __future__ import annotations

import hmac

from facilitation import ballots, blind
from facilitation.ballots import Slip
from facilitation.blind import PrivateKey
from facilitation.codes import in_letters, shown
from facilitation.desk.votes import Votes, may_vote, one_vote_a_seat, own_tracker
from facilitation.errors import BadToken, NotSealed, TokenGiven
from facilitation.model import Round
from facilitation.round_law import the_open_round
from facilitation.store import Transaction

TOKEN_BYTES = blind.PREFIX_BYTES + blind.MESSAGE_BYTES
LOAD_AGAIN = "Load the page again, so that the tablet asks for a token of this round."


class Sealed(Votes):
    """Keys, tokens, and ballots without a name."""

    def sealed_key(self, round_id: str) -> dict[str, str]:
        """The public key of an open sealed round, and its fingerprint as the hall screen shows it."""
        with self._store.reading() as tx:
            key = self._key(tx, self._sealed(tx, round_id))
        return {**key.public.as_json(), "fingerprint": key_print(key.public)}

    def blind_sign(self, round_id: str, member_id: str, blinded: str) -> str:
        """Sign a member's blinded token; one for each seat.

        The same blinded token again gives the same signature, also after the close; another one is refused. The
        signature is made outside the database's lock, which it would hold for twenty milliseconds.
        """
        sent = blind.blinded_hash(asked := _octets(blinded, "blinded token"))
        with self._store.reading() as tx:
            known = tx.tokens.given(round_id, member_id)
            key = None if known else self._key_for(tx, round_id, member_id)
        signature = b"" if key is None else blind.blind_sign(key, asked, self._chance)
        with self._store.writing() as tx:
            known = tx.tokens.given(round_id, member_id)
            if known is None:
                if self._key_for(tx, round_id, member_id) != key:
                    raise BadToken("The vote was opened again, under another key.", LOAD_AGAIN)
                tx.tokens.give(round_id, member_id, sent, signature)
                return signature.hex()
        return _same_token(known, sent).hex()

    def cast_sealed(self, round_id: str, token: str, signature: str, choice: object, *, tracker: str = "") -> str:
        """Put the ballot of a token into the urn and give its receipt. There is no member here, and no actor.

        The same token and choice again give the same receipt, even after the close; another choice is refused, and so
        is a first ballot once the round is closed.
        """
        prepared, signed = _octets(token, "token"), _octets(signature, "signature")
        slip_tracker, spent = ballots.read_tracker(tracker, self._chance), blind.token_hash(round_id, prepared)
        with self._store.reading() as tx:
            asked = self._sealed(tx, round_id)
            parsed = self._read(tx, asked, "", choice)
            known = tx.tokens.spent(spent)
            key = None if known else self._key(tx, asked)
        sent = blind.choice_hash(prepared, parsed)
        if key is not None and not (len(prepared) == TOKEN_BYTES and blind.verified(key.public, prepared, signed)):
            raise BadToken("This token was not signed for this vote.", LOAD_AGAIN)
        if known is None:
            known = self._cast_once(asked, spent, sent, (key, Slip(parsed, slip_tracker)))
        ballots.same_ballot(known, sent)
        return ballots.receipt(round_id, spent.hex(), known)

    def _cast_once(self, asked: Round, spent: bytes, sent: bytes, box: tuple[PrivateKey | None, Slip]) -> bytes:
        """Spend the token and put its slip in, unless that has happened; what the token remembers of its choice."""
        key, slip = box
        with self._store.writing() as tx:
            known = tx.tokens.spent(spent)
            if known is not None:
                return known
            if self._key(tx, self._sealed(tx, asked.id)) != key:
                raise BadToken("The vote was opened again, under another key.", LOAD_AGAIN)
            own_tracker(tx.urn.in_the_way(asked.id, (), [slip.tracker]), slip.tracker)
            tx.tokens.spend(spent, asked.id, sent)
            tx.urn.put(asked.id, ballots.any_box_key(self._chance), slip)
        return sent

    def _sealed(self, tx: Transaction, round_id: str) -> Round:
        asked = self._state(tx, round_id).session_of_round(round_id).round_called(round_id)
        if asked.conduct.secrecy != "sealed":
            raise NotSealed(
                f"The round “{asked.definition.title}” is not sealed: it takes ballots from signed-in tablets.",
                "Send the ballot to /api/rounds/<id>/ballot.",
            )
        return asked

    def _key(self, tx: Transaction, asked: Round) -> PrivateKey:
        """The key of a round that is open now."""
        the_open_round(self._state(tx, asked.id).session_of_round(asked.id), asked.id)
        stored = tx.tokens.key(asked.id)
        assert stored is not None, "a sealed round is opened together with its key"
        return PrivateKey.from_bytes(stored)

    def _key_for(self, tx: Transaction, round_id: str, member_id: str) -> PrivateKey:
        """The key, for a member who may have a token: present, and of a seat that has neither a token nor a vote."""
        asked, state = self._sealed(tx, round_id), self._state(tx, round_id)
        may_vote(state, state.session_of_round(round_id), member_id)
        key = self._key(tx, asked)
        one_vote_a_seat(tx.urn.in_the_way(round_id, state.sitters(member_id), ()), state, member_id)
        return key


def key_print(key: blind.PublicKey) -> str:
    """Eight letters by which people see that all tablets were given the same key: another one could mark a member.

    >>> key_print(blind.PublicKey(15))
    'A9Y8-J56S'
    """
    return shown(in_letters(blind.key_hash(key)))


def _octets(text: str, what: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise BadToken(f"The {what} is not written in hexadecimal digits.", LOAD_AGAIN) from None


def _same_token(known: tuple[bytes, bytes], sent: bytes) -> bytes:
    blinded_hash, signature = known
    if not hmac.compare_digest(blinded_hash, sent):
        raise TokenGiven(
            "Your token of this vote was given to another tablet, or to another browser of this one.",
            "Vote there. If that tablet is lost, ask a helper: a sealed vote cannot be taken back or given twice.",
        )
    return signature
