"""WCAG 2.2 AA, as far as a machine can tell: axe finds nothing on any page as wide as a phone, a tablet, a hall."""

from __future__ import annotations

import random
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from devices import beside, comes_true, joins, opens_hall_screen, signs_in, takes_back, types_dice
from halls import Hall, Seats, a_key, an_open_round, join
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = (320, 820, 1920)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
POOL = b"id,age,area\n" + b"".join(
    f"v{n},{'16-39' if n % 3 else '40+'},{'North' if n % 2 else 'South'}\n".encode() for n in range(24)
)
QUOTAS = b"feature,value,min,max\nage,16-39,1,3\nage,40+,1,3\narea,North,2,2\narea,South,2,2\n"
CENSUS = b"feature,value,percent\nage,16-39,51\nage,40+,49\nwork,paid,90\nwork,none,10\n"


AT_REST = """document.getAnimations().every((one) =>
  one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity)"""
"""What is just fading in has no contrast yet; a new width begins it again."""


def faults(page: Page) -> list[str]:
    """What axe finds, what is wider than the screen, and what a heading or a language lacks."""
    page.wait_for_load_state()
    heading, found = page.locator("h1:visible"), []
    try:
        expect(heading).to_have_count(1)
    except AssertionError:
        found.append(f"{heading.count()} headings of the first level")
    comes_true(page, AT_REST)
    found += [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in violations(page)]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("the page is wider than the screen")
    if page.evaluate(r"/<\/?(span|svg|p|strong)\b/.test(document.body.innerText)"):
        found.append("markup is shown as words")
    if not page.locator("html").get_attribute("lang"):
        found.append("no language")
    return found


def violations(page: Page) -> list[Any]:
    """What axe finds on the page; on the one that follows where it has just gone on by itself."""
    try:
        return list(Axe().run(page, options=RULES).response["violations"])
    except PlaywrightError as gone:
        if "navigation" not in str(gone) and "context" not in str(gone):
            raise
        page.wait_for_load_state()
        return list(Axe().run(page, options=RULES).response["violations"])


def at_every_width(page: Page) -> None:
    told = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1080})
        told |= {f"{page.url} at {width}: {fault}": None for fault in faults(page)}
    assert not told, "\n".join(told)


def small_targets(page: Page) -> list[str]:
    """Things to press that are smaller than 44 px, with the label around them."""
    return page.evaluate(
        """() => [...document.querySelectorAll('button, input:not([type=hidden]), select, main a, header a')]
          .filter((one) => one.checkVisibility() && !one.closest('p, li, .govuk-skip-link'))
          .filter((one) => (one.closest('label') ?? one).getBoundingClientRect().height < 44)
          .map((one) => one.outerHTML)"""
    )


@pytest.mark.parametrize("path", ["/", "/join", "/join?code=AAAAAAAA", "/recruit", "/no-such-page", "/sign-in"])
def test_open_pages(hall: Hall, open_page, path: str):
    page = open_page()
    page.goto(hall.url + path)
    at_every_width(page)


