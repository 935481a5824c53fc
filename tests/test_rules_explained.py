"""Every rule says how it counts, in plain words, and names the numbers of the very round that is asked."""

import json
import re

import golden
import pytest

from facilitation.rules import every_rule, parse_count

PAIRS = [path for path in golden.FIXTURES.glob("[rc]ou*/*.json") if not path.name.endswith(".result.json")]
ASKED = [parse_count(json.loads(path.read_text(encoding="utf-8"))["definition"]) for path in sorted(PAIRS)]
BIDS = {"options": ["trees", "lights", "bins"], "terms": {"budget": 12500, "costs": [6000, 5000, 4000]}}
OPTIONS = {"options": ["tram", "bus", "path", "bridge"]}
LINE = {"share": "2/3", "op": ">=", "base": "cast", "minimum_turnout": "1/2"}


def told(rule, **spec):
    definition = parse_count({"title": "What first?", "rule": rule, **spec})
    return every_rule()[rule].explained(definition)


def told_with(rule, base, **terms):
    return told(rule, **{**base, "terms": {**base.get("terms", {}), **terms}})


def sentences(text):
    return re.split(r"(?<=[.?!]) ", text)


@pytest.mark.parametrize("definition", ASKED, ids=lambda definition: f"{definition.rule}: {definition.title}")
def test_every_rule_is_told_in_two_to_four_short_sentences(definition):
    said = sentences(every_rule()[definition.rule].explained(definition))
    assert 2 <= len(said) <= 4
    assert all(one[0].isupper() and one[-1] in ".?" for one in said)
    assert max(len(one.split()) for one in said) <= 36
    assert sum(len(one.split()) for one in said) / len(said) <= 22


def test_every_rule_is_among_them():
    assert {definition.rule for definition in ASKED} == set(every_rule())


@pytest.mark.parametrize("rule", [name for name, one in every_rule().items() if "seats" in one.terms])
def test_the_seats_are_named(rule):
    more = {"points": 5} if "points" in every_rule()[rule].terms else {}
    assert "3 options" in told_with(rule, OPTIONS, seats=3, **more)
    assert "3 options" not in told_with(rule, OPTIONS, **more)


@pytest.mark.parametrize("rule", ["greedy", "equal-shares", "phragmen"])
def test_the_budget_is_named(rule):
    assert "the budget of 12,500" in told(rule, **BIDS)


@pytest.mark.parametrize("rule", ["dots", "quadratic"])
def test_dots_and_credits_are_named(rule):
    assert "7" in told_with(rule, OPTIONS, points=7)
    assert "at most 3 on one option" in told_with("dots", OPTIONS, points=7, cap=3)


@pytest.mark.parametrize("rule", [name for name, one in every_rule().items() if "seed" in one.terms])
def test_what_breaks_a_tie_is_said_before_anybody_votes(rule):
    base = BIDS if "budget" in every_rule()[rule].terms else OPTIONS
    more = {"points": 5} if "points" in every_rule()[rule].terms else {}
    assert "a lot from the published seed decides" in told_with(rule, base, seed="ten dice", **more)
    assert "it is a tie" in told_with(rule, base, **more)


@pytest.mark.parametrize("rule", ["yes-no", "support", "plurality", "approval", "irv"])
def test_the_line_is_named_with_its_base(rule):
    options = OPTIONS if every_rule()[rule].default_options is None else {}
    said = told(rule, **options, threshold=LINE)
    assert "at least two thirds of the ballots cast, and at least half of all members vote" in said
    assert "at least two thirds" not in told(rule, **options)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({}, "it is a tie and stays one"),
        ({"level": "fail"}, "it does not pass"),
        ({"level": "casting-vote"}, "the chair has the casting vote"),
        ({"participation": "present"}, "at least half of all members are here"),
    ],
)
def test_what_level_sides_mean_is_named(terms, said):
    line = {**LINE, "share": "1/2", "op": ">"}
    assert said in told("yes-no", threshold=line, terms=terms)


def test_scales_and_what_silence_means_are_named():
    assert "from 0 to 10" in told_with("score", OPTIONS, highest=10)
    assert "giving none is the same as giving 0" in told_with("score", OPTIONS, missing="zero")
    assert "giving none is not the same as giving 0" in told_with("score", OPTIONS)
    assert "from “bad” to “good”" in told_with("majority-judgement", OPTIONS, grades=["bad", "so-so", "good"])
    ways = [told_with("borda", OPTIONS, unranked=way) for way in ("average", "zero", "modified")]
    assert "share the points that are left" in ways[0]
    assert "get none" in ways[1]
    assert "who ranks more" in ways[2]


def test_completions_of_equal_shares_are_told_apart():
    names = ("none", "utilitarian", "add1", "add1-exhaustive", "add1u")
    assert len({told_with("equal-shares", BIDS, completion=name) for name in names}) == len(names)
    assert "costs its supporters the least" in told_with("equal-shares", BIDS, utility="count")
    assert "the most votes that can still pay" in told_with("equal-shares", BIDS)


def test_bids_are_told_by_the_form_of_the_ballot():
    assert "gets one vote from you" in told("greedy", **BIDS)
    assert "the most points is paid first" in told_with("greedy", BIDS, ballots="score")
    assert "Your first choice gets 2 points" in told_with("greedy", {**BIDS, "max_choices": 2}, ballots="ranked")
    assert "the count ends there" in told_with("greedy", BIDS, order="strict")


@pytest.mark.parametrize("rule", sorted(every_rule()))
def test_every_instruction_is_one_sentence_for_every_form_of_ballot(rule):
    instruction = every_rule()[rule].instruction
    assert instruction[0].isupper()
    assert instruction[-1] in ".?"
    forms = {"greedy", "equal-shares", "phragmen"}  # approvals, scores or rankings of bids
    assert rule not in forms or not re.search(r"[Cc]hoose|[Rr]ank|[Nn]umber", instruction)
