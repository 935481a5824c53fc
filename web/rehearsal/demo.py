"""`folkmoot demo`: the main job on made-up data, from the volunteer list to a vote that is running in the hall.

It draws the panel with the same command that a recruiter uses, seats it, plays a whole day at the desk up to its votes,
and then serves the rest; robot members vote like tablets do, through the front door. The draw is kept in the folder and
checked again on later starts; the assembly starts afresh every time. All data is invented.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.error import URLError
from urllib.request import urlopen

import click
import segno

from facilitation.desk import Desk
from web.qr import lan_address
from web.rehearsal.day_agenda import AGENDA
from web.rehearsal.demo_day import ROBOTS, SO_FAR, play

PANEL_SIZE = 50
SEED = "Northmoor, spring equinox"
ASSEMBLY = "Northmoor Climate Assembly (made-up data)"
PATIENCE = 30  # seconds until the server must have answered
WEB = Path(__file__).parent.parent


@dataclass(frozen=True)
class Place:
    """Where the demo serves and what it calls itself there."""

    host: str
    port: int

    @property
    def local(self) -> bool:
        """Whether only this machine can open the pages."""
        return self.host in {"127.0.0.1", "localhost", "::1"}

    @property
    def url(self) -> str:
        """The address for people: on an open demo the one that other machines can reach."""
        everywhere = self.host in {"0.0.0.0", "::"}  # noqa: S104  # asked for by HOST=
        name = (lan_address() or "127.0.0.1") if everywhere else self.host
        return f"http://{f'[{name}]' if ':' in name else name}:{self.port}"


def run_demo(folder: Path, host: str, port: int) -> int:
    """Draw, seat, serve until Ctrl-C; the exit status."""
    for told in (signal.SIGINT, signal.SIGTERM):  # also where a shell started us with Ctrl-C ignored
        signal.signal(told, signal.default_int_handler)
    place = Place(host, port)
    taken = why_taken(place)
    if taken:
        click.echo(taken, err=True)
        return 1
    click.echo("Folkmoot's demo. Every name and every volunteer in it is made up.\n")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        database, day = drawn_and_seated(folder)
        return serve(place, database, day)
    except KeyboardInterrupt:
        click.echo("\nThe demo has ended.")
        return 0


# ------------------------------------------------------------------------------------------------ the draw


def demo_pool() -> Path:
    """The made-up pool: packed into the wheel, or in the fixtures of a clone."""
    packed = WEB / "demo_pool"
    return packed if packed.is_dir() else WEB.parent / "fixtures" / "climate_assembly"


def drawn_and_seated(folder: Path) -> tuple[str, Day]:
    """The panel of the draw, made now or kept from an earlier start, in its seats."""
    pool, quotas = demo_pool() / "pool.csv", demo_pool() / "quotas.csv"
    inputs = hashlib.sha256(pool.read_bytes() + quotas.read_bytes() + SEED.encode()).hexdigest()
    drawn = folder / f"draw-{inputs[:12]}"
    if drawn.is_dir():
        # Checking the draw and seating the panel go side by side: a later start is to take seconds.
        checking = subprocess.Popen(command("verify", str(drawn)), stdout=subprocess.PIPE, text=True, encoding="utf-8")
        try:
            seated = seat(folder, drawn)
            told, _ = checking.communicate()
        finally:
            checking.kill()
        click.echo(f"The panel has been drawn before; every claim of that draw was checked again:\n\n{told}")
        if checking.returncode == 0:
            return seated
        shutil.rmtree(drawn)
    files = ("--pool", str(pool), "--quotas", str(quotas), "--size", str(PANEL_SIZE))
    household = ("--household", "address,postcode")
    click.echo("Can the quotas be met?\n")
    lottery("check", *files, *household)
    click.echo("\nDrawing the panel:\n")
    lottery("draw", *files, *household, "--seed", SEED, "--out", str(drawn))
    return seat(folder, drawn)


def command(*words: str) -> list[str]:
    return [*python("sortition.cli"), *words]


def lottery(*words: str) -> None:
    """Run one command of the lottery house, seen as a user would see it; the demo ends where that fails."""
    sys.stdout.flush()
    status = subprocess.run(command(*words), check=False).returncode
    if status:
        raise SystemExit(status)


# ------------------------------------------------------------------------------------------------ the hall


@dataclass(frozen=True)
class Day:
    """What the links and the robots need to know of the seated assembly."""

    sign_in: str
    display: str
    host: str
    table: int
    code: str
    name: str
    robots: tuple[str, ...]


def seat(folder: Path, drawn: Path) -> tuple[str, Day]:
    """A fresh database with the panel seated and most of the day behind it."""
    file = folder / "folkmoot.sqlite"
    for old in folder.glob(file.name + "*"):
        old.unlink()
    database = f"sqlite:///{file.resolve()}"
    rows = list(csv.DictReader(io.StringIO((drawn / "panel.csv").read_text(encoding="utf-8"))))
    leanings = random.Random(SEED)  # noqa: S311  # what the robots think; every secret comes from the machine's chance
    now = datetime.now(UTC)
    clock = Clock(now - timedelta(minutes=SO_FAR), now)
    desk = Desk.open(database, now=clock)
    seated = desk.seat(ASSEMBLY, rows, agenda=planned_agenda())
    robots = play(desk, seated, clock, leanings)
    desk.close()
    desk = Desk.open(database)  # links expire by the real clock
    guest = seated.members[ROBOTS]
    table = int(desk.who_is(guest.code)["table"])
    day = Day(
        sign_in=desk.issue_link("facilitator", seated.assembly_id),
        display=desk.issue_token("display", seated.assembly_id, seated.session_id),
        host=desk.issue_link("host", seated.assembly_id, table=table),
        table=table,
        code=guest.code,
        name=guest.name,
        robots=robots,
    )
    desk.close()
    return database, day


@dataclass
class Clock:
    """The clock of the day so far: it goes when it is told."""

    at: datetime
    until: datetime

    def __call__(self) -> datetime:
        return self.at

    def go(self, minutes: float) -> None:
        """Let time pass."""
        self.at += timedelta(minutes=minutes)


def planned_agenda() -> list[dict[str, Any]]:
    """The agenda with planned times such that the votes are on now."""
    start = datetime.now().astimezone() - timedelta(minutes=SO_FAR)
    start -= timedelta(minutes=start.minute % 5)
    agenda = []
    for item in AGENDA:
        agenda.append({**item, "planned_start": start.strftime("%H:%M")})
        start += timedelta(minutes=int(item["planned_minutes"]))
    return agenda


# ------------------------------------------------------------------------------------------------ serving


def serve(place: Place, database: str, day: Day) -> int:
    """The server and the robots, as children, until Ctrl-C."""
    with children() as start, open(database.removeprefix("sqlite:///") + ".log", "wb") as log:
        server = start([*python("web.cli"), "serve", "--database", database, *listening(place)], output=log)
        if not answers(place, server):
            click.echo(f"The server did not start. Remedy: read {log.name}.", err=True)
            return 1
        robots = start([*python("web.rehearsal.robots"), f"http://127.0.0.1:{place.port}"], stdin=subprocess.PIPE)
        assert robots.stdin is not None
        robots.stdin.write(json.dumps(day.robots).encode())
        robots.stdin.close()
        show_links(place, day)
        status: int = server.wait()
        return status


def python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def listening(place: Place) -> Sequence[str]:
    return ("--host", place.host, "--port", str(place.port), "--no-accounts")


@contextlib.contextmanager
def children() -> Iterator[Any]:
    """A way to start processes; whatever happens, all of them are gone afterwards."""
    started: list[subprocess.Popen[bytes]] = []

    def start(
        command: list[str], stdin: int = subprocess.DEVNULL, output: IO[bytes] | None = None
    ) -> subprocess.Popen[bytes]:
        # Each child leads a session of its own: a Ctrl-C reaches this process alone, which then ends them in order.
        child = subprocess.Popen(command, stdin=stdin, stdout=output, stderr=output, start_new_session=True)
        started.append(child)
        return child

    try:
        yield start
    finally:
        for child in reversed(started):
            child.terminate()
        for child in reversed(started):
            try:
                child.wait(timeout=1)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def answers(place: Place, server: subprocess.Popen[bytes]) -> bool:
    """Wait until the first page can be opened; False when the server gave up."""
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        with (
            contextlib.suppress(URLError, ConnectionError, TimeoutError),
            urlopen(f"http://127.0.0.1:{place.port}/", timeout=2),
        ):
            return True
        time.sleep(0.05)
    return False


def show_links(place: Place, day: Day) -> None:
    """The links, the last one also as a QR code for a phone."""
    member = f"{place.url}/join?code={day.code}"
    reach = "this machine only" if place.local else "everyone on your network"
    click.echo(f"\n{ASSEMBLY}: the day has come to its votes, and one is open. ({reach})\n")
    click.echo(f"  Facilitator   {place.url}/sign-in/{day.sign_in}")
    click.echo(f"  Hall screen   {place.url}/hall/{day.display}")
    click.echo(f"  Table host    {place.url}/sign-in/{day.host}   (table {day.table})")
    click.echo(f"  Member        {member}   (code {day.code}: {day.name})\n")
    picture = io.StringIO()
    segno.make(member, error="l").terminal(out=picture, compact=True)
    click.echo(picture.getvalue())
    click.echo(f"  The code above opens the member's page: {reach}.")
    if place.local:
        click.echo("  `make demo HOST=0.0.0.0` opens it to phones and tablets on your network.")
    click.echo("\n  Ctrl-C ends the demo.")
    sys.stdout.flush()


def why_taken(place: Place) -> str:
    """Why the port cannot be used, with a remedy; empty when it can."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
        except OSError as refused:
            why = refused.strerror or str(refused)
            return (
                f"Cannot serve on {place.host}, port {place.port}: {why}. "
                f"Remedy: end the program that uses it, or choose another port: make demo PORT={place.port + 1} "
                f"(folkmoot demo --port {place.port + 1})."
            )
    return ""
