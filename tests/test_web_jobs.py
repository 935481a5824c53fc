"""Draws in the background: asked for by a door, run by a worker in a process of its own, cancelled, never lost."""

from __future__ import annotations

import io
import signal
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from halls import ROOT, Hall, a_hall, alive, children_of
from waiting import until

from facilitation.desk import Desk
from web.jobs import HueyJobs
from web.settings import Settings

SMALL = ROOT / "fixtures" / "small"
LARGE = ROOT / "fixtures" / "climate_assembly"
SIZES = {SMALL: 8, LARGE: 50}


def upload(folder: Path, **texts: str) -> tuple[bytes, dict[str, str]]:
    """Pool and quotas as a browser's form sends them."""
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in texts.items()
    ]
    for name in ("pool", "quotas"):
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.csv"\r\n\r\n'
        parts.append(head + (folder / f"{name}.csv").read_text(encoding="utf-8") + "\r\n")
    body = "".join(parts) + f"--{edge}--\r\n"
    return body.encode(), {"Content-Type": f"multipart/form-data; boundary={edge}", "Accept": "application/json"}


def a_recruitment(desk: Desk, folder: Path) -> str:
    recruitment = desk.new_recruitment("Climate")
    pool, quotas = ((f"{part}.csv", (folder / f"{part}.csv").read_bytes()) for part in ("pool", "quotas"))
    desk.put_files(recruitment, pool=pool, quotas=quotas, size=SIZES[folder])
    return recruitment


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk.open(f"sqlite:///{tmp_path / 'hall.sqlite'}")
    yield opened
    opened.close()


def jobs_of(desk: Desk, folder: Path) -> HueyJobs:
    return HueyJobs(desk, Settings(f"sqlite:///{folder / 'hall.sqlite'}", "secret"))


def work_off(jobs: HueyJobs) -> int:
    """Do what the queue holds, as the worker does it; how many tasks there were."""
    done = 0
    while (task := jobs.huey.dequeue()) is not None:
        jobs.huey.execute(task)
        done += 1
    return done


@pytest.mark.slow
def test_a_draw_runs_from_the_queue_to_its_files(desk: Desk, tmp_path: Path) -> None:
    jobs, draw = jobs_of(desk, tmp_path), desk.request_draw(a_recruitment(desk, SMALL))
    jobs.ask(draw)
    work_off(jobs)
    assert desk.draw(draw).state == "done", desk.draw(draw).error
    files = desk.draw_files(draw)
    assert {"panel.csv", "remaining.csv", "chances.csv", "lottery.json", "certificate.json", "report.json"} <= set(
        files
    )
    assert len(files["panel.csv"].decode().splitlines()) == 1 + SIZES[SMALL]


def test_a_draw_that_is_asked_for_twice_runs_once(desk: Desk, tmp_path: Path) -> None:
    jobs, draw = jobs_of(desk, tmp_path), desk.request_draw(a_recruitment(desk, SMALL))
    desk.cancel_draw(draw)
    jobs.ask(draw)
    jobs.ask(draw)
    assert work_off(jobs) == 2
    assert (desk.draw(draw).state, desk.draw(draw).attempts) == ("cancelled", 0)


@pytest.mark.slow
def test_files_that_cannot_be_read_end_in_their_own_words(desk: Desk, tmp_path: Path) -> None:
    recruitment = a_recruitment(desk, SMALL)
    pool, quotas = ("pool.csv", b"id,gender\n1,Woman\n"), ("quotas.csv", b"feature,value,min,max\ngender,Woman,x,1\n")
    desk.put_files(recruitment, pool=pool, quotas=quotas, size=1)
    jobs, draw = jobs_of(desk, tmp_path), desk.request_draw(recruitment)
    jobs.ask(draw)
    work_off(jobs)
    assert desk.draw(draw).state == "failed"
    assert "quotas.csv, row 2, column min:" in desk.draw(draw).error
    assert "Traceback" not in desk.draw(draw).error


@pytest.mark.slow
def test_a_draw_whose_worker_died_is_run_once_more_and_then_given_up(desk: Desk, tmp_path: Path) -> None:
    draw = desk.request_draw(a_recruitment(desk, SMALL))
    desk.start_draw(draw)  # by a worker that is then killed
    jobs_of(desk, tmp_path).ask_again()
    assert work_off(jobs_of(desk, tmp_path)) == 0, "it has not been silent for long"
    later = Desk.open(f"sqlite:///{tmp_path / 'hall.sqlite'}", now=lambda: datetime.now(UTC) + timedelta(seconds=60))
    jobs = jobs_of(later, tmp_path)
    jobs.ask_again()
    assert work_off(jobs) == 1
    assert (later.draw(draw).state, later.draw(draw).attempts) == ("done", 2)
    again = later.request_draw(a_recruitment(later, SMALL))
    for _ in range(2):
        later.start_draw(again)
        much_later = Desk.open(
            f"sqlite:///{tmp_path / 'hall.sqlite'}", now=lambda: datetime.now(UTC) + timedelta(hours=1)
        )
        jobs_of(much_later, tmp_path).ask_again()
        much_later.close()
    assert later.draw(again).state == "failed"
    later.close()


