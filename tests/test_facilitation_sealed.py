"""Sealed rounds: one token a seat, one ballot a token, and nothing anywhere that joins the two."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from assemblies import TRAMS, Sitting, ballot_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facilitation import blind
from facilitation.desk import Desk
from facilitation.errors import (
    AlreadyVoted,
    BadRound,
    BadToken,
    NotAMember,
    NotPresent,
    NotSealed,
    Refusal,
    RoundNotOpen,
    TokenGiven,
    TooManyBallots,
)

SEALED = {"conduct": {"secrecy": "sealed"}}


@dataclass
class Tablet:
    """A member's tablet in a sealed round."""

    desk: Desk
    round_id: str
    member: str
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def __post_init__(self) -> None:
        given = self.desk.sealed_key(self.round_id)
        self.key = blind.PublicKey(int(given["n"], 16), int(given["e"], 16))
        self.prepared = blind.prepared_message(self.chance, self.chance.randbytes(blind.MESSAGE_BYTES))
        self.blinded, self.inverse = blind.blind(self.key, self.prepared, self.chance)
        self.signature = b""

    def ask(self) -> str:
        signed = self.desk.blind_sign(self.round_id, self.member, self.blinded.hex())
        self.signature = blind.finalize(self.key, self.prepared, bytes.fromhex(signed), self.inverse)
        return signed

    def cast(self, choice: object, desk: Desk | None = None) -> str:
        desk = desk or self.desk
        return desk.cast_sealed(self.round_id, self.prepared.hex(), self.signature.hex(), choice)


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", members=6)


def a_tablet(sitting: Sitting, round_id: str, number: int = 0) -> Tablet:
    return Tablet(sitting.desk, round_id, sitting.arrive()[number], random.Random(number))


def test_a_sealed_vote_from_the_opening_to_the_result(sitting: Sitting) -> None:
    round_id = sitting.open_round(**SEALED)
    tablets = [a_tablet(sitting, round_id, number) for number in range(5)]
    for tablet in tablets:
        tablet.ask()
    assert sitting.desk.turnout(round_id) == 0
    receipts = {tablet.cast(choice) for tablet, choice in zip(tablets, ["yes", "no", "yes", "yes"], strict=False)}
    assert len(receipts) == 4
    screen = sitting.facilitator()
    assert screen["turnout"] == {"cast": 4, "of": 6}
    assert {member["voted"] for member in screen["members"]} == {None}
    assert [member["token"] for member in screen["members"]] == [True] * 5 + [False]
    sitting.desk.close_round(round_id)
    result = sitting.desk.result(round_id)
    assert (result["counts"], result["cast"], result["present"]) == ({"yes": 3, "no": 1, "abstain": 0}, 4, 6)
    assert result["channels"] == {"tablet": None, "paper": None, "phone": None}


def test_the_journal_and_the_turnout_know_nothing_of_a_sealed_ballot(sitting: Sitting) -> None:
    round_id = sitting.open_round(**SEALED)
    before = len(sitting.links())
    tablet = a_tablet(sitting, round_id)
    arrived = len(sitting.links())
    tablet.ask()
    tablet.cast("yes")
    assert before < arrived == len(sitting.links())
    assert sitting.rows("SELECT * FROM turnout") == []
    everything = b"".join(path.read_bytes() for path in sitting.path.parent.iterdir())
    for secret in (tablet.prepared, tablet.signature, tablet.blinded):
        assert secret not in everything
        assert secret.hex().encode() not in everything


def test_the_tables_of_a_sealed_round_have_no_row_number_no_time_and_nothing_in_common(sitting: Sitting) -> None:
    made = dict(sitting.rows("SELECT name, sql FROM sqlite_master WHERE name IN ('blind_token', 'spent_token')"))
    assert len(made) == 2
    assert all("WITHOUT ROWID" in sql for sql in made.values())
    columns = {table: {row[1] for row in sitting.rows(f"PRAGMA table_info({table})")} for table in made}
    assert columns["blind_token"] == {"round", "member", "blinded_hash", "signature"}
    assert columns["spent_token"] == {"token_hash", "round", "choice_hash"}


