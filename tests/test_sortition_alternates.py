"""Alternates: the choice against every choice, the bound, the drop-outs, and the command."""

import csv
import io
import json
import os
import subprocess
import sys
from fractions import Fraction
from itertools import combinations
from math import log
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from small_pools import every_panel, problem_of, problems

from sortition.cli import sortition
from sortition.fairness import leximin
from sortition.lists import Lists, with_lists
from sortition.standby.alternates import BadAlternates, choice_of, choose_alternates, search
from sortition.standby.attrition import Past, StayModel, drop_outs, learn, model_of
from sortition.standby.bound import lower_bound

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "fixtures" / "small"
HALF = StayModel(Fraction(1, 2))


def run(*arguments):
    return CliRunner().invoke(sortition, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    out = tmp_path_factory.mktemp("draw") / "out"
    files = ("--pool", SMALL / "pool.csv", "--quotas", SMALL / "quotas.csv", "--size", 8)
    more = ("--household", "address,postcode", "--seed", "the ducks", "--progress", "none", "--out", out)
    assert run("draw", *files, *more).exit_code == 0
    return out


def loss(problem, members):
    """Members too few or too many over the maximum, person by person, and empty seats over all seats."""
    total = Fraction(0)
    for quota in problem.quotas.rows:
        column = problem.pool.column(quota.feature)
        count = sum(problem.pool.by_id[id_].values[column] == quota.value for id_ in members)
        total += Fraction(max(quota.min - count, count - quota.max, 0), max(quota.max, 1))
    return total + Fraction(problem.panel_size - len(members), problem.panel_size)


def expected_loss(problem, panel, alternates, left):
    """The mean over all drop-outs, each with the best of all sets of alternates that fill the seats."""
    return sum(
        (
            min(
                loss(problem, {*panel} - {*gone} | {*serving})
                for serving in combinations(alternates, min(len(gone), len(alternates)))
            )
            for gone in left
        ),
        Fraction(0),
    ) / len(left)


def every_choice(problem, panel, number):
    """All sets of volunteers who may stand by: not on the panel, no household of it, none twice."""
    taken = {problem.pool.by_id[id_].household for id_ in panel} - {""}
    free = [one.id for one in problem.pool.volunteers if one.id not in panel and one.household not in taken]
    for some in combinations(free, number):
        homes = [home for id_ in some if (home := problem.pool.by_id[id_].household)]
        if len(homes) == len(set(homes)):
            yield some


@settings(deadline=None, max_examples=50)
@given(problems(most=9), st.integers(1, 3), st.data())
def test_no_choice_of_alternates_is_better(problem, number, data):
    panels = every_panel(problem)
    assume(panels)
    panel = data.draw(st.sampled_from(panels))
    choices = list(every_choice(problem, panel, number))
    assume(choices)
    left = drop_outs(problem, panel, HALF, "seed", 6)
    best = min(expected_loss(problem, panel, some, left) for some in choices)
    found = choose_alternates(problem, panel, number, HALF, seed="seed", samples=6)
    ids = tuple(sorted(one.id for one in found.chosen))
    assert ids in {tuple(sorted(some)) for some in choices}
    assert found.expected == best == expected_loss(problem, panel, ids, left)
    assert found.without == sum((loss(problem, {*panel} - {*gone}) for gone in left), Fraction(0)) / 6
    assert found.proved
    choice = choice_of(problem, panel, number, left)
    assert 0 <= lower_bound(choice) <= best
    assert choice.recourse.expected(search(choice, "seed")[1]) >= best


def a_larger_problem():
    """Sixty volunteers, a panel of twelve, where the search and its bound must do without the whole program."""
    rows = [(f"g{n % 2}", f"a{n * 7 % 5}", f"e{n * 5 % 3}", f"home {n // 2}" if n % 9 == 0 else "") for n in range(60)]
    quotas = {
        "g": {"g0": (6, 6), "g1": (6, 6)},
        "a": {f"a{n}": (2, 3) for n in range(5)},
        "e": {f"e{n}": (4, 4) for n in range(3)},
    }
    problem = problem_of(rows, quotas, 12)
    return problem, leximin(problem).lottery.panels[0]


def test_a_larger_choice_has_a_bound_below_it_and_exchanges_do_not_help():
    problem, panel = a_larger_problem()
    found = choose_alternates(problem, panel, 4, StayModel(), seed="s", samples=40)
    assert found.bound <= found.expected < found.without
    left = drop_outs(problem, panel, StayModel(), "s", 40)
    ids = [one.id for one in found.chosen]
    assert found.expected == expected_loss(problem, panel, ids, left)
    for place in range(4):
        for other in problem.pool.ids:
            swapped = [*ids[:place], other, *ids[place + 1 :]]
            if is_choice(problem, panel, swapped):
                assert expected_loss(problem, panel, swapped, left) >= found.expected


def is_choice(problem, panel, some):
    homes = [problem.pool.by_id[id_].household for id_ in (*panel, *some)]
    tied = [home for home in homes if home]
    return len(set(some)) == len(some) and not {*some} & {*panel} and len(tied) == len(set(tied))


def test_the_same_seed_gives_the_same_alternates_and_another_order_of_the_pool_changes_nothing():
    problem, panel = a_larger_problem()
    shuffled = type(problem)(
        type(problem.pool)(problem.pool.features, problem.pool.volunteers[::-1]), problem.quotas, 12
    )
    one, other = (choose_alternates(p, panel, 3, StayModel(), seed="s", samples=30) for p in (problem, shuffled))
    assert one == other
    assert choose_alternates(problem, panel, 3, StayModel(), seed="t", samples=30) != one


def test_everyone_of_a_type_is_asked_equally_often():
    problem = problem_of([("x", ""), *[("y", "")] * 4], {"f": {"x": (0, 1), "y": (0, 1)}}, 1)
    asked = [choose_alternates(problem, ("v000",), 1, HALF, seed=f"{n}", samples=2).chosen[0].id for n in range(240)]
    counts = [asked.count(f"v00{n}") for n in range(1, 5)]
    assert sum(counts) == 240
    assert all(40 <= count <= 80 for count in counts)


def test_those_excluded_from_the_draw_do_not_stand_by():
    problem = problem_of([("x", "")] * 4, {"f": {"x": (0, 2)}}, 2)
    listed = with_lists(problem, Lists(excluded={"v002": "here"}))
    found = choose_alternates(listed, ("v000", "v001"), 1, HALF, seed="s", samples=5)
    assert [one.id for one in found.chosen] == ["v003"]


@pytest.mark.parametrize(("number", "said"), [(0, "0 alternates"), (21, "21 alternates"), (2, "Only 1 household")])
def test_too_many_or_too_few_alternates_are_refused(number, said):
    problem = problem_of([("x", "home"), ("x", "home"), ("x", "a"), ("x", "a")], {"f": {"x": (0, 2)}}, 1)
    with pytest.raises(BadAlternates, match=said):
        choose_alternates(problem, ("v000",), number, HALF, seed="s", samples=5)


def test_drop_outs_come_at_their_rate_and_from_the_seed():
    problem = problem_of([("x", "")] * 50 + [("y", "")] * 50, {"f": {"x": (0, 50), "y": (0, 50)}}, 100)
    model = StayModel(Fraction(9, 10), {("f", "y"): Fraction(1, 2)})
    left = drop_outs(problem, problem.pool.ids, model, "s", 200)
    gone = [id_ for one in left for id_ in one]
    early = sum(id_ < "v050" for id_ in gone)
    assert 850 < early < 1150
    assert 5200 < len(gone) - early < 5800
    assert left == drop_outs(problem, problem.pool.ids[::-1], model, "s", 200)
    assert left != drop_outs(problem, problem.pool.ids, model, "t", 200)
    assert drop_outs(problem, problem.pool.ids, StayModel(Fraction(1)), "s", 3) == ((), (), ())


def test_the_learned_factors_are_the_most_likely_ones():
    """No small step away from them has a higher posterior, found by computing it directly."""
    history = [
        Past({"age": age, "sex": sex}, n % 10 >= (4 if age == "young" else 1) + (sex == "man"))
        for n in range(60)
        for age in ("young", "old")
        for sex in ("man", "woman")
    ]
    model = learn(history)
    names = [("age", "young"), ("age", "old"), ("sex", "man"), ("sex", "woman")]

    def posterior(base, factors):
        total = 9 * log(base) + log(1 - base) + 10 * sum(log(one) for one in factors.values())
        for one in history:
            stay = base
            for pair in one.values.items():
                stay *= factors[pair]
            total += log(stay) if one.stayed else log(1 - stay)
        return total

    base, factors = float(model.base), {name: float(model.factors[name]) for name in names}
    best = posterior(base, factors)
    for step in (-0.01, 0.01):
        assert posterior(base + step, factors) < best
        for name in names:
            if factors[name] + step <= 1:
                assert posterior(base, factors | {name: factors[name] + step}) < best
    assert factors["age", "young"] < factors["age", "old"]
    assert learn([]) == StayModel()


def test_the_command_writes_the_alternates_in_calling_order(drawn, tmp_path):
    result = run("alternates", drawn, "--count", 3, "--samples", 60, "--out", tmp_path / "alternates.csv")
    assert result.exit_code == 0, result.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "alternates.csv").read_text(), newline="")))
    assert [row["calling order"] for row in rows] == ["1", "2", "3"]
    assert sorted((int(row["serves"]) for row in rows), reverse=True) == [int(row["serves"]) for row in rows]
    panel = list(csv.DictReader(io.StringIO((drawn / "panel.csv").read_text(), newline="")))
    assert len({row["address"] for row in (*panel, *rows)}) == 11
    assert "without alternates" in result.stdout
    assert "seed the ducks" in result.stdout
    again = run("alternates", drawn, "--count", 3, "--samples", 60, "--out", tmp_path / "again.csv")
    assert again.exit_code == 0
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "alternates.csv").read_bytes()
    over = run("alternates", drawn, "--count", 3, "--samples", 60, "--out", tmp_path / "again.csv")
    assert (over.exit_code, "again.csv" in over.stderr) == (1, True)


