"""Quotas from shares of the population: sums that always hold, exact reading, and what an organiser is told."""

from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sortition.cli import sortition
from sortition.errors import BadFile, BadProblem, BadQuotas
from sortition.files import read_answers, read_quotas, read_shares_file, write_quotas
from sortition.pool import Pool, Volunteer
from sortition.shares import Share, Shares, quotas_from_shares

FIXTURES = Path(__file__).parent.parent / "fixtures"
CENSUS = b"feature,value,percent\ngender,Woman,51\ngender,Man,49\nage,16-29,27\nage,30-64,52.6\nage,65+,20\nage,?,0.4\n"


@st.composite
def shares(draw):
    rows = []
    for feature in ("gender", "age")[: draw(st.integers(1, 2))]:
        people = draw(st.lists(st.integers(0, 10_000), min_size=1, max_size=7).filter(any))
        rows += [Share(feature, f"v{n}", Fraction(one, sum(people))) for n, one in enumerate(people)]
    return Shares(tuple(rows))


@given(shares(), st.integers(1, 500), st.integers(0, 5))
def test_every_feature_can_be_met_and_holds_the_exact_share(shares, size, slack):
    quotas = quotas_from_shares(shares, size, slack).quotas
    for feature in shares.features:
        rows = quotas.of(feature)
        assert sum(quota.min for quota in rows) <= size <= sum(quota.max for quota in rows)
    for share, quota in zip(shares.rows, quotas.rows, strict=True):
        assert 0 <= quota.min <= share.part * size <= quota.max <= size
        if slack == 0:
            assert (quota.min, quota.max) == (floor(share.part * size), ceil(share.part * size))


@given(shares(), st.integers(1, 500), st.integers(0, 5))
def test_more_slack_never_narrows_a_quota(shares, size, slack):
    narrow, wide = (quotas_from_shares(shares, size, s).quotas.rows for s in (slack, slack + 1))
    assert all(w.min <= n.min and n.max <= w.max for n, w in zip(narrow, wide, strict=True))


@given(shares(), st.integers(1, 100), st.integers(0, 2), st.integers(0, 3))
def test_the_quotas_are_written_as_a_file_that_reads_as_the_same(shares, size, slack, flex):
    quotas = quotas_from_shares(shares, size, slack, flex=flex).quotas
    assert read_quotas("quotas.csv", write_quotas(quotas)) == quotas


@given(st.lists(st.integers(0, 999), min_size=1, max_size=6), st.sampled_from([",", ";"]))
def test_decimals_are_read_exactly(tenths, delimiter):
    rest = 1000 * len(tenths) - sum(tenths)
    parts = [*tenths, rest]
    whole = Fraction(sum(parts))
    people = "".join(f"age{delimiter}v{n}{delimiter}{part}\n" for n, part in enumerate(parts))
    read = read_shares_file("census.csv", f"feature{delimiter}value{delimiter}people\n{people}".encode()).shares
    assert [row.part for row in read.rows] == [part / whole for part in parts]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("percent", ("27.5", "72.5")),
        ("Percent ", ("27.5 %", "72.5%")),
        ("share", ("0.275", "0.725")),
        ("share", ('"27,5"', '"72,5"')),
        ("population", ("275", "725")),
        ("Count", ('"2,750"', '"7,250"')),
        ("people", ("2 750", "7’250.0")),
        ("%", ("27.50", "72.50")),
    ],
)
def test_percentages_parts_and_counts_are_understood(heading, cells):
    first, second = cells
    rows = f"age,16-29,{first}\nAge,30+,{second}\n,,\nSource: the census of 2021\n"
    data = f"\ufeffFeature, Value ,{heading}\n{rows}".encode()
    read = read_shares_file("census.csv", data).shares
    assert read == Shares((Share("age", "16-29", Fraction(11, 40)), Share("age", "30+", Fraction(29, 40))))


def test_a_sum_that_rounding_explains_is_taken_and_told():
    data = b"feature,value,percent\nage,a,33.3\nage,b,33.3\nage,c,33.3\n"
    file = read_shares_file("census.csv", data)
    assert [row.part for row in file.shares.rows] == [Fraction(1, 3)] * 3
    told = "census.csv: the shares of age add up to 99.9; each is taken as a part of that, not of 100."
    assert file.notices == (told,)
    with pytest.raises(BadFile, match=r"add up to 99\.8, too far from 100 for rounding"):
        read_shares_file("census.csv", data.replace(b"c,33.3", b"c,33.2"))


def test_shares_that_do_not_add_up_and_impossible_sizes_are_refused():
    half = Share("age", "a", Fraction(1, 2))
    with pytest.raises(BadQuotas):
        Shares((half,))
    with pytest.raises(BadQuotas):
        Shares((half, half))
    with pytest.raises(BadProblem):
        quotas_from_shares(Shares((Share("age", "a", Fraction(1)),)), 0)


def proposal(pool=None, size=50, slack=0):
    return quotas_from_shares(read_shares_file("census.csv", CENSUS).shares, size, slack, pool)


