"""GET: what people see. This room holds the front door; each audience has a room of its own beside it.

A page asks the desk and draws; it changes nothing. The same template draws a page and the picture inside it that a
script fetches again when the session moves on: one drawing of every screen, with and without JavaScript.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from facilitation.panel import named
from facilitation.times import on_the_wall
from web import hall_screens, journal_words, public_hall
from web.access import Audience, desk, open_to
from web.accounts import needs_account, set_up_form
from web.charts import at, percent
from web.charts.opinion_map import opinion_map
from web.guessing import try_code
from web.pages.counts import count_pages
from web.pages.drafts import draft_pages
from web.pages.facilitator import facilitator_pages
from web.pages.hall import hall_pages
from web.pages.host import host_pages
from web.pages.ideas import pages as idea_pages
from web.pages.items import items
from web.pages.member import member_pages
from web.pages.minutes import room as minutes
from web.pages.names import names
from web.pages.plan import plan_pages
from web.pages.privacy import room as privacy
from web.pages.rounds import room as round_pages
from web.pages.scrutiny import scrutiny_pages
from web.pages.table_print import room as table_papers
from web.pages.tables import room as table_pages
from web.recruit import (
    alternates,
    assemblies,
    authority,
    chances,
    comparison,
    draws,
    personal,
    prepare,
    public_draw,
    quotas,
    recruitments,
    replacements,
    seating,
    shares,
)

front = Blueprint("front", __name__)
RECRUITER = (
    *(recruitments.room, quotas.room, shares.room, draws.room, chances.room, comparison.room),
    *(prepare.room, public_draw.room, alternates.room, assemblies.room, replacements.room, personal.room),
    authority.room,
)
BLUEPRINTS = (
    *(front, member_pages, hall_pages, count_pages, public_hall.room, facilitator_pages, round_pages, scrutiny_pages),
    *(names, items, minutes, draft_pages, idea_pages, plan_pages, table_pages, table_papers, host_pages),
    *RECRUITER,
    hall_screens.room,
    journal_words.room,
    privacy,
    seating.room,
)


@front.get("/")
@open_to(Audience.ANYONE, looks=True)
def home() -> ResponseReturnValue:
    """Three doors."""
    return render_template("home.html")


@front.get("/sign-in/<code>")
@open_to(Audience.ANYONE)
def sign_in(code: str) -> ResponseReturnValue:
    """One button, and nothing used up: a mail programme that previews this page does not burn the link.

    Where the role needs an account, the page sets one up.
    """
    invited = try_code(lambda: desk().invitation(code))
    if invited.account is not None or needs_account(invited.role):
        return set_up_form(code)
    return render_template("sign_in.html", link_code=code)


# ------------------------------------------------------------------------------------------------ words for templates


@front.app_template_filter("clock")
def clock(seconds: int) -> str:
    """A length of time as a clock shows it; a word beside it says whether so much is left or over.

    >>> clock(754), clock(3725), clock(-30)
    ('12:34', '1:02:05', '0:30')
    """
    hours, rest = divmod(abs(seconds), 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


@front.app_template_filter("clock_time")
def clock_time(moment: str) -> str:
    """The hour and minute that a clock in the hall shows, wherever the server stands; a browser may show its own.

    >>> clock_time("2027-03-06T10:00:00.000Z"), clock_time("2027-07-06T10:00:00.000Z")  # summer time
    ('10:00', '11:00')
    """
    return on_the_wall(datetime.fromisoformat(moment)).strftime("%H:%M")


@front.app_template_filter("day_and_time")
def day_and_time(moment: str) -> str:
    """Day and time, as a calendar and a clock in the hall show them.

    >>> day_and_time("2027-07-06T10:00:09.000Z")
    '6 July 2027, 11:00'
    """
    return on_the_wall(datetime.fromisoformat(moment)).strftime("%-d %B %Y, %H:%M")


@front.app_template_filter("to_five")
def to_five(moment: str) -> str:
    """The same to the next five minutes: calm enough for the wall of a hall.

    >>> to_five("2027-03-06T10:11:00.000Z"), to_five("2027-07-06T10:15:00.000Z")
    ('10:15', '11:15')
    """
    at = datetime.fromisoformat(moment)
    return clock_time((at + timedelta(seconds=-at.timestamp() % 300)).isoformat())


front.add_app_template_filter(opinion_map, "opinion_map")


@front.app_template_filter("capitalize_first")
def capitalize_first(text: str) -> str:
    """The first letter large, the others as they are: “support the A62” → “Support the A62”."""
    return text[:1].upper() + text[1:]


@front.app_template_filter("lower_first")
def lower_first(text: str) -> str:
    """For the middle of a sentence: “The proof” → “the proof”."""
    return text[:1].lower() + text[1:]


@front.app_template_filter("called")
def called(row: Mapping[str, str]) -> str:
    """How a list calls the person of a row, with the id.

    >>> called({"id": "v7", "first_name": "Ada", "last_name": "Byron"}), called({"id": "v8"})
    ('Ada Byron (v7)', 'v8')
    """
    name = named(row, row["id"])
    return name if name == row["id"] else f"{name} ({row['id']})"


@front.app_template_filter("ordinal")
def ordinal(number: int) -> str:
    """A place in an order.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 21)]
    ['1st', '2nd', '3rd', '4th', '11th', '21st']
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


front.add_app_template_filter(percent, "percent")
front.add_app_template_filter(at, "at")
