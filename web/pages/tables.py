"""Who sits where: a plan is asked for, looked at, put to use; people are sent to its rounds. Works without JavaScript.

A plan that was made is kept nowhere until it is used: the page that shows it carries it, as ids and numbers, and the
desk checks it against the members of that moment. What was asked for is remembered while the server runs, for the next
time that people are seated; the wishes (who must not sit with whom) never reach the database.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from facilitation.desk.tables import ToSeat
from facilitation.tables.plan import MOST_TABLES, as_rows, from_rows
from web.access import Audience, desk, me, open_to
from web.children import ask
from web.doors.joining import done
from web.errors import BadForm
from web.pages.facilitator import columns_of_groups
from web.pages.member import screen_for
from web.refused import keep_forms
from web.server.bodies import fields, text, whole

room = Blueprint("tables", __name__, url_prefix="/run/<session_id>/tables")
FOUND = ("needs", "remote", "supports")
SEED = "folkmoot"
PER_TABLE = 8
MOST_ROUNDS = 40
LARGEST_PLAN = 1024 * 1024  # bytes: a thousand people, forty rounds
REMEMBERED = 64  # sessions
TOO_LONG = ("The plan took longer than a minute.", "Ask for fewer rounds, or for fewer columns at a time.")
BROKE = ("The plan could not be made.", "Look at the wishes again, or leave them out.")


@dataclass(frozen=True)
class Typed:
    """What stands in the form."""

    tables: str = ""
    rounds: str = "3"
    spread: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    wishes: str = ""
    seed: str = SEED


@dataclass(frozen=True)
class Made:
    """What the child answered: the rounds from `first` on, what the plan is worth, who moves; or problems."""

    problems: list[dict[str, str]] = field(default_factory=list)
    rounds: list[Any] = field(default_factory=list)
    first: int = 1
    worth: Mapping[str, Any] | None = None
    moved: Mapping[str, Any] | None = None


_remembered: OrderedDict[str, Typed] = OrderedDict()


@room.get("")
@open_to(Audience.FACILITATOR)
def tables(session_id: str) -> ResponseReturnValue:
    """The page."""
    return _page(session_id)


@room.post("/plan")
@open_to(Audience.FACILITATOR, body_limit=LARGEST_PLAN)
def plan(session_id: str) -> ResponseReturnValue:
    """Make a plan for all members and show what it is worth; nothing is used yet."""
    return _proposed(session_id, again=None)


@room.post("/again")
@open_to(Audience.FACILITATOR, body_limit=LARGEST_PLAN)
def again(session_id: str) -> ResponseReturnValue:
    """Seat a round again for those who are here, and show who would move; nothing is used yet."""
    return _proposed(session_id, again=whole(fields(), "round", 0) or 0)


@room.post("/use")
@open_to(Audience.FACILITATOR, body_limit=LARGEST_PLAN)
def use(session_id: str) -> ResponseReturnValue:
    """Put the plan to use that the page showed."""
    sent = fields()
    first, before = whole(sent, "first", 0) or 0, whole(sent, "instead_of", 0) or 0
    try:
        rounds = [from_rows(rows) for rows in json.loads(text(sent, "plan"))]
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise BadForm("This is not a plan.", "Make the plan again.") from None
    if first:
        desk().use_again(session_id, rounds, first, instead_of=before)
    else:
        desk().use_tables(session_id, rounds, instead_of=before)
    return _back(session_id)


@room.post("/move")
@open_to(Audience.FACILITATOR)
def move(session_id: str) -> ResponseReturnValue:
    """Everyone to their table of this round."""
    desk().move_tables(session_id, whole(fields(), "round", 0) or 0)
    return _back(session_id)


@room.post("/map")
@open_to(Audience.FACILITATOR)
def show_map(session_id: str) -> ResponseReturnValue:
    """Show the map on the hall screens, or take it down."""
    desk().show_tables(session_id, text(fields(), "shown") == "yes")
    return _back(session_id)


def _proposed(session_id: str, again: int | None) -> ResponseReturnValue:
    typed, known = _typed(session_id), desk().to_seat(session_id)
    _remembered[session_id] = typed
    while len(_remembered) > REMEMBERED:
        _remembered.popitem(last=False)
    made = ask("web.seating", json.dumps(_question(typed, known, again)), Made, (TOO_LONG, BROKE))
    if made.problems:
        g.problem, g.field = made.problems[0], None
        return _page(session_id), 422
    return _page(session_id, made=made, known=known)


def _question(typed: Typed, known: ToSeat, again: int | None) -> dict[str, Any]:
    """What the child is asked; people are called by their ids in the panel's file, as in the wishes."""
    called = {member: panel_id for panel_id, member in known.members.items()}
    asked = {**asdict(typed), "rows": known.rows, "again": None}
    asked["tables"] = _count("tables", typed.tables, MOST_TABLES)
    if again is None:
        if asked["tables"] is None and "tables" not in typed.wishes:
            raise BadForm("It is not said how many tables there are.", "Give their number, or list them in the wishes.")
        return {**asked, "rounds": _count("rounds", typed.rounds or "0", MOST_ROUNDS)}
    if not 1 <= again <= len(known.plan.rounds):
        raise BadForm("There is no such round in the plan in use.", "Use a plan first, then seat its round again.")
    rounds = [
        [(number, [called[one] for one in members]) for number, members in as_rows(seats)]
        for seats in known.plan.rounds
    ]
    here = sorted(called[one] for one in known.here)
    here += [row["id"] for row in known.rows if row["id"] not in known.members and row["supports"] in here]
    if len(here) < 2:
        raise BadForm("Nobody is here yet who could be seated.", "Wait until members have joined with their badges.")
    if asked["tables"] is None and "tables" not in typed.wishes:
        asked["tables"] = max(number for rows in rounds for number, _ in rows)
    return {**asked, "rounds": len(rounds), "again": {"round": again, "rounds": rounds, "here": here}}


