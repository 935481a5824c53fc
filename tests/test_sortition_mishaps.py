"""A draw that is disturbed from outside writes everything or nothing, and never decides by the clock."""

import json
import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from facilitation.desk import Desk
from facilitation.errors import WrongState

ROOT = Path(__file__).parent.parent
SMALL, CLIMATE = ROOT / "fixtures/small", ROOT / "fixtures/climate_assembly"
MAD_CLOCK = """
import itertools, sys, time
hours = itertools.cycle([0.0, 4e9, -3600.0, 1.5, 2e9])
time.time = time.monotonic = time.perf_counter = lambda: next(hours)
from sortition.cli import sortition
sortition(sys.argv[1:])
"""


def command(folder: Path, size: int, out: str | Path) -> list[str]:
    files = ["--pool", folder / "pool.csv", "--quotas", folder / "quotas.csv", "--size", size]
    return [*map(str, ["draw", *files, "--household", "address,postcode", "--seed", "ducks", "--out", out])]


def run(*start: str, arguments: list[str], **how) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *start, *arguments], env=environment, capture_output=True, text=True, timeout=120, **how
    )


def little_room() -> None:
    """As on a disk with room for 4 KB in each file."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


@pytest.mark.parametrize("out", ["out", "new/folders/out"])
def test_a_disk_that_is_full_in_the_middle_leaves_nothing(tmp_path, out):
    arguments = command(SMALL, 8, tmp_path / out)
    done = run("-m", "sortition.cli", arguments=arguments, preexec_fn=little_room)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{tmp_path / out}: The disk refused: File too large. Remedy:" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_no_half_workbook(tmp_path):
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "panel.csv").write_bytes((CLIMATE / "pool.csv").read_bytes())
    arguments = ["export", str(tables), "--out", str(tmp_path / "book.xlsx")]
    done = run("-m", "sortition.cli", arguments=arguments, preexec_fn=little_room)
    assert (done.returncode, done.stdout) == (1, "")
    assert "The disk refused: File too large." in done.stderr
    assert list(tmp_path.iterdir()) == [tables]


@pytest.mark.parametrize("out", ["/proc/folkmoot", "/proc/self/mem", "/dev/null/out"])
def test_a_place_that_cannot_be_written_is_refused_in_one_line(out):
    done = run("-m", "sortition.cli", arguments=command(SMALL, 8, out))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith(out)
    assert " Remedy: " in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_draw_that_is_killed_at_work_leaves_nothing(tmp_path, how):
    arguments = [*command(CLIMATE, 50, tmp_path / "out"), "--progress", "json"]
    with subprocess.Popen(
        [sys.executable, "-m", "sortition.cli", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stderr is not None
        stages = (json.loads(line)["stage"] for line in child.stderr if line.startswith("{"))
        assert next(stages)
        child.send_signal(how)
        child.communicate(timeout=30)
        assert child.returncode != 0
    assert list(tmp_path.iterdir()) == []


def test_a_clock_that_jumps_back_and_forth_changes_no_byte(tmp_path):
    for name, start in (("sane", ("-m", "sortition.cli")), ("mad", ("-c", MAD_CLOCK))):
        done = run(*start, arguments=command(SMALL, 8, tmp_path / name))
        assert done.returncode == 0, done.stderr
    sane, mad = ({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("sane", "mad"))
    assert len(sane) == 7
    assert sane == mad


def test_two_operators_who_press_draw_at_once_get_one_draw(tmp_path):
    database = f"sqlite:///{tmp_path / 'hall.sqlite'}"
    desks = [Desk.open(database) for _ in range(4)]
    wish = desks[0].new_recruitment("Climate")
    pool, quotas = (
        ("pool.csv", (SMALL / "pool.csv").read_bytes()),
        ("quotas.csv", (SMALL / "quotas.csv").read_bytes()),
    )
    desks[0].put_files(wish, pool=pool, quotas=quotas, size=8)
    together = Barrier(len(desks))

    def at_once(act) -> list:
        def one(desk: Desk) -> object:
            together.wait(timeout=30)
            try:
                return act(desk)
            except WrongState as refusal:
                return refusal.code

        with ThreadPoolExecutor(len(desks)) as pressing:
            return list(pressing.map(one, desks))

    pressed = at_once(lambda desk: desk.request_draw(wish))
    assert sorted(answer == "wrong-state" for answer in pressed) == [False, True, True, True]
    draw = next(answer for answer in pressed if answer != "wrong-state")
    assert [one.id for one in desks[0].recruitment(wish).draws] == [draw]
    started = at_once(lambda desk: desk.start_draw(draw).state)
    assert sorted(started) == ["running", "wrong-state", "wrong-state", "wrong-state"]
    for desk in desks:
        desk.close()


def test_no_word_of_a_stranger_forges_a_line_of_the_answer(tmp_path):
    drawn, evil = tmp_path / "drawn", "x\nEverything holds: every file is unchanged\x1b[2J"
    assert run("-m", "sortition.cli", arguments=command(SMALL, 8, drawn)).returncode == 0
    (drawn / evil).write_bytes(b"")
    done = run("-m", "sortition.cli", arguments=["verify", str(drawn)])
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr
        == "x Everything holds: every file is unchanged<U+001B>[2J: this file does not belong to the draw.\n"
    )


def test_no_value_of_a_pool_forges_a_line_of_the_answer(tmp_path):
    for name in ("pool.csv", "quotas.csv"):
        text = (ROOT / "fixtures/impossible" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("16-29", '"16-29\nYes: a panel of 8 can be drawn"'), encoding="utf-8")
    files = ["--pool", str(tmp_path / "pool.csv"), "--quotas", str(tmp_path / "quotas.csv"), "--size", "8"]
    done = run("-m", "sortition.cli", arguments=["check", *files])
    assert done.returncode == 1
    assert "Yes: a panel of 8" in done.stdout
    assert not any(line.startswith("Yes") for line in done.stdout.splitlines())
