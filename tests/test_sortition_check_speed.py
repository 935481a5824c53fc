"""A check of 2,000 volunteers under 8 features: how long it takes, and that it says the same in every process."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

ROOT = Path(__file__).parent.parent
SPEC = importlib.util.spec_from_file_location("check_benchmark", ROOT / "tests/benchmarks/check.py")
benchmark = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(benchmark)


@pytest.mark.slow
@pytest.mark.parametrize("kind", benchmark.KINDS)
def test_a_check_of_2000_volunteers_takes_less_than_two_seconds_of_a_processor(kind, tmp_path):
    benchmark.make(tmp_path, 2000, 8, kind, Random(f"8 {kind} 0"))
    told = dict(zip(benchmark.HEADINGS, benchmark.measure(tmp_path, 8, kind), strict=True))
    assert (told["possible"] == "no") == (kind == "impossible")
    assert (int(told["never"]) > 0) == (kind == "never chosen")
    assert (int(told["repairs"]) > 1) == (kind == "impossible")
    assert float(told["seconds"]) < 2


@pytest.mark.slow
def test_a_panel_size_far_from_the_quotas_is_answered_and_the_same_in_every_process(tmp_path):
    benchmark.make(tmp_path, 1000, 6, "possible", Random(6))
    command = [sys.executable, "-m", "sortition.cli", "check", "--pool", "pool.csv", "--quotas", "quotas.csv"]
    said = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        result = subprocess.run(
            [*command, "--size", "125", "--household", "address", "--json"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (result.returncode, '"possible": false' in result.stdout) == (1, True)
        said.add(result.stdout)
    assert len(said) == 1
