"""A tablet that members use one after another, before a real browser: nothing of the last person is left in it."""

from __future__ import annotations

import time

import pytest
from devices import Shut, beside, comes_true, is_connected
from halls import Hall, Seats, an_open_round
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect
from test_axe import at_every_width, small_targets

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEFT = """async () => {
  const rows = [];
  for (const {name} of await indexedDB.databases()) {
    const database = await new Promise((done, no) => {
      setTimeout(() => no(new Error(`${name} does not answer`)), 10000);
      const opening = indexedDB.open(name);
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => no(opening.error);
    });
    for (const store of database.objectStoreNames) {
      rows.push(...await new Promise((done) => {
        const all = database.transaction(store).objectStore(store).getAll();
        all.onsuccess = () => done(all.result.map((one) => JSON.stringify(one)));
      }));
    }
    database.close();
  }
  return [...rows, ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...(await caches.keys()),
    ...(await navigator.serviceWorker.getRegistrations()).map((one) => one.scope)];
}"""


def shared(page: Page, hall: Hall, seats: Seats) -> Page:
    """A tablet that a helper has made a shared one."""
    page.goto(f"{hall.url}/pair")
    page.get_by_role("button", name="Show the letters").click()
    code = page.locator(".fm-paircode__letters").inner_text()
    with beside(hall) as desk:
        desk.pair_tablet(seats.session, code, None)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/kiosk")
    return page


def serves(page: Page, seats: Seats, number: int) -> Page:
    page.get_by_label("The code on your badge").fill(seats.codes[number])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Yes, that is me").click()
    page.wait_for_url("**/m")
    return page


def keeps_something(page: Page) -> None:
    """The browser comes to keep something for pages of this server."""
    comes_true(page, f"({LEFT})().then((rows) => rows.length > 0)")


def is_free(page: Page, seats: Seats, last: int) -> None:
    """The first screen, and nothing of the last person: not in the page, not in the browser, not behind “back”."""
    page.wait_for_url("**/kiosk")
    expect(page.get_by_role("heading", name="Type your code")).to_be_visible()
    comes_true(page, f"({LEFT})().then((rows) => rows.length === 0)")
    for _ in range(4):
        page.go_back()
        page.wait_for_load_state()
        shown = content_of(page)
        assert seats.names[last] not in shown
        assert seats.codes[last] not in shown + page.url
    with page.expect_navigation(url="**/kiosk"):
        page.evaluate("location.href = '/m'")


def content_of(page: Page) -> str:
    """What the page is made of; one that goes on by itself is asked again."""
    until = time.monotonic() + 15
    while True:
        try:
            return page.content()
        except PlaywrightError:
            if time.monotonic() > until:
                raise
            page.wait_for_timeout(100)


def test_one_votes_and_the_next_finds_nothing(hall: Hall, seats: Seats, open_page):
    page = shared(open_page(), hall, seats)
    at_every_width(page)
    assert small_targets(page) == []
    page.get_by_label("The code on your badge").fill(seats.codes[0])
    page.get_by_role("button", name="Next").click()
    at_every_width(page)
    page.get_by_role("button", name="Yes, that is me").click()
    page.wait_for_url("**/m")
    is_connected(page)
    at_every_width(page)
    an_open_round(hall, seats)
    page.get_by_role("radio", name="Yes", exact=True).check()
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()
    expect(page.get_by_role("heading", name="Your vote is counted").first).to_be_visible()
    expect(page.get_by_text("Write your tracker down before you go.")).to_be_visible()
    keeps_something(page)  # the tracker, while they are here
    at_every_width(page)
    page.get_by_role("button", name="I am finished").click()
    is_free(page, seats, 0)
    serves(page, seats, 1)
    expect(page.get_by_role("radio", name="Yes", exact=True)).not_to_be_checked()
    assert seats.names[0] not in page.content()
    page.get_by_role("radio", name="No", exact=True).check()
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()
    expect(page.get_by_role("heading", name="Your vote is counted").first).to_be_visible()
    assert hall.get("/api/screen", seats.facilitator).json["turnout"]["cast"] == 2


