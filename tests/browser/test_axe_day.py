"""The day that the demo tells, looked at by axe: every page of staff, every item as staff and members look at it again.

The pages of items that run are walked in each kind's own tests and, in every contrast, in `test_looks.py`.
"""

from __future__ import annotations

import random

import pytest
from devices import beside, is_connected, joins, signs_in
from halls import Hall, Seats
from test_axe import at_every_width

from web.rehearsal.day_agenda import AGENDA, VOTE
from web.rehearsal.day_played import play_the_day

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STAFF = (
    *("", "/agenda", "/minutes", "/actions", "/needs", "/members", "/pair", "/screens", "/sessions", "/presence"),
    *("/speakers", "/tables", "/sheet"),
)
WITH_WORK = [place for place, row in enumerate(AGENDA[:VOTE]) if row["kind"] not in ("welcome", "break", "speakers")]


class RealTime:
    def go(self, minutes: float) -> None:
        """The day is played as fast as it goes."""


@pytest.fixture(scope="module")
def day(hall: Hall) -> Seats:
    """A day that has come to its votes."""
    people = [{"id": f"v{n}", "name": f"Person {n}"} for n in range(46)]
    with beside(hall) as desk:
        seated = desk.seat("The day for axe", people, agenda=[dict(row) for row in AGENDA])
        members = [str(desk.join(one.code).member["id"]) for one in seated.members[:40]]
        play_the_day(desk, seated, members, RealTime(), random.Random(5))
    return Seats(seated.assembly_id, seated.session_id, "", tuple(one.code for one in seated.members), ())


def items(hall: Hall, day: Seats) -> list[str]:
    with beside(hall) as desk:
        return [row["id"] for row in desk.public_screens(day.session)["facilitator"]["agenda"]]


@pytest.mark.parametrize("contrast", ["no-preference", "more"])
def test_pages_of_staff(hall: Hall, open_page, day: Seats, contrast: str) -> None:
    page = signs_in(open_page(1920, contrast=contrast), hall, "facilitator", day.assembly)
    is_connected(page)
    for path in STAFF:
        page.goto(f"{hall.url}/run/{day.session}{path}")
        at_every_width(page)


def test_every_item_as_staff_look_at_it_again(hall: Hall, open_page, day: Seats) -> None:
    page, all_items = signs_in(open_page(1920), hall, "facilitator", day.assembly), items(hall, day)
    for place in WITH_WORK:
        page.goto(f"{hall.url}/run/{day.session}/items/{all_items[place]}")
        at_every_width(page)


@pytest.mark.parametrize("contrast", ["no-preference", "more"])
def test_every_item_as_members_look_at_it_again(hall: Hall, open_page, day: Seats, contrast: str) -> None:
    page, all_items = joins(open_page(820, contrast=contrast), hall, day, 42), items(hall, day)
    at_every_width(page)
    for place in WITH_WORK:
        page.goto(f"{hall.url}/m/items/{all_items[place]}")
        at_every_width(page)
