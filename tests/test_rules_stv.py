"""STV by the Scottish rules: against papers counted one by one, against every order of lots, and by its invariants."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from random import Random

import pytest
import second_opinions as again
from ballot_boxes import NAMES, box, count, definition_of
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.rules import Terms
from facilitation.rules.lot import Lot

unhurried = settings(deadline=None, max_examples=60)


def an_election(seed, seed_of_lot="dice"):
    rng = Random(seed)
    terms = Terms(seats=rng.randint(1, 4), seed=seed_of_lot)
    return box("stv", rng, voters=rng.choice([3, 7, 20, 61]), terms=terms)


def test_every_stage_is_that_of_papers_counted_one_by_one():
    cut = 0
    for seed in range(300):
        definition, payloads = an_election(seed)
        lot = Lot.of(definition).order
        elected, stages = again.stv(NAMES, payloads, definition.terms.seats, lot)
        result = count(definition, payloads)
        assert set(result.winners) == elected, seed
        told = [{o: Fraction(v) for o, v in stage.as_json(1)["counts"].items()} for stage in result.rounds]
        assert told == [{o: Fraction(v) for o, v in stage.items()} for stage in stages], seed
        cut += any(stage.lost for stage in result.rounds)
    assert cut > 50


def test_without_a_seed_every_order_of_lots_is_thought_through():
    ties = 0
    for seed in range(250):
        rng = Random(seed)
        names = NAMES[:4]
        seats = rng.randint(1, 3)
        definition, payloads = box("stv", rng, rng.choice([2, 3, 4, 6]), Terms(seats=seats), names)
        able = {frozenset(again.stv(names, payloads, seats, order)[0]) for order in permutations(names)}
        result = count(definition, payloads)
        assert set(result.winners) >= frozenset().union(*able), seed
        assert (result.verdict == "tie") == (len(able) > 1), seed
        ties += len(able) > 1
    assert 40 < ties < 200


@unhurried
@given(seed=st.integers(0, 10**9))
def test_no_vote_appears_or_disappears(seed):
    definition, payloads = an_election(seed)
    for stage in count(definition, payloads).rounds:
        assert sum(stage.votes.values()) + stage.exhausted + stage.lost == len(payloads) * 100_000
        assert min(stage.votes.values()) >= 0


@unhurried
@given(seed=st.integers(0, 10**9))
def test_whom_a_quota_names_first_gets_a_seat(seed):
    definition, payloads = an_election(seed)
    result = count(definition, payloads)
    quota = len(payloads) // (definition.terms.seats + 1) + 1
    assert len(result.winners) == definition.terms.seats
    assert {o for o, votes in result.counts.items() if votes >= quota} <= set(result.winners)


@pytest.mark.parametrize("seats", [1, 2, 3])
def test_a_solid_group_gets_the_seats_of_its_quotas(seats):
    """Droop's proportionality: n quotas of voters who put the same options first get n of them."""
    definition = definition_of("stv", terms=Terms(seats=4, seed="dice"))
    quota = 100 // 5 + 1
    group = NAMES[:3]
    rng = Random(seats)
    theirs = [rng.sample(group, 3) for _ in range(quota * seats)]
    others = [rng.sample(NAMES[3:], 3) for _ in range(100 - quota * seats)]
    assert len(set(count(definition, theirs + others).winners) & set(group)) >= seats


def test_values_are_cut_to_five_decimals_and_the_loss_is_told():
    definition = definition_of("stv", names=("a", "b", "c"), terms=Terms(seats=2))
    result = count(definition, [["a", "b"]] * 7 + [["b"]] * 1 + [["c"]] * 3)
    second = result.rounds[1].as_json(2)
    # quota 4, surplus 3 of 7 votes: 3/7 = 0.428571… is cut to 0.42857
    assert second["act"] == "surplus of a"
    assert second["counts"] == {"a": 4, "b": "3.99999", "c": 3}
    assert second["lost_by_cutting"] == "0.00001"
    assert Decimal(second["counts"]["b"]) < 4


def test_a_tie_is_broken_by_the_latest_stage_that_differs_before_any_lot():
    definition = definition_of("stv", names=("a", "b", "c", "d"), terms=Terms(seats=1))
    payloads = [["a"]] * 5 + [["b"]] * 4 + [["c"]] * 3 + [["d", "c"]]
    third = count(definition, payloads).rounds[2]
    assert third.as_json(3)["eliminated"] == ["c"]
    assert third.note == "b and c were level; c had fewer votes in an earlier stage."
