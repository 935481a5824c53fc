"""What somebody who means harm would try with a vote: every one of these was possible once."""

from pathlib import Path
from typing import Any

import pytest
from assemblies import Sitting, ballot_key
from test_facilitation_sealed import a_tablet

from facilitation.desk import PaperBallot
from facilitation.errors import BadTracker, WrongState

MAJORITY = {"share": "1/2", "op": ">", "base": "yes+no"}
REAL = {"title": "Trams?", "rule": "yes-no", "threshold": MAJORITY}


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "house.sqlite", members=6)


def after(earlier: str, verdict: str = "passed", **conduct: Any) -> dict[str, Any]:
    return {
        "title": "Where?",
        "rule": "yes-no",
        "conduct": {"after": {"round": earlier, "verdict": verdict}, **conduct},
    }


def test_no_tablet_can_take_the_number_of_a_printed_paper_and_so_keep_it_out_of_the_urn(sitting: Sitting) -> None:
    here, asked = sitting.arrive(), sitting.open_round(conduct={"changeable": True})
    number = sitting.desk.printed_papers(asked, sitting.desk.print_papers(asked, 1))[0]
    with pytest.raises(BadTracker, match="or of a printed one"):
        sitting.desk.cast_ballot(asked, here[0], ballot_key(1), "no", tracker=number.lower())
    sitting.desk.cast_ballot(asked, here[0], ballot_key(1), "no", tracker="AAAA-AAAA")
    with pytest.raises(BadTracker, match="or of a printed one"):
        sitting.desk.cast_ballot(asked, here[0], ballot_key(1), "yes", tracker=number, replaces="AAAA-AAAA")
    sitting.desk.type_paper(asked, PaperBallot(number, "filled", "yes"), "paper")
    assert sitting.desk.type_paper_again(asked, PaperBallot(number, "filled", "yes"), here[1])
    sitting.desk.close_round(asked)
    assert sitting.desk.result(asked)["counts"] == {"yes": 1, "no": 1, "abstain": 0}


def test_no_sealed_ballot_can_take_it_either(sitting: Sitting) -> None:
    asked = sitting.open_round(conduct={"secrecy": "sealed"})
    number = sitting.desk.printed_papers(asked, sitting.desk.print_papers(asked, 1))[0]
    tablet = a_tablet(sitting, asked)
    tablet.ask()
    token, signature = tablet.prepared.hex(), tablet.signature.hex()
    with pytest.raises(BadTracker, match="or of a printed one"):
        sitting.desk.cast_sealed(asked, token, signature, "yes", tracker=number)
    sitting.desk.cast_sealed(asked, token, signature, "yes")
    assert sitting.desk.turnout(asked) == 1


def test_nobody_takes_the_tracker_of_another_ballot(sitting: Sitting) -> None:
    here, asked = sitting.arrive(), sitting.open_round(conduct={"changeable": True})
    sitting.desk.cast_ballot(asked, here[0], ballot_key(0), "yes", tracker="AAAA-AAAA")
    with pytest.raises(BadTracker, match="of another ballot"):
        sitting.desk.cast_ballot(asked, here[1], ballot_key(1), "no", tracker="AAAA-AAAA")
    sitting.desk.cast_ballot(asked, here[1], ballot_key(1), "no", tracker="BBBB-BBBB")
    with pytest.raises(BadTracker, match="of another ballot"):
        sitting.desk.cast_ballot(asked, here[1], ballot_key(1), "no", tracker="AAAA-AAAA", replaces="BBBB-BBBB")
    number = sitting.desk.printed_papers(asked, sitting.desk.print_papers(asked, 1))[0]
    sitting.desk.type_paper(asked, PaperBallot(number, "filled", "yes"), "paper")
    sitting.desk.type_paper_again(asked, PaperBallot(number, "filled", "yes"), here[2])
    with pytest.raises(BadTracker, match="of another ballot"):
        sitting.desk.cast_ballot(asked, here[3], ballot_key(3), "no", tracker=number)
    sitting.desk.close_round(asked)
    again = sitting.desk.cast_ballot(asked, here[0], ballot_key(0), "yes", tracker="AAAA-AAAA")
    assert again == sitting.desk.cast_ballot(asked, here[0], ballot_key(0), "yes", tracker="AAAA-AAAA")
    assert sitting.desk.result(asked)["cast"] == 3


