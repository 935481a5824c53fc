"""What is held of a person is found, given out and erased; the test looks for their marks in every byte on the disk.

And personal data stands in its own tables: in no row of the journal, no minutes, no screen of another.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from assemblies import BOTH, Sitting, sitting_on
from click.testing import CliRunner, Result
from marked import Marked, bytes_below, found_in, marks_of, number_of
from public_draws import checked
from thieves import files_of

from facilitation.desk import Desk
from facilitation.desk.backup import called
from facilitation.desk.copying import while_a_copy_is_made, while_no_copy_is_made
from facilitation.errors import Busy, NotFound, WrongState
from facilitation.store.backup import copy_rows
from web.backing_up import Keeper
from web.cli import folkmoot
from web.personal.giving import as_html, erase, erase_in_copies, erase_with_copies, everything
from web.personal.subject import find, subject_of


@pytest.fixture(params=BOTH)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Marked]:
    (tmp_path / "hall").mkdir()
    for sitting in sitting_on(request, tmp_path / "hall" / "f.sqlite", 2):
        yield Marked(sitting)


def on_disk(world: Marked) -> dict[str, bytes]:
    """Every file of the database, its log with it."""
    sitting = world.sitting
    if sitting.postgres is None:
        return bytes_below(sitting.path.parent)
    sitting.rows("SELECT pg_switch_wal()")
    sitting.rows("CHECKPOINT")
    return files_of(sitting)


def test_nothing_of_an_erased_person_is_left_on_the_disk(world: Marked, tmp_path: Path) -> None:
    desk, drawn, left_out = world.sitting.desk, world.drawn[0], world.left_out[0]
    session, member = world.seated.session_id, world.members[drawn]
    desk.keep_writing(session, f"member:{member}", "idea", {"text": marks_of(number_of(drawn))[0]})
    for volunteer in (drawn, left_out):
        marks = marks_of(number_of(volunteer))
        assert found_in(on_disk(world), marks), "the test would find them"
        subject = subject_of(desk, f"v.{world.recruitment}.{volunteer}")
        assert subject.members == ((member,) if volunteer == drawn else ())
        done = erase(desk, subject)
        assert done.files >= 3
        desk._store.tidy()
        assert found_in(on_disk(world), marks) == {}
        assert find(desk, marks[1]) == []
        assert erase(desk, subject_of(desk, f"v.{world.recruitment}.{volunteer}")).files == 0, "again changes nothing"
    other = world.left_out[1]
    assert found_in(on_disk(world), marks_of(number_of(other))), "the others are all there"
    assert desk.examined(world.seated.assembly_id)[2] is None
    assert desk.broken_journal_row(world.seated.assembly_id) is None


def test_published_proofs_still_verify_and_tell_nothing(world: Marked) -> None:
    desk, drawn = world.sitting.desk, world.drawn[0]
    erase(desk, subject_of(desk, f"v.{world.recruitment}.{drawn}"))
    files = desk.draw_files(world.draws[1])
    published = {name: data for name, data in files.items() if name.startswith("public/")}
    assert published == world.public, "not a byte of what was published is another"
    assert checked(published)[0]
    assert drawn.encode() not in files["private/proofs.jsonl"] + files["private/pool.jsonl"]


def test_the_workbook_is_written_anew_without_its_other_sheets(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "f.sqlite")
    world = Marked(sitting, workbook=True)
    assert erase(sitting.desk, subject_of(sitting.desk, f"v.{world.recruitment}.v1")).files >= 3
    name, data = sitting.desk.files(world.recruitment)["pool"]
    assert name == "pool.csv"
    assert found_in({name: data}, marks_of(1)) == {}
    assert found_in({name: data}, marks_of(2)) != {}
    assert sitting.desk.files(world.recruitment)["exclude"][1] == b"name,postcode\n", "a list without ids, too"
    sitting.close()


def test_old_backups_are_written_anew_or_named(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "f.sqlite")
    world = Marked(sitting)
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("1.sqlite", "2.sqlite"):
        sitting.desk.backup(folder / name)
    (folder / "notes.zip").write_bytes(b"PK")
    (folder / "broken.sqlite").write_bytes(b"this is no database, and long enough to be looked at" * 30)
    drawn = world.drawn[0]
    marks = marks_of(number_of(drawn))
    handle = subject_of(sitting.desk, f"m.{world.seated.assembly_id}.{world.members[drawn]}").handle
    command = ["person", "erase", "--database", sitting.database, "--backups", str(folder), handle]
    done = CliRunner().invoke(folkmoot, command)
    assert done.exit_code == 1, "one file could not be written anew"
    assert "broken.sqlite: NOT erased" in done.output
    assert "notes.zip: not looked into" in done.output
    (folder / "broken.sqlite").unlink()
    assert found_in(bytes_below(tmp_path), marks) == {}
    assert [words for _, words in erase_in_copies(folder, handle)] == ["0 files written anew, 0 seats blanked"] * 2
    copy = sqlite3.connect(folder / "1.sqlite")
    assert copy.execute("SELECT count(*) FROM journal WHERE kind = 'person-erased'").fetchone() == (1,)
    copy.close()
    sitting.close()


def test_a_backup_that_is_being_made_does_not_bring_an_erased_person_back(
    world: Marked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It began before; erasing waits for its end and goes through it, too. The next one begins after, without them."""
    desk, volunteer = world.sitting.desk, world.drawn[0]
    folder, marks = tmp_path / "backups" / "deeper", marks_of(number_of(volunteer))
    folder.mkdir(parents=True)
    copied, go_on = threading.Event(), threading.Event()

    def copy_and_wait(*args: Any) -> None:
        copy_rows(*args)
        copied.set()
        assert go_on.wait(60)

    monkeypatch.setattr("facilitation.desk.backup.copy_rows", copy_and_wait)
    waits = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: go_on.set())  # erasing waits: the backup goes on
    monkeypatch.setattr("facilitation.desk.copying.time", waits)
    (folder / ".old.sqlite.abcd_123").write_bytes("".join(marks).encode())
    with ThreadPoolExecutor(1) as others:
        running = others.submit(desk.backup, folder / "running.sqlite")
        assert copied.wait(60)
        try:
            done, told = erase_with_copies(desk, f"v.{world.recruitment}.{volunteer}", folder.parent)
        finally:
            go_on.set()
        running.result(60)
    assert done.seats == 1
    assert dict(told)[folder / ".old.sqlite.abcd_123"] == "was never finished, and is deleted"
    assert dict(told)[folder / "running.sqlite"].endswith("1 seats blanked")
    desk.backup(folder / "after.sqlite")
    assert found_in(bytes_below(folder), marks) == {}
    assert found_in(bytes_below(folder), marks_of(number_of(world.drawn[1])))


