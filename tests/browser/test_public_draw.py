"""From an impossible pool to a public draw and a replacement: recruiter, witness, hall screen and two tablets.

What people do in the weeks and on the evening of a draw, page by page, each on a device of their own.
"""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
from devices import beside, types_dice
from halls import ROOT, Hall
from playwright.sync_api import Page, expect
from test_walk import begins, signs_in, uploads

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IMPOSSIBLE = ROOT / "fixtures" / "impossible"
SIZE = 8
WATCH = """window.hiddenNames = []; new MutationObserver(() => {
  const names = [...document.querySelectorAll("[data-names] > li")];
  if (names.length) window.hiddenNames.push(names.filter((one) => one.hidden).length);
}).observe(document.body, { attributes: true, childList: true, subtree: true })"""
"""How many of the names are not to be seen yet, whenever the screen changes."""


def test_from_an_impossible_pool_to_a_replaced_member(hall: Hall, open_page):
    recruiter = signs_in(open_page(1920), hall, "recruiter")
    begins(recruiter, "Public walk")
    uploads(recruiter, IMPOSSIBLE / "pool.csv", IMPOSSIBLE / "quotas.csv", SIZE)
    expect(recruiter.get_by_role("heading", name="No panel can meet these quotas")).to_be_visible(timeout=60_000)
    recruiter.get_by_role("button", name="Use this").first.click()
    expect(recruiter.get_by_role("heading", name="These quotas can be met")).to_be_visible(timeout=60_000)

    recruiter.get_by_role("link", name="Prepare a public draw instead").click()
    recruiter.get_by_role("button", name="Prepare the draw").click()
    expect(recruiter.get_by_role("heading", name="The draw is prepared")).to_be_visible(timeout=120_000)
    page = recruiter.url
    fingerprint = recruiter.get_by_label("Fingerprint").inner_text().split()
    screen = the_halls_screen(recruiter)
    expect(screen.get_by_label("Fingerprint")).to_contain_text(fingerprint[0])
    witness = the_witness(recruiter, open_page(320))

    recruiter.goto(page)
    types_dice(witness, "301")
    expect(screen.get_by_text("One of two has typed")).to_be_visible()
    types_dice(recruiter, "307")
    for one in (witness, recruiter, screen):
        expect(one.get_by_text("The two entries differ")).to_be_visible()
    screen.evaluate(WATCH)
    types_dice(witness, "307")
    types_dice(recruiter, "307")
    for one in (witness, recruiter, screen):
        expect(one.get_by_role("heading", name="Ticket 307")).to_be_visible()
    names = screen.locator("[data-names] > li")
    expect(names).to_have_count(SIZE)
    expect(names.nth(SIZE - 1)).to_be_visible(timeout=30_000)
    assert screen.evaluate("Math.max(...window.hiddenNames)") > 0, "they did not come one after another"
    expect(screen.locator("[data-so-far]")).to_have_text(str(SIZE))
    restarted(hall)
    expect(screen.locator("[data-connection-words]").first).to_have_text("Connected", timeout=30_000)
    expect(names.nth(SIZE - 1)).to_be_visible()

    recruiter.goto(page)
    recruiter.get_by_role("button", name="Seat the panel").click()
    expect(recruiter.get_by_role("heading", name=f"{SIZE} members are seated")).to_be_visible()
    replaces_a_member(hall, recruiter, open_page)


def the_halls_screen(recruiter: Page) -> Page:
    """Opened by the recruiter's button, in a window of its own."""
    with recruiter.context.expect_page() as waiting:
        recruiter.get_by_role("button", name="Open the hall screen").click()
    screen = waiting.value
    expect(screen.locator("[data-connection-words]").first).to_have_text("Connected")
    return screen


def the_witness(recruiter: Page, page: Page) -> Page:
    """On a phone of their own, by the one-time link."""
    with recruiter.expect_navigation():
        recruiter.get_by_role("button", name="Make a link for the witness").click()
    page.goto(recruiter.locator("main code").last.inner_text())
    page.get_by_role("button", name="I am the witness").click()
    page.wait_for_url("**/witness")
    return page


def restarted(hall: Hall) -> None:
    """The server is killed and started again; nobody touches the screens."""
    hall.stop(signal.SIGKILL)
    hall.start()


def replaces_a_member(hall: Hall, recruiter: Page, open_page) -> None:
    row = recruiter.locator("tbody tr").first
    name, old = row.get_by_role("rowheader").inner_text(), row.locator("code").inner_text().replace(" ", "")
    tablet = joins_with(open_page(820), hall, old)
    row.get_by_role("link", name="Leaves").click()
    recruiter.get_by_label("The member asked to leave").check()
    recruiter.get_by_role("button", name="Give up the seat").click()
    expect(tablet.get_by_role("heading", name="You have left this assembly")).to_be_visible()
    tablet.goto(f"{hall.url}/join?code={old}")
    expect(tablet.get_by_role("alert")).to_contain_text("The member with this code has left the assembly.")

    free_seat = recruiter.url
    recruiter.get_by_role("button", name="Hold a replacement draw").click()
    expect(recruiter.get_by_role("heading", name="The replacement is drawn")).to_be_visible(timeout=120_000)
    recruiter.goto(free_seat)
    somebody = recruiter.locator("input[name=alternate]").first.get_attribute("value").removeprefix("drawn:")
    recruiter.get_by_role("button", name="Seat the new member").click()
    expect(recruiter.get_by_role("heading", name=f"{SIZE} members are seated")).to_be_visible()
    expect(recruiter.get_by_role("region", name="Who has left")).to_contain_text(name)
    new = recruiter.locator("tr", has_text=re.compile(rf"{somebody}\b")).locator("code").inner_text().replace(" ", "")
    assert new != old
    joins_with(tablet, hall, new)
    with beside(hall) as desk:
        assembly = next(one.id for one in desk.assemblies() if one.name == "Public walk")
        kinds = [entry["kind"] for entry in desk.journal(assembly)]
        assert kinds[-3:] == ["member-withdrawn", "alternate-seated", "member-arrived"]
        assert desk.broken_journal_row(assembly) is None


def joins_with(page: Page, hall: Hall, code: str) -> Page:
    page.goto(f"{hall.url}/join?code={code}")
    page.get_by_role("button", name="Yes, that is me").click()
    page.wait_for_url("**/m")
    return page


def test_the_hall_screen_shows_all_at_once_to_who_wants_no_motion(hall: Hall, open_page, tmp_path: Path):
    from draws import prepared

    with beside(hall) as desk:
        made = desk.new_recruitment("Still")
        desk.put_files(made, pool=("p.csv", b"p"), quotas=("q.csv", b"q"), size=SIZE)
        draw = desk.request_draw(made, kind="prepare", options={"names": "number"})
        desk.start_draw(draw)
        desk.finish_draw(draw, prepared())
        key = desk.hall_key(draw)
    still, plain = open_page(1920, reduced_motion="reduce"), open_page(1920, java_script_enabled=False)
    for page in (still, plain):
        page.goto(f"{hall.url}/draw/{key}")
        expect(page.get_by_text("Two people type what they see")).to_be_visible()
    from web.public_screen import reveal_files

    with beside(hall) as desk:
        for typist in ("recruiter", "witness"):
            desk.enter(draw, typist, "000", reveal_files)
    for page in (still, plain):
        page.reload()
        expect(page.get_by_role("heading", name="Ticket 000")).to_be_visible()
        expect(page.locator("[data-names] > li:visible")).to_have_count(SIZE)
