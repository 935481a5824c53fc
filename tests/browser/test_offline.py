"""A tablet whose page is loaded anew without a network: its own screen, in words, and what was sent arrives, once."""

from __future__ import annotations

from typing import Any

import pytest
from devices import beside, comes_to_hold, comes_true, is_connected, joins
from halls import Hall, Seats, an_open_round
from lines import a_line
from playwright.sync_api import Page, expect
from sittings import seated
from test_member import close, is_counted, votes_by_touch

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OFFLINE = "No connection. This is how it was last; what you send is kept on this tablet."
SOON = 2_000
DAY = [{"kind": "evaluation", "title": "What was the day like?"}]
KEPT = """async () => {
  if (!(await caches.has("folkmoot-page"))) return {};
  const pages = await caches.open("folkmoot-page"), found = {};
  for (const one of await pages.keys()) found[new URL(one.url).pathname] = await (await pages.match(one)).text();
  return found;
}"""


def kept(page: Page) -> dict[str, str]:
    """The pages that this tablet keeps."""
    found: dict[str, str] = page.evaluate(KEPT)
    return found


def keeps(page: Page, words: str) -> None:
    """Wait until there is a kept page, and what was drawn last of it has these words."""
    last = f"(words) => ({KEPT})().then((all) => all['/m'] && (all['/m/picture'] ?? all['/m']).includes(words))"
    comes_true(page, last, words)


def keeps_nothing(page: Page) -> None:
    """Wait until no page is kept."""
    comes_true(page, "caches.has('folkmoot-page').then((there) => !there)")


def connection(page: Page) -> Any:
    return page.locator("[data-connection-words]").first


def test_a_vote_made_offline_then_the_page_loaded_anew(hall: Hall, seats: Seats, open_page: Any) -> None:
    page = joins(open_page(), hall, seats, 0)
    keeps(page, "You are in. We start soon.")
    round_id = an_open_round(hall, seats, rule="consent")
    keeps(page, "Check my choice")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.post_data_json["key"]) if one.url.endswith("/ballot") else None)
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("button", name="Check my choice")).to_be_visible(timeout=SOON)
    expect(connection(page)).to_have_text(OFFLINE)
    page.get_by_text("Objection", exact=True).click()
    page.get_by_label("Why do you object?").fill("It is too far.")
    page.reload()  # in the middle of the ballot
    expect(page.get_by_label("Why do you object?")).to_have_value("It is too far.", timeout=SOON)
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()
    expect(page.locator("[data-sending-words]")).to_contain_text("Your vote is kept on this tablet")
    page.reload()  # with the vote unsent
    expect(page.locator("[data-sending-words]")).to_contain_text("Your vote is kept on this tablet", timeout=SOON)
    expect(connection(page)).to_have_text(OFFLINE)
    assert "too far" not in str(kept(page)), "no vote is in what the tablet keeps of its pages"
    tried = set(sent)
    page.context.set_offline(False)
    is_counted(page)
    is_connected(page)
    comes_to_hold(page, [])
    assert len(tried | set(sent)) == 1
    assert close(hall, seats, round_id)["cast"] == 1
    page.reload()
    expect(page.locator("[data-verdict]")).to_be_visible()
    expect(page.locator("html[data-kept]")).to_have_count(0)


def test_a_page_that_was_kept_is_never_shown_while_the_server_answers_and_goes_with_its_member(
    hall: Hall, seats: Seats, open_page: Any
) -> None:
    page = joins(open_page(), hall, seats, 0)
    keeps(page, "You are in. We start soon.")
    an_open_round(hall, seats, title="Adopt it at once?")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Adopt it at once?")
    keeps(page, "Adopt it at once?")
    page.context.set_offline(True)
    page.goto(f"{hall.url}/m/needs")  # another page of the member leads back to what there is
    expect(page.get_by_role("heading", level=1)).to_have_text("Adopt it at once?")
    page.context.set_offline(False)
    is_connected(page)
    page.get_by_role("button", name="Sign out of this tablet").click()
    page.wait_for_url(f"{hall.url}/")
    keeps_nothing(page)
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_FAILED"):
        page.goto(f"{hall.url}/m")


