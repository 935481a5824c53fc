"""`folkmoot serve --backups`: one every minute and at each end, a bounded number, and a word where none is made."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from assemblies import BOTH, Sitting, ballot_key, sitting_on
from faults import a_small_disk, full
from halls import a_hall, folkmoot, join, seat
from test_web_faults import Listening
from waiting import until

from facilitation.desk import Desk
from facilitation.desk.moving import check_backup
from web import backing_up
from web.backing_up import WORD, Keeper


@pytest.fixture(params=BOTH)
def sitting(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    yield from sitting_on(request, tmp_path / "hall.sqlite", members=4)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """The monotonic clock of the keeper, moved by hand."""
    now = [1000.0]
    monkeypatch.setattr(backing_up.time, "monotonic", lambda: now[0])

    def go_on(seconds: float) -> None:
        now[0] += seconds

    return go_on


def test_what_a_killed_maker_left_goes_with_the_next_backup(sitting: Sitting, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    name = ".folkmoot-20260101T100000.000Z.sqlite"
    left = [folder / f"{name}.a1_b2c3d{end}" for end in ("", "-wal", "-shm")]
    others = [folder / f"{name}.atwork00", folder / "folkmoot-of-mine.sqlite", folder / ".folkmoot.sqlite.a1b2c3d4"]
    for file in left + others:
        file.write_bytes(b"Namemark")
        if file != others[0]:
            os.utime(file, (0, 0))
    Keeper(sitting.opened(), folder).make()
    assert [file.exists() for file in left + others] == [False] * 3 + [True] * 3


def test_one_a_minute_while_a_session_is_on_and_one_whenever_something_ends(
    sitting: Sitting, clock: Callable[[float], None], tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    keeper = Keeper(sitting.opened(), folder, keep=4)
    keeper.look()
    clock(1000)
    keeper.look()
    assert keeper.kept() == [], "nothing is on yet"
    first = sitting.desk.actions(sitting.session)[0]
    sitting.desk.start_item(sitting.session, str(first.item))
    keeper.look()
    assert len(keeper.kept()) == 1
    clock(59)
    keeper.look()
    assert len(keeper.kept()) == 1
    clock(1)
    keeper.look()
    assert len(keeper.kept()) == 2
    members = sitting.arrive()
    round_id = sitting.open_round()
    keeper.look()
    assert check_backup(keeper.kept()[-1]).rounds == {"cancelled": 1}
    sitting.desk.cast_ballot(round_id, members[0], ballot_key(1), "yes")
    keeper.look()
    assert len(keeper.kept()) == 3, "a ballot is no end"
    sitting.desk.close_round(round_id)
    keeper.look()
    assert check_backup(keeper.kept()[-1]).rounds == {"closed": 1}
    newest = keeper.kept()[-1]
    for _ in range(5):
        clock(60)
        keeper.look()
    assert len(keeper.kept()) == 4, "the newest four are kept"
    assert newest not in keeper.kept()
    assert json.loads((folder / WORD).read_text())["why"] == ""
    sitting.desk.close_session(sitting.session)
    keeper.look()
    last = keeper.kept()[-1]
    clock(600)
    keeper.look()
    assert keeper.kept()[-1] == last, "the last was made at the close"


def test_other_files_in_the_folder_are_nobodys_business(sitting: Sitting, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "folkmoot-of-last-year.sqlite").write_text("mine")
    keeper = Keeper(sitting.opened(), folder, keep=1)
    for _ in range(3):
        keeper.make()
        time.sleep(0.002)
    assert len(keeper.kept()) == 1
    assert (folder / "folkmoot-of-last-year.sqlite").read_text() == "mine"


@pytest.mark.slow
def test_a_full_disk_of_backups_is_told_and_the_session_goes_on(tmp_path: Path) -> None:
    with a_small_disk(tmp_path) as place:
        sitting = Sitting(tmp_path / "hall.sqlite", members=2)
        keeper = Keeper(sitting.opened(), place)
        with full(place):
            keeper.make()
            assert keeper.why.startswith("the folder of the backups cannot be written")
            sitting.arrive()
        assert keeper.kept() == []
        assert [path.name for path in place.iterdir()] == []
        keeper.make()
        assert (keeper.why, len(keeper.kept())) == ("", 1)
        sitting.close()


@pytest.mark.slow
def test_the_server_makes_them_and_the_console_says_when_it_cannot(tmp_path: Path) -> None:
    folder = tmp_path / "other disk"
    with a_hall(tmp_path, "--no-worker", "--backups", str(folder)) as hall:
        seats = seat(hall.database, members=2)
        console = Listening(hall, seats.facilitator, "backups")
        member = join(hall, seats.codes[0])
        desk = Desk.open(hall.database, chance=random.Random(1))
        until(lambda: (folder / WORD).exists(), what="the keeper looks")
        desk.start_item(seats.session, str(desk.actions(seats.session)[0].item))
        (made,) = until(lambda: list(folder.glob("folkmoot-*.sqlite")), what="a backup is made at the start")
        assert check_backup(made).found.heads["Climate Assembly"][0] > 1
        assert made.stat().st_mode & 0o777 == 0o600
        shutil.rmtree(folder)
        folder.write_text("a file where the folder was")
        desk.end_item(seats.session)
        told = until(lambda: console.told, what="the console is told")
        assert told[0]["why"]
        page = hall.get(f"/run/{seats.session}", seats.facilitator).body.decode()
        assert "data-no-backups>" in page
        assert told[0]["why"] in page
        assert "data-no-backups" not in hall.get("/m", member).body.decode()
        folder.unlink()
        folder.mkdir()
        until(lambda: console.told[-1]["why"] == "", what="it is over")
        desk.close()
        console.client.disconnect()


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    database = str(tmp_path / "hall.sqlite")
    for command in (["backups", "--database", database], ["serve", "--database", database, "--port", "0", "--backups"]):
        refused = folkmoot(*command, str(tmp_path / "file" / "folder"), check=False)
        assert refused.returncode == 1
        assert "Backups cannot be kept in" in refused.stderr
        assert "Remedy:" in refused.stderr
        assert "Traceback" not in refused.stderr
