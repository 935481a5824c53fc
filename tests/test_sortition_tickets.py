"""Tickets are whole numbers, and nobody's chance moves by as much as one where that can be had."""

from collections import Counter
from fractions import Fraction
from itertools import combinations_with_replacement
from math import comb
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from small_pools import every_panel, problem_of, problems

from sortition import rounding
from sortition.drawing import share_tickets, type_weights
from sortition.errors import BadLottery
from sortition.fairly_near import plainly_rounded
from sortition.fairness import leximin
from sortition.few_panels import nearest_counts
from sortition.lottery import Lottery, number_tickets
from sortition.margins import strict_margins
from sortition.panels import PanelModel
from sortition.polytope import polytope_of
from sortition.pool import Pool, Volunteer
from sortition.problem import DrawProblem
from sortition.quotas import Quota, Quotas
from sortition.redeal import Redeal
from sortition.seating import balance, seat_tickets

small = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@settings(small, max_examples=40)
@given(problems(), st.sampled_from([1, 7, 100]))
def test_tickets_are_panels_and_no_worse_than_plain_rounding(problem, total):
    assume(every_panel(problem))
    lottery = leximin(problem).lottery
    drawn = share_tickets(problem, lottery, total).panels
    assert len(drawn) == total
    assert all(problem.allows(panel) for panel in drawn)
    assert number_tickets(lottery, drawn, "").deviation <= plainly_rounded(lottery, total).deviation


def forty() -> DrawProblem:
    rows = [(f"v{n % 3}", f"v{n * n % 7 % 3}", f"v{n % 2}", "") for n in range(40)]
    quotas = {f: {f"v{v}": (1, 6) for v in range(3)} for f in "ab"} | {"c": {"v0": (3, 6), "v1": (3, 6)}}
    return problem_of(rows, quotas, 9)


@pytest.mark.parametrize("total", [10, 100, 1000])
def test_everyones_tickets_are_the_exact_share_rounded_up_or_down(total):
    problem = forty()
    lottery = leximin(problem).lottery
    tickets = number_tickets(lottery, share_tickets(problem, lottery, total).panels, "seed")
    assert tickets.deviation < Fraction(1, total)
    drawn = tickets.chances()
    for kind in problem.types:
        mine = [drawn.get(id_, Fraction(0)) for id_ in kind.members]
        assert max(mine) - min(mine) <= Fraction(1, total)


def couples(number: int) -> DrawProblem:
    people = [Volunteer(f"{sex}{n:02d}", (sex,), f"home {n}") for n in range(number) for sex in ("man", "woman")]
    quotas = Quotas((Quota("sex", "man", 0, number), Quota("sex", "woman", 0, number)))
    return DrawProblem(Pool(("sex",), tuple(people)), quotas, number - 1)


@settings(small, max_examples=40)
@given(st.integers(2, 7), st.data())
def test_households_share_seats_evenly_and_never_sit_together(number, data):
    problem = couples(number)
    men = data.draw(st.lists(st.integers(0, number - 1), max_size=30))
    seated = seat_tickets(problem, [(some, number - 1 - some) for some in men])
    assert all(problem.allows(panel) for panel in seated)
    for kind in problem.types:
        counts = [sum(id_ in panel for panel in seated) for id_ in kind.members]
        assert max(counts) - min(counts) <= 1


def test_two_households_who_always_sat_in_the_same_place_swap():
    seats = [{0: 0, 1: 1}, {0: 0, 1: 1}, {0: 0}, {1: 1}]
    balance(seats, 2, 2)
    assert [sorted(ticket.values()) for ticket in seats] == [[0, 1], [0, 1], [0], [1]]
    for place in (0, 1):
        counts = [sum(ticket.get(house) == place for ticket in seats) for house in (0, 1)]
        assert abs(counts[0] - counts[1]) <= 1


@settings(small, max_examples=60)
@given(problems(8), st.sampled_from([2, 3, 5]))
def test_no_other_tickets_come_nearer(problem, total):
    panels = every_panel(problem)
    assume(0 < comb(len(panels) + total - 1, total) < 3000)
    lottery = leximin(problem).lottery
    exact = lottery.chances()
    nearest = min(
        max(abs(held[id_] - total * exact.get(id_, 0)) for id_ in problem.pool.ids)
        for chosen in combinations_with_replacement(panels, total)
        for held in [Counter(id_ for panel in chosen for id_ in panel)]
    )
    shared = share_tickets(problem, lottery, total)
    off = number_tickets(lottery, shared.panels, "").deviation * total
    assert shared.least
    assert off < 1 if nearest < 1 else off == nearest


