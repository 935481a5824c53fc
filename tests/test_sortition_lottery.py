"""Lotteries, tickets and the draw of one."""

import hashlib
import hmac
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sortition.errors import BadLottery
from sortition.lottery import Lottery, Tickets, histogram, number_tickets, ticket_number

TWO = Lottery((("a", "b"), ("a", "c")), (1, 2))


@st.composite
def lotteries(draw: st.DrawFn) -> Lottery:
    ids = [f"v{n:02d}" for n in range(12)]
    panels = draw(
        st.sets(st.sets(st.sampled_from(ids), min_size=4, max_size=4).map(lambda p: tuple(sorted(p))), min_size=1)
    )
    weights = [draw(st.integers(1, 50)) for _ in panels]
    return Lottery(tuple(sorted(panels)), tuple(weights))


@pytest.mark.parametrize(
    ("panels", "weights"),
    [
        ((), ()),
        ((("a", "b"),), (1, 2)),
        ((("a", "b"),), (0,)),
        ((("b", "a"),), (1,)),
        ((("a", "a"),), (1,)),
        ((("a", "c"), ("a", "b")), (1, 1)),
        ((("a", "b"), ("a", "b")), (1, 1)),
    ],
)
def test_what_is_no_lottery_is_refused(panels, weights):
    with pytest.raises(BadLottery):
        Lottery(panels, weights)


def test_chances_are_exact():
    assert TWO.chances() == {"a": Fraction(1), "b": Fraction(1, 3), "c": Fraction(2, 3)}
    assert histogram(TWO.chances()) == {Fraction(1, 3): 1, Fraction(2, 3): 1, Fraction(1): 1}


@settings(deadline=None)
@given(lotteries())
def test_chances_sum_to_the_panel_size(lottery):
    assert sum(lottery.chances().values()) == 4


@settings(deadline=None)
@given(lotteries(), st.sampled_from([1, 10, 1000]), st.text(max_size=5))
def test_every_ticket_stands_for_a_panel_and_none_is_lost(lottery, total, seed):
    drawn = [lottery.panels[n % len(lottery.panels)] for n in range(total)]
    tickets = number_tickets(lottery, drawn, seed)
    assert len(tickets) == sum(tickets.counts) == total
    assert sum(tickets.chances().values()) == 4
    assert sorted(tickets.panel(number) for number in range(1, total + 1)) == sorted(drawn)


def test_tickets_may_stand_for_panels_without_weight():
    tickets = number_tickets(TWO, [("a", "b"), ("b", "c"), ("b", "c")], "seed")
    assert (tickets.more, tickets.counts) == ((("b", "c"),), (1, 0, 2))
    assert tickets.chances() == {"a": Fraction(1, 3), "b": Fraction(1), "c": Fraction(2, 3)}
    assert tickets.deviation == Fraction(2, 3)


def test_a_panel_without_weight_and_without_a_ticket_is_refused():
    for more in ((("b", "c"),), (("a", "b"),)):
        with pytest.raises(BadLottery):
            Tickets(TWO, (0, 1), more)


def test_another_seed_shuffles_the_numbers_only():
    one, other = number_tickets(TWO, TWO.panels * 150, "one"), number_tickets(TWO, TWO.panels * 150, "other")
    assert one.counts == other.counts
    assert one.places != other.places


def test_a_ticket_that_does_not_exist_is_refused():
    tickets = number_tickets(TWO, TWO.panels, "seed")
    for number in (0, 3):
        with pytest.raises(BadLottery):
            tickets.panel(number)
    with pytest.raises(BadLottery):
        Tickets(TWO, (2,))
    with pytest.raises(BadLottery):
        number_tickets(TWO, (), "seed")


def test_the_drawn_number_can_be_redone_with_the_standard_library():
    key = hashlib.sha256(b"folkmoot draw 1\nabc\nthe ducks").digest()
    number = int.from_bytes(hmac.new(key, bytes(8), hashlib.sha256).digest(), "big")
    assert ticket_number("the ducks", b"abc", 1000) == number % 1000 + 1


def test_every_ticket_number_can_come_and_none_beyond():
    drawn = {ticket_number(f"seed {n}", "commitment", 7) for n in range(200)}
    assert drawn == set(range(1, 8))


def test_another_commitment_draws_anew():
    assert len({ticket_number("seed", f"commitment {n}", 10**9) for n in range(20)}) == 20
