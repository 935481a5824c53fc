"""Real tablets: one that was frozen, one whose clock is a day wrong, one that was switched off with a vote unsent."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hall_rows import Place, Row, Served, not_here, served

sys.path.append(str(Path(__file__).parents[2] / "browser"))

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType, Page

TITLE = "Tablets that sleep, have wrong clocks, or go off with a vote unsent"
MUST = "right screen ≤ 2 s, queued vote ≤ 3 s; timer within 300 ms; sent exactly once"
AGENDA = [{"kind": "discussion", "title": "Talk", "planned_minutes": 20}]
A_DAY = 86_400_000
FLIPS = 8


def measure(place: Place) -> Iterator[Row]:
    """With Chromium, over a line that can go dark and is slow by chance."""
    from devices import chromium_path
    from playwright.sync_api import sync_playwright

    if chromium_path() is None:
        yield not_here("all", "Chromium is missing (apt-get install chromium)")
        return
    with served(place, members=6, agenda=AGENDA) as hall, sync_playwright() as playwright:
        yield from clocks(hall, playwright.chromium)
        yield from frozen(hall, playwright.chromium, place.folder / "frozen")
        yield from switched_off(hall, playwright.chromium, place.folder / "off")


def frozen(hall: Served, chromium: BrowserType, folder: Path) -> Iterator[Row]:
    """Its socket is dead when it wakes, and its clock ten minutes on."""
    from halls import an_open_round
    from lines import a_line
    from sleepers import a_tablet_that_sleeps

    with a_line(hall.hall) as line, a_tablet_that_sleeps(chromium, folder) as tablet:
        page = joined(tablet.page, line.url, hall, 0)
        tablet.sleeps()
        line.goes_dark()
        round_id = an_open_round(hall.hall, hall.seats)
        line.is_back()
        tablet.wakes()
        taken = seconds(page.get_by_role("button", name="Check my choice").wait_for)
        yield Row("frozen, its clock ten minutes on: right screen", f"{taken:.2f} s", taken <= 2)
        line.goes_dark()
        votes(page)
        page.locator('[data-stage="sent"][data-done="now"]').wait_for()
        tablet.sleeps()
        time.sleep(3)
        line.is_back()
        tablet.wakes()
        taken = seconds(page.get_by_role("heading", name="Your vote is counted").first.wait_for)
        yield Row("frozen, its clock ten minutes on: queued vote counted", f"{taken:.2f} s", taken <= 3)
        closed(hall, round_id)


def clocks(hall: Served, chromium: BrowserType) -> Iterator[Row]:
    """Every change of the seconds, against the server's clock: the worst of them."""
    from lines import a_line
    from sleepers import timer_errors, wears_a_wrong_clock

    assert hall.hall.post(f"/run/{hall.seats.session}/next", {}, hall.seats.facilitator).status in (200, 303)
    with a_line(hall.hall, delay=(0.01, 0.2)) as line, browser(chromium) as started:
        for number, (name, by) in enumerate((("+24 h", A_DAY), ("−24 h", -A_DAY)), start=1):
            page = started.new_context().new_page()
            wears_a_wrong_clock(page, by)
            errors = timer_errors(joined(page, line.url, hall, number), FLIPS)
            worst = max(map(abs, errors))
            yield Row(f"clock {name}, 20–400 ms there and back", f"timer off by at most {worst:.0f} ms", worst <= 300)


def switched_off(hall: Served, chromium: BrowserType, folder: Path) -> Iterator[Row]:
    """The vote is made without a network; the page and then the whole tablet go; it is switched on again."""
    from devices import chromium_path
    from halls import an_open_round

    round_id = an_open_round(hall.hall, hall.seats, title="And this?")
    how = {"executable_path": chromium_path(), "args": ["--no-sandbox"]}
    tablet = chromium.launch_persistent_context(str(folder), **how)
    page = joined(tablet.pages[0], hall.hall.url, hall, 3)
    tablet.route("**/*", lambda route: route.abort("internetdisconnected"))
    votes(page)
    page.locator("[data-sending-words]").get_by_text("Your vote is kept on this tablet").wait_for()
    tablet.new_page()
    page.close()
    tablet.close()
    tablet = chromium.launch_persistent_context(str(folder), **how)
    page, sent = tablet.pages[0], []
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/ballot") else None)
    page.goto(f"{hall.hall.url}/m")
    page.locator("[data-receipt]").wait_for()
    tablet.close()
    cast = closed(hall, round_id)
    yield Row("switched off with a vote unsent", f"sent {len(sent)} time, {cast} counted", len(sent) == cast == 1)


# ------------------------------------------------------------------------------------------------ what people do


def browser(chromium: BrowserType) -> Browser:
    """Debian's Chromium."""
    from devices import chromium_path

    return chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])


def joined(page: Page, url: str, hall: Served, number: int) -> Page:
    """Scan a badge over this line, and be connected."""
    page.goto(f"{url}/join?code={hall.seats.codes[number]}")
    page.get_by_role("button", name="Yes, that is me").click()
    page.wait_for_url("**/m")
    page.locator('[data-connection][data-state="live"]').first.wait_for()
    return page


def votes(page: Page) -> None:
    """Three taps."""
    page.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()


def closed(hall: Served, round_id: str) -> int:
    """Close the vote; how many were counted."""
    assert hall.hall.post(f"/api/rounds/{round_id}/close", {}, hall.seats.facilitator).status == 200
    return int(hall.hall.get(f"/api/rounds/{round_id}/result", hall.seats.facilitator).json["cast"])


def seconds(act: Callable[[], object]) -> float:
    """How long this takes."""
    begun = time.monotonic()
    act()
    return time.monotonic() - begun