def test_no_backup_begins_while_old_ones_are_written_anew(world: Marked, tmp_path: Path) -> None:
    desk, keeper = world.sitting.desk, Keeper(world.sitting.desk, tmp_path)
    with while_no_copy_is_made(tmp_path):
        with pytest.raises(Busy, match="written anew"):
            desk.backup(tmp_path / "now.sqlite")
        keeper.make()
        assert "written anew" in keeper.why
        assert list(tmp_path.glob("*.sqlite")) == []
    keeper.make()
    assert (keeper.why, len(keeper.kept())) == ("", 1)


def test_erasing_does_not_wait_for_ever_and_has_then_erased_nobody(
    world: Marked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, handle = world.sitting.desk, f"v.{world.recruitment}.{world.drawn[0]}"
    monkeypatch.setattr("facilitation.desk.copying.PATIENCE", 0)
    with while_a_copy_is_made(tmp_path), while_a_copy_is_made(tmp_path):
        with pytest.raises(Busy, match="Nobody was erased"):
            erase_with_copies(desk, handle, tmp_path)
        assert find(desk, marks_of(number_of(world.drawn[0]))[1])


def test_everything_held_is_given_out(world: Marked) -> None:
    desk, drawn = world.sitting.desk, world.drawn[1]
    marks = marks_of(number_of(drawn))
    session, member = world.seated.session_id, world.members[drawn]
    desk.keep_writing(session, f"member:{member}", "idea", {"text": "half a thought"})
    round_id = desk.create_round(session, {"title": "By name?", "rule": "yes-no", "conduct": {"secrecy": "open"}})
    desk.open_round(round_id)
    desk.cast_ballot(round_id, member, "00000000-0000-4000-8000-000000000001", "yes")
    held = everything(desk, subject_of(desk, find(desk, marks[1].upper())[0].handle))
    as_member = held["as a member"][0]
    assert as_member["name"] == marks[0]
    assert as_member["columns of the panel’s file"]["email"] == marks[1]
    assert as_member["not sent yet"] == [{"text": "half a thought"}]
    assert as_member["votes"] == [{"round": "By name?", "secrecy": "open", "choice": '"yes"'}]
    assert {"member-seated", "member-arrived"} <= {
        row["what"] for row in as_member["rows of the journal that name the seat"]
    }
    files = [row["file"] for row in held["as a volunteer"]]
    assert "pool.csv" in files
    assert {file.partition(": ")[2] for file in files} >= {"panel.csv", "private/letters.csv", "private/proofs.jsonl"}
    page = as_html(held).decode()
    assert marks[0] in page
    others = [mark for row in range(12) if row != number_of(drawn) for mark in marks_of(row)]
    assert not [mark for mark in others if mark in page], "and of nobody else"
    json.dumps(held)


def test_a_volunteer_in_a_draw_that_waits_for_its_dice_is_not_taken_out_of_it(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "f.sqlite")
    world = Marked(sitting)
    waiting = sitting.desk.new_recruitment("Waiting")
    files = sitting.desk.files(world.recruitment)
    sitting.desk.put_files(waiting, pool=files["pool"], quotas=files["quotas"], size=5)
    draw = sitting.desk.request_draw(waiting, kind="prepare")
    sitting.desk.start_draw(draw)
    kept = sitting.desk.draw_files(world.draws[1])
    sitting.desk.finish_draw(draw, {name: data for name, data in kept.items() if "reveal" not in name})
    with pytest.raises(WrongState, match="prepared and not held yet"):
        erase(sitting.desk, subject_of(sitting.desk, f"v.{waiting}.v3"))
    assert sitting.desk.files(waiting)["pool"] == files["pool"]
    sitting.close()


@pytest.mark.parametrize("handle", ["", "v.nowhere.v1", "m.nowhere.x", "x", "m..", "v."])
def test_a_handle_of_nobody_is_refused(tmp_path: Path, handle: str) -> None:
    sitting = Sitting(tmp_path / "f.sqlite")
    with pytest.raises(NotFound):
        subject_of(sitting.desk, handle)
    sitting.close()


# ------------------------------------------------------------------------------------------------ when its time is up


def days(world: Marked, count: int) -> None:
    world.sitting.clock.go_on(count * 86400)


def test_what_is_due_goes_and_what_is_published_stays(world: Marked) -> None:
    desk, assembly = world.sitting.desk, world.seated.assembly_id
    due = {(one.kind, one.of): one for one in desk.retention()}
    assert (due["volunteers", "Marked"].at - world.sitting.clock()).days == 30
    assert due["contacts", "Marked assembly"].at is None
    assert "not closed" in due["contacts", "Marked assembly"].why
    assert desk.delete_due() == []
    desk.close_session(world.seated.session_id)
    days(world, 30)
    assert [(one.kind, one.thing) for one in desk.delete_due()] == [("volunteers", world.recruitment)]
    everyone = tuple(mark for volunteer in world.left_out for mark in marks_of(number_of(volunteer)))
    assert found_in(on_disk(world), everyone) == {}
    left = desk.draw_files(world.draws[0]) | desk.draw_files(world.draws[1])
    assert {"chances.csv", "lottery.json", "certificate.json", "report.json", "report.html"} <= set(left)
    assert {name: left[name] for name in world.public} == world.public
    days(world, 60)
    assert [one.kind for one in desk.delete_due()] == ["contacts"]
    members = [marks_of(number_of(volunteer)) for volunteer in world.drawn]
    assert found_in(on_disk(world), tuple(mark for marks in members for mark in marks[1:])) == {}
    assert {row.name for row in desk.members(assembly)} == {marks[0] for marks in members}, "names stay for now"
    days(world, 275)
    assert [one.kind for one in desk.delete_due()] == ["names"]
    assert found_in(on_disk(world), tuple(mark for marks in members for mark in marks)) == {}
    assert [one for one in desk.retention() if one.of.startswith("Marked")] == []
    assert desk.examined(assembly)[2] is None
    assert desk.journal(assembly)[-1]["kind"] == "person-erased"


def retention(world: Marked, *words: str) -> Result:
    return CliRunner().invoke(folkmoot, ["retention", "--database", world.sitting.database, *words])


def test_the_command_tells_first_and_deletes_then(tmp_path: Path) -> None:
    world = Marked(Sitting(tmp_path / "f.sqlite"))
    world.sitting.desk.close_session(world.seated.session_id)
    told = retention(world, "--dry-run").stdout  # the clock of the command is the machine's: 2026
    assert "2027-04-05  volunteers of “Marked”" in told
    assert "2027-06-04  contacts of “Marked assembly” (5 people)" in told
    assert "Nothing is due." in retention(world).stdout
    assert retention(world, "--set", "pool=1").exit_code == 2
    assert "no number of days" in retention(world, "--set", "names=many").stderr
    assert "Names cannot go before" in retention(world, "--set", "names=1").stderr
    changed = retention(world, "--set", "volunteers=7", "--set", "contacts=14").stdout
    assert "volunteers: 7 days, contacts: 14 days, names: 365 days" in changed
    assert "2027-03-13  volunteers of “Marked”" in changed
    world.sitting.close()


def test_personal_data_has_tables_of_its_own(world: Marked) -> None:
    """No mark of anybody in the journal, the minutes, the tree's heads, or any table that is not named here."""
    desk, sitting = world.sitting.desk, world.sitting
    desk.close_session(world.seated.session_id)
    everyone = tuple(mark for number in range(12) for mark in marks_of(number))
    told = {"journal": repr(desk.journal(world.seated.assembly_id)), "minutes": desk.minutes(world.seated.session_id)}
    assert found_in({name: text.encode() for name, text in told.items()}, everyone) == {}
    names = "SELECT name FROM sqlite_master WHERE type = 'table'"
    if sitting.postgres is not None:
        names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    tables = {str(name): repr(sitting.rows(f"SELECT * FROM {name}")).encode() for (name,) in sitting.rows(names)}
    assert set(found_in(tables, everyone)) == {"person", "blob"}


def test_backups_older_than_the_shortest_period_go_with_what_they_hold(world: Marked, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    old, new = (folder / called(datetime.now(UTC) - timedelta(days=days)) for days in (31, 29))
    mine = folder / "before-the-day.sqlite"
    for file in (old, new, mine):
        world.sitting.desk.backup(file)
    assert f"backup {old.name}: older than 30 days" in retention(world, "--dry-run", "--backups", str(folder)).stdout
    assert old.exists()
    assert f"deleted: backup {old.name}" in retention(world, "--backups", str(folder)).stdout
    assert sorted(file.name for file in folder.iterdir()) == sorted([new.name, mine.name])
    assert retention(world, "--backups", str(folder / "nowhere")).exit_code == 2


@pytest.mark.parametrize("how", ["erasure of one", "the end of the period"])
def test_what_a_failed_draw_complained_of_goes_with_the_people_whom_it_quotes(tmp_path: Path, how: str) -> None:
    """A value that was mistyped stands in the words of the refusal, and so does an id."""
    desk = Desk.open(str(tmp_path / "f.sqlite"))
    recruitment = desk.new_recruitment("Climate")
    pool = ("pool.csv", b"id,name,gender\n101,Ada Quince,quincemark\n102,Bo,Man\n")
    desk.put_files(recruitment, pool=pool, quotas=("quotas.csv", b"feature,value,min,max\ngender,Man,1,1\n"), size=1)
    draw = desk.request_draw(recruitment)
    desk.start_draw(draw)
    desk.fail_draw(draw, "pool.csv, row 2, column gender: “quincemark” has no quota.")
    assert b"quincemark" in b"".join(bytes_below(tmp_path).values())
    if how == "erasure of one":
        erase(desk, subject_of(desk, f"v.{recruitment}.101"))
    else:
        desk.erase_volunteers(recruitment)
    assert desk.draw(draw).state == "failed"
    assert "not kept" in desk.draw(draw).error
    desk.close()
    assert b"quincemark" not in b"".join(bytes_below(tmp_path).values())
