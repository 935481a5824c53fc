"""`folkmoot tables`: who sits where, round by round; and again, when some did not come."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from facilitation.cli.common import Told, as_json_text
from facilitation.errors import Refusal
from facilitation.panel import named, read_panel

if TYPE_CHECKING:
    from facilitation.seating import Again, Plan

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("panel", type=FILE)
@click.option("--rounds", type=int, default=1, show_default=True, help="How often people sit down anew.")
@click.option("--tables", type=int, help="How many tables, if the wishes do not list them; at most nine sit at each.")
@click.option("--spread", default="", help="Features to mix, with commas between: every table gets its fair share.")
@click.option("--pairs", default="", help="Features of whose values no table has just one: at least two, or none.")
@click.option("--wishes", type=FILE, help="JSON: the tables and what they offer, pinned seats, together, apart.")
@click.option("--seed", default="folkmoot", show_default=True, help="The same seed gives the same plan.")
@click.option("--out", type=FILE, help="Write the plan as CSV into this file instead of printing it.")
@click.option("--again", type=FILE, help="A plan made before: seat its round again, moving as few as possible.")
@click.option("--round", "round_number", type=int, default=1, show_default=True, help="With --again: from this round.")
@click.option("--absent", default="", help="With --again: ids of those who are not here, with commas between.")
@click.option("--json", "as_json", is_flag=True, help="What the plan is worth, as JSON.")
def tables(panel: Path, as_json: bool, **said: Any) -> None:
    """Seat the people of PANEL (CSV) at tables over several rounds, mixed and meeting as many others as possible."""
    # here and not above: the other commands need no matrices
    from facilitation.seating import find_plan, seat_again
    from facilitation.seating.sheet import as_csv, read_csv
    from facilitation.seating.wishes import Asked, read_hall

    try:
        rows = read_panel(panel.read_bytes())
        wishes = json.loads(said["wishes"].read_text("utf-8")) if said["wishes"] else {}
        if not isinstance(wishes, dict):
            raise Told("The wishes are not a JSON object. Remedy: See the README for their form.")
        asked = Asked(said["tables"], said["rounds"], _names(said["spread"]), _names(said["pairs"]))
        hall = read_hall(rows, asked, wishes)
        again = None
        if said["again"]:
            old = read_csv(said["again"].read_text("utf-8"), hall)
            here = {row["id"] for row in rows} - set(_names(said["absent"]))
            again = seat_again(old, said["round_number"], here=here, seed=said["seed"])
        plan = again.plan if again else find_plan(hall, said["seed"])
        sheet = as_csv(plan, {row["id"]: named(row, row["id"]) for row in rows})
        if said["out"]:
            said["out"].write_text(sheet, "utf-8")
    except OSError as error:
        raise Told(f"{error.filename}: {error.strerror}. Remedy: Name a file that can be used.") from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise Told("The wishes or the plan cannot be read. Remedy: Give JSON wishes and a plan's CSV.") from None
    except Refusal as refusal:
        raise Told(str(refusal)) from None
    if as_json:
        moved = {"moved": list(again.moved), "fewest": again.fewest} if again else {}
        click.echo(as_json_text({**plan.worth().as_json(), **moved}))
        return
    click.echo(told(plan, again), err=not said["out"])
    if not said["out"]:
        click.echo(sheet, nl=False)


def told(plan: Plan, again: Again | None) -> str:
    """What the plan is worth, in a few lines."""
    worth = plan.worth()
    sizes = sorted({len(table) for seats in plan.rounds for table in seats if table})
    lines = [
        f"{len(plan.hall.guests)} people, {len(plan.hall.tables)} tables of {sizes[0]} to {sizes[-1]},"
        f" {plan.hall.rounds} rounds.",
        f"Different people who meet: {worth.meetings} pairs of at most {worth.bound}; nobody meets anyone more than"
        f" {worth.most_often} times.",
    ]
    if plan.hall.spread:
        lines.append(f"Mixing: {worth.cells - worth.unfair} of {worth.cells} counts are fair shares.")
    if plan.hall.pairs:
        lines.append(f"People who sit alone with a value that no table should have just once: {worth.lone}.")
    if again:
        lines.append(
            f"Moved in this round: {', '.join(again.moved) or 'nobody'}. No plan moves fewer than {again.fewest}."
        )
    return "\n".join(lines)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
