"""The command line of this house: seat an assembly, run its session, hold its votes, read its minutes. No web needed.

Results go to stdout, refusals to stderr as “sentence Remedy: sentence” with exit code 1. Never a traceback for
something a person can put right.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import click

from facilitation.cli.audit import audit
from facilitation.cli.common import Told, as_json_text, database_option, desk_of, read_json
from facilitation.cli.keeping import backup, migrate_db, restore
from facilitation.cli.opinions import opinions
from facilitation.cli.publishing import bundle
from facilitation.cli.retention import retention
from facilitation.cli.rounds import round_
from facilitation.cli.tables import tables
from facilitation.codes import shown
from facilitation.count import Asked, count, read_ballots
from facilitation.count_report import report
from facilitation.desk.entrance import STAFF_ROLES
from facilitation.errors import BadPanel, Refusal
from facilitation.harmless import harmless
from facilitation.minutes_pdf import minutes_pdf
from facilitation.panel import read_panel
from facilitation.rehearsed import ROBOTS, SEED, in_text, rehearse
from facilitation.rules import RULES, parse_definition


@click.group("facilitation")
def main() -> None:
    """Run a citizens' assembly: seat it, run its session, hold its votes, read its minutes."""


@main.command()
@database_option
@click.option("--assembly", required=True, metavar="NAME", help="The name of the new assembly.")
@click.argument("panel", type=click.Path(path_type=Path))
def seat(database: str, assembly: str, panel: Path) -> None:
    """Create an assembly from PANEL (CSV with id, name and any other columns) and print everyone's join code."""
    try:
        rows = read_panel(panel.read_bytes())
    except OSError as error:
        raise Told(f"{panel.name}: {error.strerror}. Remedy: Name a CSV file that can be read.") from None
    except BadPanel as refusal:
        raise Told(f"{panel.name}, {refusal}") from None
    with desk_of(database) as desk:
        seated = desk.seat(assembly, rows)
    click.echo(f"assembly: {seated.assembly_id}\nsession: {seated.session_id}")
    _table(("id", "name", "code"), seated.members)


@main.command()
@database_option
@click.option("--role", required=True, type=click.Choice(STAFF_ROLES), help="What the token is for.")
@click.option(
    "--assembly",
    "assembly_id",
    metavar="ID",
    help="The assembly it is for; administrators and recruiters need none.",
)
@click.option("--table", type=int, metavar="N", help="The table of a host.")
@click.option("--link", is_flag=True, help="Print the path of a one-time sign-in link instead, good for a day.")
def token(database: str, role: str, assembly_id: str | None, table: int | None, link: bool) -> None:
    """Print a token for a device of the staff, or with --link a one-time sign-in link."""
    with desk_of(database) as desk:
        if link:
            click.echo(f"/sign-in/{desk.issue_link(role, assembly_id, table=table)}")
        else:
            click.echo(desk.issue_token(role, assembly_id, table=table))


@main.command()
@database_option
@click.option("--assembly", "assembly_id", required=True, metavar="ID", help="The assembly, as `seat` printed it.")
def badges(database: str, assembly_id: str) -> None:
    """Print name, table and join code of every member again, as CSV."""
    with desk_of(database) as desk:
        rows = [(badge.name, badge.table, shown(badge.code)) for badge in desk.badges(assembly_id)]
    _table(("name", "table", "code"), rows)


