"""Tablets that slept, clocks that are wrong, servers that were away or have gone back: the right screen, by itself."""

from __future__ import annotations

import contextlib
import shutil
import signal
import time
from pathlib import Path

import pytest
from devices import is_connected, joins, opens_hall_screen, turnout
from halls import Hall, Seats, a_hall, a_key, an_open_round, folkmoot, join, seat
from lines import a_line
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Route, expect
from sleepers import a_tablet_that_sleeps, steady_error, timer_errors, wears_a_wrong_clock
from test_member import close, is_counted, votes_by_touch

pytestmark = [pytest.mark.browser, pytest.mark.slow]

A_DAY = 86_400_000
TIMED = [{"kind": "discussion", "title": "Talk", "planned_minutes": 20}]
SOON = 8_000  # milliseconds: sooner than any patience would be over, on any machine


def joins_over(page: Page, url: str, seats: Seats, number: int) -> Page:
    """Scan a badge over this line."""
    page.goto(f"{url}/join?code={seats.codes[number]}")
    page.get_by_role("button", name="Yes, that is me").click()
    page.wait_for_url("**/m")
    is_connected(page)
    return page


def starts_talk(hall: Hall, seats: Seats) -> None:
    assert hall.post(f"/run/{seats.session}/next", {}, seats.facilitator).status in (200, 303)


def test_a_frozen_tablet_whose_line_died_wakes_to_the_right_screen_and_sends_its_vote(hall, seats, chromium, tmp_path):
    with a_line(hall) as line, a_tablet_that_sleeps(chromium.browser_type, tmp_path) as tablet:
        page = joins_over(tablet.page, line.url, seats, 0)
        tablet.sleeps()
        line.goes_dark()
        round_id = an_open_round(hall, seats)
        line.is_back()
        tablet.wakes()
        expect(page.get_by_role("button", name="Check my choice")).to_be_visible(timeout=SOON)
        is_connected(page)
        line.goes_dark()
        votes_by_touch(page, "Yes")
        expect(page.locator('[data-stage="sent"]')).to_have_attribute("data-done", "now")  # and no answer comes
        tablet.sleeps()
        time.sleep(2.5)  # longer than a request that is waited for afterwards
        assert turnout(hall, seats) == 0
        line.is_back()
        tablet.wakes()
        expect(page.get_by_role("heading", name="Your vote is counted").first).to_be_visible(timeout=SOON)
        is_connected(page)
        assert close(hall, seats, round_id)["cast"] == 1
        expect(page.locator("[data-verdict]")).to_be_visible(timeout=SOON)  # by a new socket: nothing was asked for


def test_a_tablet_that_is_asleep_does_nothing(hall, seats, chromium, tmp_path):
    """The sleep of these tests is one."""
    with a_tablet_that_sleeps(chromium.browser_type, tmp_path) as tablet:
        joins(tablet.page, hall, seats, 0)
        is_connected(tablet.page)
        tablet.page.evaluate("window.beats = 0; setInterval(() => (window.beats += 1), 100)")
        tablet.sleeps()
        time.sleep(3)
        tablet.wakes()
        assert tablet.page.evaluate("window.beats") < 20
        assert tablet.page.evaluate("window.wrongBy") == 600_000


@pytest.mark.parametrize("by", [A_DAY, -A_DAY])
def test_a_timer_is_right_on_a_tablet_whose_clock_is_a_day_wrong_over_a_jumpy_line(hall, request, open_page, by):
    seats = seat(hall.database, members=1, name=request.node.name, agenda=TIMED)
    page = open_page()
    wears_a_wrong_clock(page, by)
    with a_line(hall, delay=(0.01, 0.2)) as line:
        joins_over(page, line.url, seats, 0)
        starts_talk(hall, seats)
        assert steady_error(timer_errors(page)) <= 300
        page.evaluate("window.wrongBy = -window.wrongBy")  # somebody sets the clock while the page is open
        assert steady_error(timer_errors(page, 3)) <= 300


def test_a_timer_is_the_same_in_the_night_in_which_clocks_are_set_back(hall, request, open_page):
    seats = seat(hall.database, members=1, name=request.node.name, agenda=TIMED)
    page = open_page(timezone_id="Europe/London")
    before_one = 1_792_889_998_000  # 25 October 2026, 00:59:58 UTC: the hour that comes twice begins two seconds later
    wears_a_wrong_clock(page, before_one - time.time() * 1000)
    joins(page, hall, seats, 0)
    starts_talk(hall, seats)
    first = timer_errors(page, 4)
    assert page.evaluate("new Date().getTimezoneOffset()") == 0, "the clocks were set back meanwhile"
    assert steady_error(first) <= 300


def test_a_vote_made_while_the_laptop_with_the_server_sleeps_counts_once(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats)
    expect(page.get_by_role("button", name="Check my choice")).to_be_visible()
    assert hall.process is not None
    hall.process.send_signal(signal.SIGSTOP)
    try:
        votes_by_touch(page, "Yes")
        expect(page.locator('[data-stage="sent"]')).to_have_attribute("data-done", "now")
        page.evaluate("window.dispatchEvent(new Event('online'))")  # the lid opens: the net is there before the server
    finally:
        hall.process.send_signal(signal.SIGCONT)
    is_counted(page)
    is_connected(page)
    assert close(hall, seats, round_id)["cast"] == 1