@pytest.mark.parametrize(("role", "heading"), [("observer", "Sign in"), ("administrator", "Set up your account")])
def test_a_one_time_link(hall: Hall, seats: Seats, open_page, role: str, heading: str):
    """A guest's, which is one press, and one that sets an account up."""
    with beside(hall) as desk:
        link = desk.issue_link(role, seats.assembly if role == "observer" else None)
    page = open_page()
    page.goto(f"{hall.url}/sign-in/{link}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    at_every_width(page)


BALLOTS: dict[str, Any] = {
    "yes-no": {},
    "support": {},
    "approval": {"options": ["tram", "bus", "a much longer answer that goes on for quite a while"]},
    "irv": {"options": ["tram", "bus", "bike"]},
}


@pytest.mark.parametrize("rule", list(BALLOTS))
def test_the_tablet_in_every_state(hall: Hall, seats: Seats, open_page, rule: str):
    page = open_page()
    page.goto(f"{hall.url}/join?code={seats.codes[0]}")
    at_every_width(page)
    joins(page, hall, seats, 0)
    at_every_width(page)
    round_id = an_open_round(hall, seats, title="What do you say to this?", rule=rule, **BALLOTS[rule])
    page.get_by_role("button", name="Check my choice").wait_for()
    at_every_width(page)
    assert small_targets(page) == []
    if rule == "irv":
        page.get_by_role("button", name="Choose: bus").click()
    else:
        page.locator(".fm-choices label").first.click()
    page.get_by_role("button", name="Check my choice").click()
    at_every_width(page)
    page.get_by_role("button", name="Send my vote").click()
    page.locator("[data-receipt]").wait_for()
    at_every_width(page)
    hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
    page.locator("[data-verdict]").wait_for()
    at_every_width(page)


@pytest.mark.parametrize("conduct", [{"secrecy": "sealed"}, {"secrecy": "open"}, {"changeable": True}], ids=str)
def test_the_tablet_however_secret_the_vote_is(hall: Hall, seats: Seats, open_page, conduct: dict[str, Any]):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats, title="What do you say to this?", rule="yes-no", conduct=conduct)
    page.get_by_text("How secret is this vote?").click()
    if conduct.get("secrecy") == "sealed":
        page.locator("[data-key-line]:not([hidden])").wait_for()
        elsewhere = joins(open_page(), hall, seats, 0)
        elsewhere.get_by_role("heading", name="This tablet cannot cast your vote").wait_for()
        at_every_width(elsewhere)
        page.get_by_role("heading", name="Your seat is now on another tablet").wait_for()
        at_every_width(page)
        takes_back(page)
    at_every_width(page)
    page.locator(".fm-choices label").first.click()
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()
    page.get_by_role("heading", name="Your vote is counted").first.wait_for()
    at_every_width(page)
    if conduct.get("changeable"):
        page.get_by_role("button", name="Change my vote").click()
        at_every_width(page)
        page.get_by_role("button", name="Keep my vote as it is").click()
    hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
    page.locator("[data-verdict]").wait_for()
    at_every_width(page)
    if conduct.get("secrecy") == "open":
        page.get_by_role("link", name="See the votes by name").click()
        at_every_width(page)


@pytest.mark.parametrize("rule", list(BALLOTS))
def test_console_and_hall_screen_in_every_state(hall: Hall, seats: Seats, open_page, rule: str):
    console = signs_in(open_page(), hall, "facilitator", seats.assembly)
    screen = opens_hall_screen(open_page(), hall, seats)
    at_every_width(console)
    at_every_width(screen)
    console.locator("#act-start-item-next").click()
    round_id = an_open_round(hall, seats, title="What do you say to this?", rule=rule, **BALLOTS[rule])
    options = BALLOTS[rule].get("options", ["yes"] if rule == "yes-no" else ["love"])
    choice = options if rule in ("approval", "irv") else options[0]
    hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": choice}, join(hall, seats.codes[1]))
    screen.get_by_text("1 of 1 have voted").wait_for()
    console.get_by_text("1 of 1 have voted").wait_for()
    at_every_width(screen)
    at_every_width(console)
    hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
    screen.locator("[data-verdict]").wait_for()
    console.locator("[data-verdict]").wait_for()
    at_every_width(screen)
    at_every_width(console)
    if rule == "yes-no":
        for path in ("badges", "minutes"):
            console.goto(f"{hall.url}/run/{seats.session}/{path}")
            at_every_width(console)


@pytest.fixture
def recruiter(hall: Hall, open_page) -> Page:
    """A recruiter who has signed in."""
    return signs_in(open_page(), hall, "recruiter")


def test_the_recruiters_pages(hall: Hall, recruiter: Page, seats: Seats):
    at_every_width(recruiter)
    recruiter.goto(f"{hall.url}/run")
    recruiter.get_by_role("heading", name="You cannot open this page").wait_for()
    at_every_width(recruiter)
    with beside(hall) as desk:
        made = desk.new_recruitment(f"Axe {random.random()}")
        recruiter.goto(f"{hall.url}/recruit/{made}")
        at_every_width(recruiter)
        desk.put_files(made, pool=("pool.csv", b"id,age\nv1,x\nv1,y\n"), quotas=("quotas.csv", QUOTAS), size=4)
        recruiter.goto(f"{hall.url}/recruit/{made}")
        at_every_width(recruiter)
        desk.put_files(made, pool=("pool.csv", POOL), quotas=("quotas.csv", QUOTAS), size=5)
        recruiter.goto(f"{hall.url}/recruit/{made}")
        at_every_width(recruiter)
        desk.put_files(made, pool=("pool.csv", POOL), quotas=("quotas.csv", QUOTAS), size=4)
        recruiter.goto(f"{hall.url}/recruit/{made}")
        for hidden in recruiter.locator("details > summary").all():
            hidden.click()
        at_every_width(recruiter)
        desk.put_aside(made, {"shares": ("census.csv", CENSUS), "terms": ("t", b'{"size": 8, "slack": 1, "flex": 0}')})
        recruiter.goto(f"{hall.url}/recruit/{made}/shares")
        at_every_width(recruiter)
        waiting = desk.request_draw(made)
        recruiter.goto(f"{hall.url}/recruit/{made}/draws/{waiting}")
        at_every_width(recruiter)
        desk.cancel_draw(waiting)
    recruiter.reload()
    at_every_width(recruiter)
    recruiter.goto(f"{hall.url}/recruit/{made}")
    recruiter.get_by_role("button", name="Compare the five ideas").click()
    recruiter.get_by_role("heading", name="Five ideas of fair, compared").wait_for(timeout=90_000)
    at_every_width(recruiter)
    recruiter.goto(f"{hall.url}/recruit/{made}")
    recruiter.get_by_role("button", name="Draw the panel").click()
    recruiter.get_by_role("button", name="Seat the panel").wait_for(timeout=90_000)
    at_every_width(recruiter)
    recruiter.get_by_role("link", name="What was somebody’s chance, and why?").click()
    recruiter.get_by_label("Id or name").fill("v1")
    recruiter.get_by_role("button", name="Look up").click()
    at_every_width(recruiter)
    recruiter.goto(f"{hall.url}/recruit/assemblies/{seats.assembly}")
    at_every_width(recruiter)
    recruiter.goto(f"{hall.url}/recruit/assemblies/{seats.assembly}/badges")
    at_every_width(recruiter)


