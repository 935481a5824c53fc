"""A sitting with an agenda of a test's own, and what it looks like."""

from __future__ import annotations

from pathlib import Path

from devices import beside
from halls import Hall, Seats
from playwright.sync_api import Page
from test_axe import at_every_width


def seated(hall: Hall, name: str, agenda: list[dict[str, object]], members: int = 12) -> Seats:
    """An assembly with this agenda, everybody here, and the first item running."""
    with beside(hall) as desk:
        rows = [{"id": f"p{n}", "name": f"Member {n}"} for n in range(1, members + 1)]
        found = desk.seat(name, rows, agenda)
        for one in found.members:
            desk.join(one.code)
        token = desk.issue_token("facilitator", found.assembly_id)
        first = desk.public_screens(found.session_id)["facilitator"]["agenda"][0]["id"]
        desk.start_item(found.session_id, first)
    codes, names = (tuple(getattr(one, part) for one in found.members) for part in ("code", "name"))
    return Seats(found.assembly_id, found.session_id, token, codes, names)


def looks(page: Page, folder: Path, name: str, *, checked: bool = True) -> None:
    """A picture at each width, and axe at each (where another state of the same page is checked: the picture alone)."""
    if checked:
        at_every_width(page)
    for width, high in ((320, 640), (820, 1180), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": high})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page="hall" not in name)