def test_no_real_round_hangs_on_a_practice_round(sitting: Sitting) -> None:
    practice = sitting.desk.create_round(sitting.session, {**REAL, "conduct": {"practice": True}})
    with pytest.raises(WrongState, match="hang on a practice round"):
        sitting.desk.create_round(sitting.session, after(practice))
    sitting.desk.create_round(sitting.session, after(practice, practice=True))
    real = sitting.desk.create_round(sitting.session, REAL)
    later = sitting.desk.create_round(sitting.session, after(real))
    for round_id, spec in ((later, after(practice)), (real, {**REAL, "conduct": {"practice": True}})):
        with pytest.raises(WrongState, match="hang on a practice round"):
            sitting.desk.revise_round(round_id, spec)


def test_a_held_result_is_not_told_by_opening_the_round_that_hangs_on_it(sitting: Sitting) -> None:
    here = sitting.arrive()
    first = sitting.desk.create_round(sitting.session, {**REAL, "conduct": {"hold": True}})
    second = sitting.desk.create_round(sitting.session, after(first))
    sitting.desk.open_round(first)
    sitting.desk.cast_ballot(first, here[0], ballot_key(1), "yes")
    sitting.desk.close_round(first)
    with pytest.raises(WrongState, match="has not been shown yet"):
        sitting.desk.open_round(second)
    assert second not in [action.round for action in sitting.desk.actions(sitting.session) if action.id == "open-round"]
    sitting.desk.show_result(first)
    assert second in [action.round for action in sitting.desk.actions(sitting.session) if action.id == "open-round"]
    sitting.desk.open_round(second)


def test_who_comes_in_while_the_scrutineer_waits_does_not_undo_a_majority_of_those_present(sitting: Sitting) -> None:
    here = sitting.arrive(4)
    asked = sitting.open_round(threshold={**MAJORITY, "base": "present"}, conduct={"scrutiny": True})
    for number, member in enumerate(here[:3]):
        sitting.desk.cast_ballot(asked, member, ballot_key(number), "yes")
    sitting.desk.close_round(asked)
    sitting.arrive()
    sitting.desk.withdraw_member(sitting.assembly, here[3], "other")
    sitting.desk.confirm_close(asked)
    result = sitting.desk.result(asked, held_too=True)
    assert (result["verdict"], result["present"], result["entitled"]) == ("passed", 3, 5)
    assert sitting.replayed() == sitting.desk._remembered[sitting.assembly, False][1]


def test_a_withdrawn_draft_leaves_no_typed_paper_behind(sitting: Sitting) -> None:
    asked = sitting.open_round()
    number = sitting.desk.printed_papers(asked, sitting.desk.print_papers(asked, 2))[0]
    sitting.desk.type_paper(asked, PaperBallot(number, "filled", "yes"), "paper")
    sitting.desk.undo(sitting.session)
    sitting.desk.cancel_round(asked, "not today")
    assert sitting.rows("SELECT * FROM paper_entry") == sitting.rows("SELECT * FROM paper_number") == []


# ------------------------------------------------------------------------------------------------ members of no class


