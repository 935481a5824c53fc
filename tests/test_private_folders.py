"""What a killed program leaves of its private folder is found and deleted, and no folder in which somebody works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from halls import ROOT
from waiting import until

from facilitation.desk import Desk
from facilitation.desk.private_folders import left_behind, private_folder, sweep
from web.cli import folkmoot

KILLED = """
import os, signal
from facilitation.desk.private_folders import private_folder
with private_folder("draw") as folder:
    (folder / "pool.csv").write_text("id,name\\n7,Ada\\n")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's programs keep temporary files."""
    found = tmp_path / "temporary"
    found.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(found))
    monkeypatch.setenv("TMPDIR", str(found))
    return found


def killed() -> None:
    """A program that works in such a folder, and is killed there."""
    ended = subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL


def test_a_private_folder_is_its_owners_alone_and_gone_afterwards(place: Path) -> None:
    with private_folder("draw") as folder:
        assert folder.parent == place
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "pool.csv").write_text("id\n7\n")
    assert list(place.iterdir()) == []
    with pytest.raises(ZeroDivisionError), private_folder("draw"):
        raise ZeroDivisionError
    assert list(place.iterdir()) == []


def test_what_a_killed_program_left_is_swept_and_nothing_else(place: Path) -> None:
    killed()
    outside = place / "mine"
    outside.mkdir()
    (outside / "kept.csv").write_text("id\n")
    (place / "folkmoot-draw-link").symlink_to(outside)
    (place / "folkmoot-draw-file").write_text("no folder")
    (place / "folkmoot-other-7").mkdir()
    with private_folder("draw") as folder, private_folder("restore") as other:
        assert left_behind() == 1
        assert sweep() == 1
        assert left_behind() == sweep() == 0
        assert folder.is_dir()
        assert other.is_dir()
    left = {one.name for one in place.iterdir()}
    assert left == {"mine", "folkmoot-draw-link", "folkmoot-draw-file", "folkmoot-other-7"}
    assert (outside / "kept.csv").exists()


def test_a_folder_that_was_swept_before_it_was_held_is_made_anew(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, make = [], tempfile.mkdtemp

    def swept(*words: str, **how: str) -> str:
        made.append(make(*words, **how))
        if len(made) == 1:
            os.rmdir(made[0])
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", swept)
    with private_folder("draw") as folder:
        assert str(folder) == made[1]
        assert folder.is_dir()


def test_a_worker_that_starts_and_the_daily_deleting_take_leftovers_away(place: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'f.sqlite'}"
    Desk.open(database).close()
    killed()
    said = CliRunner().invoke(folkmoot, ["retention", "--database", database, "--dry-run"]).stdout
    assert "due now  folders on this machine: 1" in said
    assert left_behind() == 1, "a dry run deletes nothing"
    said = CliRunner().invoke(folkmoot, ["retention", "--database", database]).stdout
    assert "deleted: folders on this machine: 1" in said
    assert "Nothing is due." in CliRunner().invoke(folkmoot, ["retention", "--database", database]).stdout
    killed()
    command = [sys.executable, "-m", "web.cli", "worker", "--database", database]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: left_behind() == 0)
        assert worker.poll() is None
    finally:
        worker.terminate()
        worker.wait(timeout=20)
    assert list(place.iterdir()) == []


def test_erasure_takes_leftovers_away_and_says_so(place: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'f.sqlite'}"
    desk = Desk.open(database)
    seated = desk.seat("Citizens", [{"id": "7", "name": "Ada"}])
    desk.close()
    told = CliRunner().invoke(folkmoot, ["person", "find", "--database", database, "Ada"]).stdout
    killed()
    command = ["person", "erase", "--database", database]
    said = CliRunner().invoke(folkmoot, [*command, told.split()[0]])
    assert said.exit_code == 0, said.output
    assert "1 folders deleted that interrupted work had left behind" in said.stdout
    assert (seated.members[0].name, list(place.iterdir())) == ("Ada", [])