def test_the_key_is_made_at_the_opening_and_destroyed_at_the_close(sitting: Sitting) -> None:
    round_id = sitting.desk.create_round(sitting.session, {**TRAMS, **SEALED})
    with pytest.raises(RoundNotOpen):
        sitting.desk.sealed_key(round_id)
    assert sitting.rows("SELECT * FROM round_key") == []
    sitting.desk.open_round(round_id)
    [(private,)] = sitting.rows("SELECT private FROM round_key")
    primes = blind.PrivateKey.from_bytes(private)
    assert sitting.desk.sealed_key(round_id)["n"] == primes.public.as_json()["n"]
    sitting.desk.close_round(round_id)
    assert sitting.rows("SELECT * FROM round_key") == []
    everything = b"".join(path.read_bytes() for path in sitting.path.parent.iterdir())
    assert private not in everything
    assert private[:64] not in everything
    with pytest.raises(RoundNotOpen):
        sitting.desk.sealed_key(round_id)


def test_a_backup_in_mid_round_holds_neither_key_nor_tokens(sitting: Sitting, tmp_path: Path) -> None:
    round_id = sitting.open_round(**SEALED)
    tablet, asking = (a_tablet(sitting, round_id, number) for number in (0, 1))
    tablet.ask()
    tablet.cast("yes")
    asking.ask()
    [(private,)] = sitting.rows("SELECT private FROM round_key")
    sitting.desk.backup(tmp_path / "copy.sqlite")
    copied = (tmp_path / "copy.sqlite").read_bytes()
    for row in sitting.rows("SELECT blinded_hash, signature FROM blind_token"):
        assert not any(bytes(part) in copied for part in row)
    for row in sitting.rows("SELECT token_hash, choice_hash FROM spent_token"):
        assert not any(bytes(part) in copied for part in row)
    assert private not in copied
    assert private[:64] not in copied


def test_a_cancelled_round_leaves_neither_key_nor_tokens(sitting: Sitting) -> None:
    round_id = sitting.open_round(**SEALED)
    tablet = a_tablet(sitting, round_id)
    tablet.ask()
    tablet.cast("yes")
    sitting.desk.cancel_round(round_id, "fire alarm")
    for table in ("round_key", "blind_token", "spent_token", "ballot"):
        assert sitting.rows(f"SELECT * FROM {table}") == [], table


def test_the_same_request_for_a_token_has_the_same_answer_and_another_one_is_refused(sitting: Sitting) -> None:
    round_id = sitting.open_round(**SEALED)
    first, second = (a_tablet(sitting, round_id) for _ in range(2))
    second.chance = random.Random(99)
    second.blinded, second.inverse = blind.blind(second.key, second.prepared, second.chance)
    answer = first.ask()
    assert answer == first.ask()
    with pytest.raises(TokenGiven) as refused:
        second.ask()
    assert refused.value.remedy
    sitting.desk.close_round(round_id)
    assert first.ask() == answer
    assert len(sitting.rows("SELECT * FROM blind_token")) == 1


def test_only_who_may_vote_is_given_a_token(sitting: Sitting) -> None:
    round_id = sitting.open_round(**SEALED)
    absent = str(sitting.desk.who_is(sitting.codes[-1])["id"])
    tablet = Tablet(sitting.desk, round_id, absent)
    with pytest.raises(NotPresent):
        tablet.ask()
    tablet.member = "nobody"
    with pytest.raises(NotAMember):
        tablet.ask()
    tablet.member = sitting.arrive()[0]
    sitting.desk.close_round(round_id)
    with pytest.raises(RoundNotOpen):
        tablet.ask()
    assert sitting.rows("SELECT * FROM blind_token") == []


def test_the_same_ballot_again_has_the_same_receipt_also_after_the_close(sitting: Sitting) -> None:
    round_id = sitting.open_round(**SEALED)
    tablet, late = (a_tablet(sitting, round_id, number) for number in (0, 1))
    tablet.ask()
    late.ask()
    receipt = tablet.cast("yes")
    assert tablet.cast("yes") == receipt
    with pytest.raises(AlreadyVoted):
        tablet.cast("no")
    sitting.desk.close_round(round_id)
    sitting.restart()
    tablet.desk = late.desk = sitting.desk
    assert tablet.cast("yes") == receipt
    with pytest.raises(AlreadyVoted):
        tablet.cast("no")
    with pytest.raises(RoundNotOpen):
        late.cast("yes")
    assert sitting.desk.result(round_id)["counts"] == {"yes": 1, "no": 0, "abstain": 0}


