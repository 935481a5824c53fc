"""One server of several processes: real gunicorn, PostgreSQL and Redis, and what happens when each of them is gone."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from halls import FOLKMOOT, ROOT, Hall, Seats, a_key, alive, an_open_round, children_of, folkmoot, free_port, join, seat
from postgres import Cluster
from redis_servers import RedisServer
from waiting import until
from wires import Raw

from facilitation.codes import new_code
from facilitation.desk import Desk
from web.guessing import Tries
from web.live import MOST_OF_MEMBER
from web.server.across import check_redis

pytestmark = pytest.mark.slow
PATIENCE, SYNC = 60.0, 5.0
NOTICED = 8.0  # seconds: what must be so within SYNC, on a machine that is busy with other tests


class Screen:
    """A device that reads its socket, and opens it anew when it was cut: every step that it saw, in order."""

    def __init__(self, hall: Hall, token: str) -> None:
        self.hall, self.token = hall, token
        self.steps: list[tuple[int, int]] = []
        self.cuts = 0
        self.over = False
        """It was hung up on, and is not known any more."""
        self.wire = self._open()
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def seq(self) -> int:
        return self.steps[-1][0]

    def _open(self) -> Raw:
        wire = Raw(self.hall)
        self._saw(wire.connect({"token": self.token}))
        return wire

    def _saw(self, screen: dict[str, Any]) -> None:
        self.steps.append((screen["seq"], screen["turnout_seq"]))

    def _read(self) -> None:
        while not self.over:
            with contextlib.suppress(EOFError, OSError):
                while True:
                    self._hear(self.wire.message())
            self.cuts += 1
            self._come_back()

    def _hear(self, said: str) -> None:
        if said == "2":
            self.wire.send(b"3")
        elif said.startswith('42["screen"'):
            self._saw(json.loads(said[2:])[1])

    def _come_back(self) -> None:
        while not self.over:
            time.sleep(0.1)
            try:
                self.wire = self._open()
                return
            except AssertionError as no:
                self.over = '44{"message":"not-signed-in"' in str(no)
            except (EOFError, OSError):
                continue  # the process was killed, and is being started again

    def process(self, processes: list[int]) -> int:
        """Which process of the server holds the other end."""
        wanted = f"{self.wire.line.getsockname()[1]:04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        port = f"{self.hall.port:04X}"
        inodes = {row[9] for row in rows if row[1].endswith(f":{port}") and row[2].endswith(f":{wanted}")}
        for process in processes:
            with contextlib.suppress(OSError):
                held = {os.readlink(file) for file in Path(f"/proc/{process}/fd").iterdir()}
                if any(f"socket:[{inode}]" in held for inode in inodes):
                    return process
        return 0


class Kept:
    """A socket that answers pings, and does not come back when it is closed."""

    def __init__(self, hall: Hall, token: str) -> None:
        self.wire = Raw(hall)
        self.wire.connect({"token": token})
        self.told = self.ended = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                said = self.wire.message()
                self.told = self.told or said.startswith('42["closing"')
                if said == "2":
                    self.wire.send(b"3")
        self.ended = True


def processes_of(hall: Hall) -> list[int]:
    """Those that serve: the jobs' worker is a program of another name."""
    assert hall.process is not None
    return [pid for pid in children_of(hall.process.pid) if b"worker" not in command(pid).split(b"\0")]


def command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@contextlib.contextmanager
def several(database: str, redis: RedisServer, folder: Path, *options: str) -> Iterator[Hall]:
    hall = Hall(database, log=folder / "serve.log", folder=folder)
    hall.start("--workers", "2", "--redis", redis.url, *options)
    try:
        yield hall
    finally:
        if hall.process is not None and hall.process.poll() is None:
            hall.stop()


def on_both(hall: Hall, tokens: list[str]) -> dict[int, list[Screen]]:
    """Screens of these devices, some on each process: sockets are cut until they came back so."""
    screens = [Screen(hall, token) for token in tokens]
    for turn in range(200):
        both = processes_of(hall)
        held = {pid: [one for one in screens if one.process(both) == pid] for pid in both}
        if len(both) == 2 and all(held.values()):
            return held
        again, cuts = screens[turn % len(screens)], screens[turn % len(screens)].cuts
        again.wire.line.shutdown(socket.SHUT_RDWR)
        while again.cuts == cuts or not again.process(processes_of(hall)):
            time.sleep(0.05)
    raise AssertionError("all sockets came to one process")


