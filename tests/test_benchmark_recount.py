"""The benchmark's recount notices what it is there to notice, and its pools are the same every time."""

import importlib.util
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from make_pools import TEN, Shape, make_pool

HERE = Path(__file__).parent


def the_recount():
    """The benchmark's own file, which lies beside no test."""
    spec = importlib.util.spec_from_file_location("recount", HERE / "benchmarks/recount.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["recount"] = module
    spec.loader.exec_module(module)
    return module


recount = the_recount()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "quotas.csv").write_text("feature,value,min,max\nsex,w,1,1\nsex,m,1,1\n")
    (tmp_path / "pool.csv").write_text("id,sex,home\na,w,1\nb,w,2\nc,m,1\nd,m,3\n")
    return tmp_path


def test_chances_are_recounted_exactly(folder):
    lottery = [(("a", "d"), Fraction(1, 3)), (("b", "c"), Fraction(2, 3))]
    profile = recount.Profile.of(folder, 2, "home", lottery)
    assert profile.chances == (Fraction(1, 3), Fraction(1, 3), Fraction(2, 3), Fraction(2, 3))
    assert profile.below(Fraction(1, 2)) == 2
    assert "min 0.33333" in str(profile)


@pytest.mark.parametrize(
    ("panel", "household"),
    [(("a", "b"), ""), (("a",), ""), (("a", "a"), ""), (("a", "c"), "home")],
)
def test_a_panel_that_breaks_a_rule_ends_the_benchmark(folder, panel, household):
    with pytest.raises(SystemExit, match="breaks the rules"):
        recount.Profile.of(folder, 2, household, [(panel, Fraction(1))])


def test_weights_that_do_not_add_up_end_the_benchmark(folder):
    with pytest.raises(SystemExit, match="add up"):
        recount.Profile.of(folder, 2, "", [(("a", "c"), Fraction(1, 2))])


def test_shares_of_the_peer_are_scaled_to_one(tmp_path):
    (tmp_path / "out.json").write_text(json.dumps([[["b", "a"], 0.5], [["c", "a"], 0.25]]))
    assert [share for _, share in recount.read_theirs(tmp_path / "out.json")] == [Fraction(2, 3), Fraction(1, 3)]


def test_the_gini_coefficient_of_equal_and_of_unequal_chances():
    assert recount.gini([0.5, 0.5]) == 0
    assert recount.gini([0, 0, 0, 1]) == pytest.approx(3 / 4)


def test_pools_are_made_the_same_every_time_and_have_the_sizes_they_are_named_for(tmp_path):
    shape = TEN["mass_24"]
    for name in ("one", "two"):
        make_pool(tmp_path / name, shape, "seed", households=0.2)
    for file in ("pool.csv", "quotas.csv"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    rows = (tmp_path / "one/pool.csv").read_text().splitlines()
    assert len(rows) == shape.volunteers + 1
    assert rows[0].count(",") == shape.features + 2
    assert len({row.split(",")[-2] for row in rows[1:]}) == shape.volunteers - 7
    assert TEN["obf_30"] == Shape(321, 30, 8)


@pytest.mark.slow
def test_the_benchmark_writes_its_table(tmp_path):
    table = tmp_path / "draw.md"
    command = [sys.executable, str(HERE / "benchmarks/draw.py"), "--out", str(table), "mass_24"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "mass_24: ours" in done.stdout
    row = next(line for line in table.read_text().splitlines() if "mass_24" in line)
    assert "| 70 | 24 |" in row
    assert ", yes |" in row
