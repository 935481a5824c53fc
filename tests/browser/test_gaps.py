"""What opens a gap and what closes it: network, socket, sleep, midnight, a full disk, staff who went away."""

from __future__ import annotations

import contextlib
import re
import socket
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from devices import beside, comes_true, is_connected, joins, opens_hall_screen, signs_in
from faults import a_small_disk, file_of, full
from halls import Hall, Seats, a_hall, a_key, an_open_round, join, seat
from lines import a_line
from playwright.sync_api import Page, expect
from test_accounts import PASSWORD, app_shows

from facilitation.desk.accounts import IDLE
from facilitation.times import in_text, local, moment

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TIMED = [{"kind": "discussion", "title": "Talk", "planned_minutes": 20}]
ELSEWHERE = "America/New_York"


def asks(page: Page, event: str) -> None:
    """After this event the page asks for its whole screen; by itself a connected page does after minutes.

    One that is asking already does not ask twice, so the event comes again until it has asked anew.
    """
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/api/screen?" in one.url else None)
    until = time.monotonic() + 15
    while not asked and time.monotonic() < until:
        page.evaluate(event)
        page.wait_for_timeout(100)
    assert asked, event


def test_the_network_a_wake_and_a_new_socket_each_fetch_the_whole_screen(hall: Hall, seats: Seats, open_page) -> None:
    page = open_page()
    with a_line(hall) as line:
        page.goto(f"{line.url}/join?code={seats.codes[0]}")
        page.get_by_role("button", name="Yes, that is me").click()
        page.wait_for_url("**/m")
        is_connected(page)
        asks(page, "window.dispatchEvent(new Event('online'))")
        asks(page, "document.dispatchEvent(new Event('resume'))")
        asks(page, "document.dispatchEvent(new Event('visibilitychange'))")
        with page.expect_websocket(), page.expect_response("**/api/screen?*"):
            for one in line.sockets:
                with contextlib.suppress(OSError):  # its other end was first
                    one.shutdown(socket.SHUT_RDWR)
        is_connected(page)


def test_over_midnight_and_after_ten_minutes_of_sleep_timer_and_times_are_those_of_the_hall(
    hall: Hall, request: pytest.FixtureRequest, open_page
) -> None:
    seats = seat(hall.database, members=1, name=request.node.name, agenda=TIMED)
    console, tablet = (open_page(timezone_id=ELSEWHERE) for _ in range(2))
    for one in (console, tablet):
        one.clock.install(time=datetime(2026, 7, 5, 22, 59, 50, tzinfo=UTC))  # ten seconds before midnight in the hall
    signs_in(console, hall, "facilitator", seats.assembly)
    joins(tablet, hall, seats, 0)
    assert hall.post(f"/run/{seats.session}/next", {}, seats.facilitator).status in (200, 303)
    item = hall.get("/api/screen", seats.facilitator).json["agenda"][0]
    started = console.locator(f'time[data-time="{item["started_at"]}"]').first
    expect(started).to_have_text(local(item["started_at"])[-5:])
    ends = moment(hall.get("/api/screen", seats.facilitator).json["timer"]["ends_at"])
    for one in (console, tablet):
        clock = one.locator("[data-ends-at] [data-clock]").first
        expect(clock).to_have_text(_left(ends))
        one.clock.run_for(15_000)  # past midnight, by a clock that runs faster than the hall's
        one.clock.fast_forward(600_000)  # and ten minutes of which its scripts knew nothing
        one.clock.run_for(1_500)
        expect(clock).to_have_text(_left(ends))
    expect(started).to_have_text(local(item["started_at"])[-5:])


def test_the_clock_on_the_wall_is_the_halls_wherever_the_screen_was_set_up(hall: Hall, seats: Seats, open_page) -> None:
    screen = opens_hall_screen(open_page(timezone_id=ELSEWHERE), hall, seats)
    now = datetime.now(UTC)
    times = {local(in_text(now + timedelta(seconds=late)))[-5:] for late in range(31)}
    expect(screen.locator("[data-wall-clock]")).to_have_text(re.compile("|".join(times)))


def _left(ends: datetime) -> object:
    """What a timer says in these seconds."""
    seconds = (ends - datetime.now(UTC)).total_seconds()
    minutes = {int((seconds - late) // 60) for late in range(31)}
    return re.compile(rf"^({'|'.join(map(str, minutes))}):\d\d$")


def test_a_full_disk_is_told_on_every_screen_and_the_words_go_by_themselves(tmp_path: Path, open_page) -> None:
    with a_small_disk(tmp_path) as place, a_hall(place, "--no-worker") as hall:
        seats = seat(hall.database, members=12)
        round_id = an_open_round(hall, seats)
        screens = {
            "member": joins(open_page(), hall, seats, 0),
            "console": signs_in(open_page(), hall, "facilitator", seats.assembly),
            "hall": opens_hall_screen(open_page(1920), hall, seats),
        }
        others = [join(hall, code) for code in seats.codes[1:]]
        for one in screens.values():
            is_connected(one)
            one.evaluate("window.mine = true")
            expect(one.locator("[data-not-storing]")).to_be_hidden()
        with full(place):
            door, ballots = f"/api/rounds/{round_id}/ballot", [{"key": a_key(), "choice": "yes"} for _ in others]
            assert 503 in {hall.post(door, body, token).status for body, token in zip(ballots, others, strict=True)}
            for name, one in screens.items():
                banner = one.locator("[data-not-storing]")
                expect(banner, name).to_contain_text("The server cannot write at the moment.")
                expect(banner, name).to_be_visible()
            expect(screens["console"].locator("[data-not-storing-why]")).to_have_text("its disk is full")
        for name, one in screens.items():
            expect(one.locator("[data-not-storing]"), name).to_be_hidden()
            assert one.evaluate("window.mine") is True, "no page was loaded anew"


def was_last_used(hall: Hall, ago: timedelta) -> None:
    """Nobody of the staff has touched anything for so long."""
    with sqlite3.connect(file_of(hall), timeout=10) as database:
        at = in_text(datetime.now(UTC) - ago)
        assert database.execute("UPDATE token SET used_at = ? WHERE idle IS NOT NULL", (at,)).rowcount >= 1
    database.close()


def test_staff_who_went_away_are_warned_may_stay_and_are_told_when_it_is_over(hall: Hall, open_page) -> None:
    with beside(hall) as desk:
        link = desk.first_administrator()
    page: Page = open_page()
    page.clock.install()
    page.goto(f"{hall.url}/sign-in/{link}")
    page.get_by_label("Name or e-mail address").fill("Ada Byron")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_label("Six digits that the app shows now").fill(app_shows(page.locator("#key").inner_text()))
    page.locator("#set-up").press("Enter")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_label("Role").first).to_be_visible()
    warning = page.locator("#idle")
    page.clock.run_for(61_000)
    expect(warning).to_have_count(0)
    was_last_used(hall, timedelta(seconds=IDLE - 200))
    page.clock.run_for(61_000)
    expect(warning).to_contain_text("You will be signed out in 4 minutes.")
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_have_count(0)
    was_last_used(hall, timedelta(seconds=IDLE + 1))
    page.clock.run_for(61_000)
    expect(warning).to_contain_text("You have been signed out.")
    expect(page.get_by_role("button", name="Stay signed in")).to_have_count(0)
    comes_true(page, "Object.keys(localStorage).length + Object.keys(sessionStorage).length === 0")
    page.goto(f"{hall.url}/staff")
    expect(page.get_by_label("Role")).to_have_count(0)
