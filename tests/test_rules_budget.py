"""Budgets: counted twice on random bids, by every order of lots, in part, and explained truthfully."""

from fractions import Fraction
from itertools import permutations
from random import Random

import pytest
import second_opinions as again
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.errors import BadBallot, BadRound
from facilitation.rules import Electorate, every_rule, parse_count
from facilitation.rules.lot import Lot
from facilitation.rules.more_votes import more_votes, with_more_votes

unhurried = settings(deadline=None, max_examples=60)

COMPLETIONS = ("none", "add1", "add1-exhaustive", "add1u", "utilitarian")
FORMS = ("approval", "score", "ranked")


def a_budget(rule, rng, form="approval", bids=6, voters=None, dearest=12, **terms):
    """A definition and its parsed ballots; costs and budget are small, so that much is level."""
    options = [f"bid {letter}" for letter in "abcdefgh"[:bids]]
    costs = [rng.randint(1, dearest) for _ in options]
    budget = rng.randint(max(costs) // 2, sum(costs))
    said = {"budget": budget, "costs": costs, "ballots": form, "seed": "dice", **terms}
    spec = {"title": "Which bids?", "rule": rule, "options": options}
    definition = parse_count({**spec, "terms": {name: value for name, value in said.items() if value is not None}})
    parse = every_rule()[rule].parse
    ballots = []
    for _ in range(voters or rng.choice([3, 8, 15])):
        some = rng.sample(options, rng.randint(0, len(options)))
        ballots.append(parse(definition, {o: rng.randint(0, 5) for o in some} if form == "score" else some))
    return definition, ballots


def weighted(definition, ballots):
    """The ballots as dictionaries option → weight."""
    form, options = definition.terms.ballots, definition.options
    if form == "score":
        return [{o: mark for o, mark in zip(options, ballot, strict=True) if mark} for ballot in ballots]
    if form == "ranked":
        return [{o: len(options) - rank for rank, o in enumerate(ballot)} for ballot in ballots]
    return [dict.fromkeys(ballot, 1) for ballot in ballots]


def counted(definition, ballots):
    return every_rule()[definition.rule].tally(definition, ballots, Electorate(len(ballots), len(ballots)))


def amounts(result):
    return {award.option: award.award for award in result.awards if award.award}


def given_to(definition, ballots):
    costs = {o: Fraction(cost) for o, cost in zip(definition.options, definition.terms.costs, strict=True)}
    return costs, weighted(definition, ballots), definition.terms.budget


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("order", ["skip", "strict"])
def test_greedy_twice(form, order):
    for seed in range(200):
        rng = Random(seed)
        least = [rng.choice([None, 1, 1]) for _ in range(6)]
        definition, ballots = a_budget("greedy", rng, form, order=order, least=least)
        costs, marks, budget = given_to(definition, ballots)
        totals = {o: sum(ballot.get(o, 0) for ballot in marks) for o in costs}
        lot = Lot.of(definition).order
        minimum = dict(zip(costs, definition.terms.least, strict=True))
        expected = again.fund_by_votes(costs, (totals, costs), budget, lot, minimum, order == "strict")
        assert amounts(counted(definition, ballots)) == expected, seed


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("utility", ["cost", "count"])
def test_equal_shares_twice(form, utility):
    for seed in range(200):
        definition, ballots = a_budget("equal-shares", Random(seed), form, utility=utility)
        costs, marks, budget = given_to(definition, ballots)
        if not any(marks):
            continue
        setting = (Fraction(budget) / len(ballots), budget, utility)
        expected = again.equal_shares(costs, marks, setting, Lot.of(definition).order)
        result = counted(definition, ballots)
        assert list(amounts(result)) == list(expected), seed
        effective = {award.option: award.effective_votes for award in result.awards if award.award}
        assert effective == expected, seed


@pytest.mark.parametrize("completion", COMPLETIONS)
def test_equal_shares_completed_twice(completion):
    for seed in range(80):
        form = FORMS[seed % 3]
        definition, ballots = a_budget("equal-shares", Random(seed), form, completion=completion, utility="cost")
        costs, marks, budget = given_to(definition, ballots)
        if any(marks):
            lot = Lot.of(definition).order
            expected = again.equal_shares_completed(costs, marks, budget, (completion, "cost"), lot)
            assert amounts(counted(definition, ballots)) == expected, seed


def test_phragmen_twice():
    for seed in range(300):
        definition, ballots = a_budget("phragmen", Random(seed))
        costs, marks, budget = given_to(definition, ballots)
        if any(marks):
            assert amounts(counted(definition, ballots)) == again.phragmen(
                costs, marks, budget, Lot.of(definition).order
            ), seed


@pytest.mark.parametrize("rule", ["greedy", "equal-shares", "phragmen"])
def test_without_a_seed_a_result_stands_only_if_every_lot_gives_it(rule):
    ties = 0
    for seed in range(120):
        definition, ballots = a_budget(rule, Random(seed), bids=4, voters=4, dearest=2, seed=None)
        result = counted(definition, ballots)
        if result.verdict == "no-decision":
            continue
        costs, marks, budget = given_to(definition, ballots)
        totals = {o: sum(ballot.get(o, 0) for ballot in marks) for o in costs}
        able = []
        for order in permutations(definition.options):
            if rule == "greedy":
                able.append(again.fund_by_votes(costs, (totals, costs), budget, order))
            elif rule == "phragmen":
                able.append(again.phragmen(costs, marks, budget, order))
            else:
                able.append(again.equal_shares_completed(costs, marks, budget, ("none", "cost"), order))
        depends = any(one != able[0] for one in able)
        assert (result.verdict == "tie") == depends, seed
        ties += depends
        if not depends:
            assert amounts(result) == able[0]
    assert ties > 10


@pytest.mark.parametrize("rule", ["greedy", "equal-shares", "phragmen"])
def test_bids_that_are_level_where_no_money_is_left_make_no_tie(rule):
    spec = {"title": "Which?", "rule": rule, "options": list("abcdefg"), "terms": {"budget": 2, "costs": [1] * 7}}
    definition = parse_count(spec)
    ballots = [("a", "b")] * 4 + [(option,) for option in "cdefg"]
    result = counted(definition, ballots)
    if rule != "equal-shares":
        assert (result.verdict, result.winners) == ("none", ("a", "b"))
    else:  # four of nine voters have 8/9 of one bid
        assert (result.verdict, result.winners) == ("none", ())


def test_too_many_level_bids_are_a_tie_and_no_grant_is_told():
    spec = {"title": "Which?", "rule": "greedy", "options": list("abcdef"), "terms": {"budget": 5, "costs": [1] * 6}}
    result = counted(parse_count(spec), [(option,) for option in "abcdef"])
    assert (result.verdict, result.winners, result.awards) == ("tie", tuple("abcdef"), ())


@unhurried
@given(seed=st.integers(0, 10**9), completion=st.sampled_from(COMPLETIONS), form=st.sampled_from(FORMS))
def test_no_budget_is_overspent_and_no_bid_gets_more_than_it_asks(seed, completion, form):
    definition, ballots = a_budget("equal-shares", Random(seed), form, completion=completion)
    result = counted(definition, ballots)
    assert sum(award.award for award in result.awards) <= definition.terms.budget
    assert all(0 <= award.award <= award.cost for award in result.awards)
    told = sorted(award.option for award in result.awards)
    assert told == sorted(definition.options) or (told == [] and result.verdict == "tie")  # too many level ways to tell
    assert all(award.why.endswith(".") for award in result.awards)


@pytest.mark.parametrize("size", [2, 3, 5])
def test_a_group_that_agrees_gets_the_bids_that_its_own_shares_pay(size):
    """Extended justified representation for a cohesive group: the share of half the voters is theirs to spend."""
    options = [f"many {n}" for n in range(size)] + [f"few {n}" for n in range(size)]
    definition = parse_count(
        {"title": "Which?", "rule": "equal-shares", "options": options}
        | {"terms": {"budget": 2 * size, "costs": [1] * 2 * size, "seed": "dice"}}
    )
    ballots = [tuple(options[:size])] * 60 + [tuple(options[size:])] * 40
    funded = set(amounts(counted(definition, ballots)))
    assert len(funded & set(options[size:])) >= 2 * size * 40 // 100
    greedy = parse_count({**definition.as_json(), "rule": "greedy", "terms": {"budget": size, "costs": [1] * 2 * size}})
    assert set(amounts(counted(greedy, ballots))) == set(options[:size])


@pytest.mark.parametrize("rule", ["greedy", "equal-shares", "phragmen"])
def test_the_number_of_votes_that_were_missing_is_true(rule):
    told = 0
    for seed in range(12):
        terms = {"completion": "add1"} if rule == "equal-shares" else {}
        definition, ballots = a_budget(rule, Random(seed), voters=12, **terms)
        result = counted(definition, ballots)
        explained = with_more_votes(definition, ballots, result)
        for award in explained.awards:
            if not award.award and result.verdict == "none":
                number = more_votes(definition, ballots, award.option)
                if number is None:
                    assert award.why.endswith("Even 37 more votes would not have funded it.")
                    continue
                told += 1
                vote = every_rule()[rule].parse(definition, [award.option])
                assert award.option in amounts(counted(definition, [*ballots, *[vote] * number]))
                assert award.option not in amounts(counted(definition, [*ballots, *[vote] * (number - 1)]))
                assert f" {number} more vote" in award.why
    assert told > 5


def test_a_bid_can_be_funded_in_part_if_it_says_what_it_can_live_with():
    spec = {"title": "Which?", "rule": "greedy", "options": ["trees", "lights", "bins"]}
    terms = {"budget": "100.50", "costs": [70, 50, 20], "least": [None, 30, None]}
    definition = parse_count({**spec, "terms": terms})
    ballots = [("trees", "lights")] * 3 + [("trees", "bins")] * 2
    result = counted(definition, ballots)
    assert amounts(result) == {"trees": 70, "lights": Fraction("30.5")}
    assert result.awards[1].why == (
        "Funded in part: 3 votes, place 2; it gets the last 30.50 of 50, and can live with 30."
    )
    assert result.awards[2].why == "Not funded: 2 votes, place 3; it costs 20, and 0 was left."


@pytest.mark.parametrize(
    ("rule", "terms", "why"),
    [
        ("greedy", {}, "names no budget"),
        ("greedy", {"budget": 9, "costs": [1]}, "1 sums for 2 bids"),
        ("greedy", {"budget": 9, "costs": [1, 0]}, "A cost is 0"),
        ("greedy", {"budget": 0, "costs": [1, 1]}, "The budget is 0"),
        ("greedy", {"budget": 9, "costs": [1, 2], "least": [2, None]}, "at least 2"),
        ("greedy", {"budget": 0.5, "costs": [1, 2]}, "no exact sum"),
        ("greedy", {"budget": 9, "costs": [1, 2], "completion": "add1"}, "no term “completion”"),
        ("equal-shares", {"budget": 9, "costs": [1, 2], "completion": "add2"}, "not known"),
        ("equal-shares", {"budget": 9, "costs": [1, 2], "least": [1, 1]}, "in full or not at all"),
        ("phragmen", {"budget": 9, "costs": [1, 2], "ballots": "score"}, "counts approvals"),
    ],
)
def test_a_budget_that_does_not_hold_together_is_refused(rule, terms, why):
    with pytest.raises(BadRound, match=why):
        parse_count({"title": "Which?", "rule": rule, "options": ["trees", "lights"], "terms": terms})


@pytest.mark.parametrize(
    ("form", "payload"),
    [
        ("approval", ["trees", "trees"]),
        ("approval", {"trees": 1}),
        ("ranked", ["ships"]),
        ("score", ["trees"]),
        ("score", {"trees": 6}),
    ],
)
def test_a_ballot_of_another_form_is_refused(form, payload):
    terms = {"budget": 9, "costs": [1, 2], "ballots": form}
    spec = {"title": "Which?", "rule": "greedy", "options": ["trees", "lights"], "terms": terms}
    with pytest.raises(BadBallot):
        every_rule()["greedy"].parse(parse_count(spec), payload)