def test_a_token_that_was_not_signed_for_this_round_opens_no_urn(sitting: Sitting) -> None:
    other = sitting.open_round(**SEALED)
    stranger = a_tablet(sitting, other)
    stranger.ask()
    sitting.desk.close_round(other)
    round_id = sitting.open_round(**SEALED)
    tablet = a_tablet(sitting, round_id, 1)
    tablet.ask()
    right = (tablet.prepared.hex(), tablet.signature.hex())
    wrong = [
        (stranger.prepared.hex(), stranger.signature.hex()),
        (right[0], stranger.signature.hex()),
        (right[0][:-2] + ("00" if right[0][-2:] != "00" else "01"), right[1]),
        (right[0] + "00", right[1]),
        (right[0], right[1][:-2]),
        (right[0], "00" * 384),
        (right[0], ""),
        ("", right[1]),
        ("zz", right[1]),
        (right[0], "ü" * 768),
    ]
    for token, signature in wrong:
        with pytest.raises(BadToken) as refused:
            sitting.desk.cast_sealed(round_id, token, signature, "yes")
        assert refused.value.remedy
    with pytest.raises(BadToken):
        sitting.desk.blind_sign(round_id, sitting.arrive()[2], "not hexadecimal")
    assert sitting.desk.turnout(round_id) == 0
    assert tablet.cast("yes")


def test_a_bad_choice_leaves_the_token_unspent(sitting: Sitting) -> None:
    round_id = sitting.open_round(**SEALED)
    tablet = a_tablet(sitting, round_id)
    tablet.ask()
    for choice in ("maybe", None, ["yes"], {"yes": 1}):
        with pytest.raises(Refusal) as refused:
            tablet.cast(choice)
        assert refused.value.code == "bad-ballot"
    assert tablet.cast("yes")


def test_a_round_that_is_not_sealed_has_no_key_and_a_sealed_one_no_named_ballots(sitting: Sitting) -> None:
    round_id, member = sitting.open_round(), sitting.arrive()[0]
    for act in (
        lambda: sitting.desk.sealed_key(round_id),
        lambda: sitting.desk.blind_sign(round_id, member, "00" * 384),
        lambda: sitting.desk.cast_sealed(round_id, "00" * 64, "00" * 384, "yes"),
    ):
        with pytest.raises(NotSealed):
            act()
    sitting.desk.close_round(round_id)
    sealed = sitting.open_round(**SEALED)
    with pytest.raises(BadRound):
        sitting.desk.cast_ballot(sealed, member, ballot_key(), "yes")


def test_the_successor_of_a_member_with_a_token_gets_none_and_the_seat_counts_once(sitting: Sitting) -> None:
    round_id = sitting.open_round(**SEALED)
    tablet = a_tablet(sitting, round_id)
    tablet.ask()
    sitting.desk.withdraw_member(sitting.assembly, tablet.member, "own-wish")
    successor = sitting.desk.seat_alternate(sitting.assembly, tablet.member, {"id": "new", "name": "New"}, "by-hand")
    joined = str(sitting.desk.join(successor.code).member["id"])
    after = Tablet(sitting.desk, round_id, joined, random.Random(50))
    with pytest.raises(AlreadyVoted):
        after.ask()
    assert tablet.cast("yes")
    sitting.desk.close_round(round_id)
    result = sitting.desk.result(round_id)
    assert (result["cast"], result["entitled"]) == (1, 6)


def test_who_holds_a_token_is_ticked_off_by_no_other_channel(sitting: Sitting) -> None:
    round_id = sitting.open_round(**SEALED)
    tablet = a_tablet(sitting, round_id)
    tablet.ask()
    with sitting.desk._store.writing() as tx, pytest.raises(AlreadyVoted):
        tx.urn.tick_off(round_id, tablet.member, b"\1" * 32, "paper")
    on_paper = sitting.arrive()[1]
    with sitting.desk._store.writing() as tx:
        tx.urn.tick_off(round_id, on_paper, b"\2" * 32, "paper")
    with pytest.raises(AlreadyVoted):
        Tablet(sitting.desk, round_id, on_paper, random.Random(3)).ask()


def test_more_ballots_than_tokens_are_not_counted(sitting: Sitting) -> None:
    """Who steals the key in mid-round can forge ballots, but not unnoticed."""
    round_id = sitting.open_round(**SEALED)
    tablet = a_tablet(sitting, round_id)
    tablet.ask()
    tablet.cast("yes")
    [(private,)] = sitting.rows("SELECT private FROM round_key")
    forged = blind.prepared_message(tablet.chance, bytes(32))
    blinded, inverse = blind.blind(tablet.key, forged, tablet.chance)
    signed = blind.blind_sign(blind.PrivateKey.from_bytes(private), blinded, tablet.chance)
    signature = blind.finalize(tablet.key, forged, signed, inverse)
    sitting.desk.cast_sealed(round_id, forged.hex(), signature.hex(), "no")
    with pytest.raises(TooManyBallots) as refused:
        sitting.desk.close_round(round_id)
    assert refused.value.remedy
    sitting.desk.cancel_round(round_id, "forged ballots")


