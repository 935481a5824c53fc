"""How a round is held: versions and hashes, rounds that hang on others, scrutiny, held results, open ballots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from assemblies import TRAMS, Sitting, ballot_key

from facilitation.conduct import Conduct, read_conduct
from facilitation.errors import BadBallot, BadRound, BadTracker, NoResultYet, RoundNotOpen, WrongState


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", members=6)


def drafted(sitting: Sitting, **conduct: Any) -> str:
    return sitting.desk.create_round(sitting.session, {**TRAMS, "conduct": conduct})


def opened(sitting: Sitting, **conduct: Any) -> str:
    round_id = drafted(sitting, **conduct)
    sitting.desk.open_round(round_id)
    return round_id


def vote(sitting: Sitting, round_id: str, choices: list[str]) -> None:
    for number, (member, choice) in enumerate(zip(sitting.arrive(), choices, strict=False)):
        sitting.desk.cast_ballot(round_id, member, ballot_key(number), choice)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ([], "not an object"),
        ({"secrecy": "public"}, "secrecy is not known"),
        ({"secrecy": 3}, "secrecy is not a text"),
        ({"practise": True}, "no field “practise”"),
        ({"scrutiny": "yes"}, "neither true nor false"),
        ({"both": True}, "double majority"),
        ({"secrecy": "sealed", "classes": "Community"}, "sealed"),
        ({"secrecy": "sealed", "changeable": True}, "sealed"),
        ({"secrecy": "open", "changeable": True}, "open ballots"),
        ({"after": "r1"}, "not an object"),
        ({"after": {"round": "r1", "verdict": "tie"}}, "verdict is not known"),
        ({"after": {"round": "r1"}}, "no verdict"),
        ({"classes": " "}, "blank"),
    ],
)
def test_a_conduct_that_does_not_hold_together_is_refused(spec: object, words: str) -> None:
    with pytest.raises(BadRound, match=words):
        read_conduct(spec)


def test_a_conduct_is_the_same_after_it_was_written() -> None:
    every = {"secrecy": "open", "publish": "root", "scrutiny": True, "hold": True, "practice": True, "both": True}
    every |= {"classes": "Group", "blocks": "Bid", "after": {"round": "r1", "verdict": "passed"}}
    assert read_conduct(every).as_json() == every
    assert read_conduct(None) == read_conduct({}) == Conduct()


def test_a_draft_is_revised_as_a_new_version_under_a_new_hash_until_it_opens(sitting: Sitting) -> None:
    round_id = drafted(sitting)
    first = sitting.desk.round(round_id)
    sitting.desk.revise_round(round_id, {**TRAMS, "title": "Trams to Ashby?", "conduct": {"hold": True}})
    second = sitting.desk.round(round_id)
    assert (first.version, second.version) == (1, 2)
    assert first.hash != second.hash
    assert second.definition.title == "Trams to Ashby?"
    assert second.conduct.hold
    sitting.desk.revise_round(round_id, TRAMS)
    assert sitting.desk.round(round_id).hash not in (first.hash, second.hash)
    sitting.desk.open_round(round_id)
    with pytest.raises(WrongState):
        sitting.desk.revise_round(round_id, TRAMS)
    assert sitting.replayed().sessions[sitting.session].rounds[round_id].version == 3


@pytest.mark.parametrize(("choices", "held"), [(["yes", "yes", "no"], "passed"), (["no", "no", "yes"], "failed")])
def test_a_round_that_hangs_on_another_exists_only_when_that_one_ended_so(
    sitting: Sitting, choices: list[str], held: str
) -> None:
    line = {"threshold": {"share": "1/2", "op": ">", "base": "yes+no"}}
    first = sitting.desk.create_round(sitting.session, {**TRAMS, **line})
    then = {verdict: drafted(sitting, after={"round": first, "verdict": verdict}) for verdict in ("passed", "failed")}
    last = drafted(sitting, after={"round": then["passed"], "verdict": "passed"})
    with pytest.raises(WrongState, match="held only if"):
        sitting.desk.open_round(then[held])
    sitting.desk.open_round(first)
    vote(sitting, first, choices)
    sitting.desk.close_round(first)
    states = {verdict: sitting.desk.round(one).state.value for verdict, one in then.items()}
    assert states == {verdict: "draft" if verdict == held else "cancelled" for verdict in then}
    assert sitting.desk.round(last).state.value == ("draft" if held == "passed" else "cancelled")
    sitting.desk.open_round(then[held])


def test_a_round_cannot_hang_on_itself_or_in_a_ring(sitting: Sitting) -> None:
    first = drafted(sitting)
    second = drafted(sitting, after={"round": first, "verdict": "passed"})
    for earlier in (first, second):
        with pytest.raises(WrongState, match="cannot come before"):
            sitting.desk.revise_round(first, {**TRAMS, "conduct": {"after": {"round": earlier, "verdict": "failed"}}})


def test_the_scrutineer_confirms_the_close_and_the_facilitator_shows_the_result(sitting: Sitting) -> None:
    round_id = opened(sitting, scrutiny=True)
    vote(sitting, round_id, ["yes", "no", "yes"])
    with pytest.raises(NoResultYet, match="has not ended"):
        sitting.desk.confirm_close(round_id)
    sitting.desk.close_round(round_id)
    assert sitting.desk.round(round_id).state.value == "ended"
    with pytest.raises(RoundNotOpen, match="has ended"):
        sitting.desk.cast_ballot(round_id, sitting.arrive()[4], ballot_key(9), "no")
    with pytest.raises(WrongState, match="still being counted"):
        sitting.desk.close_session(sitting.session)
    screens = sitting.desk.public_screens(sitting.session)
    assert screens["hall"]["counting"] == [{"id": round_id, "title": "Trams?", "state": "ended"}]
    sitting.desk.next_action(sitting.session)  # the agenda goes on meanwhile
    sitting.desk.confirm_close(round_id, actor="scrutineer")
    with pytest.raises(NoResultYet, match="not been shown"):
        sitting.desk.result(round_id)
    assert sitting.desk.result(round_id, held_too=True)["counts"]["yes"] == 2
    assert all(screen["result"] is None for screen in sitting.desk.public_screens(sitting.session).values())
    sitting.desk.countersign(round_id)
    sitting.desk.show_result(round_id)
    assert sitting.desk.public_screens(sitting.session)["member"]["result"]["counts"]["yes"] == 2
    one = sitting.desk.round(round_id)
    assert one.closed_by == "scrutineer"
    assert [actor for _, actor in one.countersigned] == ["scrutineer"]
    with pytest.raises(WrongState, match="shown already"):
        sitting.desk.show_result(round_id)
    assert sitting.replayed() == sitting.replayed()


def test_an_ended_round_can_be_cancelled_and_changes_no_other_screen(sitting: Sitting) -> None:
    ended = opened(sitting, scrutiny=True)
    vote(sitting, ended, ["yes"])
    sitting.desk.close_round(ended)
    other = opened(sitting)
    sitting.desk.cancel_round(ended, "The boxes were mixed up.")
    assert sitting.phase() == "voting"
    assert sitting.facilitator()["round"]["id"] == other
    assert not sitting.rows("SELECT * FROM ballot")


def test_a_recount_finds_what_was_changed_in_the_urn(sitting: Sitting) -> None:
    round_id = opened(sitting)
    vote(sitting, round_id, ["yes", "no", "yes"])
    sitting.desk.close_round(round_id)
    assert sitting.desk.recount(round_id, "A councillor asked for it.")
    with sitting.desk._store.writing() as tx:
        tx.connection.exec_driver_sql("""UPDATE ballot SET choice = '"no"' WHERE choice = '"yes"'""")
    assert not sitting.desk.recount(round_id, "Once more.")
    assert [one.agrees for one in sitting.desk.round(round_id).recounts] == [True, False]


def test_an_open_ballot_stands_beside_its_member_and_nowhere_in_the_journal(sitting: Sitting) -> None:
    round_id = opened(sitting, secrecy="open")
    vote(sitting, round_id, ["yes", "no"])
    assert "your name will stand beside your vote" in sitting.facilitator()["round"]["secrecy"]
    sitting.desk.close_round(round_id)
    assert sitting.desk.result(round_id)["counts"] == {"yes": 1, "no": 1, "abstain": 0}
    members = sitting.arrive()
    assert dict(sitting.rows("SELECT member, choice FROM named_ballot")) == {members[0]: '"yes"', members[1]: '"no"'}
    assert not sitting.rows("SELECT * FROM ballot")


def test_a_conflict_of_interest_is_refused_and_shown_to_the_member_alone(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "f.sqlite", members=2, columns=[{"Bid": "Tram; Bus"}, {"Bid": ""}])
    spec = {"title": "Which?", "rule": "approval", "options": ["Tram", "Bus", "Path"], "conduct": {"blocks": "Bid"}}
    round_id = sitting.desk.create_round(sitting.session, spec)
    sitting.desk.open_round(round_id)
    first, second = sitting.arrive()
    with pytest.raises(BadBallot, match="has a part in"):
        sitting.desk.cast_ballot(round_id, first, ballot_key(1), ["Bus"])
    sitting.desk.cast_ballot(round_id, first, ballot_key(1), ["Path"])
    sitting.desk.cast_ballot(round_id, second, ballot_key(2), ["Bus"])


def test_a_round_by_a_column_that_says_nothing_of_the_members_does_not_open(sitting: Sitting) -> None:
    with pytest.raises(BadRound, match="says nothing of 6 of 6"):
        opened(sitting, classes="Community")


def test_a_tracker_has_one_spelling_and_lies_with_the_ballot(sitting: Sitting) -> None:
    round_id = opened(sitting)
    members = sitting.arrive()
    with pytest.raises(BadTracker):
        sitting.desk.cast_ballot(round_id, members[0], ballot_key(1), "yes", tracker="K7Q2-MX9")
    sitting.desk.cast_ballot(round_id, members[0], ballot_key(1), "yes", tracker="k7q2mx9d")
    sitting.desk.cast_ballot(round_id, members[1], ballot_key(2), "no", assisted=True)
    assert dict(sitting.rows("SELECT choice, tracker FROM ballot"))['"yes"'] == "K7Q2-MX9D"
    assert sitting.desk.turnout_by_channel(round_id) == {"tablet": 1, "assisted": 1}