@pytest.mark.slow
@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_process_and_hash_seed_choose_the_same_alternates(drawn, tmp_path, hash_seed):
    wanted = run("alternates", drawn, "--number", 3, "--samples", 60, "--out", tmp_path / "here.csv")
    words = ("alternates", drawn, "--number", "3", "--samples", "60", "--out", tmp_path / "there.csv")
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    subprocess.run([sys.executable, "-m", "sortition.cli", *words], env=environment, cwd=ROOT, check=True)
    assert wanted.exit_code == 0
    assert (tmp_path / "here.csv").read_bytes() == (tmp_path / "there.csv").read_bytes()


def test_the_command_learns_from_a_history(drawn, tmp_path):
    text = "Age,stayed\n" + "16-29,no\n30-64,yes\n65+,yes\n" * 20
    (tmp_path / "history.csv").write_text(text)
    result = run(
        "alternates",
        drawn,
        "--count",
        2,
        "--samples",
        20,
        "--history",
        tmp_path / "history.csv",
        "--out",
        tmp_path / "out.csv",
    )
    assert result.exit_code == 0, result.stderr
    assert "age=16-29: times" in result.stdout
    rates = [line.split()[0] for line in result.stdout.splitlines() if ": times " in line]
    assert rates[0] == "age=16-29:"