def test_no_page_outlives_a_member_whom_the_server_has_signed_out(hall: Hall, seats: Seats, open_page: Any) -> None:
    page = joins(open_page(), hall, seats, 0)
    keeps(page, seats.names[0])
    with beside(hall) as desk:
        first = next(one for one in desk.members(seats.assembly) if one.name == seats.names[0])
        desk.renew_code(seats.assembly, first.id, seats.codes[0])
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(connection(page)).to_contain_text("signed out")
    keeps_nothing(page)


def test_answers_of_ones_own_are_not_in_what_is_kept(hall: Hall, open_page: Any) -> None:
    seats = seated(hall, "Own answers", DAY, members=5)
    page = joins(open_page(), hall, seats, 0)
    page.locator("label[for=q-know-subject-1]").click()
    expect(page.locator("[data-kept]")).to_have_text("Kept.")
    page.reload()
    expect(page.locator("#q-know-subject-1")).to_be_checked()
    keeps(page, "What was the day like?")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name="What was the day like?")).to_be_visible(timeout=SOON)
    assert "q-know-subject" not in str(kept(page)) + page.content()
    page.context.set_offline(False)
    expect(page.locator("#q-know-subject-1")).to_be_checked()


def test_whoever_joins_next_in_this_browser_never_gets_the_page_of_the_one_before(
    hall: Hall, seats: Seats, open_page: Any
) -> None:
    page = joins(open_page(), hall, seats, 0)
    keeps(page, seats.names[0])
    page.goto(f"{hall.url}/join?code={seats.codes[1]}")
    page.context.set_offline(True)
    page.get_by_role("button", name="Yes, that is me").click()
    with pytest.raises(Exception, match="ERR_FAILED"):
        page.goto(f"{hall.url}/m")


def test_a_page_that_somebody_else_has_taken_over_in_another_tab_loads_itself_anew(
    hall: Hall, seats: Seats, open_page: Any
) -> None:
    page = joins(open_page(), hall, seats, 0)
    expect(page.locator(".fm-header__who")).to_contain_text(seats.names[0])
    joins(page.context.new_page(), hall, seats, 1)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator(".fm-header__who")).to_contain_text(seats.names[1])
    round_id = an_open_round(hall, seats)
    votes_by_touch(page, "Yes")
    is_counted(page)
    assert close(hall, seats, round_id)["cast"] == 1


CONTROLLED = "navigator.serviceWorker.controller !== null"


def test_a_tablet_that_is_full_shows_its_pages_all_the_same(hall: Hall, seats: Seats, open_page: Any) -> None:
    page = open_page()
    full = page.context.new_cdp_session(page)
    full.send("Storage.overrideQuotaForOrigin", {"origin": hall.url, "quotaSize": 1})
    joins(page, hall, seats, 0)
    comes_true(page, CONTROLLED)
    page.reload()
    expect(page.locator("body.fm-scripted")).to_be_visible()
    is_connected(page)
    assert not kept(page)


def test_an_answer_that_is_late_is_waited_for_where_nothing_is_kept(hall: Hall, seats: Seats, open_page: Any) -> None:
    with a_line(hall) as line:
        page = open_page()
        page.goto(f"{line.url}/join?code={seats.codes[0]}")
        page.get_by_role("button", name="Yes, that is me").click()
        keeps(page, seats.names[0])
        page.goto(f"{line.url}/privacy")
        page.evaluate("caches.delete('folkmoot-page')")
        line.delay = (4.5, 4.5)  # there and back, together more than the worker waits where a page is kept
        page.goto(f"{line.url}/m", timeout=40_000, wait_until="commit")
        line.delay = (0.0, 0.0)
        expect(page.get_by_role("heading", level=1)).to_have_text("You are in. We start soon.")