def seven_lines() -> DrawProblem:
    """The seven lines of the smallest projective plane are the only panels: three of seven that meet every line."""
    lines = ("012", "034", "056", "135", "146", "236", "245")
    people = [(*("on" if str(n) in line else "off" for line in lines), "") for n in range(7)]
    return problem_of(people, {line: {"on": (1, 3), "off": (0, 2)} for line in lines}, 3)


@pytest.mark.parametrize(("total", "off"), [(2, Fraction(8, 7)), (3, Fraction(9, 7)), (9, Fraction(8, 7))])
def test_where_nobody_can_be_within_a_ticket_the_least_largest_deviation_is_found_and_proved(total, off):
    problem = seven_lines()
    assert len(every_panel(problem)) == 7
    lottery = leximin(problem).lottery
    assert set(lottery.chances().values()) == {Fraction(3, 7)}
    shared = share_tickets(problem, lottery, total)
    assert number_tickets(lottery, shared.panels, "").deviation * total == off
    assert shared.least


def test_where_panels_are_too_many_to_count_nothing_is_claimed(monkeypatch):
    monkeypatch.setattr(rounding, "MOST_STEPS", 5)
    problem = seven_lines()
    lottery = leximin(problem).lottery
    shared = share_tickets(problem, lottery, 2)
    assert number_tickets(lottery, shared.panels, "").deviation * 2 >= Fraction(8, 7)
    assert not shared.least
    assert share_tickets(problem, lottery, 1000).least


def test_a_whole_number_of_tickets_may_move_by_one_where_nothing_less_is_possible():
    means = [Fraction(3), Fraction(1), Fraction(1), Fraction(1)]
    panels = [(1, 1, 0, 1), (1, 0, 1, 1), (1, 1, 1, 0)]
    found = nearest_counts(panels, means, (1, 1, 1, 1), 3)
    held = [sum(seats) for seats in zip(*found, strict=True)]
    assert held == [3, 2, 2, 2], "the first is on every panel; the others cannot be less together"


def test_among_equally_near_tickets_the_smallest_chance_keeps_its_whole_tickets():
    means = [Fraction(6, 5), Fraction(14, 5)]  # the second is twice on every panel, so it must be 6/5 off
    for panels in ([(0, 2), (1, 2)], [(1, 2), (0, 2)]):
        assert sum(panel[0] for panel in nearest_counts(panels, means, (1, 1), 2)) >= 1


def some_tickets():
    """A problem, a model of its panels, and 60 tickets from its lottery."""
    problem = forty().by_name
    weights = type_weights(problem, leximin(problem).lottery)
    model = PanelModel(polytope_of(problem))
    return weights, model, list(rounding.round_panels(model.polytope, weights, 60).tickets)


def test_tickets_are_dealt_anew_with_exactly_the_seats_asked_for():
    weights, model, tickets = some_tickets()
    redeal = Redeal(model, Random(1))
    dealt_at_all = 0
    for other in list(weights)[:6]:
        change = np.array(other) - np.array(tickets[7])
        dealt = redeal.dealt(tickets, change)
        if dealt is None:
            continue
        back, new = dealt
        assert len(set(back)) == len(new) == 30
        assert all(model.polytope.allows(panel) for panel in new)
        before = sum(np.array(tickets[place]) for place in back)
        assert (sum(map(np.array, new)) - before == change).all()
        dealt_at_all += 1
    assert dealt_at_all >= 3
    too_many = np.zeros(model.polytope.count, dtype=np.int64)
    too_many[0] = 10_000
    assert redeal.dealt(tickets, too_many) is None


def test_the_seats_of_all_tickets_together_come_back_within_the_margins():
    weights, model, tickets = some_tickets()
    polytope = model.polytope
    means = [sum(w * p[t] for p, w in weights.items()) * 60 for t in range(polytope.count)]
    margins = strict_margins(means, polytope.sizes)
    seats = np.sum(tickets, axis=0)
    assert margins.faults(seats) == 0
    moved = seats.copy()
    moved[[0, 1]] += (3, -3)
    faults = margins.faults(moved)
    assert faults > 0
    change = Redeal(model, Random(1)).totals(moved, margins, 60).change(Random(1))
    assert margins.faults(moved + change) == 0
    values = polytope.matrix @ (moved + change)
    for value, limit in zip(values, polytope.limits, strict=True):
        assert limit.low is None or value >= 60 * limit.low
        assert limit.high is None or value <= 60 * limit.high


def test_no_tickets_at_all_are_refused():
    with pytest.raises(BadLottery):
        share_tickets(forty(), Lottery((("v000",),), (1,)), 0)