def test_a_seat_that_stays_empty_counts_where_no_quota_misses_it():
    problem = problem_of([("x", "")] * 6, {"f": {"x": (0, 4)}}, 4)
    left = drop_outs(problem, ("v000", "v001", "v002", "v003"), HALF, "s", 50)
    found = choose_alternates(problem, ("v000", "v001", "v002", "v003"), 1, HALF, seed="s", samples=50)
    assert found.without == sum((Fraction(len(gone), 4) for gone in left), Fraction(0)) / 50
    assert found.expected == sum((Fraction(max(len(gone) - 1, 0), 4) for gone in left), Fraction(0)) / 50
    assert found.proved


def test_stated_rates_hold_for_those_with_one_of_the_values():
    model = model_of({("a", "x"): Fraction(1, 5), ("b", "y"): Fraction(0)}, Fraction(4, 5))
    assert model.chance({"a": "x", "b": "z"}) == Fraction(4, 5)
    assert model.chance({"a": "w", "b": "z"}) == Fraction(4, 5)
    assert model.chance({"a": "w", "b": "y"}) == 1
    assert model_of({("a", "x"): Fraction(0), ("b", "y"): Fraction(0)}).chance({"a": "x", "b": "y"}) == 1
    assert model_of({("a", "x"): Fraction(1)}).chance({"a": "x"}) == 0