def test_who_walks_away_is_asked_and_then_their_turn_is_over(hall: Hall, seats: Seats, open_page):
    page = open_page()
    page.clock.install()
    serves(shared(page, hall, seats), seats, 0)
    is_connected(page)
    an_open_round(hall, seats)
    page.clock.run_for(1000)
    page.get_by_role("radio", name="Yes", exact=True).check()
    keeps_something(page)  # the half-filled ballot, while they are here
    page.clock.run_for(46_000)
    expect(page.get_by_role("heading", name="Are you still there?")).to_be_visible()
    at_every_width(page)
    page.keyboard.press("Enter")  # the button has the focus
    expect(page.get_by_role("heading", name="Are you still there?")).to_be_hidden()
    expect(page.get_by_role("radio", name="Yes", exact=True)).to_be_checked()
    page.clock.run_for(46_000)
    expect(page.get_by_role("heading", name="Are you still there?")).to_be_visible()
    page.clock.run_for(16_000)
    page.clock.resume()
    is_free(page, seats, 0)
    serves(page, seats, 0)
    expect(page.get_by_role("radio", name="Yes", exact=True)).not_to_be_checked()


def test_a_vote_that_is_on_its_way_arrives_before_the_tablet_is_free(hall: Hall, seats: Seats, open_page):
    page = serves(shared(open_page(), hall, seats), seats, 0)
    is_connected(page)
    an_open_round(hall, seats)
    urn = Shut(page, "**/ballot")
    page.get_by_role("radio", name="Yes", exact=True).check()
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()
    expect(page.get_by_text("kept on this tablet").first).to_be_visible()
    page.get_by_role("button", name="I am finished").click()
    expect(page.get_by_text("Please wait. What was sent is on its way.")).to_be_visible()
    expect(page.get_by_text(seats.names[0]).first).to_be_hidden()
    page.wait_for_timeout(1500)
    assert page.url.endswith("/m"), "it is not free before the vote has arrived"
    urn.open()
    is_free(page, seats, 0)
    assert hall.get("/api/screen", seats.facilitator).json["turnout"]["cast"] == 1


def test_what_is_half_written_waits_for_its_writer_alone(hall: Hall, open_page):
    people = [{"id": f"v{n}", "name": f"Member {n}"} for n in (1, 2)]
    with beside(hall) as desk:
        seated = desk.seat("Half written", people, agenda=[{"kind": "discussion", "title": "At the tables"}])
        token = desk.issue_token("facilitator", seated.assembly_id)
        desk.next_action(seated.session_id)
    codes, names = (tuple(getattr(one, part) for one in seated.members) for part in ("code", "name"))
    seats = Seats(seated.assembly_id, seated.session_id, token, codes, names)
    page = serves(shared(open_page(), hall, seats), seats, 0)
    is_connected(page)
    page.locator("form[data-contribute] textarea").first.fill("A thought that is not finished")
    page.get_by_role("button", name="I am finished").click()
    is_free(page, seats, 0)
    serves(page, seats, 1)
    expect(page.locator("form[data-contribute] textarea").first).to_have_value("")
    page.get_by_role("button", name="I am finished").click()
    is_free(page, seats, 1)
    serves(page, seats, 0)
    expect(page.locator("form[data-contribute] textarea").first).to_have_value("A thought that is not finished")


def test_the_screens_before_anybody_has_taken_it_say_how_the_connection_is(hall: Hall, seats: Seats, open_page):
    page = shared(open_page(), hall, seats)
    words = page.locator("[data-connection-words]")
    expect(words).to_have_text("Connected")
    page.context.set_offline(True)
    expect(words).to_have_text("No connection. Trying again…")
    page.context.set_offline(False)
    expect(words).to_have_text("Connected")
    page.get_by_label("The code on your badge").fill(seats.codes[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Is this you?")).to_be_visible()
    expect(words).to_have_text("Connected")
    page.route("**/pair/state", lambda route: route.abort())  # the network is there, and the server is not
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(words).to_have_text("No connection. Trying again…")


def test_without_scripts_it_works_by_plain_forms(hall: Hall, seats: Seats, open_page):
    page = serves(shared(open_page(java_script_enabled=False), hall, seats), seats, 0)
    page.get_by_role("button", name="I am finished").click()
    page.wait_for_url("**/kiosk")
    page.go_back()
    assert seats.names[0] not in content_of(page)