@pytest.mark.slow
def test_a_recruiter_draws_cancels_and_seats_through_the_doors(desk: Desk, tmp_path: Path) -> None:
    token = desk.issue_token("recruiter")
    json_please = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    with a_hall(tmp_path) as hall:

        def post(path: str, body: bytes = b"", headers: dict[str, str] = json_please) -> dict:
            answer = hall.ask("POST", path, body, token, headers)
            assert answer.status == 200, answer.body
            return answer.json

        recruitment = post("/recruit", b"title=Climate")["recruitment"]
        post(f"/recruit/{recruitment}/files", *upload(LARGE, size="50", household="address,postcode"))
        draw = post(f"/recruit/{recruitment}/draw")["draw"]
        assert hall.ask("POST", f"/recruit/{recruitment}/draw", b"", token, json_please).status == 409
        assert until(lambda: desk.draw(draw).state == "running" and bool(solving(hall)), 15)
        solver = solving(hall)
        post(f"/recruit/{recruitment}/draws/{draw}/cancel")
        assert until(lambda: not any(alive(pid) for pid in solver), 5)
        assert desk.draw(draw).state == "cancelled"

        post(f"/recruit/{recruitment}/files", *upload(SMALL, size="8", household=""))
        draw = post(f"/recruit/{recruitment}/draw")["draw"]
        assert until(lambda: desk.draw(draw).ended, 30)
        place = f"/recruit/{recruitment}/draws/{draw}/spreadsheet"
        book = openpyxl.load_workbook(io.BytesIO(hall.ask("GET", f"{place}/panel.csv", b"", token, {}).body))
        assert [(sheet.title, sheet.max_row) for sheet in book] == [("panel", 9)]
        assert hall.ask("GET", f"{place}/lottery.json", b"", token, json_please).status == 404
        assembly = post(f"/recruit/{recruitment}/draws/{draw}/seat", b"assembly=Drawn+Assembly")["assembly"]
        assert len(desk.badges(assembly)) == 8
        twice = hall.ask(
            "POST", f"/recruit/{recruitment}/draws/{draw}/seat", b"assembly=Drawn+Assembly", token, json_please
        )
        assert twice.status == 409

        post(f"/recruit/{recruitment}/files", *upload(LARGE, size="50"))
        draw = post(f"/recruit/{recruitment}/draw")["draw"]
        assert until(lambda: bool(solving(hall)), 15)
        solver = solving(hall)
        assert hall.stop(signal.SIGINT) < 3
        assert until(lambda: not any(alive(pid) for pid in solver), 1)


def solving(hall: Hall) -> list[int]:
    """The processes at work for this server's worker."""
    assert hall.process is not None
    return [pid for worker in children_of(hall.process.pid) for pid in threads_children(worker)]


def threads_children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in listed for child in file.read_text().split()]


@pytest.mark.slow
def test_a_form_that_is_too_large_or_has_no_file_is_refused(desk: Desk, tmp_path: Path) -> None:
    token = desk.issue_token("recruiter")
    recruitment = desk.new_recruitment("Climate")
    with a_hall(tmp_path, "--no-worker") as hall:
        path = f"/recruit/{recruitment}/files"
        body, headers = upload(SMALL, size="8", filler="x" * 60_000)
        assert hall.ask("POST", path, body, token, headers).status == 200
        body, headers = upload(SMALL, size="")
        assert hall.ask("POST", path, body, token, headers).status == 400
        large = tmp_path / "large"
        large.mkdir()
        (large / "pool.csv").write_text("id\n" + "x" * 11 * 1024 * 1024)
        (large / "quotas.csv").write_text("feature,value,min,max\n")
        body, headers = upload(large, size="8")
        assert hall.ask("POST", path, body, token, headers).status in (400, 413)
        (large / "pool.csv").write_text("id\n" + "x" * 30 * 1024 * 1024)
        body, headers = upload(large, size="8")
        assert hall.ask("POST", path, body, token, headers).status == 413
