"""Pictures of numbers say what the numbers say."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitation.rules import RULES
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