def two_classes(folder: Path) -> Sitting:
    return Sitting(folder / "classes.sqlite", members=16, columns=[{"Group": "AB"[place // 8]} for place in range(16)])


def by_classes(sitting: Sitting, votes: str, **conduct: Any) -> tuple[str, list[str]]:
    """An open round in which these voted: y is yes, everything else no."""
    here = sitting.arrive()
    asked = sitting.open_round(threshold=MAJORITY, conduct={"classes": "Group", **conduct})
    for number, (member, vote) in enumerate(zip(here, votes, strict=False)):
        sitting.desk.cast_ballot(asked, member, ballot_key(number), "yes" if vote == "y" else "no")
    return asked, here


def someone_of_no_class_votes(sitting: Sitting, asked: str, leaves: str, choice: str) -> None:
    sitting.desk.withdraw_member(sitting.assembly, leaves, "own-wish")
    seat = sitting.desk.seat_alternate(sitting.assembly, leaves, {"id": "x1", "name": "Alternate"}, "alternate")
    member = str(sitting.desk.join(seat.code).member["id"])
    sitting.desk.cast_ballot(asked, member, ballot_key(99), choice)


def test_an_alternate_without_a_class_does_not_stop_a_double_majority(tmp_path: Path) -> None:
    sitting = two_classes(tmp_path)
    asked, here = by_classes(sitting, "yyyyynnnyyyyynn", both=True)
    someone_of_no_class_votes(sitting, asked, here[15], "no")
    sitting.desk.close_round(asked)
    result = sitting.desk.result(asked)
    assert (result["verdict"], [one["name"] for one in result["classes"]]) == ("passed", ["A", "B"])
    assert result["cast"] == 16
    assert not any(one["told"] for one in result["classes"]), "the whole without the classes would be one ballot"
    assert sitting.desk.recount(asked, "to be sure")


@pytest.mark.parametrize("asked_by", [{"rule": "yes-no"}, {"rule": "approval", "options": ["yes", "no"]}])
def test_whoever_has_no_class_is_not_what_the_classes_leave_over(tmp_path: Path, asked_by: dict[str, Any]) -> None:
    sitting = two_classes(tmp_path)
    here = sitting.arrive()
    asked = sitting.open_round(**asked_by, conduct={"classes": "Group"})
    one_of = (lambda answer: answer) if asked_by["rule"] == "yes-no" else (lambda answer: [answer])
    for number, (member, vote) in enumerate(zip(here, "yyyynnnnyyyynnn", strict=False)):
        sitting.desk.cast_ballot(asked, member, ballot_key(number), one_of("yes" if vote == "y" else "no"))
    someone_of_no_class_votes(sitting, asked, here[15], one_of("no"))
    sitting.desk.close_round(asked)
    classes = sitting.desk.result(asked)["classes"]
    assert [one["name"] for one in classes] == ["A", "B"]
    assert not all(one["told"] for one in classes)
    assert sitting.desk.recount(asked, "to be sure")


@pytest.mark.parametrize("both", [False, True])
def test_a_name_erased_after_an_open_vote_is_no_other_result(tmp_path: Path, both: bool) -> None:
    sitting = two_classes(tmp_path)
    asked, here = by_classes(sitting, "yyyyynnnyyyyynnn", secrecy="open", both=both)
    sitting.desk.erase_person(here[0], sitting.assembly)
    sitting.desk.close_round(asked)
    result = sitting.desk.result(asked)
    assert [(one["name"], one["cast"]) for one in result["classes"]] == [("A", 7), ("B", 8)]
    sitting.desk.erase_person(here[9], sitting.assembly)
    assert sitting.desk.recount(asked, "to be sure")
    sitting.rows(f"UPDATE named_ballot SET choice = '\"no\"' WHERE member = '{here[9]}'")
    assert not sitting.desk.recount(asked, "to be sure again")


# ------------------------------------------------------------------------------------------------ what is said before


@pytest.mark.parametrize(
    ("conduct", "by_seat"), [({}, True), ({"publish": "root"}, False), ({"practice": True}, False)]
)
def test_who_votes_openly_is_told_before_that_the_list_is_for_everyone(
    sitting: Sitting, conduct: dict[str, Any], by_seat: bool
) -> None:
    """A published list has the numbers of the seats: the world can read it, and the staff know whose they are."""
    sitting.arrive()
    sitting.open_round(conduct={"secrecy": "open", **conduct})
    said = sitting.desk.public_screens(sitting.session)["member"]["round"]["secrecy_explained"]
    assert any("beside the number of your seat" in sentence for sentence in said) is by_seat
