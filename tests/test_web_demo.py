"""The demo: from the volunteer list to a running vote with one command, and gone again with Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from halls import free_port

from web.qr import lan_address
from web.rehearsal.day_agenda import VOTE
from web.rehearsal.demo import Place

pytestmark = pytest.mark.slow

FIRST_START = 120  # seconds; a bound for a test, not a claim
LATER_START = 90
ENDING = 3.0


class Demo:
    """A running demo and what it has printed."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.out = folder.parent / f"demo-{port}.txt"
        with open(self.out, "wb") as printed:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "web.cli", "demo", "--folder", str(folder), "--port", str(port)],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.out.read_text(encoding="utf-8")

    def wait_for(self, words: str, patience: float) -> None:
        until = time.monotonic() + patience
        while words not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < until, f"“{words}” was not printed within {patience} s:\n{self.text}"
            time.sleep(0.05)

    def link(self, name: str) -> str:
        found = re.search(rf"{name} +(http://\S+)", self.text)
        assert found, self.text
        return found.group(1)

    def end(self) -> float:
        """Press Ctrl-C; the seconds until the demo was gone."""
        pressed = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=20)
        return time.monotonic() - pressed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "kept"


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demo]:
    running = Demo(folder, free_port())
    try:
        running.wait_for("Ctrl-C ends the demo", FIRST_START)
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def processes_naming(words: str) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            named = entry.read_bytes() + b" " + (entry.parent / "environ").read_bytes()
            line = named.replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if words in line and str(os.getpid()) != entry.parent.name:
            found.append(line)
    return found


def test_an_open_demo_is_named_by_an_address_that_others_can_reach() -> None:
    here, everywhere = Place("127.0.0.1", 8765), Place("0.0.0.0", 8765)
    assert here.local
    assert here.url == "http://127.0.0.1:8765"
    assert not everywhere.local
    assert everywhere.url == f"http://{lan_address() or '127.0.0.1'}:8765"
    assert "0.0.0.0" not in everywhere.url


def test_it_draws_the_panel_and_says_how_fair_it_was(demo: Demo) -> None:
    assert "chance" in demo.text
    assert re.search(r"\d+\.\d+ ?%", demo.text), demo.text


def test_its_three_links_open_and_say_that_they_are_for_this_machine(demo: Demo) -> None:
    assert "this machine only" in demo.text
    for name in ("Facilitator", "Hall screen", "Member"):
        with urlopen(demo.link(name), timeout=5) as page:
            assert page.status == 200


def test_the_robots_vote_in_the_open_round(demo: Demo) -> None:
    token = demo.link("Hall screen").rsplit("/", 1)[1]
    ask = Request(f"http://127.0.0.1:{demo.port}/api/screen", headers={"Authorization": f"Bearer {token}"})
    cast, until = 0, time.monotonic() + 30
    while cast < 3 and time.monotonic() < until:
        with urlopen(ask, timeout=5) as answer:
            screen = json.load(answer)
        assert screen["round"]["state"] == "open"
        cast = screen["turnout"]["cast"]
        time.sleep(0.3)
    assert cast >= 3
    assert sum(item["state"] == "done" for item in screen["agenda"]) == VOTE


def test_a_taken_port_is_a_clear_message(demo: Demo, tmp_path: Path) -> None:
    second = Demo(tmp_path / "other", demo.port)
    assert second.process.wait(timeout=20) == 1
    assert f"port {demo.port}" in second.text
    assert "Remedy:" in second.text
    assert "Traceback" not in second.text


def test_ctrl_c_ends_everything_and_the_next_start_finds_the_draw(demo: Demo, folder: Path) -> None:
    assert demo.end() < ENDING
    assert not processes_naming(str(folder)), "something the demo started is still running"
    again = Demo(folder, free_port())
    again.wait_for("Ctrl-C ends the demo", LATER_START)
    assert "has been drawn before" in again.text
    assert again.end() < ENDING
    assert not processes_naming(str(folder))
