"""A draw that is stopped keeps the best lottery so far and says how far from the optimum it may be."""

import json
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_pools import Shape, make_pool
from small_pools import every_panel, problem_of, problems

from sortition.certificate import build, check
from sortition.cli import sortition
from sortition.fairness import FairLottery, leximin
from sortition.problem import DrawProblem
from sortition.progress import Enough, Progress, Stopped, heeding

small = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=40)


def stopped(problem: DrawProblem, after: int) -> FairLottery:
    """Leximin, told that it is enough once it has spoken so often of panels."""
    heard = 0

    def tell(progress: Progress) -> None:
        nonlocal heard
        heard += progress.may_stop
        if progress.may_stop and heard == after:
            raise Enough

    return leximin(problem, tell)


@small
@given(problems(), st.integers(1, 4))
def test_enough_keeps_a_lottery_with_its_true_distance(problem, after):
    if not every_panel(problem):
        return
    fair, full = stopped(problem, after), leximin(problem)
    chances = fair.lottery.chances()
    assert check(problem, fair.lottery, build(problem, fair.proof)) == ()
    assert sum(chances.values()) == problem.panel_size
    assert all(len({chances.get(id_, 0) for id_ in kind.members}) == 1 for kind in problem.types)
    for id_, chance in full.lottery.chances().items():
        assert fair.proof.proved <= (chances.get(id_, 0) == chance)
    worst = max(
        abs(chances.get(id_, Fraction(0)) - level.chance)
        for level in fair.proof.levels
        for t in level.types
        for id_ in problem.types[t].members
    )
    assert fair.proof.gap == worst
    assert fair.proof.proved is (worst == 0)


def a_pool_of_many_panels() -> DrawProblem:
    rows = [(f"a{n % 3}", f"b{n // 2 % 4}", f"c{n * n % 5 % 3}", "") for n in range(60)]
    quotas = {"a": {f"a{v}": (3, 5) for v in range(3)}, "b": {f"b{v}": (2, 4) for v in range(4)}}
    return problem_of(rows, quotas | {"c": {"c0": (1, 4), "c1": (5, 11)}}, 12)


def test_the_sooner_it_is_stopped_the_larger_its_gap():
    gaps = [stopped(a_pool_of_many_panels(), after).proof.gap for after in (1, 4, 10_000)]
    assert gaps[0] >= gaps[1] >= gaps[2] == 0
    assert gaps[0] > 0


def test_a_silent_solver_asks_too():
    asked = 0

    def ask() -> None:
        nonlocal asked
        asked += 1
        raise Stopped

    with pytest.raises(Stopped), heeding(ask):
        leximin(a_pool_of_many_panels())
    assert asked == 1


def a_long_draw(folder: Path, *more: str) -> subprocess.Popen[str]:
    """A draw that would take minutes, as a process of its own, stopped where it has begun to look for panels."""
    make_pool(folder / "pool", Shape(500, 30, 10), "a long draw")
    files = ["--pool", str(folder / "pool/pool.csv"), "--quotas", str(folder / "pool/quotas.csv"), "--size", "30"]
    options = ["--seed", "x", "--progress", "json", "--out", str(folder / "out"), *more]
    command = [sys.executable, "-m", "sortition.cli", "draw", *files, *options]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stderr is not None
    while '"panels", "done": 0.0' not in (line := child.stderr.readline()):
        assert line, "the draw ended before it looked for panels"
    child.stderr.readline()
    return child


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_a_draw_and_writes_nothing(tmp_path, number):
    child = a_long_draw(tmp_path)
    child.send_signal(number)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 1
    assert out == ""
    assert err.splitlines()[-1].startswith("The draw was stopped; nothing was written. Remedy:")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_ctrl_c_keeps_the_best_lottery_where_that_was_asked_for(tmp_path):
    child = a_long_draw(tmp_path, "--keep-best", "--tickets", "10")
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=120)
    assert child.returncode == 0, err
    certificate = json.loads((tmp_path / "out/certificate.json").read_bytes())
    assert certificate["proved"] is False
    assert 0 < Fraction(certificate["gap"]) <= 1
    assert "not proved" in out
    assert "not proved" in (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert CliRunner().invoke(sortition, ["verify", str(tmp_path / "out")]).exit_code == 0


def test_a_time_that_is_over_keeps_the_best_lottery(tmp_path):
    make_pool(tmp_path / "pool", Shape(300, 30, 6), "a short draw")
    files = [f"--{name}={tmp_path / 'pool' / name}.csv" for name in ("pool", "quotas")]
    options = ["--size=30", "--seed=x", "--tickets=10", f"--out={tmp_path / 'out'}"]
    result = CliRunner().invoke(sortition, ["draw", *files, *options, "--stop-after", "0.001"])
    assert result.exit_code == 0, result.stderr
    assert json.loads((tmp_path / "out/certificate.json").read_bytes())["proved"] is False
    assert CliRunner().invoke(sortition, ["verify", str(tmp_path / "out")]).exit_code == 0


def test_nobody_is_told_that_quotas_took_their_chance_where_the_search_just_ended(tmp_path):
    make_pool(tmp_path / "pool", Shape(300, 30, 6), "a short draw")
    files = [f"--{name}={tmp_path / 'pool' / name}.csv" for name in ("pool", "quotas")]
    options = ["--size=30", "--seed=x", "--tickets=10", f"--out={tmp_path / 'out'}"]
    result = CliRunner().invoke(sortition, ["draw", *files, *options, "--stop-after", "0.001"])
    assert "no panel that had been found when the search ended has a place for them" in result.stdout
    assert "says why" not in result.stdout
    page = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert "had no chance: no panel that had been found when the search ended" in page
    assert "Smallest chance of those who have one" in page
    CliRunner().invoke(sortition, ["letters", str(tmp_path / "out"), "--out", str(tmp_path / "letters.csv")])
    letters = (tmp_path / "letters.csv").read_text(encoding="utf-8")
    assert "was ended early, and no panel found by then had a place for you. You were not chosen." in letters
    assert "leaves no place" not in letters


@pytest.mark.parametrize("seconds", ["0", "-1", "inf", "nan"])
def test_a_time_that_makes_no_sense_is_refused(tmp_path, seconds):
    files = ["--pool=pool.csv", "--quotas=quotas.csv", "--size=30", f"--out={tmp_path / 'out'}"]
    result = CliRunner().invoke(sortition, ["draw", *files, f"--stop-after={seconds}"])
    assert result.exit_code == 1
    assert "--stop-after" in result.stderr
