"""Ranked choice: published rounds, the law of ties, and a second counting written another way."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.rules import RULES, Electorate, RoundDefinition, Terms, Threshold
from facilitation.rules.lot import Lot

unhurried = settings(deadline=None, max_examples=60)  # the machine of a test may be busy

OPTIONS = ("a", "b", "c", "d")


def counted(*ballots, options=OPTIONS, line=None, entitled=None):
    """Ballots as words of one-letter options: "abc" ranks a, then b, then c."""
    definition = RoundDefinition("Where?", "irv", options, line)
    rankings = [RULES["irv"].parse(definition, list(ballot)) for ballot in ballots]
    return RULES["irv"].tally(definition, rankings, Electorate(len(rankings), entitled or len(rankings)))


def reference(ballots, options, past=()):
    """All possible winners by plain recursion over lists; no stages, no sharing of work."""
    tops = [next((option for option in ballot if option in options), None) for ballot in ballots]
    now = {option: tops.count(option) for option in options}
    if max(now.values()) * 2 > sum(now.values()):
        return {max(now, key=now.get)}
    past = (*past, now)
    last = [option for option in options if now[option] == min(now.values())]
    rest = [now[option] for option in options if option not in last]
    if rest and sum(now[option] for option in last) < min(rest):
        return reference(ballots, [option for option in options if option not in last], past)
    for counts in reversed(past):
        last = [option for option in last if counts[option] == min(counts[other] for other in last)]
    return set().union(*(reference(ballots, [o for o in options if o != gone], past) for gone in last))


def test_tennessee_ends_in_knoxville_after_three_rounds():
    ballots = ["mnck"] * 42 + ["ncKm".lower()] * 26 + ["cknm"] * 15 + ["kcnm"] * 17
    result = counted(*ballots, options=("m", "n", "c", "k"))
    assert [sorted(stage.counts.values(), reverse=True) for stage in result.rounds] == [
        [42, 26, 17, 15],
        [42, 32, 26],
        [58, 42],
    ]
    assert [stage.eliminated for stage in result.rounds] == [("c",), ("n",), ()]
    assert (result.winners, result.verdict, result.measure.exact) == (("k",), "none", "58/100")


def test_more_than_half_at_once_ends_the_count():
    result = counted("a", "a", "b")
    assert (len(result.rounds), result.winners) == (1, ("a",))


def test_half_is_not_more_than_half():
    assert len(counted("a", "a", "bc", "cb").rounds) > 1 or counted("a", "a", "bc", "cb").verdict == "tie"


def test_a_ballot_that_names_no_option_in_the_race_is_exhausted_and_said():
    result = counted("a", "a", "a", "b", "b", "c", options=("a", "b", "c"))
    assert [stage.exhausted for stage in result.rounds] == [0, 1]
    assert result.measure.exact == "3/5"


def test_options_without_hope_leave_together():
    result = counted(*["a"] * 5, *["b"] * 5, "cb", "d")
    assert result.rounds[0].eliminated == ("c", "d")
    assert result.winners == ("b",)


def test_level_options_are_parted_by_the_latest_round_that_parts_them():
    result = counted(*["a"] * 7, *["bc"] * 4, *["cb"] * 5, "db")
    assert result.rounds[1].counts == {"a": 7, "b": 5, "c": 5}
    assert result.rounds[1].eliminated == ("b",)
    assert result.winners == ("c",)


def test_a_tie_for_last_that_changes_nothing_is_no_tie_of_the_round():
    result = counted(*["a"] * 10, *["ba"] * 5, *["ca"] * 5, options=("a", "b", "c"))
    assert (result.verdict, result.winners, result.rounds[-1].eliminated) == ("none", ("a",), ())


def test_a_tie_for_last_that_decides_is_the_result():
    result = counted(*["a"] * 4, *["bc"] * 3, *["cb"] * 3, options=("a", "b", "c"))
    assert (result.verdict, result.winners) == ("tie", ("b", "c"))


def test_two_level_options_are_a_tie():
    result = counted("a", "b", options=("a", "b"))
    assert (result.verdict, result.winners) == ("tie", ("a", "b"))


def test_beyond_the_ways_that_can_be_followed_all_that_may_still_win_are_tied():
    options = tuple("abcdefghijklmnop")
    result = counted(*options, options=options)
    assert (result.verdict, result.winners) == ("tie", options)


def test_no_ballots_are_no_decision():
    assert counted(entitled=5).verdict == "no-decision"
    assert counted(line=Threshold(Fraction(1, 2), ">", "entitled"), entitled=5).verdict == "no-decision"
    assert counted().as_json()["rounds"] == []


@pytest.mark.parametrize(("base", "verdict"), [("cast", "failed"), ("valid", "failed")])
def test_a_line_is_held_against_the_deciding_round(base, verdict):
    line = Threshold(Fraction(1, 2), ">", base)
    ballots = ["a"] * 9 + ["b"] * 6 + ["c"] * 5
    assert counted(*ballots, options=("a", "b", "c"), line=line).verdict == verdict
    assert counted(*ballots, "a", "a", options=("a", "b", "c"), line=line).verdict == "failed"
    assert counted(*ballots, "a", "a", "a", options=("a", "b", "c"), line=line).verdict == "passed"


def test_a_line_that_only_some_ways_reach_is_a_tie():
    line = Threshold(Fraction(3, 4), ">=", "cast")
    ballots = ["a"] * 10 + ["ba"] * 5 + ["c"] * 5
    result = counted(*ballots, options=("a", "b", "c"), line=line)
    assert (result.verdict, result.winners) == ("tie", ("a",))


def test_a_ballot_of_another_round_cannot_be_counted():
    for stray in ("ferry", ("ferry",), ()):
        with pytest.raises(ValueError, match="another round"):
            RULES["irv"].tally(RoundDefinition("Where?", "irv", OPTIONS), [stray], Electorate(1, 1))


rankings = st.lists(st.sampled_from("abcde"), unique=True, min_size=1).map("".join)
profiles = st.lists(rankings, min_size=1, max_size=14)
FIVE = tuple("abcde")


@unhurried
@given(profiles)
def test_a_second_counting_finds_the_same_winners(ballots):
    assert set(counted(*ballots, options=FIVE).winners) == reference(ballots, list(FIVE))


@unhurried
@given(profiles)
def test_every_round_counts_every_ballot(ballots):
    for stage in counted(*ballots, options=FIVE).rounds:
        assert sum(stage.counts.values()) + stage.exhausted == len(ballots)


@unhurried
@given(profiles, st.permutations(FIVE))
def test_the_order_of_the_options_does_not_matter(ballots, order):
    one, other = counted(*ballots, options=FIVE), counted(*ballots, options=tuple(order))
    assert set(one.winners) == set(other.winners)
    assert [stage.counts for stage in one.rounds] == [stage.counts for stage in other.rounds]


@pytest.mark.parametrize("seed", ["ten dice", "red", "blue"])
def test_the_lot_decides_who_leaves_where_nothing_else_does(seed):
    definition = RoundDefinition("Which?", "irv", ("a", "b", "c"), terms=Terms(seed=seed))
    ballots = [("a",)] * 4 + [("b", "c")] * 3 + [("c", "b")] * 3
    result = RULES["irv"].tally(definition, ballots, Electorate(10, 10))
    stays = Lot.of(definition).first(("b", "c"))
    assert (result.verdict, result.winners) == ("none", (stays,))
    (lot,) = result.lots
    assert result.sentence.endswith(lot)
    assert f"the lot decided that {'c' if stays == 'b' else 'b'} leaves" in lot


def test_the_lot_is_not_asked_where_votes_or_earlier_rounds_decide():
    definition = RoundDefinition("Which?", "irv", ("a", "b", "c", "d"), terms=Terms(seed="ten dice"))
    for ballots in ([("a",)] * 5 + [("b", "a")] * 3 + [("c", "b")] * 2 + [("d", "c")], [("a",)] * 6 + [("b",), ("c",)]):
        assert RULES["irv"].tally(definition, ballots, Electorate(20, 20)).lots == ()
