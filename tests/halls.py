"""A hall for tests: a real server as a process of its own, a free port, a real SQLite file, and ways to speak to it.

pytest never monkey-patches; everything here goes through the console script, HTTP and sockets, as in a hall.
"""

from __future__ import annotations

import contextlib
import csv
import http.client
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from facilitation.desk import Desk
from web.offspring import die_with_parent

ROOT = Path(__file__).parent.parent
FOLKMOOT = [sys.executable, "-m", "web.cli"]


def folkmoot(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run one command of the console script to its end."""
    done = subprocess.run([*FOLKMOOT, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert not check or done.returncode == 0, done.stderr
    return done


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Hall:
    """A server on a database; may be killed and started again on the same port."""

    database: str
    port: int = field(default_factory=free_port)
    log: Path | None = None
    process: subprocess.Popen[str] | None = None
    folder: Path = ROOT
    """Where the server is started: beside a database that is no file it keeps its secret there."""
    patience: float = 20.0
    """Seconds until an answer must have come."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *options: str) -> None:
        """Start, and wait for the sentence that says it is listening."""
        where = self.log.open("a") if self.log else subprocess.DEVNULL
        self.process = subprocess.Popen(
            [*FOLKMOOT, "serve", "--database", self.database, "--port", str(self.port), *options],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=where,
            text=True,
            preexec_fn=die_with_parent,
        )
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        assert self.url in first, f"the server said {first!r}"

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """Tell the server to stop; the seconds it took."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(timeout=20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return time.monotonic() - begun

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request: a body that is not bytes goes as JSON, a token as Bearer."""
        sent = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        with contextlib.closing(connection):
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(), {k.lower(): v for k, v in answer.getheaders()})

    def get(self, path: str, token: str | None = None) -> Answer:
        return self.ask("GET", path, token=token)

    def post(self, path: str, body: Any = None, token: str | None = None) -> Answer:
        return self.ask("POST", path, body, token)


@dataclass(frozen=True)
class Seats:
    """A seated assembly: its ids, its facilitator's token and its members' join codes."""

    assembly: str
    session: str
    facilitator: str
    codes: tuple[str, ...]
    names: tuple[str, ...]


def seat(database: str, members: int = 5, name: str = "Climate Assembly", agenda: Any = None) -> Seats:
    """Seat so many members, and give a facilitator's token: through the desk, beside the running server."""
    desk = Desk.open(database)
    seated = desk.seat(name, [{"id": f"p{n}", "name": f"Member {n}"} for n in range(1, members + 1)], agenda)
    token = desk.issue_token("facilitator", seated.assembly_id)
    desk.close()
    codes, names = (tuple(getattr(one, part) for one in seated.members) for part in ("code", "name"))
    return Seats(seated.assembly_id, seated.session_id, token, codes, names)


def seat_by_command(database: str, folder: Path, members: int = 5, name: str = "Climate Assembly") -> Seats:
    """The same as an organiser does it: by the console script alone."""
    panel = folder / "panel.csv"
    panel.write_text("id,name\n" + "".join(f"p{n},Member {n}\n" for n in range(1, members + 1)), encoding="utf-8")
    said = folkmoot("seat", "--database", database, "--assembly", name, str(panel)).stdout
    first, second, table = said.split("\n", 2)
    rows = list(csv.DictReader(io.StringIO(table)))
    assembly, session = first.removeprefix("assembly: "), second.removeprefix("session: ")
    token = folkmoot("token", "--database", database, "--role", "facilitator", "--assembly", assembly).stdout.strip()
    return Seats(assembly, session, token, tuple(row["code"] for row in rows), tuple(row["name"] for row in rows))


def join(hall: Hall, code: str) -> str:
    """Join with a code; the device's token."""
    answer = hall.post("/api/join", {"code": code})
    assert answer.status == 200, answer.body
    return str(answer.json["token"])


def an_open_round(hall: Hall, seats: Seats, **spec: Any) -> str:
    """Prepare and open a round; its id."""
    asked = {"title": "Adopt the report?", "rule": "yes-no"} | spec
    made = hall.post(f"/api/sessions/{seats.session}/rounds", asked, seats.facilitator)
    assert made.status == 200, made.body
    round_id = str(made.json["round"])
    opened = hall.post(f"/api/rounds/{round_id}/open", token=seats.facilitator)
    assert opened.status == 200, opened.body
    return round_id


def a_key() -> str:
    return str(uuid.uuid4())


@contextlib.contextmanager
def a_hall(folder: Path, *options: str) -> Iterator[Hall]:
    """A served, empty database; stopped at the end."""
    hall = Hall(f"sqlite:///{folder / 'hall.sqlite'}", log=folder / "serve.log")
    hall.start(*options)
    try:
        yield hall
    finally:
        if hall.process is not None and hall.process.poll() is None:
            hall.stop()


def children_of(pid: int) -> list[int]:
    """The processes that this process started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
