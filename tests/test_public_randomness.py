"""The randomness of a public draw: how it is announced, asked for, typed, and turned into a ticket."""

import hashlib
import json

import pytest

from sortition.public import verify_draw
from sortition.public.entry import BadEntry, Entry, question, understood
from sortition.public.randomness import QUICKNET, BadRandomness, read_randomness, ticket_of

BEACON = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("spec", "spoken"),
    [
        ("dice", "three ten-sided dice thrown in the hall"),
        ("DRAND:0060000000", "round 60000000 of the drand beacon “quicknet”"),
        (f"drand:7:{QUICKNET}", "published at 2023-08-23 15:09:45 UTC"),
        ("drand:2:8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce", "“default”"),
        ("drand:2:" + "ab" * 32, "with the chain hash abab"),
        ("national-lottery:2026-12-05", "Lotto draw of the UK National Lottery on Saturday 5 December 2026"),
    ],
)
def test_the_randomness_to_come_is_said_in_words(spec, spoken):
    randomness = read_randomness(spec)
    assert spoken in randomness.in_words(1000)
    assert read_randomness(str(randomness)) == randomness


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "coin",
        "dice:3",
        "drand",
        "drand:",
        "drand:0",
        "drand:-1",
        "drand:1.5",
        "drand:99999999999",
        "drand:7:abc",
        "drand:7:" + "g" * 64,
        "drand:７",
        "national-lottery",
        "national-lottery:2026-12-06",
        "national-lottery:2026-13-05",
        "national-lottery:2026-02-30",
        "national-lottery:05/12/2026",
        "national-lottery:2001-12-05",
        "national-lottery:20261205",
    ],
)
def test_a_randomness_that_nobody_could_follow_is_refused(spec):
    with pytest.raises(BadRandomness) as refused:
        read_randomness(spec)
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("spec", "typed", "same"),
    [
        ("dice", "3 0 7", "307"),
        ("dice", "3-0-7", " 3, 0, 7 "),
        ("dice", "000", "0/0/0"),
        ("drand:12", f"12 {BEACON}", f" 12: {BEACON.upper()}\n"),
        (
            "national-lottery:2026-12-05",
            "2026-12-05 3 12 24 33 41 58 7",
            "2026-12-05: 58, 41, 03, 12, 24, 33 + bonus 07",
        ),
    ],
)
def test_two_people_type_the_same_in_their_own_way(spec, typed, same):
    randomness = read_randomness(spec)
    assert understood(randomness, 1000, typed) == understood(randomness, 1000, same)
    assert understood(randomness, 1000, question(randomness, 1000).example)


@pytest.mark.parametrize(
    ("spec", "typed", "words"),
    [
        ("dice", "", "Nothing was entered"),
        ("dice", "  \n", "Nothing was entered"),
        ("dice", "3 0", "three digits"),
        ("dice", "3 0 7 2", "three digits"),
        ("dice", "10 0 7", "a ten is typed 0"),
        ("dice", "3 0 x", "three digits"),
        ("dice", "３ ０ ７", "three digits"),
        ("dice", "-3 0 7", "three digits"),
        ("drand:12", "", "round 12"),
        ("drand:12", BEACON, "Type the round 12"),
        ("drand:12", f"13 {BEACON}", "round 12 was announced"),
        ("drand:12", f"12 {BEACON[:-1]}", "64 hexadecimal digits"),
        ("drand:12", f"12 {BEACON}0", "64 hexadecimal digits"),
        ("drand:12", '{"round": 12}', "64 hexadecimal digits"),
        ("drand:12", '{"round": true, "signature": "00"}', "64 hexadecimal digits"),
        ("drand:12", '{"round": 12, "signature": "00", "randomness": "' + BEACON + '"}', "64 hexadecimal digits"),
        ("drand:12", "[" * 10_000, "64 hexadecimal digits"),
        ("national-lottery:2026-12-05", "2026-12-09 3 12 24 33 41 58 7", "no other draw counts"),
        ("national-lottery:2026-12-05", "3 12 24 33 41 58 7", "no other draw counts"),
        ("national-lottery:2026-12-05", "2026-12-05 3 12 24 33 41 58", "six main balls, then the bonus ball"),
        ("national-lottery:2026-12-05", "2026-12-05 3 12 24 33 41 60 7", "not from 1 to 59"),
        ("national-lottery:2026-12-05", "2026-12-05 3 12 24 33 41 41 7", "twice"),
        ("national-lottery:2026-12-05", "2026-12-05 0 12 24 33 41 58 7", "not from 1 to 59"),
    ],
)
def test_what_the_source_cannot_show_is_refused_with_a_remedy(spec, typed, words):
    with pytest.raises(BadEntry) as refused:
        understood(read_randomness(spec), 1000, typed)
    assert words in str(refused.value)


def test_the_answer_of_the_beacon_can_be_pasted_whole():
    signature = "b44679b9a59af2ec876b1a6b1ad52ea9"
    value = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    answer = json.dumps({"round": 12, "randomness": value, "signature": signature})
    assert understood(read_randomness("drand:12"), 1000, answer) == Entry(f"12 {value}")


def test_every_ticket_has_its_dice_and_every_throw_its_ticket():
    dice = read_randomness("dice")
    for tickets in (1000, 10_000):
        width = len(str(tickets)) - 1
        drawn = {ticket_of(dice, f"{n:0{width}d}", "", tickets) for n in range(tickets)}
        assert drawn == set(range(1, tickets + 1))


@pytest.mark.parametrize("spec", ["dice", "drand:12", "national-lottery:2026-12-05"])
@pytest.mark.parametrize("tickets", [1000, 10_000])
def test_the_script_draws_the_ticket_that_we_draw(spec, tickets):
    randomness = read_randomness(spec)
    entered = understood(randomness, tickets, question(randomness, tickets).example).text
    for commitment in ("00" * 32, "ab" * 32):
        ours = ticket_of(randomness, entered, commitment, tickets)
        assert ours == verify_draw.ticket_of(str(randomness), entered, commitment, tickets)
        assert 1 <= ours <= tickets


def test_balls_in_another_order_are_no_other_draw():
    assert verify_draw.ticket_of("national-lottery:2026-12-05", "2026-12-05 12 3 24 33 41 58 7", "", 1000) is None
    assert verify_draw.ticket_of("national-lottery:2026-12-05", "2026-12-05 3 3 24 33 41 58 7", "", 1000) is None
    assert verify_draw.ticket_of("drand:12:ab", f"13 {BEACON}", "", 1000) is None
