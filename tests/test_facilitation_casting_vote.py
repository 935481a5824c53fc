"""The chair's casting vote: a separate act, only where the definition gave one before anybody voted, and once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from assemblies import TRAMS, Sitting, ballot_key

from facilitation.errors import BadBallot, BadRound, NotNow, WrongState

LINE = {"share": "1/2", "op": ">", "base": "yes+no"}
CHAIRED = {**TRAMS, "threshold": LINE, "terms": {"level": "casting-vote"}}


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", members=5)


def level(sitting: Sitting, spec: dict[str, Any] | None = None, votes: str = "yes no yes no") -> str:
    round_id = sitting.desk.create_round(sitting.session, spec or CHAIRED)
    sitting.desk.open_round(round_id)
    for number, (member, choice) in enumerate(zip(sitting.arrive(), votes.split(), strict=False)):
        sitting.desk.cast_ballot(round_id, member, ballot_key(number), choice)
    sitting.desk.close_round(round_id)
    return round_id


def test_the_chair_breaks_a_tie_and_the_count_stays_as_it_is(sitting: Sitting) -> None:
    round_id = level(sitting)
    before = sitting.desk.result(round_id)
    assert before["verdict"] == "tie"
    sitting.desk.casting_vote(round_id, "yes", actor="facilitator:1")
    result = sitting.desk.result(round_id)
    assert result["sentence"] == "Passed: yes and no have 2 votes each, and the casting vote of the chair was yes."
    assert (result["verdict"], result["winners"], result["casting_vote"]) == ("passed", ["yes"], "yes")
    assert result["counted"] == {key: before[key] for key in ("verdict", "sentence", "winners")}
    assert (result["counts"], result["cast"]) == (before["counts"], 4)
    _, actor, option = sitting.replayed().sessions[sitting.session].rounds[round_id].casting_vote or ()
    assert (actor, option) == ("facilitator:1", "yes")
    assert "Casting vote of the chair at 10:00: yes." in sitting.desk.minutes(sitting.session)


def test_it_is_given_once(sitting: Sitting) -> None:
    round_id = level(sitting)
    sitting.desk.casting_vote(round_id, "no")
    with pytest.raises(BadRound, match="no casting vote here"):
        sitting.desk.casting_vote(round_id, "yes")
    assert sitting.desk.result(round_id)["verdict"] == "failed"


@pytest.mark.parametrize(
    ("spec", "votes"), [({**TRAMS, "threshold": LINE}, "yes no"), (CHAIRED, "yes no yes"), (TRAMS, "yes no")]
)
def test_there_is_none_without_a_tie_and_without_the_definitions_word(
    sitting: Sitting, spec: dict[str, Any], votes: str
) -> None:
    round_id = level(sitting, spec, votes)
    before = sitting.desk.result(round_id)
    with pytest.raises(BadRound, match="no casting vote here"):
        sitting.desk.casting_vote(round_id, "yes")
    assert sitting.desk.result(round_id) == before
    assert not any(action["id"] == "casting-vote" for action in sitting.facilitator()["actions"])


def test_it_is_for_one_of_the_two_sides(sitting: Sitting) -> None:
    round_id = level(sitting)
    with pytest.raises(BadBallot, match="A casting vote is yes or no"):
        sitting.desk.casting_vote(round_id, "abstain")


def test_both_sides_are_offered_and_neither_by_pressing_on(sitting: Sitting) -> None:
    round_id = level(sitting)
    offered = sitting.facilitator()["actions"]
    assert [action["option"] for action in offered if action["id"] == "casting-vote"] == ["yes", "no"]
    assert offered[0]["id"] == "acknowledge"
    sitting.desk.next_action(sitting.session)
    assert sitting.desk.result(round_id)["verdict"] == "tie"
    sitting.desk.casting_vote(round_id, "yes")
    assert not any(action["id"] == "casting-vote" for action in sitting.facilitator()["actions"])


def test_a_recount_comes_to_the_same_and_a_countersignature_stands_by_what_is_decided(sitting: Sitting) -> None:
    round_id = level(sitting)
    sitting.desk.countersign(round_id)
    sitting.desk.casting_vote(round_id, "yes")
    assert sitting.desk.round(round_id).countersigned == ()
    sitting.desk.countersign(round_id)
    assert len(sitting.desk.round(round_id).countersigned) == 1
    assert sitting.desk.recount(round_id, "The scrutineer wishes it.")


@pytest.mark.parametrize(("side", "state"), [("yes", "draft"), ("no", "cancelled")])
def test_a_round_that_hangs_on_it_waits_for_the_casting_vote(sitting: Sitting, side: str, state: str) -> None:
    first = sitting.desk.create_round(sitting.session, CHAIRED)
    then = sitting.desk.create_round(
        sitting.session, {**TRAMS, "conduct": {"after": {"round": first, "verdict": "passed"}}}
    )
    sitting.desk.open_round(first)
    for number, member in enumerate(sitting.arrive(2)):
        sitting.desk.cast_ballot(first, member, ballot_key(number), ["yes", "no"][number])
    sitting.desk.close_round(first)
    assert sitting.desk.round(then).state.value == "draft"
    with pytest.raises(WrongState, match="held only if"):
        sitting.desk.open_round(then)
    sitting.desk.casting_vote(first, side)
    assert sitting.desk.round(then).state.value == state


def test_it_is_not_given_while_the_vote_is_open_or_after_the_session(sitting: Sitting) -> None:
    round_id = level(sitting)
    sitting.desk.next_action(sitting.session)
    sitting.desk.close_session(sitting.session)
    with pytest.raises(NotNow):
        sitting.desk.casting_vote(round_id, "yes")