def test_every_rounding_is_told():
    told = proposal(slack=1).choices
    assert told[2] == "age=16-29: 27 % of 50 is 13.5: 13 to 14; with the slack 12 to 15."
    assert told[4] == "age=65+: 20 % of 50 is 10: 10; with the slack 9 to 11."
    assert proposal().choices[5] == "age=?: 0.4 % of 50 is 0.2: 0 to 1."


def test_a_value_that_a_panel_may_lack_is_told_with_the_way_out():
    (warning,) = proposal().warnings
    assert warning == "age=?: 0.4 % of 50 is 0.2: 0 to 1; set a minimum of 1 if no panel should be without it."
    nobody = quotas_from_shares(Shares((Share("age", "a", Fraction(1)), Share("age", "b", Fraction(0)))), 9)
    assert nobody.warnings == (
        "age=b: 0 % of 9 is 0: nobody with it can be chosen; raise its maximum to 1 if somebody may.",
    )


def test_a_thin_pool_and_values_that_one_side_lacks_are_told():
    answers = [("Woman", "16-29")] * 40 + [("Man", "30-64")] * 60 + [("Man", "65+")] * 9 + [("Other", "16-29")]
    pool = Pool(("gender", "age"), tuple(Volunteer(str(n), values) for n, values in enumerate(answers)))
    told = proposal(pool).warnings[1:]
    assert told == (
        "gender=Woman: 40 volunteers for at least 25 places is thin: most of them would be chosen.",
        "1 volunteer has gender=Other, which the shares do not name: "
        "add its share, or correct the volunteers' answers.",
        "age=65+: only 9 volunteers for at least 10 places: recruit 1 more at the least.",
        "age=?: nobody in the pool has it.",
    )
    blind = proposal(Pool(("gender",), tuple(Volunteer(one.id, one.values[:1]) for one in pool.volunteers)))
    assert "The pool does not say who has which age: ask the volunteers, or leave the feature out." in blind.warnings


def test_answers_are_matched_without_capitals_and_kept_where_no_share_names_them():
    data = b"id,Gender,age\n1,woman ,16-29\n2,MAN,\n"
    pool = read_answers("pool.csv", data, read_shares_file("census.csv", CENSUS).shares)
    assert [one.values for one in pool.volunteers] == [("Woman", "16-29"), ("Man", "")]


def run(*arguments):
    return CliRunner().invoke(sortition, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def census(tmp_path):
    file = tmp_path / "census.csv"
    rows = "gender,Woman,51.2\ngender,Man,48.8\nage,16-29,13\nage,30-64,50\nage,65+,37\narea,North,70\narea,South,30\n"
    file.write_text(f"feature,value,percent\n{rows}")
    return file


def test_the_command_writes_a_quotas_file_that_check_reads(census, tmp_path):
    pool = FIXTURES / "small/pool.csv"
    result = run("quotas", "--shares", census, "--size", 8, "--pool", pool, "--household", "address,postcode")
    assert result.exit_code == 0
    assert result.stdout.startswith("feature,value,min,max\ngender,Woman,4,5\n")
    assert "A panel of 8 can be drawn from these 30 volunteers under these quotas." in result.stderr
    out = tmp_path / "quotas.csv"
    told = run("quotas", "--shares", census, "--size", 8, "--out", out)
    assert out.read_text() == result.stdout
    assert "gender=Woman: 51.2 % of 8 is about 4.1: 4 to 5." in told.stdout
    assert run("check", "--pool", pool, "--quotas", out, "--size", 8).exit_code == 0


def test_the_command_never_writes_over_a_file(census, tmp_path):
    out = tmp_path / "quotas.csv"
    out.write_text("mine")
    refused = run("quotas", "--shares", census, "--size", 8, "--out", out)
    assert (refused.exit_code, refused.stdout, out.read_text()) == (1, "", "mine")
    assert "The file exists already; nothing is written over." in refused.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["census.csv", "quotas.csv"]


def test_the_command_says_when_the_pool_cannot_meet_the_quotas_and_names_the_first_repair(census):
    census.write_text(census.read_text().replace("13", "63").replace("50", "10").replace("37", "27"))
    told = run("quotas", "--shares", census, "--size", 8, "--pool", FIXTURES / "small/pool.csv").stderr
    assert "age=16-29: only 4 volunteers for at least 5 places: recruit 1 more at the least." in told
    assert "No panel of 8 from these 30 volunteers meets every one of these quotas." in told
    assert "repairs that `folkmoot check` tells: lower the min of age=16-29 from 5 to 3; raise" in told


def test_the_command_says_why_it_cannot_hold_quotas_against_a_pool_with_other_answers(census):
    census.write_text(census.read_text().replace("Man", "Male"))
    told = run("quotas", "--shares", census, "--size", 8, "--pool", FIXTURES / "small/pool.csv").stderr
    assert "14 volunteers have gender=Man, which the shares do not name" in told
    assert "cannot be told before its answers fit" in told


@pytest.mark.parametrize("wrong", [("--size", 0), ("--slack", -1), ("--flex", -1)])
def test_the_command_refuses_impossible_numbers(census, wrong):
    options = {"--size": 8} | dict([wrong])
    refused = run("quotas", "--shares", census, *(word for pair in options.items() for word in pair))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"{wrong[0]}: {wrong[1]} is not possible." in refused.stderr
