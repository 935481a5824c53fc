"""Ballots on paper: printed, typed twice, in the urn only when both typings agree, and then like any other ballot."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from assemblies import Sitting, ballot_key

from facilitation import blind
from facilitation.desk import Desk, PaperBallot
from facilitation.errors import (
    AlreadyVoted,
    BadBallot,
    BadPaperNumber,
    BadRequest,
    NotAMember,
    PapersWaiting,
    PaperTyped,
    PaperUsed,
    Refusal,
    RoundNotOpen,
    WrongState,
)

SCRUTINY = {"title": "Trams?", "rule": "yes-no", "conduct": {"scrutiny": True}}


class Table:
    """A round under scrutiny, with papers printed and members by number."""

    def __init__(self, path: Path, spec: dict[str, Any] | None = None, **sitting: Any) -> None:
        self.sitting = Sitting(path / "house.sqlite", **{"members": 4, **sitting})
        self.desk = self.sitting.desk
        self.here = self.sitting.arrive(2)
        self.round = self.desk.create_round(self.sitting.session, spec or SCRUTINY)
        self.desk.open_round(self.round)
        self.sheet = self.desk.print_papers(self.round, 5)
        self.numbers = self.desk.printed_papers(self.round, self.sheet)
        self.members = [one.id for one in self.desk.members(self.sitting.assembly)]

    def first(self, paper: int, choice: object = "yes", channel: str = "paper", kind: str = "filled") -> None:
        self.desk.type_paper(self.round, PaperBallot(self.numbers[paper], kind, choice), channel)

    def second(self, paper: int, member: int, choice: object = "yes", kind: str = "filled") -> bool:
        paper_ballot = PaperBallot(self.numbers[paper], kind, choice)
        return self.desk.type_paper_again(self.round, paper_ballot, self.members[member])

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        return self.sitting.rows(f"SELECT * FROM {table}")


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = Table(tmp_path)
    yield made
    made.sitting.close()


def test_two_typings_that_agree_put_one_ballot_into_the_urn_and_tick_its_member_off(table: Table) -> None:
    table.first(0, "no")
    assert table.rows("ballot") == table.rows("turnout") == []
    assert table.second(0, 3, "no") is True
    [(round_id, member, key_hash, channel)] = table.rows("turnout")
    assert (round_id, member, channel, len(key_hash)) == (table.round, table.members[3], "paper", 32)
    [(box_key, _, choice, tracker, group)] = table.rows("ballot")
    assert (choice, tracker, group) == ('"no"', table.numbers[0], "")
    assert box_key != key_hash
    assert table.rows("paper_entry") == []
    assert table.numbers[0] not in {row[0] for row in table.rows("paper_number")}


def test_what_was_typed_the_first_time_has_no_person_and_the_journal_has_no_paper_at_all(table: Table) -> None:
    before = len(table.desk.journal(table.sitting.assembly))
    table.first(0)
    assert len(table.rows("paper_entry")[0]) == 5
    assert not set(table.members) & set(table.rows("paper_entry")[0])
    table.second(0, 1)
    assert len(table.desk.journal(table.sitting.assembly)) == before


def test_two_typings_that_differ_are_both_void_and_may_be_typed_anew(table: Table) -> None:
    table.first(0, "yes")
    assert table.second(0, 1, "no") is False
    assert table.rows("paper_entry") == table.rows("ballot") == table.rows("turnout") == []
    table.first(0, "no")
    assert table.second(0, 1, "no") is True


def test_blank_and_spoilt_papers_are_counted_as_themselves(table: Table) -> None:
    for paper, kind in enumerate(("blank", "spoilt", "spoilt")):
        table.first(paper, kind=kind)
        assert table.second(paper, paper, kind=kind)
    table.desk.close_round(table.round)
    table.desk.confirm_close(table.round)
    result = table.desk.result(table.round, held_too=True)
    assert (result["cast"], result["blank"], result["spoilt"], result["counts"]["yes"]) == (3, 1, 2, 0)


def test_a_paper_that_cannot_be_counted_is_no_filled_one(table: Table) -> None:
    with pytest.raises(BadBallot):
        table.first(0, "maybe")
    table.first(0, kind="spoilt")
    assert table.second(0, 1, "yes") is False


def test_telephone_votes_take_the_same_way_with_a_channel_of_their_own(table: Table) -> None:
    table.first(0, channel="phone")
    table.second(0, 2)
    table.desk.cast_ballot(table.round, table.here[0], ballot_key(), "yes", assisted=True)
    assert table.desk.papers(table.round).channels == {"phone": 1, "assisted": 1, "tablet": 0}
    with pytest.raises(BadRequest):
        table.first(1, channel="pigeon")


def test_typing_in_the_wrong_order_says_which_typing_is_due(table: Table) -> None:
    with pytest.raises(PaperTyped, match="has not been typed"):
        table.second(0, 1)
    table.first(0)
    with pytest.raises(PaperTyped, match="typed once already"):
        table.first(0, "no")


def test_a_number_counts_once(table: Table) -> None:
    table.first(0)
    table.second(0, 1)
    for again in (lambda: table.first(0), lambda: table.second(0, 2)):
        with pytest.raises(PaperUsed):
            again()


def test_a_number_of_another_round_or_of_nobody_is_refused(table: Table) -> None:
    table.first(0)
    table.second(0, 1)
    used, unused = table.numbers[:2]
    table.desk.close_round(table.round)
    table.desk.confirm_close(table.round)
    later = table.desk.create_round(table.sitting.session, SCRUTINY)
    other = table.desk.create_round(table.sitting.session, SCRUTINY)
    table.desk.open_round(later)
    elsewhere = table.desk.printed_papers(other, table.desk.print_papers(other, 1))[0]
    for number, error in ((used, PaperUsed), (unused, BadPaperNumber), (elsewhere, BadPaperNumber)):
        with pytest.raises(error):
            table.desk.type_paper(later, PaperBallot(number, "filled", "yes"), "paper")
    for typed in ("", "K7QF", "K7QF-2MX", "ÄÖÜ!-2222", "0" * 200):
        with pytest.raises(BadPaperNumber):
            table.desk.type_paper(later, PaperBallot(typed, "filled", "yes"), "paper")


def test_a_paper_with_the_earlier_wording_is_refused(table: Table) -> None:
    table.desk.close_round(table.round)
    table.desk.confirm_close(table.round)
    draft = table.desk.create_round(table.sitting.session, SCRUTINY)
    old = table.desk.printed_papers(draft, table.desk.print_papers(draft, 1))[0]
    table.desk.revise_round(draft, {**SCRUTINY, "title": "Trams, and soon?"})
    table.desk.open_round(draft)
    with pytest.raises(BadPaperNumber, match="version 1 of the question, now version 2"):
        table.desk.type_paper(draft, PaperBallot(old, "filled", "yes"), "paper")


def test_one_vote_a_member_whichever_way_it_comes(table: Table) -> None:
    table.desk.cast_ballot(table.round, table.here[0], ballot_key(), "yes")
    table.first(0)
    with pytest.raises(AlreadyVoted, match="This member"):
        table.second(0, 0)
    assert table.desk.papers(table.round).waiting == (table.numbers[0],)
    table.second(0, 1)
    with pytest.raises(AlreadyVoted):
        table.desk.cast_ballot(table.round, table.here[1], ballot_key(1), "no")
    assert table.desk.turnout(table.round) == 2


def test_the_tablet_of_a_member_who_voted_on_paper_is_told(table: Table) -> None:
    table.first(0)
    table.second(0, 1)
    token = table.desk.identify(table.desk.join(table.sitting.codes[1]).token)
    assert token is not None
    you = table.desk.screen(token)["you"]
    assert (you["voted"], you["channel"]) == ({table.round: True}, {table.round: "paper"})


def test_a_member_who_is_not_in_the_hall_may_vote_on_paper_and_a_stranger_may_not(table: Table) -> None:
    table.first(0)
    with pytest.raises(NotAMember):
        table.desk.type_paper_again(table.round, PaperBallot(table.numbers[0], "filled", "yes"), "nobody")
    assert table.second(0, 3)
    table.desk.close_round(table.round)
    table.desk.confirm_close(table.round)
    assert table.desk.result(table.round, held_too=True)["present"] == 3


def test_nothing_is_counted_while_a_paper_waits_and_the_refusal_names_it(table: Table) -> None:
    table.first(0)
    table.first(1)
    table.desk.close_round(table.round)
    with pytest.raises(PapersWaiting, match=f"2 paper ballots .* wait .*: {table.numbers[0]}, {table.numbers[1]}"):
        table.desk.confirm_close(table.round)
    assert table.second(0, 1), "papers may be typed after the tablets' end"
    with pytest.raises(PapersWaiting, match=r"1 paper ballot of .* waits"):
        table.desk.confirm_close(table.round)
    table.desk.strike_paper(table.round, table.numbers[1], "Torn in two.")
    table.desk.confirm_close(table.round)
    assert table.desk.result(table.round, held_too=True)["cast"] == 1


def test_a_round_without_a_scrutineer_waits_for_its_papers_too(tmp_path: Path) -> None:
    table = Table(tmp_path, {"title": "Trams?", "rule": "yes-no"})
    table.first(0)
    with pytest.raises(PapersWaiting):
        table.desk.close_round(table.round)
    table.second(0, 1)
    table.desk.close_round(table.round)
    assert table.desk.result(table.round)["counts"]["yes"] == 1


def test_striking_leaves_a_reason_in_the_journal_and_no_number(table: Table) -> None:
    table.first(0)
    with pytest.raises(BadRequest):
        table.desk.strike_paper(table.round, table.numbers[0], " ")
    with pytest.raises(PaperTyped):
        table.desk.strike_paper(table.round, table.numbers[1], "Torn.")
    assert table.desk.papers(table.round).waiting == (table.numbers[0],)
    table.desk.strike_paper(table.round, table.numbers[0].lower(), "Torn.")
    last = table.desk.journal(table.sitting.assembly)[-1]
    assert (last["kind"], last["actor"]) == ("paper-struck", "scrutineer")
    assert json.loads(last["data"]) == {"session": table.sitting.session, "round": table.round, "reason": "Torn."}
    assert "Paper ballots struck after their first typing: 1 (Torn)." in table.desk.minutes(table.sitting.session)
    table.first(0)
    assert table.second(0, 1)


def test_the_minutes_tell_what_the_scrutineer_did(table: Table) -> None:
    table.desk.close_round(table.round)
    assert "the scrutineer has not confirmed the close" in table.desk.minutes(table.sitting.session)
    table.desk.confirm_close(table.round)
    table.desk.countersign(table.round)
    table.desk.recount(table.round, "A member asked for it.")
    said = table.desk.minutes(table.sitting.session)
    assert "Countersigned by the scrutineer at 10:00." in said
    assert "Counted again at 10:00 (A member asked for it): the same result." in said


def test_after_the_count_no_number_is_out_and_after_a_cancel_nothing_is_left(table: Table) -> None:
    table.first(0)
    table.second(0, 1)
    table.desk.close_round(table.round)
    table.desk.confirm_close(table.round)
    assert table.rows("paper_number") == []
    with pytest.raises(WrongState):
        table.desk.print_papers(table.round, 1)
    with pytest.raises(RoundNotOpen):
        table.first(1)
    void = table.desk.create_round(table.sitting.session, SCRUTINY)
    table.desk.open_round(void)
    number = table.desk.printed_papers(void, table.desk.print_papers(void, 2))[0]
    table.desk.type_paper(void, PaperBallot(number, "filled", "yes"), "paper")
    table.desk.cancel_round(void, "The wording was wrong.")
    assert table.rows("paper_number") == table.rows("paper_entry") == []


def test_papers_are_printed_in_reasonable_numbers(table: Table) -> None:
    for copies in (0, -1, 501):
        with pytest.raises(BadRequest):
            table.desk.print_papers(table.round, copies)
    more = table.desk.printed_papers(table.round, table.desk.print_papers(table.round, 500))
    assert len({*more, *table.numbers}) == 505
    assert table.desk.papers(table.round).out == 505


def test_an_open_paper_stands_beside_its_name(tmp_path: Path) -> None:
    table = Table(tmp_path, {"title": "Trams?", "rule": "yes-no", "conduct": {"secrecy": "open"}})
    table.first(0, "no")
    table.second(0, 2, "no")
    assert table.rows("ballot") == []
    assert table.rows("named_ballot") == [(table.round, table.members[2], '"no"')]


def test_the_class_and_the_conflicts_of_a_member_hold_on_paper_too(tmp_path: Path) -> None:
    columns = [{"class": "civic", "group": "tram"}] * 5 + [{"class": "community", "group": "tram"}] * 5
    spec = {"title": "?", "rule": "approval", "options": ["tram", "bus"]}
    table = Table(tmp_path, {**spec, "conduct": {"classes": "class", "blocks": "group"}}, columns=columns, members=10)
    table.first(0, ["tram", "bus"])
    with pytest.raises(BadBallot, match="has a part in"):
        table.second(0, 1, ["tram", "bus"])
    table.desk.strike_paper(table.round, table.numbers[0], "Votes on their own bid.")
    table.first(0, ["bus"])
    table.second(0, 1, ["bus"])
    assert table.rows("ballot")[0][2:] == ('["bus"]', table.numbers[0], "civic")


@pytest.mark.parametrize("same", ["number", "person"])
def test_two_devices_that_type_the_same_at_once_put_one_ballot_in(table: Table, same: str) -> None:
    papers = (0, 0) if same == "number" else (0, 1)
    people = (1, 2) if same == "number" else (1, 1)
    for paper in set(papers):
        table.first(paper)
    start, outcomes = threading.Barrier(2), []

    def type_it(desk: Desk, paper: int, member: int) -> None:
        start.wait()
        ballot = PaperBallot(table.numbers[paper], "filled", "yes")
        try:
            outcomes.append(desk.type_paper_again(table.round, ballot, table.members[member]))
        except Refusal as refused:
            outcomes.append(refused.code)

    desks = [table.sitting.opened() for _ in range(2)]
    threads = [threading.Thread(target=type_it, args=one) for one in zip(desks, papers, people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(map(str, outcomes)) == sorted(["True", "paper-used" if same == "number" else "already-voted"])
    assert len(table.rows("ballot")) == len(table.rows("turnout")) == 1


def test_in_a_sealed_round_a_token_is_a_vote_and_so_is_a_paper(tmp_path: Path) -> None:
    table = Table(tmp_path, {"title": "Trams?", "rule": "yes-no", "conduct": {"secrecy": "sealed"}})
    key = blind.PublicKey(int(table.desk.sealed_key(table.round)["n"], 16))
    chance = random.Random(7)
    token = blind.prepared_message(chance, chance.randbytes(32))
    blinded, inverse = blind.blind(key, token, chance)
    signed = bytes.fromhex(table.desk.blind_sign(table.round, table.here[0], blinded.hex()))
    table.first(0)
    with pytest.raises(AlreadyVoted, match="holds the token"):
        table.second(0, 0)
    assert table.second(0, 1)
    with pytest.raises(AlreadyVoted):
        table.desk.blind_sign(table.round, table.here[1], blinded.hex())
    signature = blind.finalize(key, token, signed, inverse)
    table.desk.cast_sealed(table.round, token.hex(), signature.hex(), "no")
    seen = table.desk.papers(table.round)
    assert (seen.cast, seen.channels) == (2, {"paper": 1, "tablet": 1})
    table.desk.close_round(table.round)
    assert table.desk.result(table.round)["counts"] == {"yes": 1, "no": 1, "abstain": 0}


def test_two_devices_that_type_one_paper_the_first_time_at_once_keep_one_of_them(table: Table) -> None:
    start, outcomes = threading.Barrier(2), []

    def type_it(desk: Desk, choice: str) -> None:
        start.wait()
        try:
            desk.type_paper(table.round, PaperBallot(table.numbers[0], "filled", choice), "paper")
            outcomes.append("kept")
        except Refusal as refused:
            outcomes.append(refused.code)

    desks = [table.sitting.opened() for _ in range(2)]
    threads = [threading.Thread(target=type_it, args=one) for one in zip(desks, ("yes", "no"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["kept", "paper-typed"]
    assert len(table.rows("paper_entry")) == 1


def test_what_was_struck_or_never_came_back_is_nowhere_in_the_files_after_the_close(tmp_path: Path) -> None:
    table = Table(tmp_path, {**SCRUTINY, "rule": "consent"})
    reason = "The bridge is far too narrow for the number of people who cross it."
    table.first(0, ["objection", reason])
    table.desk.strike_paper(table.round, table.numbers[0], "Handed in twice.")
    table.first(1, "consent")
    table.second(1, 1, "consent")
    table.desk.close_round(table.round)
    table.desk.confirm_close(table.round)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert reason.encode() not in kept
    assert [number.encode() in kept for number in table.numbers] == [False, True, False, False, False]
