"""What people do at their devices, as sentences for tests."""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

from halls import Hall, Seats
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Route, expect

from facilitation.desk import Desk


def chromium_path() -> str | None:
    """Debian's Chromium, or one that is called otherwise."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextlib.contextmanager
def beside(hall: Hall) -> Iterator[Desk]:
    """The desk beside the running server."""
    desk = Desk.open(hall.database)
    try:
        yield desk
    finally:
        desk.close()


def joins(page: Page, hall: Hall, seats: Seats, number: int) -> Page:
    """Scan a badge and say yes."""
    page.goto(f"{hall.url}/join?code={seats.codes[number]}")
    page.get_by_role("button", name="Yes, that is me").click()
    page.wait_for_url("**/m")
    return page


def takes_back(page: Page) -> Page:
    """The member's seat is on another tablet: use this one again."""
    page.get_by_role("button", name="Use this tablet again").click()
    page.wait_for_url("**/m")
    return page


def signs_in(page: Page, hall: Hall, role: str, assembly: str | None = None) -> Page:
    """Open a one-time link and press its button."""
    with beside(hall) as desk:
        link = desk.issue_link(role, assembly)
    page.goto(f"{hall.url}/sign-in/{link}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(
        {"recruiter": "**/recruit", "scrutineer": "**/scrutiny/*", "observer": "**/observe/*"}.get(role, "**/run/*")
    )
    return page


def opens_hall_screen(page: Page, hall: Hall, seats: Seats) -> Page:
    """Open the hall screen by a link of its own."""
    with beside(hall) as desk:
        token = desk.issue_token("display", seats.assembly, seats.session)
    page.goto(f"{hall.url}/hall/{token}")
    is_connected(page)
    return page


def is_connected(page: Page) -> None:
    """The page says in words that it is connected."""
    expect(page.locator("[data-connection-words]").first).to_have_text("Connected")


class Shut:
    """A door of the server that this page does not reach until it is opened.

    The handler stays and changes its mind: to take a handler out while a request waits in it can hang the browser.
    """

    def __init__(self, page: Page, door: str, answer: Callable[[Route], object] = Route.abort) -> None:
        self._answer: Callable[[Route], object] = answer
        page.route(door, lambda route: self._answer(route))

    def open(self) -> None:
        self._answer = Route.continue_


def asks_anew(page: Page) -> None:
    """The network is there again, so the page asks for its whole screen and is answered."""
    with page.expect_response(lambda answer: "/api/screen?" in answer.url):
        page.evaluate("window.dispatchEvent(new Event('online'))")


def is_up_to_date(page: Page, hall: Hall, seats: Seats) -> None:
    """The page has heard of all that others did: what is pressed on an older picture is refused."""

    def is_behind() -> bool:
        with beside(hall) as desk:
            newest = desk.public_screens(seats.session)["facilitator"]["seq"]
        return page.locator("[data-screen]").first.get_attribute("data-seq") != str(newest)

    comes_to(page, is_behind, False)


def tracker_of(page: Page) -> str:
    """What this tablet alone knows of its vote; the line is filled in after the words that the vote is counted."""
    return page.locator("[data-tracker]").filter(has_text=re.compile(r"\S")).first.text_content() or ""


def kept_ballots(page: Page) -> list[Any]:
    """What the tablet's outbox still holds for the server."""
    return [thing for thing in all_kept(page) if thing["kind"] != "counted"]


def comes_to_hold(page: Page, kinds: list[str]) -> None:
    """Wait until the outbox holds just these kinds of things: the tablet lets go of them after it has shown why."""
    comes_to(page, lambda: [thing["kind"] for thing in kept_ballots(page)], kinds)


def comes_to(page: Page, read: Callable[[], object], wanted: object) -> None:
    """Read again and again until it is what is wanted: a script or a letter that is on its way may still change it."""
    until = time.monotonic() + 15
    while (found := _read(read)) != wanted and time.monotonic() < until:
        page.wait_for_timeout(100)
    assert found == wanted


def comes_true(page: Page, promise: str, arg: object = None) -> None:
    """Wait until this promise is kept with something true; `wait_for_function` takes the promise itself for true.

    A page that is just being replaced has no answer, and is asked again.
    """
    until = time.monotonic() + 15
    while not (found := _read(lambda: page.evaluate(promise, arg))) and time.monotonic() < until:
        page.wait_for_timeout(100)
    assert found, f"it never came true: {promise}"


def _read(read: Callable[[], object]) -> object:
    try:
        return read()
    except PlaywrightError as gone:
        if "navigation" not in str(gone) and "context" not in str(gone):
            raise
        return None


ALL_KEPT = """() => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error("IndexedDB does not answer")), 10000);
  const opening = indexedDB.open("folkmoot", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("ballots", { keyPath: "id" });
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const transaction = opening.result.transaction("ballots"), all = transaction.objectStore("ballots").getAll();
    transaction.oncomplete = () => { opening.result.close(); resolve(all.result); };
    transaction.onabort = () => { opening.result.close(); reject(transaction.error); };
  };
})"""


def all_kept(page: Page) -> list[Any]:
    """Everything that the tablet remembers, also of counted ballots."""
    found: list[Any] = page.evaluate(ALL_KEPT)
    return found


def turnout(hall: Hall, seats: Seats) -> int:
    """How many have voted, as the facilitator's screen says."""
    return int(hall.get("/api/screen", seats.facilitator).json["turnout"]["cast"])


NEWEST_STEP = """(async () => {
  const page = document.querySelector("[data-steps-from]").dataset;
  const answer = await fetch(page.stepsFrom, { headers: { Accept: "application/json" }, cache: "no-store" });
  return (await answer.json()).step <= Number(page.step);
})()"""


def types_dice(page: Page, dice: str) -> None:
    """Type what the dice show, one box after the other, and send it: the newest page does not go on meanwhile."""
    comes_true(page, NEWEST_STEP)
    for number, face in enumerate(dice, start=1):
        page.locator(f"#box-{number}").fill(face)
    page.locator("#enter").click()