@main.command("count")
@click.argument("ballots", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--rule", required=True, help=f"How it is counted: {', '.join(RULES)}.")
@click.option("--seats", type=int, help="How many are chosen, if the file does not say it.")
@click.option("--budget", help="The money that there is, if the file does not say it: 10000 or 1250.50.")
@click.option("--completion", help="Equal shares: none, add1, add1-exhaustive, add1u or utilitarian.")
@click.option("--seed", help="The published text that lots are drawn from; without it what is level is a tie.")
@click.option("--term", "terms", multiple=True, metavar="NAME=VALUE", help="Any other term of the rule; repeatable.")
@click.option("--threshold", help='As JSON: {"share": "2/3", "op": ">=", "base": "valid"}.')
@click.option("--entitled", type=int, help="How many people could vote; without it no turnout is told.")
@click.option("--more-votes", is_flag=True, help="How many more votes would have funded each bid, by recounts: slow.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def count_file(ballots: Path, rule: str, as_json: bool, **said: Any) -> None:
    """Count the ballots of FILE (.pb, .blt, .soc, .soi, .toc, .toi or .csv) by any rule, with every stage and lot."""
    try:
        terms = {name: said[name] for name in ("seats", "budget", "completion", "seed") if said[name] is not None}
        terms |= dict(_term(each) for each in said["terms"])
        threshold = read_json(said["threshold"], "threshold") if said["threshold"] else None
        asked = Asked(rule, terms, threshold, said["entitled"], said["more_votes"])
        counted = count(read_ballots(ballots.name, ballots.read_bytes()), asked)
    except OSError as error:
        raise Told(f"{ballots.name}: {error.strerror}. Remedy: Name a file that can be read.") from None
    except Refusal as refusal:
        raise Told(str(refusal)) from None
    click.echo(as_json_text(counted.as_json()) if as_json else report(counted), nl=as_json)


@main.command("rehearse")
@click.argument("definition", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--robots", default=ROBOTS, show_default=True, help="How many robot members vote.")
@click.option("--seed", default=SEED, show_default=True, help="The text from which they get their opinions.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def rehearse_file(definition: Path, robots: int, seed: str, as_json: bool) -> None:
    """Count a round before it is held: FILE is its definition as JSON, its ballots are made up by robots.

    A budget is counted in several ways side by side, so that one is chosen before real ballots exist.
    """
    try:
        spec = read_json(definition.read_text(encoding="utf-8"), "definition")
        if not isinstance(spec, dict):
            raise Told(f"{definition.name} holds no round. Remedy: Write it as the API takes it.")
        asked = parse_definition({part: value for part, value in spec.items() if part != "conduct"})
        done = rehearse(asked, robots, seed)
    except (OSError, UnicodeDecodeError):
        raise Told(f"{definition.name} cannot be read. Remedy: Name a JSON file in UTF-8.") from None
    except Refusal as refusal:
        raise Told(str(refusal)) from None
    click.echo(as_json_text(done.as_json()) if as_json else in_text(done), nl=as_json)


def _term(said: str) -> tuple[str, object]:
    name, equals, value = said.partition("=")
    if not equals:
        raise Told(f"The term “{said}” has no value. Remedy: Write it as NAME=VALUE, such as order=strict.")
    if name in ("costs", "least", "grades"):
        return name, [each.strip() or None for each in value.split(",")]
    return name, int(value) if value.isascii() and value.isdigit() and name != "seed" else value


@main.command()
@database_option
@click.option("--session", "session_id", required=True, metavar="ID", help="The session, as `seat` printed it.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write a tagged PDF into this file.")
def minutes(database: str, session_id: str, as_json: bool, pdf: Path | None) -> None:
    """Print the minutes of a session: what was on, said and decided, votes with their counts; no names."""
    with desk_of(database) as desk:
        if pdf is not None:
            _written(pdf, minutes_pdf(desk.minutes_json(session_id)))
            return
        click.echo(as_json_text(desk.minutes_json(session_id)) if as_json else desk.minutes(session_id), nl=as_json)


def _written(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise Told(f"{file.name}: {error.strerror}. Remedy: Name a file that can be written.") from None


@main.command()
@database_option
@click.option("--assembly", "assembly_id", required=True, metavar="ID", help="The assembly, as `seat` printed it.")
@click.option("--verify", is_flag=True, help="Check the chain instead of printing the rows.")
def journal(database: str, assembly_id: str, verify: bool) -> None:
    """Print an assembly's journal, one JSON row per line; with --verify name the first row that was tampered with."""
    with desk_of(database) as desk:
        links = desk.journal(assembly_id)
        if not verify:
            for link in links:
                click.echo(json.dumps(link, ensure_ascii=False))
            return
        broken = desk.broken_journal_row(assembly_id)
    if broken is not None:
        raise Told(f"Row {broken} of the journal does not fit the chain. Remedy: Restore it from a backup.")
    click.echo(f"{len(links)} rows, all in the chain; head {links[-1]['hash'] if links else '-'}")


# ----------------------------------------------------------------------------------------------------------- session


@main.command()
@database_option
@click.option("--session", "session_id", required=True, metavar="ID", help="The session, as `seat` printed it.")
@click.option("--json", "as_json", is_flag=True, help="The facilitator's whole screen as JSON.")
def agenda(database: str, session_id: str, as_json: bool) -> None:
    """Print the agenda and what can be done now."""
    with desk_of(database) as desk:
        screen = desk.public_screens(session_id)["facilitator"]
    if as_json:
        click.echo(as_json_text(screen))
        return
    click.echo(f"{screen['assembly']['name']}: {screen['session']['name']} ({screen['session']['phase']})")
    for item in screen["agenda"]:
        click.echo(f"{item['id']}  {item['planned_start']}  {item['state']:5}  {item['title']}")
    for one in screen["rounds"]:
        click.echo(f"{one['id']}  round  {one['state']:9}  {one['title']}")
    click.echo("Now possible: " + ("; ".join(action["label"] for action in screen["actions"]) or "nothing"))


@main.command("next")
@database_option
@click.option("--session", "session_id", required=True, metavar="ID", help="The session, as `seat` printed it.")
def next_action(database: str, session_id: str) -> None:
    """Do the next thing of the agenda: start an item, open or close its round, take a result off the screens."""
    with desk_of(database) as desk:
        offered = desk.actions(session_id)
        desk.next_action(session_id)
        click.echo(offered[0].label)


@main.group()
def session() -> None:
    """Run a session: start, end and extend agenda items, undo, close."""


@session.command("start")
@database_option
@click.option("--session", "session_id", required=True, metavar="ID", help="The session, as `seat` printed it.")
@click.argument("item")
def start_item(database: str, session_id: str, item: str) -> None:
    """Start the agenda item ITEM; the running one ends."""
    with desk_of(database) as desk:
        desk.start_item(session_id, item)


@session.command("end")
@database_option
@click.option("--session", "session_id", required=True, metavar="ID", help="The session, as `seat` printed it.")
def end_item(database: str, session_id: str) -> None:
    """End the running agenda item."""
    with desk_of(database) as desk:
        desk.end_item(session_id)


@session.command("extend")
@database_option
@click.option("--session", "session_id", required=True, metavar="ID", help="The session, as `seat` printed it.")
@click.argument("seconds", type=int)
def extend(database: str, session_id: str, seconds: int) -> None:
    """Give the running agenda item SECONDS more."""
    with desk_of(database) as desk:
        desk.extend(session_id, seconds)


@session.command("undo")
@database_option
@click.option("--session", "session_id", required=True, metavar="ID", help="The session, as `seat` printed it.")
def undo(database: str, session_id: str) -> None:
    """Take back the last act, within ten seconds."""
    with desk_of(database) as desk:
        desk.undo(session_id)


@session.command("close")
@database_option
@click.option("--session", "session_id", required=True, metavar="ID", help="The session, as `seat` printed it.")
def close_session(database: str, session_id: str) -> None:
    """End the sitting."""
    with desk_of(database) as desk:
        desk.close_session(session_id)


def _table(header: tuple[str, ...], rows: Any) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([harmless(str(cell)) for cell in row] for row in rows)


main.add_command(round_)
main.add_command(tables)
main.add_command(opinions)
main.add_command(bundle)
main.add_command(backup)
main.add_command(restore)
main.add_command(migrate_db)
main.add_command(audit)
main.add_command(retention)


if __name__ == "__main__":
    main()