def test_who_leaves_and_who_comes(hall: Hall, recruiter: Page, seats: Seats, open_page):
    page = f"{hall.url}/recruit/assemblies/{seats.assembly}"
    with beside(hall) as desk:
        member = desk.members(seats.assembly)[0].id
    tablet = joins(open_page(), hall, seats, 0)
    recruiter.goto(f"{page}/members/{member}/leave")
    at_every_width(recruiter)
    recruiter.get_by_role("button", name="Give up the seat").click()
    at_every_width(recruiter)
    recruiter.get_by_label("The member asked to leave").check()
    recruiter.get_by_role("button", name="Give up the seat").click()
    at_every_width(recruiter)
    tablet.get_by_role("heading", name="You have left this assembly").wait_for()
    at_every_width(tablet)
    recruiter.get_by_role("link", name="Leave the seat free for now").click()
    recruiter.get_by_role("button", name="Fill seat 1").wait_for()
    at_every_width(recruiter)


def test_a_public_draw_in_every_state(hall: Hall, recruiter: Page, open_page):
    with beside(hall) as desk:
        made = desk.new_recruitment(f"Axe {random.random()}")
        desk.put_files(made, pool=("pool.csv", POOL), quotas=("quotas.csv", QUOTAS), size=4)
    recruiter.goto(f"{hall.url}/recruit/{made}/prepare")
    recruiter.get_by_label("A round of the drand beacon").check()
    recruiter.get_by_role("button", name="Prepare the draw").click()
    at_every_width(recruiter)
    recruiter.get_by_label("Ten-sided dice").check()
    recruiter.get_by_role("button", name="Prepare the draw").click()
    recruiter.get_by_role("heading", name="The draw is prepared").wait_for(timeout=90_000)
    at_every_width(recruiter)
    page = recruiter.url
    screen = follows(open_page(), hall, made)
    at_every_width(screen)
    recruiter.get_by_role("button", name="The sheet to print").click()
    at_every_width(recruiter)
    recruiter.goto(page)
    recruiter.get_by_role("button", name="Make a link for the witness").click()
    at_every_width(recruiter)
    witness = open_page()
    witness.goto(recruiter.locator("main code").last.inner_text())
    at_every_width(witness)
    witness.get_by_role("button", name="I am the witness").click()
    witness.wait_for_url("**/witness")
    at_every_width(witness)
    recruiter.goto(page)
    recruiter.locator("#enter").click()
    at_every_width(recruiter)
    types_dice(witness, "301")
    types_dice(recruiter, "307")
    for one in (witness, recruiter, screen):
        one.get_by_text("The two entries differ").wait_for()
        at_every_width(one)
    types_dice(witness, "307")
    types_dice(recruiter, "307")
    for one in (witness, recruiter, screen):
        one.get_by_role("heading", name="Ticket 307").wait_for()
    expect(screen.locator("[data-names] > li:visible")).to_have_count(4)  # they come one after another
    for one in (witness, recruiter, screen):
        at_every_width(one)


def follows(page: Page, hall: Hall, recruitment: str) -> Page:
    """The hall screen of the newest public draw, on a device of its own."""
    with beside(hall) as desk:
        draw = desk.recruitment(recruitment).draw
        assert draw is not None
        page.goto(f"{hall.url}/draw/{desk.hall_key(draw.id)}")
    return page
