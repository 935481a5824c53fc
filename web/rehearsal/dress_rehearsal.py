"""`folkmoot dress-rehearsal`: a hall full of robots, so that facilitators can practise a whole day before anyone comes.

An assembly of robots is seated in a database of its own, with the demo's working day or with the agenda of a real
session; then the server is started, and the robots arrive, ask to speak, write, answer, test and vote, through the same
doors as tablets. The facilitator holds the day as they will hold it. Nothing of it touches a real database.
"""

from __future__ import annotations

import json
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from facilitation.desk import Desk
from facilitation.plan.planning import PLAN
from web.rehearsal.day_agenda import AGENDA
from web.rehearsal.demo import Place, answers, children, listening, python, why_taken

NAME = "Rehearsal (all members are robots)"


def run_rehearsal(members: int, place: Place, agenda: Sequence[Mapping[str, Any]] = AGENDA) -> int:
    """Seat so many robots, serve the hall, and let them act until Ctrl-C; the exit status."""
    for told in (signal.SIGINT, signal.SIGTERM):  # however it is ended, what it started is ended with it
        signal.signal(told, signal.default_int_handler)
    if taken := why_taken(place):
        click.echo(taken, err=True)
        return 1
    try:
        return _held(members, place, agenda)
    except KeyboardInterrupt:
        click.echo("\nThe rehearsal has ended.")
        return 0


def _held(members: int, place: Place, agenda: Sequence[Mapping[str, Any]]) -> int:
    with tempfile.TemporaryDirectory(prefix="folkmoot-rehearsal-") as folder, children() as start:
        database = f"sqlite:///{Path(folder) / 'rehearsal.sqlite'}"
        links, codes = _seated(database, members, agenda)
        with open(Path(folder) / "server.log", "wb") as log:
            server = start([*python("web.cli"), "serve", "--database", database, *listening(place)], output=log)
            if not answers(place, server):
                click.echo("The server did not start. Remedy: choose another port with --port.", err=True)
                return 1
            robots = start([*python("web.rehearsal.robots"), f"http://127.0.0.1:{place.port}"], stdin=subprocess.PIPE)
            assert robots.stdin is not None
            robots.stdin.write(json.dumps({"codes": codes}).encode())
            robots.stdin.close()
            _show(place, links, members)
            status: int = server.wait()
            return status


def agenda_like(database: str, session_id: str) -> list[dict[str, Any]]:
    """The agenda of a real session as rows; an item goes on with one of the same day, or begins anew."""
    desk = Desk.open(database)
    try:
        rows = desk.public_screens(session_id)["facilitator"]["agenda"]
    finally:
        desk.close()
    places = {row["id"]: place for place, row in enumerate(rows, start=1)}
    found = []
    for row in rows:
        kept = {name: row[name] for name in (*PLAN, "terms") if name in row and name != "id"}
        goes_on = places.get(row.get("continues", ""))
        found.append({**kept, **({"continues": goes_on} if goes_on else {})})
    return found


def _seated(database: str, members: int, agenda: Sequence[Mapping[str, Any]]) -> tuple[dict[str, str], list[str]]:
    rows = [{"id": f"r{number}", "name": f"Robot {number}"} for number in range(1, members)]
    rows.append({"id": "you", "name": "You"})
    desk = Desk.open(database)
    try:
        seated = desk.seat(NAME, rows, agenda=[dict(row) for row in agenda])
        links = {
            "Facilitator": f"/sign-in/{desk.issue_link('facilitator', seated.assembly_id)}",
            "Hall screen": f"/hall/{desk.issue_token('display', seated.assembly_id, seated.session_id)}",
            "Table host": f"/sign-in/{desk.issue_link('host', seated.assembly_id, table=1)}",
            "Member": f"/join?code={seated.members[-1].code}",
        }
    finally:
        desk.close()
    return links, [seat.code for seat in seated.members[:-1]]


def _show(place: Place, links: Mapping[str, str], members: int) -> None:
    click.echo(f"\nA rehearsal with {members - 1} robots, and one seat for you. Start the first item when you like.\n")
    for name, path in links.items():
        click.echo(f"  {name:<13} {place.url}{path}")
    click.echo("\n  Nothing is kept: Ctrl-C ends the rehearsal and forgets it.")
