"""The support scale and its comfort share; approvals and their ties."""

from fractions import Fraction

import pytest

from facilitation.rules import RULES, Electorate, RoundDefinition, Terms, Threshold

SCALE = ("love", "like", "live with", "lament", "loathe")
FOUR_FIFTHS = Threshold(Fraction(4, 5), ">=", "valid")


def support(*answers, line=None, entitled=None, spoilt=0):
    ballots = [option for option, number in zip(SCALE, answers, strict=True) for _ in range(number)]
    cast = len(ballots) + spoilt
    electorate = Electorate(cast, entitled or cast)
    return RULES["support"].tally(RoundDefinition("A levy", "support", SCALE, line), ballots, electorate, spoilt)


def approval(*ballots, line=None, entitled=None, options=("tram", "bus", "path")):
    definition = RoundDefinition("Where?", "approval", options, line)
    chosen = [RULES["approval"].parse(definition, ballot.split()) for ballot in ballots]
    return RULES["approval"].tally(definition, chosen, Electorate(len(chosen), entitled or len(chosen)))


def test_comfortable_are_all_who_can_at_least_live_with_it():
    result = support(12, 18, 10, 7, 3)
    assert (result.measure.exact, result.measure.text, result.measured) == ("40/50", "80.0 %", "comfort share")


def test_four_fifths_exactly_pass_and_one_less_fails():
    assert support(12, 18, 10, 7, 3, line=FOUR_FIFTHS).verdict == "passed"
    assert support(12, 18, 9, 8, 3, line=FOUR_FIFTHS).verdict == "failed"


def test_support_without_a_threshold_decides_nothing_and_still_tells_the_comfort_share():
    result = support(1, 0, 0, 1, 0)
    assert (result.verdict, result.winners) == ("none", ())
    assert result.sentence.startswith("1 of 2 can at least live with it, 50.0 %.")


def test_comfort_of_all_members_counts_those_who_did_not_answer():
    of_all = Threshold(Fraction(4, 5), ">=", "entitled")
    assert support(12, 18, 10, 7, 3, line=of_all, entitled=51).verdict == "failed"


@pytest.mark.parametrize(
    ("answers", "rows"),
    [
        ((12, 18, 10, 7, 3), [0, "yes", Fraction(20, 50), "like"]),
        ((12, 18, 9, 8, 3), [0, "no", Fraction(19, 50), "like"]),
        ((1, 0, 0, 0, 1), [0, "no", Fraction(0), "loathe"]),  # even: the lower of the two in the middle
        ((0, 0, 0, 0, 2), [0, "no", Fraction(-1), "loathe"]),
        ((5, 0, 4, 0, 0), [0, "yes", Fraction(5, 9), "love"]),
    ],
)
def test_the_scale_is_told_in_four_figures(answers, rows):
    result = support(*answers)
    (table,) = result.tables
    comfort = Fraction(sum(answers[:3]), sum(answers))
    assert [value for _, value in table.rows] == [comfort, *rows[1:]]
    assert result.verdict == "none"


@pytest.mark.parametrize(
    ("participation", "verdict"), [(None, "no-decision"), ("cast", "no-decision"), ("present", "passed")]
)
def test_the_minimum_turnout_is_of_those_who_voted_or_of_those_who_are_here(participation, verdict):
    line = Threshold(Fraction(4, 5), ">=", "valid", Fraction(1, 2))
    asked = RoundDefinition("A levy", "support", SCALE, line, terms=Terms(participation=participation))
    result = RULES["support"].tally(asked, ["love"] * 4, Electorate(present=6, entitled=10))
    assert result.verdict == verdict


def test_the_scale_of_no_ballots_has_no_figures():
    assert support(0, 0, 0, 0, 0).tables[0].rows == ()


def test_support_without_ballots_is_no_decision():
    assert support(0, 0, 0, 0, 0).verdict == "no-decision"
    assert support(0, 0, 0, 0, 0, line=FOUR_FIFTHS, spoilt=3).verdict == "no-decision"


def test_the_most_approved_option_is_ahead():
    result = approval("tram", "tram bus", "path", "")
    assert (result.verdict, result.winners) == ("none", ("tram",))
    assert result.counts == {"tram": 2, "bus": 1, "path": 1}


def test_equal_approvals_are_a_tie_of_all_that_lead():
    result = approval("tram path", "bus", "bus path tram")
    assert (result.verdict, result.winners) == ("tie", ("tram", "bus", "path"))


def test_none_of_these_is_a_ballot_cast_and_valid():
    result = approval("tram", "", "")
    assert (result.bases.cast, result.bases.valid, result.shares["valid"]["tram"].exact) == (3, 3, "1/3")


def test_no_approval_at_all_is_no_decision():
    assert approval("", "").verdict == "no-decision"
    assert approval().verdict == "no-decision"


def test_a_leader_must_reach_the_line():
    half = Threshold(Fraction(1, 2), ">=", "cast")
    assert approval("tram", "tram", "bus", "path", line=half).winners == ("tram",)
    assert approval("tram", "tram", "bus", "path", "", line=half).verdict == "failed"
    assert approval("", "", line=half).verdict == "failed"


def test_two_leaders_over_the_line_are_a_tie_and_under_it_a_failure():
    half = Threshold(Fraction(1, 2), ">=", "cast")
    assert approval("tram bus", "tram", "bus", line=half).winners == ("tram", "bus")
    assert approval("tram", "bus", "path", line=half).verdict == "failed"


def test_too_few_ballots_are_no_decision():
    line = Threshold(Fraction(1, 2), ">=", "cast", Fraction(3, 4))
    assert approval("tram", "tram", line=line, entitled=3).verdict == "no-decision"
    assert approval("tram", "tram", "tram", line=line, entitled=4).verdict == "passed"


@pytest.mark.parametrize("rule", ["support", "approval"])
def test_a_ballot_of_another_round_cannot_be_counted(rule):
    options = SCALE if rule == "support" else ("tram", "bus")
    for stray in ("ferry", ("ferry",)):
        with pytest.raises(ValueError, match="another round"):
            RULES[rule].tally(RoundDefinition("Where?", rule, options), [stray], Electorate(1, 1))
