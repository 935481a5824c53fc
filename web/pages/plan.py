"""The agenda, the run sheet and the sessions of an assembly: what is planned, and how it goes. No JavaScript needed."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from facilitation.activities import ACTIVITIES
from facilitation.item_forms import filled, form_of
from facilitation.plan.usual_days import USUAL_DAYS
from web.access import Audience, desk, me, open_to
from web.journal_words import newest
from web.needs import in_words
from web.pages.member import screen_for
from web.plan_words import OPEN, drift

plan_pages = Blueprint("plan_pages", __name__, url_prefix="/run/<session_id>")

COPY = "copy"


@plan_pages.get("/agenda")
@open_to(Audience.FACILITATOR)
def agenda(session_id: str, item_id: str = "") -> ResponseReturnValue:
    """The editor of the agenda; `item_id` is that of a refused form."""
    screen = screen_for(me(), session_id)
    begun = [place for place, item in enumerate(screen["agenda"], start=1) if item["state"] not in OPEN]
    if g.get("problem") and item_id and g.get("field"):
        g.field = f"{g.field}-{item_id}"
    shown = {"screen": screen, "first_open": max(begun, default=0), "refused_item": item_id, "kinds": kinds()}
    shown |= {"form_of": form_of, "filled": filled, "earlier": desk().earlier_work(session_id)}
    return render_template("run/agenda.html", **shown, usual=USUAL_DAYS, drift=drift, back=f"/run/{session_id}")


@plan_pages.get("/sessions")
@open_to(Audience.FACILITATOR)
def sessions(session_id: str) -> ResponseReturnValue:
    """The sessions of the assembly, and the form for another one."""
    here = desk().session(session_id)
    rows = desk().sessions(here.assembly_id)
    choices = [{"value": COPY, "text": f"The agenda of “{rows[-1].name}”"}]
    choices += [{"value": key, "text": f"{day.name}"} for key, day in USUAL_DAYS.items()]
    shown = {"here": here, "rows": rows, "choices": choices, "usual_name": f"Session {len(rows) + 1}"}
    shown |= {"stays": {row.id: desk().why_it_stays(row.id) for row in rows}, "day_words": day_words}
    return render_template("run/sessions.html", **shown, back=f"/run/{session_id}")


@plan_pages.get("/sheet")
@open_to(Audience.FACILITATOR)
def sheet(session_id: str) -> ResponseReturnValue:
    """The run sheet, to print: the day on one or two pages of A4, with room to write on."""
    screen = screen_for(me(), session_id)
    known = sorted(desk().needs(session_id), key=lambda row: row.table)
    needs = [{"name": one.name, "table": one.table, "value": in_words(one)} for one in known if not one.known.empty]
    shown = {"screen": screen, "needs": needs, "drift": drift, "noted": newest(session_id)}
    return render_template("run/sheet.html", **shown, kinds=kinds(), back=f"/run/{session_id}")


def kinds() -> dict[str, str]:
    """The kinds of agenda items by their names."""
    return {kind: activity.LABEL for kind, activity in ACTIVITIES.items()}


def day_words(day: str) -> str:
    """A day as people say it.

    >>> day_words("2027-03-06"), day_words("")
    ('Saturday 6 March 2027', '')
    """
    return f"{date.fromisoformat(day):%A %-d %B %Y}" if day else ""