def vote(hall: Hall, round_id: str, token: str, key: str, choice: str) -> str:
    """As a tablet does it: the same ballot again until there is an answer; the receipt."""
    for _ in range(200):
        with contextlib.suppress(OSError):
            answer = hall.post(f"/api/rounds/{round_id}/ballot", {"key": key, "choice": choice}, token)
            if answer.status == 200:
                return str(answer.json["receipt"])
            assert answer.status >= 500, answer.body
        time.sleep(0.1)
    raise AssertionError("no answer")


def step(hall: Hall, seats: Seats) -> int:
    return int(hall.get("/api/screen", seats.facilitator).json["seq"])


def test_several_processes_are_one_hall(postgres: Cluster, redis: RedisServer, tmp_path: Path) -> None:
    with several(postgres.new(), redis, tmp_path, "--no-worker") as hall:
        seats = seat(hall.database, members=12)
        tokens = [join(hall, code) for code in seats.codes]
        held = on_both(hall, tokens)
        screens = [one for some in held.values() for one in some]

        # a phase change reaches all, and each of them once
        before = {one: len(one.steps) for one in screens}
        round_id = an_open_round(hall, seats)
        now = step(hall, seats)
        assert until(lambda: all(one.seq == now for one in screens), SYNC)
        time.sleep(1.2)  # long enough for a second look at the journal
        for one in screens:
            assert len(set(one.steps[before[one] :])) == len(one.steps[before[one] :]), "a screen was sent twice"

        # ballots while one process is killed and Redis is emptied
        keys, receipts = [a_key() for _ in tokens], {}

        def cast(number: int) -> None:
            choice = ("yes", "no", "abstain")[number % 3]
            receipts[number] = vote(hall, round_id, tokens[number], keys[number], choice)

        voters = [threading.Thread(target=cast, args=(number,)) for number in range(len(tokens))]
        for number, one in enumerate(voters):
            one.start()
            if number == 4:
                os.kill(min(held), signal.SIGKILL)
                redis.ask().flushall()
        for one in voters:
            one.join(PATIENCE)
        assert len(set(receipts.values())) == len(tokens)
        assert until(lambda: len(processes_of(hall)) == 2), "a process that was killed is started again"
        assert until(lambda: all(one.process(processes_of(hall)) for one in screens), PATIENCE)

        # Redis is stopped: every process still notices by its look at the journal, and nothing waits for Redis
        redis.stop()
        begun = time.monotonic()
        assert hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator).status == 200
        assert time.monotonic() - begun < SYNC
        now = step(hall, seats)
        assert until(lambda: all(one.seq == now for one in screens), NOTICED)
        counts = hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json["counts"]
        assert counts == {"yes": 4, "no": 4, "abstain": 4}
        leaver = next(one for one in screens if one.token == tokens[0])
        leave(hall, seats, seats.codes[0])
        assert until(lambda: leaver.over, NOTICED)

        # and it comes back
        redis.start()
        made = hall.post(
            f"/api/sessions/{seats.session}/rounds", {"title": "Next?", "rule": "yes-no"}, seats.facilitator
        )
        assert made.status == 200
        now = step(hall, seats)
        assert until(lambda: all(one.seq == now for one in screens if one is not leaver), SYNC)
    assert "Traceback" not in (tmp_path / "serve.log").read_text()


def leave(hall: Hall, seats: Seats, code: str) -> None:
    """As staff do it on a page: this member leaves the assembly."""
    desk = Desk.open(hall.database)
    leaving = next(one.id for one in desk.members(seats.assembly) if one.code == code)
    recruiter = desk.issue_token("recruiter")
    desk.close()
    path = f"/recruit/assemblies/{seats.assembly}/members/{leaving}/leave"
    assert hall.post(path, {"reason": "own-wish"}, recruiter).status == 200


