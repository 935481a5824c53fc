"""Rounds held by classes at a real desk: counted for each class, and no small number anywhere, the journal included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from assemblies import Sitting, ballot_key

from facilitation.errors import BadRound, ClassTooSmall

ROLES = ["community member"] * 12 + ["civic leader"] * 8
ADOPT = {"title": "Adopt?", "rule": "yes-no", "threshold": {"share": "1/2", "op": ">", "base": "yes+no"}}
BY_ROLE = {"classes": "Role", "both": True}


def a_commission(tmp_path: Path, roles: list[str] = ROLES) -> Sitting:
    return Sitting(tmp_path / "commission.sqlite", members=len(roles), columns=[{"Role": role} for role in roles])


def held(sitting: Sitting, votes: list[str], conduct: dict[str, Any], assisted: int = 0) -> str:
    """A round in which the members vote so, in the order of the panel; the first few with help."""
    round_id = sitting.open_round(**ADOPT, conduct=conduct)
    for number, (member, choice) in enumerate(zip(sitting.arrive(), votes, strict=False)):
        sitting.desk.cast_ballot(round_id, member, ballot_key(number), choice, assisted=number < assisted)
    sitting.desk.close_round(round_id)
    return round_id


MIXED = ["yes"] * 8 + ["no"] * 4 + ["yes"] * 5 + ["no"] * 3
ONE_SIDED = ["yes"] * 8 + ["no"] * 4 + ["yes"] * 8


def test_a_double_majority_is_counted_at_the_close(tmp_path: Path) -> None:
    sitting = a_commission(tmp_path)
    round_id = held(sitting, MIXED, BY_ROLE)
    result = sitting.desk.result(round_id)
    assert result["sentence"] == (
        "Passed: in both groups. Civic leader: 5 of 8 yes-or-no votes, 62.5 %; "
        "community member: 8 of 12 yes-or-no votes, 66.7 %; more than half was needed."
    )
    assert [(one["name"], one["entitled"], one["cast"]) for one in result["classes"]] == [
        ("civic leader", 8, 8),
        ("community member", 12, 12),
    ]
    assert sitting.desk.recount(round_id, "The scrutineer wishes it.")


def test_the_journal_holds_no_figure_of_a_unanimous_class(tmp_path: Path) -> None:
    sitting = a_commission(tmp_path)
    round_id = held(sitting, ONE_SIDED, BY_ROLE)
    result = sitting.desk.result(round_id)
    assert [(one["verdict"], one["counts"]) for one in result["classes"]] == [("passed", None)] * 2
    (kept,) = sitting.rows("SELECT data FROM journal WHERE kind = 'round-closed'")
    assert '"yes":16' in kept[0]
    assert '"yes":8' not in kept[0]
    assert '"cast":8' not in kept[0]
    assert sitting.desk.recount(round_id, "The same is withheld again.")


def test_what_waits_for_a_double_majority_waits_for_all_of_it(tmp_path: Path) -> None:
    """The whole passes, the civic leaders do not: the round that hangs on it is not held."""
    sitting = a_commission(tmp_path)
    round_id = sitting.open_round(**ADOPT, conduct=BY_ROLE)
    then = sitting.desk.create_round(
        sitting.session, {**ADOPT, "title": "When?", "conduct": {"after": {"round": round_id, "verdict": "passed"}}}
    )
    for number, (member, choice) in enumerate(
        zip(sitting.arrive(), ["yes"] * 10 + ["no"] * 2 + ["yes"] * 3 + ["no"] * 5, strict=True)
    ):
        sitting.desk.cast_ballot(round_id, member, ballot_key(number), choice)
    sitting.desk.close_round(round_id)
    result = sitting.desk.result(round_id)
    assert (result["counted"]["verdict"], result["verdict"]) == ("passed", "failed")
    assert sitting.desk.round(then).state.value == "cancelled"


def test_a_class_that_is_too_small_is_refused_before_anybody_votes(tmp_path: Path) -> None:
    sitting = a_commission(tmp_path, ["community member"] * 12 + ["civic leader"] * 4)
    round_id = sitting.desk.create_round(sitting.session, {**ADOPT, "conduct": BY_ROLE})
    with pytest.raises(ClassTooSmall, match="“civic leader” has 4 members"):
        sitting.desk.open_round(round_id)
    assert sitting.desk.round(round_id).state.value == "draft"
    openly = sitting.open_round(**ADOPT, conduct={**BY_ROLE, "secrecy": "open"})
    for number, member in enumerate(sitting.arrive()):
        sitting.desk.cast_ballot(openly, member, ballot_key(number), "yes" if number % 3 else "no")
    sitting.desk.close_round(openly)
    assert [one["told"] for one in sitting.desk.result(openly)["classes"]] == [True, True]
    assert sitting.desk.recount(openly, "By name, too.")


def test_a_double_majority_without_a_line_is_refused_at_once(tmp_path: Path) -> None:
    sitting = a_commission(tmp_path)
    with pytest.raises(BadRound, match="needs a line"):
        sitting.desk.create_round(sitting.session, {"title": "Adopt?", "rule": "yes-no", "conduct": BY_ROLE})


def test_who_has_left_since_is_counted_in_the_class_of_the_ballot(tmp_path: Path) -> None:
    """A civic leader votes and leaves, and is forgotten: the ballot stays, in its class."""
    sitting = a_commission(tmp_path)
    round_id = sitting.open_round(**ADOPT, conduct={"classes": "Role"})
    members = sitting.arrive()
    for number, (member, choice) in enumerate(zip(members, MIXED, strict=True)):
        sitting.desk.cast_ballot(round_id, member, ballot_key(number), choice)
    sitting.desk.withdraw_member(sitting.assembly, members[-1], "own-wish")
    sitting.desk.close_round(round_id)
    assert [one["cast"] for one in sitting.desk.result(round_id)["classes"]] == [8, 12]


def test_channels_are_told_only_where_none_is_small(tmp_path: Path) -> None:
    sitting = a_commission(tmp_path)
    few = sitting.desk.result(held(sitting, MIXED, {}, assisted=2))["channels"]
    assert few == {"tablet": None, "assisted": None, "paper": None, "phone": None}
    none = sitting.desk.result(held(sitting, MIXED, {}))["channels"]
    assert none == few
    assert sitting.desk.turnout_by_channel(held(sitting, MIXED, {}, assisted=2)) == {"assisted": 2, "tablet": 18}


def test_the_minutes_tell_the_groups_and_nothing_that_is_withheld(tmp_path: Path) -> None:
    sitting = a_commission(tmp_path)
    held(sitting, MIXED, BY_ROLE)
    held(sitting, ONE_SIDED, BY_ROLE)
    text = sitting.desk.minutes(sitting.session)
    assert "   - civic leader: Passed: 5 of 8 yes-or-no votes, 62.5 %; more than half was needed." in text
    assert "   - civic leader: Passed. The figures are withheld: they could show how somebody voted." in text
    assert "8 of 8" not in text