def test_a_round_that_was_opened_again_has_another_key_and_old_tokens_are_worth_nothing(sitting: Sitting) -> None:
    sitting.arrive()
    round_id = sitting.open_round(**SEALED)
    tablet = a_tablet(sitting, round_id)
    tablet.ask()
    sitting.desk.undo(sitting.session)
    with pytest.raises(RoundNotOpen):
        tablet.cast("yes")
    sitting.desk.open_round(round_id)
    with pytest.raises(BadToken):
        tablet.cast("yes")
    again = a_tablet(sitting, round_id)
    again.ask()
    again.cast("yes")
    assert sitting.desk.turnout(round_id) == 1


def test_one_token_from_twenty_threads_counts_once(sitting: Sitting) -> None:
    round_id = sitting.open_round(**SEALED)
    tablet = a_tablet(sitting, round_id)
    outcomes: list[str] = []
    start = threading.Barrier(20)

    def device(number: int) -> None:
        desk = sitting.opened()
        start.wait()
        try:
            desk.blind_sign(round_id, tablet.member, tablet.blinded.hex())
            outcomes.append(tablet.cast("yes" if number % 4 else "no", desk))
        except AlreadyVoted:
            outcomes.append("refused")
        desk.close()

    tablet.ask()
    threads = [threading.Thread(target=device, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 20
    assert len(set(outcomes) - {"refused"}) == 1
    assert outcomes.count("refused") in (5, 15)
    assert sitting.desk.turnout(round_id) == 1


def test_two_requests_at_once_for_one_seat_give_one_token(sitting: Sitting) -> None:
    round_id = sitting.open_round(**SEALED)
    member = sitting.arrive()[0]
    tablets = [Tablet(sitting.opened(), round_id, member, random.Random(number)) for number in range(6)]
    outcomes: list[str] = []
    start = threading.Barrier(len(tablets))

    def device(tablet: Tablet) -> None:
        start.wait()
        try:
            tablet.ask()
            outcomes.append("given")
        except (TokenGiven, AlreadyVoted):
            outcomes.append("refused")

    threads = [threading.Thread(target=device, args=(tablet,)) for tablet in tablets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for tablet in tablets:
        tablet.desk.close()
    assert sorted(outcomes) == ["given"] + ["refused"] * 5


OTHER = (2).to_bytes(384, "big").hex()
ACTS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["ask", "yes", "no", "other token", "close"])), min_size=5, max_size=40
)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_is_sent_in_whatever_order_a_token_casts_at_most_one_ballot(acts, tmp_path_factory) -> None:
    sitting = Sitting(tmp_path_factory.mktemp("sealed") / "f.sqlite", members=3)
    round_id = sitting.open_round(**SEALED)
    tablets = [a_tablet(sitting, round_id, number) for number in range(3)]
    counted: dict[int, str] = {}
    closed = False
    for number, act in acts:
        tablet, signed = tablets[number], bool(tablets[number].signature)
        right = {
            "ask": signed or not closed,
            "close": not closed,
            "other token": False,
        }.get(act, signed and (counted[number] == act if number in counted else not closed))
        if act == "other token" and not signed:
            continue
        acts_of = {
            "ask": tablet.ask,
            "close": lambda: sitting.desk.close_round(round_id),
            "other token": lambda member=tablet.member: sitting.desk.blind_sign(round_id, member, OTHER),
        }
        try:
            acts_of.get(act, lambda tablet=tablet, act=act: tablet.cast(act))()
        except Refusal:
            assert not right, (number, act)
            continue
        assert right, (number, act)
        closed = closed or act == "close"
        if act in ("yes", "no"):
            counted[number] = act
    if not closed:
        assert sitting.desk.turnout(round_id) == len(counted)
        sitting.desk.close_round(round_id)
    result = sitting.desk.result(round_id)
    assert result["cast"] == len(counted)
    assert result["counts"]["yes"] == list(counted.values()).count("yes")
    sitting.desk.close()
