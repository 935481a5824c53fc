"""`folkmoot serve` as a process: starting, stopping, dying and coming back."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import click
import pytest
from halls import ROOT, Answer, Hall, a_hall, a_key, alive, an_open_round, children_of, folkmoot, join, seat
from waiting import until

from web.cli import HOUSES, commands_of


def test_a_taken_port_is_a_clear_message(hall: Hall) -> None:
    refused = folkmoot("serve", "--database", hall.database, "--port", str(hall.port), check=False)
    assert refused.returncode == 1
    assert f"Port {hall.port} on 127.0.0.1 is taken." in refused.stderr
    assert "Remedy:" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("place", ["missing/hall.sqlite", "a-file/hall.sqlite"])
def test_a_database_that_cannot_be_is_a_sentence(tmp_path: Path, place: str) -> None:
    (tmp_path / "a-file").write_text("not a folder")
    refused = folkmoot("serve", "--database", f"sqlite:///{tmp_path / place}", check=False)
    assert refused.returncode == 1
    assert "Remedy:" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_secret_is_its_owners_alone(hall: Hall) -> None:
    secret = Path(hall.database.removeprefix("sqlite:///") + "-secret")
    assert secret.stat().st_mode & 0o777 == 0o600
    assert len(secret.read_text().strip()) == 64


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_server_and_its_worker_within_three_seconds(tmp_path: Path, how: signal.Signals) -> None:
    with a_hall(tmp_path) as hall:
        assert hall.process is not None
        workers = wait_for_children(hall.process.pid)
        assert hall.stop(how) < 3
        assert hall.process.returncode == 0
        assert not any(alive(worker) for worker in workers)


@pytest.mark.slow
def test_a_worker_does_not_outlive_a_killed_server(tmp_path: Path) -> None:
    with a_hall(tmp_path) as hall:
        assert hall.process is not None
        workers = wait_for_children(hall.process.pid)
        until(lambda: all(b"worker" in command_of(worker) for worker in workers))  # it told the kernel before
        hall.stop(signal.SIGKILL)
        until(lambda: not any(alive(worker) for worker in workers), 3)


def wait_for_children(pid: int) -> list[int]:
    return until(lambda: children_of(pid), 5)


def command_of(pid: int) -> list[bytes]:
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")


@pytest.mark.slow
def test_killed_during_a_vote_it_starts_again_and_no_ballot_is_lost_or_doubled(tmp_path: Path) -> None:
    with a_hall(tmp_path, "--no-worker") as hall:
        seats = seat(hall.database, members=60)
        tokens = [join(hall, code) for code in seats.codes]
        round_id = an_open_round(hall, seats)
        receipts: dict[int, set[str]] = {n: set() for n in range(len(tokens))}

        def vote(n: int) -> None:
            ballot = {"key": a_key(), "choice": "yes" if n % 3 else "no"}
            answered = 0
            end = time.monotonic() + 20
            while answered < 2 and time.monotonic() < end:
                answer = try_to(hall, f"/api/rounds/{round_id}/ballot", ballot, tokens[n])
                if answer is not None and answer.status == 200:
                    receipts[n].add(answer.json["receipt"])
                    answered += 1
                time.sleep(0.02)

        voters = [threading.Thread(target=vote, args=(n,)) for n in range(len(tokens))]
        for place, voter in enumerate(voters):
            voter.start()
            if place in (20, 45):
                hall.stop(signal.SIGKILL)
                hall.start("--no-worker")
        for voter in voters:
            voter.join()
        assert all(len(receipt) == 1 for receipt in receipts.values())
        hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
        result = hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json
        assert (result["counts"]["yes"], result["counts"]["no"], result["cast"]) == (40, 20, 60)


def try_to(hall: Hall, path: str, body: object, token: str) -> Answer | None:
    try:
        return hall.post(path, body, token)
    except (OSError, http.client.HTTPException):
        return None  # no answer, or half of one


@pytest.mark.slow
def test_no_command_line_of_a_child_shows_where_the_database_is(tmp_path: Path) -> None:
    """Everybody on the machine may read command lines, and the URL of a database may hold a password."""
    (tmp_path / "kept").mkdir()
    hall = Hall(str(tmp_path / "f.sqlite"))
    hall.start("--backups", str(tmp_path / "kept"))
    try:
        assert hall.process is not None
        server = hall.process.pid
        until(lambda: {b"worker", b"backups"} <= {part for pid in children_of(server) for part in command_of(pid)}, 10)
        lines = [part for pid in children_of(server) for part in command_of(pid)]
        assert not any(hall.database.encode() in part for part in lines)
    finally:
        hall.stop()


@pytest.mark.slow
def test_killed_it_serves_again_on_the_same_database(tmp_path: Path) -> None:
    """How long that takes is measured by tests/benchmarks/hall.py."""
    with a_hall(tmp_path, "--no-worker") as hall:
        token = seat(hall.database, members=3, name="Killed").facilitator
        before = hall.get("/api/screen", token).json
        for _ in range(2):
            hall.stop(signal.SIGKILL)
            hall.start("--no-worker")
            after = hall.get("/api/screen", token).json
            assert (after["seq"], after["members"]) == (before["seq"], before["members"])


def test_drawing_loads_neither_flask_nor_gevent() -> None:
    program = (
        "import sys, web.cli\n"
        "try: web.cli.folkmoot(['draw', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'flask', 'gevent', 'sqlalchemy', 'huey'} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.stderr.strip() == "[]"


def test_serving_starts_without_the_rooms_of_the_draw() -> None:
    program = "import sys, web.serve\nprint(sorted({'numpy', 'openpyxl', 'pulp', 'highspy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_server_leaves_out_what_its_libraries_would_take_and_it_does_not_use() -> None:
    program = (
        "import sys, web.cli, web.settings\n"
        "from web.lean import NEVER, REDIS, load_lean\n"
        "load_lean(redis=False)\n"
        "import web.serve\n"
        "print(sorted({*NEVER, *REDIS} & set(sys.modules)))\n"
        "import redis, psycopg\n"
        "print(redis.Redis.__name__, psycopg.Connection.__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["[]", "Redis Connection"], done.stderr


def test_every_command_of_both_houses_is_offered() -> None:
    for house, names in HOUSES.items():
        assert set(names) == set((group := commands_of(house)).list_commands(click.Context(group))), house


@pytest.mark.slow
def test_the_log_holds_ids_only(tmp_path: Path) -> None:
    with a_hall(tmp_path, "--no-worker") as hall:
        seats = seat(hall.database, members=2)
        token = join(hall, seats.codes[0])
        round_id = an_open_round(hall, seats, rule="approval", options=["purple heron", "no"])
        hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": ["purple heron"]}, token)
        hall.get(f"/join?code={seats.codes[0]}")
        hall.stop()
        assert hall.log is not None
        log = hall.log.read_text()
    assert '"endpoint": "api.ballot"' in log
    for secret in (*seats.codes, *seats.names, token, seats.facilitator, "purple heron"):
        assert secret not in log