def _count(name: str, typed: str, most: int) -> int | None:
    number = whole({name: typed}, name)
    if number is not None and not 1 <= number <= most:
        raise BadForm(f"{number} {name}: that cannot be planned.", f"Give 1 to {most} {name}.")
    return number


def _typed(session_id: str) -> Typed:
    """What was sent with the form; otherwise what was asked for last time."""
    if request.method != "POST" or "seed" not in request.form:
        return _remembered.get(session_id, Typed())
    file = request.files.get("file")
    wishes = request.form.get("wishes", "")
    if file is not None and file.filename:
        try:
            wishes = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise BadForm("The file of wishes is not UTF-8.", "Save it as UTF-8 and choose it again.") from None
    plain = {name: request.form.get(name, "").strip() for name in ("tables", "rounds", "seed")}
    spread, pairs = (tuple(request.form.getlist(name)) for name in ("spread", "pairs"))
    return Typed(plain["tables"], plain["rounds"], spread, pairs, wishes, plain["seed"])


def _page(session_id: str, made: Made | None = None, known: ToSeat | None = None) -> str:
    screen = screen_for(me(), session_id)
    known = known or desk().to_seat(session_id)
    columns = [name for name in columns_of_groups(screen["assembly"]["id"]) if name not in FOUND]
    found = {name: sum(bool(row.get(name, "").strip()) for row in known.rows) for name in FOUND}
    seen = {
        "screen": screen,
        "sid": session_id,
        "typed": _shown(session_id, known),
        "columns": columns,
        "found": found,
        "known": known,
        "made": made,
        "missing": _without_a_seat(known),
        "to_seat": [row.name for row in desk().needs(session_id) if row.to_seat],
    }
    if made is not None and made.worth is not None:
        names = {row["id"]: row["name"] for row in known.rows}
        seen |= {"told": _in_words(made, names), "carried": _carried(made, known), "map": _map(made, names)}
    return render_template("run/tables.html", **seen)


def _shown(session_id: str, known: ToSeat) -> Typed:
    try:
        typed = _typed(session_id)
    except BadForm:
        typed = Typed()
    blank = typed == Typed()
    return Typed(tables=str(max(1, -(-len(known.rows) // PER_TABLE)))) if blank else typed


def _without_a_seat(known: ToSeat) -> list[str]:
    """Who is here and has no seat in the round that is on."""
    if not known.plan.now:
        return []
    names = {known.members[row["id"]]: row["name"] for row in known.rows if row["id"] in known.members}
    return sorted(names[one] for one in known.here if one not in known.plan.seats)


def _carried(made: Made, known: ToSeat) -> str:
    """The plan as members' ids and numbers, for the form that puts it to use."""
    return json.dumps(
        [
            [(number, [known.members[one] for one in people if one in known.members]) for number, people in rows]
            for rows in made.rounds
        ]
    )


def _map(made: Made, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The first round of the plan with names."""
    return [
        {"number": number, "names": sorted((names[one] for one in people), key=str.casefold)}
        for number, people in made.rounds[0]
    ]


def _in_words(made: Made, names: Mapping[str, str]) -> dict[str, Any]:
    """What the plan is worth, in sentences."""
    worth = dict(made.worth or {})
    low, high = worth["sizes"]
    size = f"{low}" if low == high else f"{low} to {high}"
    percent = 100 * worth["meetings"] // worth["bound"] if worth["bound"] else 100
    often = {0: "nobody meets anyone", 1: "nobody meets anyone twice", 2: "nobody meets anyone more than twice"}
    most = often.get(worth["most_often"], f"nobody meets anyone more than {worth['most_often']} times")
    lines = [
        f"{worth['people']} people at {worth['tables']} tables of {size}.",
        f"{worth['meetings']} pairs of people meet at a table, of at most {worth['bound']} that could ({percent} %);"
        f" {most}.",
    ]
    if worth["spread"]:
        fair = worth["cells"] - worth["unfair_cells"]
        lines.append(
            f"Mixed by {_list(worth['spread'])}: {fair} of {worth['cells']} table counts are fair shares, rounded up or"
            f" down."
        )
    if worth["pairs"]:
        lone = worth["lone"]
        alone = "nobody sits alone" if not lone else f"{lone} times somebody sits alone"
        lines.append(f"With their {_list(worth['pairs'])}, {alone} at a table.")
    if worth["rules"]:
        kept = (
            "The one need or wish is kept."
            if worth["rules"] == 1
            else f"All {worth['rules']} needs and wishes are kept."
        )
        lines.append(kept)
    moved = None
    if made.moved is not None:
        moved = {"who": sorted(names[one] for one in made.moved["who"]), "fewest": made.moved["fewest"]}
    return {"lines": lines, "broken": worth["broken"], "moved": moved}


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _back(session_id: str) -> ResponseReturnValue:
    return done(session_id, f"/run/{session_id}/tables")


keep_forms(room, {}, otherwise=lambda session_id: _page(session_id))
