"""Pictures of numbers say what the numbers say."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitation.rules import RULES, every_rule, parse_count
from facilitation.rules.definition import parse_definition
from facilitation.rules.result import Electorate
from web.charts import FULL, Bar, chances_picture, picture_of

THRESHOLD = {"share": "2/3", "op": ">=", "base": "yes+no"}


def a_round(rule: str, options: list[str] | None = None, threshold: dict | None = None) -> tuple[dict, object]:
    asked = parse_definition({"title": "?", "rule": rule, "options": options, "threshold": threshold})
    shown = asked.as_json()
    if asked.threshold is not None:
        shown["threshold"] = {**shown["threshold"], "words": asked.threshold.words}
    return shown, asked


@given(st.lists(st.sampled_from(["yes", "no", "abstain"]), max_size=60))
def test_bars_are_shares_of_the_base_and_what_is_outside_the_base_has_none(ballots):
    shown, asked = a_round("yes-no", threshold=THRESHOLD)
    result = RULES["yes-no"].tally(asked, ballots, Electorate(60, 60)).as_json()
    picture = picture_of(shown, result)
    sides = ballots.count("yes") + ballots.count("no")
    by_label = {bar.label: bar for bar in picture.bars}
    assert by_label["abstain"].kind == "outside"
    assert by_label["yes"].length == (FULL * ballots.count("yes") // sides if sides else 0)
    assert picture.reading == (f"Percentages are of the {sides} yes-or-no votes." if sides else "")
    assert picture.line == 666


@pytest.mark.parametrize("rule", ["support", "approval", "irv"])
def test_every_rule_has_a_picture_even_of_no_ballots(rule):
    shown, asked = a_round(rule, None if rule == "support" else ["tram", "bus", "bike"])
    result = RULES[rule].tally(asked, [], Electorate(3, 5)).as_json()
    picture = picture_of(shown, result)
    assert {bar.label for bar in picture.bars} >= set(result["counts"])
    assert all(bar.length == 0 for bar in picture.bars)


@given(st.lists(st.sampled_from(["love", "like", "live with", "lament", "loathe"]), max_size=60))
def test_the_scale_leans_on_its_zero_and_leaves_no_gap(ballots):
    shown, asked = a_round("support")
    scale = picture_of(shown, RULES["support"].tally(asked, ballots, Electorate(60, 60)).as_json()).scale
    for before, part in pairwise(scale.segments):
        assert before.start + before.length == part.start
    unhappy = sum(answer in ("lament", "loathe") for answer in ballots)
    assert scale.segments[2].start == scale.zero
    assert bool(scale.segments[0].length + scale.segments[1].length) == bool(unhappy)


@given(st.lists(st.tuples(*[st.integers(0, 5)] * 3), max_size=40))
def test_the_grade_on_the_middle_line_is_the_majority_grade(ballots):
    asked = parse_count({"title": "?", "rule": "majority-judgement", "options": ["tram", "bus", "bike"]})
    result = every_rule()["majority-judgement"].tally(asked, ballots, Electorate(60, 60)).as_json()
    for option in picture_of(asked.as_json(), result).grades.options:
        assert sum(part.length for part in option.segments) == (FULL if ballots else 0)
        seen = 0
        for part in option.segments:  # best first: the first that takes more than half of the ballots to its end
            seen += part.count
            if 2 * seen > len(ballots):
                assert part.label == option.majority
                break


def test_a_bar_cannot_be_longer_than_its_base():
    with pytest.raises(ValueError, match="does not fit"):
        Bar("yes", 3, "150 %", 1500, "plain")


@given(st.lists(st.fractions(min_value=0, max_value=1, max_denominator=1000), min_size=1, max_size=80))
def test_every_volunteer_stands_in_exactly_one_bin(chances):
    picture = chances_picture(chances)
    assert sum(bin_.volunteers for bin_ in picture.bins) == len(chances)
    for bin_ in picture.bins:
        inside = sum(bin_.low <= chance < bin_.high or chance == bin_.high == 1 for chance in chances)
        assert bin_.volunteers == inside
    assert picture.bins[-1].high <= 1
    assert picture.lowest <= picture.middle <= picture.highest


def test_the_middle_of_an_even_number_is_between_the_two():
    assert chances_picture([Fraction(1, 10), Fraction(3, 10)]).middle == Fraction(1, 5)
