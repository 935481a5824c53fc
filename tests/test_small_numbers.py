"""Somebody who knows everything that is told, and the law by which it is told, tries to recover what is withheld.

The attacker enumerates every table with the sizes and totals that are public, asks for each what would have been told
of it, and keeps those of which the same would have been told. What all of these agree on has been given away, unless
the totals alone gave it away already.
"""

from collections import defaultdict
from itertools import combinations_with_replacement, product

import pytest

from facilitation import small_numbers
from facilitation.small_numbers import Breakdown, alike, breakdown, sizes_told

ANSWERS = ("yes", "no", "abstain", "later", "both", "neither")


def rows_of(size, answers):
    """Every way in which so many people can answer."""
    if answers == 1:
        return [(size,)]
    return [(first, *rest) for first in range(size + 1) for rest in rows_of(size - first, answers - 1)]


def everything_told(sizes, answers, law):
    """All tables of these sizes by their totals, and within them by what the law tells."""
    by_totals = defaultdict(lambda: defaultdict(list))
    names = [f"group {place}" for place in range(len(sizes))]
    for rows in product(*(rows_of(size, answers) for size in sizes)):
        told = law(ANSWERS[:answers], dict(zip(names, rows, strict=True)))
        totals = tuple(map(sum, zip(*rows, strict=True)))
        by_totals[totals][tuple(sorted(told.told.items())), told.withheld].append(rows)
    return by_totals


def given_away(sizes, answers, law):
    """What an attacker learns about withheld groups beyond the totals, as sentences."""
    leaks = []
    for totals, publications in everything_told(sizes, answers, law).items():
        possible = [rows for same in publications.values() for rows in same]
        for (told, withheld), same in publications.items():
            for group in (int(name.split()[1]) for name in withheld):
                for answer in range(answers):
                    before = {rows[group][answer] for rows in possible}
                    after = {rows[group][answer] for rows in same}
                    if len(before) > 1 and len(after) == 1:
                        leaks.append(f"{sizes} {totals}: {told} tells that group {group} has {after} of {answer}")
                mixed = [rows for rows in possible if max(rows[group]) < sizes[group]]
                if mixed and not any(max(rows[group]) < sizes[group] for rows in same):
                    leaks.append(f"{sizes} {totals}: {told} tells that group {group} was unanimous")
    return leaks


def law_with(k):
    return lambda answers, table: breakdown(answers, table, k)


SMALL_HALLS = [
    *[(sizes, 2, 3) for number in (2, 3, 4) for sizes in combinations_with_replacement(range(1, 6), number)],
    *[(sizes, 3, 3) for sizes in combinations_with_replacement(range(1, 7), 2)],
    *[(sizes, 3, 3) for sizes in combinations_with_replacement(range(1, 5), 3)],
    *[(sizes, 2, 5) for sizes in combinations_with_replacement((1, 4, 5, 6, 8), 3)],
    *[(sizes, 3, 5) for sizes in combinations_with_replacement((2, 4, 5, 6, 8), 2)],
    ((1, 2, 5), 3, 5),
    ((1, 4, 6), 3, 5),
    ((5, 5, 6), 3, 5),
    ((1, 1, 3, 3), 3, 3),
    ((3, 4), 6, 3),  # totals 2, 1, 1, 1, 1, 1: if the three are alike, they have the 2
]


def test_nothing_that_is_withheld_can_be_recovered():
    leaks = [leak for sizes, answers, k in SMALL_HALLS for leak in given_away(sizes, answers, law_with(k))]
    assert not leaks, "\n".join(leaks[:20])


@pytest.mark.parametrize("answers", [2, 3])
def test_whatever_has_no_alike_group_is_told_of_groups_of_five_and_more(answers):
    """Silence would be safe, and of no use."""
    told = everything_told((6, 7, 8), answers, law_with(5))
    tables = [(rows, same) for publications in told.values() for (rows, _), same in publications.items()]
    unlike = [rows for _, same in tables for rows in same if not any(map(alike, rows))]
    assert sum(len(same) for rows, same in tables if rows) == len(unlike)


def test_a_small_group_is_withheld_with_the_smallest_of_the_others():
    table = {"women": (14, 8, 4), "men": (9, 12, 3), "others": (2, 1, 1)}
    told = breakdown(ANSWERS[:3], table)
    assert (told.told, told.withheld) == ({"women": (14, 8, 4)}, ("men", "others"))


def test_one_unanimous_group_silences_all():
    assert breakdown(ANSWERS[:2], {"north": (9, 9), "south": (7, 0)}).withheld == ("north", "south")
    assert breakdown(ANSWERS[:2], {"north": (9, 9), "south": (6, 1)}).withheld == ("north", "south")
    assert breakdown(ANSWERS[:2], {"north": (9, 9), "south": (5, 2)}).withheld == ()


