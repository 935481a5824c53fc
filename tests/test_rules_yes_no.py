"""Yes or no against a line, on every base."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.rules import RULES, Electorate, RoundDefinition, Threshold

unhurried = settings(deadline=None, max_examples=60)  # the machine of a test may be busy

SCALE = ("yes", "no", "abstain")


def counted(yes, no, abstain=0, *, line=None, present=None, entitled=None, spoilt=0):
    cast = yes + no + abstain + spoilt
    entitled = cast if entitled is None else entitled
    electorate = Electorate(min(cast, entitled) if present is None else present, entitled)
    ballots = ["yes"] * yes + ["no"] * no + ["abstain"] * abstain
    return RULES["yes-no"].tally(RoundDefinition("Adopt?", "yes-no", SCALE, line), ballots, electorate, spoilt)


def line(share="1/2", op=">", base="yes+no", minimum_turnout=None):
    return Threshold(Fraction(share), op, base, minimum_turnout and Fraction(minimum_turnout))


# Convention citoyenne sur la fin de vie, 19 February 2023, 184 members:
# yes, no, abstain → the yes votes as a percentage of yes+no, cast, entitled
FIN_DE_VIE = [
    ((21, 140, 6), ("13.0 %", "12.6 %", "11.4 %")),
    ((125, 32, 10), ("79.6 %", "74.9 %", "67.9 %")),
    ((121, 33, 13), ("78.6 %", "72.5 %", "65.8 %")),
]


@pytest.mark.parametrize(("votes", "percentages"), FIN_DE_VIE)
def test_a_published_vote_has_its_published_percentages_on_every_base(votes, percentages):
    shares = counted(*votes, entitled=184).shares
    assert tuple(shares[base]["yes"].text for base in ("yes+no", "cast", "entitled")) == percentages


@pytest.mark.parametrize(
    ("share", "verdicts"),
    [
        ("2/3", {"yes+no": "passed", "cast": "passed", "entitled": "passed"}),
        ("3/4", {"yes+no": "passed", "cast": "failed", "entitled": "failed"}),
        ("4/5", {"yes+no": "failed", "cast": "failed", "entitled": "failed"}),
    ],
)
def test_the_same_votes_pass_or_fail_by_the_base_of_the_line(share, verdicts):
    for base, verdict in verdicts.items():
        assert counted(125, 32, 10, line=line(share, ">=", base), entitled=184).verdict == verdict, base


def test_the_verdict_is_a_sentence():
    result = counted(125, 32, 10, line=line("2/3", ">="), entitled=184)
    assert result.sentence == "Passed: 125 of 157 yes-or-no votes, 79.6 %; two thirds were needed."


def test_every_base_counts_whom_it_says():
    result = counted(10, 5, 3, spoilt=2, present=25, entitled=40)
    assert {base: shares["yes"].of for base, shares in result.shares.items()} == {
        "yes+no": 15,
        "valid": 18,
        "cast": 20,
        "present": 25,
        "entitled": 40,
    }


def test_level_sides_on_the_line_of_a_majority_are_a_tie():
    assert counted(25, 25, line=line()).verdict == "tie"
    assert counted(25, 25, line=line()).winners == ("yes", "no")
    assert counted(25, 25).verdict == "tie"
    assert counted(25, 25).sentence == "Tie: yes and no have 25 votes each."
    assert counted(1, 1).sentence == "Tie: yes and no have 1 vote each."


def test_at_least_half_is_reached_by_half():
    assert counted(25, 25, line=line(op=">=")).verdict == "passed"


def test_level_sides_below_or_beside_the_line_are_no_tie():
    assert counted(20, 20, 10, line=line(base="valid")).verdict == "failed"
    assert counted(10, 10, 10, line=line("1/3", ">", "valid")).verdict == "failed"
    assert counted(20, 10, 10, line=line(base="valid")).verdict == "failed"


def test_nothing_to_take_a_share_of_is_no_decision():
    result = counted(0, 0, 12, line=line())
    assert (result.verdict, result.winners) == ("no-decision", ())
    assert result.shares["yes+no"]["yes"].text == "–"
    assert counted(0, 0, line=line(base="entitled"), entitled=0).verdict == "no-decision"
    assert counted(0, 0).verdict == "no-decision"


def test_nobody_voting_yes_of_all_members_fails():
    assert counted(0, 0, line=line(base="entitled"), entitled=9).verdict == "failed"


def test_a_minimum_turnout_exactly_met_is_met():
    assert counted(20, 4, 1, line=line(minimum_turnout="1/2"), entitled=50).verdict == "passed"
    assert counted(20, 4, 0, line=line(minimum_turnout="1/2"), entitled=50).verdict == "no-decision"
    assert counted(20, 4, 0, line=line(minimum_turnout="1/2"), entitled=50, spoilt=1).verdict == "passed"


def test_a_minimum_turnout_of_an_empty_assembly_is_no_decision():
    assert counted(0, 0, line=line(minimum_turnout="1/2"), entitled=0).verdict == "no-decision"


def test_without_a_threshold_nothing_is_decided():
    result = counted(31, 19)
    assert (result.verdict, result.winners) == ("none", ("yes",))
    assert "not a decision" in result.sentence


def test_whoever_cast_a_ballot_counts_as_present():
    assert counted(3, 2, present=1, entitled=9).as_json()["present"] == 5


def test_more_ballots_than_members_cannot_be_counted():
    with pytest.raises(ValueError, match="5 ballots were cast by 4 members"):
        counted(3, 2, present=4, entitled=4)


def test_a_ballot_of_another_round_cannot_be_counted():
    with pytest.raises(ValueError, match="another round"):
        RULES["yes-no"].tally(RoundDefinition("Adopt?", "yes-no", SCALE), ["maybe"], Electorate(1, 1))


def test_rounding_never_moves_a_share_across_the_line():
    result = counted(49_996, 50_004, line=line(op=">="))
    assert result.sentence == "Not passed: 49996 of 100000 yes-or-no votes, 49.996 %; half was needed."


numbers = st.integers(0, 40)
lines = st.builds(
    Threshold,
    share=st.fractions(min_value=0, max_value=1, max_denominator=12).filter(lambda share: 0 < share < 1),
    op=st.sampled_from([">=", ">"]),
    base=st.sampled_from(["yes+no", "valid", "cast", "present", "entitled"]),
    minimum_turnout=st.none() | st.sampled_from([Fraction(1, 2), Fraction(1, 3), Fraction(1)]),
)


@unhurried
@given(numbers, numbers, numbers, numbers, numbers, lines)
def test_the_verdict_is_the_definition_by_hand(yes, no, abstain, spoilt, absent, threshold):
    cast = yes + no + abstain + spoilt
    entitled = cast + absent
    verdict = counted(yes, no, abstain, line=threshold, spoilt=spoilt, entitled=entitled).verdict
    of = {"yes+no": yes + no, "valid": yes + no + abstain, "cast": cast, "present": cast, "entitled": entitled}
    base, share, quorum = of[threshold.base], threshold.share, threshold.minimum_turnout
    surplus = yes * share.denominator - base * share.numerator
    if base == 0 or (quorum and (not entitled or cast * quorum.denominator < entitled * quorum.numerator)):
        assert verdict == "no-decision"
    elif surplus > 0 or (surplus == 0 and threshold.op == ">="):
        assert verdict == "passed"
    else:
        assert verdict == ("tie" if yes == no and 2 * yes == base and 2 * share == 1 else "failed")


@unhurried
@given(numbers, numbers, numbers, numbers, lines)
def test_a_no_that_becomes_a_yes_never_undoes_a_pass(yes, no, abstain, absent, threshold):
    entitled = yes + no + abstain + absent
    if no and counted(yes, no, abstain, line=threshold, entitled=entitled).verdict == "passed":
        assert counted(yes + 1, no - 1, abstain, line=threshold, entitled=entitled).verdict == "passed"