def test_processes_hear_of_one_another_and_tell_redis_nothing_of_people(redis: RedisServer, tmp_path: Path) -> None:
    """On one file of SQLite, which several processes of one machine may share."""
    with several(f"sqlite:///{tmp_path / 'hall.sqlite'}", redis, tmp_path) as hall, overheard(redis) as said:
        seats = seat(hall.database, members=8)
        tokens = {code: join(hall, code) for code in seats.codes}
        held = on_both(hall, list(tokens.values()))
        screens = {one.token: one for some in held.values() for one in some}
        an_open_round(hall, seats)
        assert hall.process is not None
        everyone = [hall.process.pid, *children_of(hall.process.pid)]
        assert len(everyone) == 4, "the master, two processes and the jobs' worker"

        # whichever process hears that somebody leaves, both hang up
        leaving = [next(code for code in seats.codes if screens[tokens[code]] in some) for some in held.values()]
        for code in leaving:
            leave(hall, seats, code)
        assert until(lambda: all(screens[tokens[code]].over for code in leaving), NOTICED)
        assert until(lambda: sum(news["what"] == "hang up" for news in said) >= len(leaving), NOTICED)

        # a member has three sockets, and not three on each process
        staying = next(one for one in screens.values() if not one.over)
        staying.over = True
        staying.wire.line.shutdown(socket.SHUT_RDWR)
        more = [Kept(hall, staying.token) for _ in range(3 * MOST_OF_MEMBER)]
        assert until(lambda: sum(one.ended for one in more) == len(more) - MOST_OF_MEMBER)
        assert all(one.told == one.ended for one in more)

        # guessing is counted over both: an address has thirty wrong codes, and not thirty for each process
        chance = Random(5)
        once = new_code(chance)
        same = Counter(hall.post("/api/join", {"code": once}).status for _ in range(40))
        assert (same[404] + same[429], same[404] < 2 * Tries.OF_ONE_CODE) == (40, True)
        wrong = Counter(hall.post("/api/join", {"code": new_code(chance)}).status for _ in range(80))
        assert wrong[429] > 0
        assert wrong[404] + wrong[429] == 80
        assert wrong[404] < 45

        assert {"changed", "here", "failed", "hang up"} <= {str(news["what"]) for news in said}
        told = json.dumps(list(said))
        assert not [name for name in (*seats.names, "Adopt", "127.0.0.1", *tokens.values()) if name in told]

        hall.process.kill()  # even then nothing is left behind
        hall.process.wait(timeout=20)
        assert until(lambda: not any(alive(pid) for pid in everyone), SYNC)


@contextlib.contextmanager
def overheard(redis: RedisServer) -> Iterator[list[dict[str, Any]]]:
    """Everything that goes through the Redis meanwhile."""
    said: list[dict[str, Any]] = []
    ears = redis.ask().pubsub(ignore_subscribe_messages=True)
    ears.psubscribe("folkmoot_*")

    def listen() -> None:
        while not over.is_set():
            heard = ears.get_message(timeout=0.2)
            if heard is not None:
                said.append({"what": "", **json.loads(heard["data"])})

    over, listener = threading.Event(), threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield said
    finally:
        over.set()
        listener.join()
        ears.close()


def test_ctrl_c_ends_all_of_them(redis: RedisServer, tmp_path: Path) -> None:
    with several(f"sqlite:///{tmp_path / 'hall.sqlite'}", redis, tmp_path) as hall:
        assert hall.process is not None
        everyone = [hall.process.pid, *children_of(hall.process.pid)]
        assert hall.stop(signal.SIGINT) < 2 * SYNC
        assert hall.process.returncode == 0
        assert until(lambda: not any(alive(pid) for pid in everyone), 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--workers", "2"), "2 processes need a Redis to hear of one another. Remedy: Add --redis"),
        (
            ("--workers", "2", "--redis", "redis://127.0.0.1:{free}/0"),
            "does not answer (ConnectionError). Remedy: Start",
        ),
        (("--redis", "redis://127.0.0.1:{free}/0"), "does not answer (ConnectionError). Remedy: Start"),
        (("--redis", "nonsense"), "The URL of the Redis cannot be read. Remedy: Write --redis redis://"),
        (("--proxy", "nginx"), "write an address such as 127.0.0.1"),
    ],
)
def test_what_cannot_be_served_is_refused_with_a_remedy(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    place = ("serve", "--database", str(tmp_path / "hall.sqlite"), "--port", "0")
    refused = folkmoot(*place, *(one.format(free=free_port()) for one in options), check=False)
    assert refused.returncode != 0
    assert said in refused.stderr
    assert refused.stderr.count(said) == 1
    assert "Traceback" not in refused.stderr


def test_a_redis_that_answers_is_taken(redis: RedisServer) -> None:
    check_redis(redis.url)


def test_a_worker_says_so_when_its_redis_does_not_answer(tmp_path: Path) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    refused = subprocess.run(
        [*FOLKMOOT, "worker", "--database", str(tmp_path / "hall.sqlite"), "--redis", url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (refused.returncode, "does not answer" in refused.stderr) == (1, True)