def test_a_single_group_has_no_breakdown_and_nobody_has_none():
    assert breakdown(ANSWERS[:2], {"all": (9, 9)}).told == {}
    assert breakdown(ANSWERS[:2], {"north": (9, 9), "south": (0, 0)}).told == {}
    assert breakdown(ANSWERS[:2], {}).withheld == ()


# ---- sizes of channels


def sizes_given_away(ways, ballots, law):
    same = defaultdict(list)
    for sizes in rows_of(ballots, ways):
        told = law(dict(zip("abcd", sizes, strict=False)))
        same[tuple(told.values())].append(sizes)
    return [
        (told, tables[0])
        for told, tables in same.items()
        for place, size in enumerate(told)
        if size is None and len({sizes[place] for sizes in tables}) == 1
    ]


def test_no_withheld_size_can_be_recovered_from_the_sum_and_the_others():
    for ways, most in ((1, 30), (2, 40), (3, 40), (4, 30)):
        for ballots in range(most):
            assert not sizes_given_away(ways, ballots, sizes_told), (ways, ballots)


BY_HAND = ("paper", "phone")


def given_away_beside_blank_ballots(ways, ballots, law):
    """The attacker also knows how many ballots were blank or spoilt, and that these came on paper or by phone."""
    same = defaultdict(list)
    for row in rows_of(ballots, len(ways)):
        sizes = dict(zip(ways, row, strict=True))
        for blank in range(sum(sizes[way] for way in BY_HAND) + 1):
            same[tuple(law(sizes, without_choice=blank).values()), blank].append(sizes)
    return [
        (told, blank, tables[0])
        for (told, blank), tables in same.items()
        for way, size in zip(ways, told, strict=True)
        if size is None and len({sizes[way] for sizes in tables}) == 1
        if way in BY_HAND or blank < ballots  # where all ballots were blank, that alone says that none came by tablet
    ]


@pytest.mark.parametrize("ways", [("tablet", "paper", "phone"), ("tablet", "assisted", "paper", "phone")])
def test_blank_and_spoilt_ballots_do_not_tell_a_withheld_size(ways):
    for ballots in (*range(1, 13), 15, 18):
        assert not given_away_beside_blank_ballots(ways, ballots, sizes_told), ballots
    assert given_away_beside_blank_ballots(ways, 18, lambda sizes, without_choice: sizes_told(sizes))


def only_small_sizes(sizes):
    """Withhold what is small, and one more if it is alone."""
    told = {way: None if size < 5 else size for way, size in sizes.items()}
    if list(told.values()).count(None) == 1 and len(told) > 1:
        told[max(told, key=lambda way: told[way] or 0)] = None
    return told


def test_the_attacker_sees_through_careless_sizes():
    assert sizes_given_away(3, 12, only_small_sizes)


# ---- laws that are not careful enough: the attacker finds out, so he is not blind


def only_the_small(answers, table, k=3):
    """Withhold the small groups and nothing beside them."""
    told = {group: row for group, row in table.items() if sum(row) >= k}
    return Breakdown(answers, told, tuple(group for group in table if group not in told))


def only_the_unanimous(answers, table, k=3):
    """Withhold what is small or unanimous, and one group more if it is one."""
    told = {group: row for group, row in table.items() if sum(row) >= k and max(row) < sum(row)}
    if len(told) == len(table) - 1:
        told.pop(next(iter(told)))
    return Breakdown(answers, told, tuple(group for group in table if group not in told))


def all_or_nothing(answers, table, k=3):
    """Tell all or nothing, by the groups that are small or unanimous; silence then tells which it was."""
    fine = all(sum(row) >= k and max(row) < sum(row) for row in table.values())
    return Breakdown(answers, dict(table) if fine else {}, () if fine else tuple(table))


@pytest.mark.parametrize("law", [only_the_small, only_the_unanimous, all_or_nothing])
def test_the_attacker_sees_through_a_careless_law(law):
    assert any(given_away(sizes, answers, law) for sizes, answers, k in SMALL_HALLS if k == 3 and sizes[-1] > 2)


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("alike", lambda row: max(row, default=0) == sum(row)),
        ("silence_is_silent", lambda sizes, union, totals: True),
        ("withheld_together", lambda sizes, k: frozenset(group for group, size in sizes.items() if 0 < size < k)),
    ],
)
def test_every_part_of_the_law_is_needed(monkeypatch, name, broken):
    """With any one of them broken on purpose, something is recovered."""
    monkeypatch.setattr(small_numbers, name, broken)
    assert any(given_away(sizes, answers, law_with(k)) for sizes, answers, k in reversed(SMALL_HALLS))