def test_screens_follow_a_server_that_was_restored_from_a_backup(tmp_path: Path, open_page):
    """Its steps have smaller numbers than what the screens show: newest wins, and the newest is what it says now."""
    with a_hall(tmp_path) as hall:
        seats = seat(hall.database, members=2)
        page = joins(open_page(), hall, seats, 0)
        screen = opens_hall_screen(open_page(), hall, seats)
        file, kept = tmp_path / "hall.sqlite", tmp_path / "kept.sqlite"
        folkmoot("backup", "--database", hall.database, str(kept))
        an_open_round(hall, seats, title="Lost?")
        for one in (page, screen):
            expect(one.get_by_role("heading", level=1)).to_have_text("Lost?")
        hall.stop(signal.SIGKILL)
        for left in ("hall.sqlite-wal", "hall.sqlite-shm"):
            (tmp_path / left).unlink(missing_ok=True)
        shutil.copy(kept, file)
        hall.start()
        expect(page.get_by_role("heading", level=1)).to_have_text("You are in. We start soon.")
        expect(screen.get_by_role("heading", name="Lost?")).to_have_count(0)
        again = an_open_round(hall, seats, title="Again?")
        votes_by_touch(page, "Yes")
        is_counted(page)
        assert close(hall, seats, again)["cast"] == 1


def says_another_edition(route: Route) -> None:
    """The server says that its files are new."""
    answer = route.fetch()
    route.fulfill(response=answer, headers={**answer.headers, "folkmoot-edition": "another"})


def half_a_minute(page: Page) -> None:
    """Goes by on the page, a little at a time, so that answers find their way in between."""
    for _ in range(20):
        with contextlib.suppress(PlaywrightError):  # the page is being loaded anew
            page.clock.run_for(1500)
            page.wait_for_timeout(50)


def test_a_page_of_an_old_edition_works_on_and_is_loaded_anew_when_nobody_uses_it(hall, seats, open_page):
    page = open_page()
    page.clock.install()
    joins(page, hall, seats, 0)
    an_open_round(hall, seats)
    page.get_by_text("No", exact=True).click()
    page.route("**/api/screen?*", says_another_edition)
    with page.expect_response("**/js/edition.js"):
        page.reload()
    expect(page.get_by_role("radio", name="No", exact=True)).to_be_checked()
    page.evaluate("window.mine = true")
    half_a_minute(page)
    assert page.evaluate("window.mine") is True, "a ballot was being filled in"
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()
    is_counted(page)
    half_a_minute(page)
    page.wait_for_function("window.mine === undefined")
    expect(page.get_by_role("heading", name="Your vote is counted").first).to_be_visible()
    page.evaluate("window.mine = true")
    half_a_minute(page)
    assert page.evaluate("window.mine") is True, "once for each edition"
    page.unroute_all(behavior="ignoreErrors")


def test_the_screen_stays_on_while_a_session_runs_and_a_page_that_cannot_do_that_says_so(hall, seats, open_page):
    page, plain = open_page(), open_page()
    page.add_init_script(
        "window.locks = []; const ask = navigator.wakeLock.request.bind(navigator.wakeLock);"
        "navigator.wakeLock.request = async (kind) => { const lock = await ask(kind); locks.push(lock); return lock; };"
    )
    plain.add_init_script("Object.defineProperty(navigator, 'wakeLock', { value: undefined });")
    for number, one in enumerate((page, plain)):
        joins(one, hall, seats, number)
        is_connected(one)
    expect(plain.locator("[data-awake]")).to_have_text("This screen may go dark by itself. Touch it to wake it.")
    expect(page.locator("[data-awake]")).to_have_text("")
    page.wait_for_function("locks.length === 1 && !locks[0].released")
    page.evaluate("locks[0].release().then(() => document.dispatchEvent(new Event('visibilitychange')))")
    page.wait_for_function("locks.length === 2 && !locks[1].released")
    assert hall.post(f"/run/{seats.session}/finish", {}, seats.facilitator).status in (200, 303)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. This session is over.")
    page.wait_for_function("locks.length === 2 && locks[1].released")


def test_fifty_votes_of_others_leave_what_is_typed_as_it_is(hall, request, open_page):
    """OpenSlides #5754: the vote of somebody else emptied a half-filled ballot."""
    seats = seat(hall.database, members=51, name=request.node.name)
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats, rule="consent")
    page.get_by_text("Objection", exact=True).click()
    page.get_by_label("Why do you object?").fill("It is too f")
    page.evaluate("document.querySelector('[data-ballot-form]').mine = true")
    for code in seats.codes[1:]:
        sent = hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": "consent"}, join(hall, code))
        assert sent.status == 200, sent.body
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_label("Why do you object?").press_sequentially("ar.")
    expect(page.get_by_label("Why do you object?")).to_have_value("It is too far.")
    expect(page.get_by_role("radio", name="Objection")).to_be_checked()
    assert page.evaluate("document.querySelector('[data-ballot-form]').mine") is True
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()
    is_counted(page)
    assert close(hall, seats, round_id)["cast"] == 51