def test_the_command_takes_rates_and_answers_programs(drawn, tmp_path):
    (tmp_path / "rates.csv").write_text('Feature,Value,Rate\nAGE,16-29,50%\nage,65+,"0,05"\n# a remark\n')
    more = ("--samples", 30, "--rates", tmp_path / "rates.csv", "--json", "--out", tmp_path / "out.csv")
    result = run("alternates", drawn, "--count", 2, *more)
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert [one["id"] for one in told["alternates"]] == [
        row["id"] for row in csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(), newline=""))
    ]
    assert told["stays"]["everybody"] == "9/10"
    assert [(one["value"], one["factor"]) for one in told["stays"]["values"]] == [("16-29", "5/9"), ("65+", "19/18")]
    assert Fraction(told["violation"]) - Fraction(told["bound"]) == Fraction(told["gap"])
    assert Fraction(told["violation_without"]) > Fraction(told["violation"])
    assert told["proved"] == (told["gap"] == "0")
    words = run("alternates", drawn, "--count", 2, *more[:4], "--out", tmp_path / "words.csv")
    assert "age=16-29: times 55.6 %" in words.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("feature,value\nage,65+\n", "rates.csv, row 1, column rate: There is no column with this heading."),
        ("feature,value,rate,rate\nage,65+,1,1\n", "rates.csv, row 1, column rate: It occurs more than once."),
        ("feature,value,rate\n", "rates.csv: The file has a header and no rates."),
        ("feature,value,rate\nage,65+,-0.1\n", "rates.csv, row 2, column rate: The rate -0.1 is below 0."),
        ("feature,value,rate\nage,65+,20\n", "rates.csv, row 2, column rate: The rate 20 is above 1"),
        ("feature,value,rate\nage,65+,120%\n", "column rate: The rate 120% is above 1"),
        ("feature,value,rate\nage,65+,often\n", "column rate: “often” is not a number."),
        ("feature,value,rate\nage,65+,\n", "rates.csv, row 2, column rate: The cell is blank."),
        ("feature,value,rate\nage,12,0.1\n", "rates.csv, row 2, column value: “12” is no value of age."),
        ("feature,value,rate\ntown,x,0.1\n", "rates.csv, row 2, column feature: “town” is no feature of the quotas."),
        ("feature,value,rate\nage,65+,0.1\nAge,65+,0.2\n", "row 3, column value: age=65+ has a rate in row 2 already."),
    ],
)
def test_wrong_rates_are_refused_with_their_place(text, said, drawn, tmp_path):
    (tmp_path / "rates.csv").write_text(text)
    result = run("alternates", drawn, "--rates", tmp_path / "rates.csv", "--out", tmp_path / "out.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert "Remedy:" in result.stderr
    assert not (tmp_path / "out.csv").exists()


def test_a_workbook_is_a_workbook_and_anything_else_is_refused(drawn, tmp_path):
    plain, book = tmp_path / "out.csv", tmp_path / "out.xlsx"
    for path in (plain, book):
        assert run("alternates", drawn, "--count", 3, "--samples", 20, "--out", path).exit_code == 0
    rows = [[str(cell or "") for cell in row] for row in load_workbook(book).active.iter_rows(values_only=True)]
    assert rows == list(csv.reader(plain.read_text(encoding="utf-8").splitlines()))
    result = run("alternates", drawn, "--out", tmp_path / "out.txt")
    assert (result.exit_code, "Let the name end in .csv or .xlsx." in result.stderr) == (1, True)
    assert not (tmp_path / "out.txt").exists()


def test_rates_and_a_history_together_are_refused(drawn, tmp_path):
    result = run("alternates", drawn, "--rates", "a.csv", "--history", "b.csv", "--out", tmp_path / "out.csv")
    assert (result.exit_code, "Name one of the two files." in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age\n65+\n", "history.csv, row 1, column stayed: The file has no column stayed."),
        ("town,stayed\nx,yes\n", "The file has none of the quotas' features."),
        ("age,stayed\n65+,perhaps\n", "history.csv, row 2, column stayed: “perhaps” is neither yes nor no."),
        ("age,stayed\n12,yes\n", "history.csv, row 2, column age: “12” has no quota."),
    ],
)
def test_a_wrong_history_is_refused_with_its_place(text, said, drawn, tmp_path):
    (tmp_path / "history.csv").write_text(text)
    result = run("alternates", drawn, "--history", tmp_path / "history.csv", "--out", tmp_path / "out.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(("option", "given_"), [("--samples", 0), ("--drop-out", 100), ("--count", 30)])
def test_numbers_that_cannot_be_are_refused(option, given_, drawn, tmp_path):
    result = run("alternates", drawn, option, given_, "--out", tmp_path / "out.csv")
    assert (result.exit_code, "Remedy:" in result.stderr) == (1, True)


def test_where_the_sets_are_too_many_the_search_is_narrower_and_the_loss_still_exact():
    """18 alternates of whom some nine serve: 48,620 sets, so the search tries the best of them and counts them all."""
    rows = [(f"g{n % 2}", f"a{n * 7 % 5}", "") for n in range(60)]
    quotas = {"g": {"g0": (9, 9), "g1": (9, 9)}, "a": {f"a{n}": (3, 4) for n in range(5)}}
    problem = problem_of(rows, quotas, 18)
    panel = every_panel_member(problem)
    left = drop_outs(problem, panel, HALF, "s", 2)
    choice = choice_of(problem, panel, 18, left)
    assert not choice.recourse.quick(18)
    chosen, found = search(choice, "s")
    brute = 0
    for sample, counts in zip(choice.recourse.samples, choice.recourse.counts, strict=True):
        added = {(0,) * choice.recourse.has.shape[1]}
        for t in chosen:
            added |= {tuple(a + b for a, b in zip(one, choice.recourse.has[t], strict=True)) for one in added}
        full = [one for one in added if one[-1] == sample.open]
        brute += int(choice.recourse.losses(counts + np.array(full)).min()) * sample.times
    assert found == brute
    assert lower_bound(choice) <= choice.recourse.expected(found)


def every_panel_member(problem):
    """A panel that keeps the quotas of the pool above: three or four of each age, nine of each gender."""
    panel = leximin(problem).lottery.panels[0]
    assert problem.allows(panel)
    return panel
