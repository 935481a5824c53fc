"""The scrutineer's page and the observer's: who watches a vote sees how it is held, and never how anyone votes.

The scrutineer sees by which way ballots came, types papers in, confirms the close, sees a result before the hall does,
and stands by it or has it counted again. The observer sees what the hall sees, and what is published.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from facilitation.desk import Papers
from facilitation.model import Round, RoundState
from facilitation.paper_form import paper_form
from facilitation.screens import round_json
from facilitation.times import in_text
from web.access import Audience, desk, me, open_to
from web.charts import picture_of
from web.live import session_shown
from web.pages.facilitator import PHASES
from web.pages.member import result_view, screen_for

scrutiny_pages = Blueprint("scrutiny_pages", __name__)

CHANNELS = (
    ("tablet", "On a tablet"),
    ("assisted", "On a tablet, with help"),
    ("paper", "On paper"),
    ("phone", "By phone"),
)
DONE = {
    "first": "Typed once. Type the same ballot a second time, with its member, and it is in the urn.",
    "second": "Both typings agree. The ballot is in the urn and its member is ticked off.",
    "strike": "Struck. The paper may be typed anew.",
    "confirm": "The close is confirmed and the vote is counted.",
    "countersign": "You have countersigned the result.",
    "same": "Counted again: the same result.",
    "other": "Counted again: ANOTHER result. Tell the facilitator before anything else is done.",
}
"""What a door says after it has been gone through."""


@scrutiny_pages.get("/scrutiny")
@open_to(Audience.SCRUTINEER)
def scrutiny_today() -> ResponseReturnValue:
    """Today's session of this scrutineer's assembly."""
    return redirect(f"/scrutiny/{session_shown(me())}")


@scrutiny_pages.get("/scrutiny/<session_id>")
@open_to(Audience.SCRUTINEER)
def scrutiny(session_id: str) -> ResponseReturnValue:
    """The whole page: works by plain forms without JavaScript."""
    said = DONE.get(request.args.get("done", ""), "")
    return render_template("scrutiny/scrutiny.html", **_watched(session_id), said=said)


@scrutiny_pages.get("/scrutiny/<session_id>/picture")
@open_to(Audience.SCRUTINEER)
def scrutiny_picture(session_id: str) -> ResponseReturnValue:
    """The picture inside it."""
    return render_template("scrutiny/_picture.html", **_watched(session_id))


@scrutiny_pages.get("/observe")
@open_to(Audience.OBSERVER)
def observe_today() -> ResponseReturnValue:
    """Today's session of this observer's assembly."""
    return redirect(f"/observe/{session_shown(me())}")


@scrutiny_pages.get("/observe/<session_id>")
@open_to(Audience.OBSERVER)
def observe(session_id: str) -> ResponseReturnValue:
    """What the hall sees, and the counts that are published."""
    return render_template("scrutiny/observe.html", **_observed(session_id))


@scrutiny_pages.get("/observe/<session_id>/picture")
@open_to(Audience.OBSERVER)
def observe_picture(session_id: str) -> ResponseReturnValue:
    """The picture inside it."""
    return render_template("scrutiny/_observed.html", **_observed(session_id))


def _observed(session_id: str) -> dict[str, Any]:
    screen = screen_for(me(), session_id)
    public = [one for one in desk().rounds_of(session_id) if one.public_result is not None and not one.conduct.practice]
    published = [{**round_json(one), "result": one.public_result} for one in reversed(public)]
    return {"screen": screen, "result_view": result_view(screen), "published": published, "phase_words": _phase}


def _watched(session_id: str) -> dict[str, Any]:
    screen = screen_for(me(), session_id)
    rounds = desk().rounds_of(session_id)
    people = [row for row in desk().members(screen["assembly"]["id"]) if not row.left]
    going_on = [one for one in rounds if one.state in (RoundState.OPEN, RoundState.ENDED)]
    return {
        "screen": screen,
        "phase_words": _phase,
        "to_come": [one for one in rounds if one.state is RoundState.DRAFT],
        "going_on": [_going_on(one, desk().papers(one.id), people) for one in going_on],
        "counted": [_counted(one) for one in reversed(rounds) if one.result is not None],
    }


def _phase(phase: str) -> str:
    return PHASES.get(phase, phase)


def _going_on(one: Round, papers: Papers, people: list[Any]) -> dict[str, Any]:
    """A round that takes papers: where its ballots came from, and whose may still be typed."""
    seats = {row.seat for row in people if row.id in papers.voted}
    members = [{"id": row.id, "name": row.name, "table": row.table, "voted": row.seat in seats} for row in people]
    return {
        "round": round_json(one),
        "form": paper_form(one.definition),
        "papers": papers,
        "channels": [(words, papers.channels.get(channel, 0)) for channel, words in CHANNELS],
        "members": members,
    }


def _counted(one: Round) -> dict[str, Any]:
    """A round that is counted, whether or not the hall has seen it."""
    signed = [in_text(at) for at, _ in one.countersigned]
    again = [{"at": in_text(each.at), "why": each.reason, "agrees": each.agrees} for each in one.recounts]
    asked, result = round_json(one), dict(one.result or {})
    whole = {**asked, "result": result, "shown": one.shown, "struck": one.struck}
    return {**whole, "countersigned": signed, "recounts": again, "picture": picture_of(asked, result)}
