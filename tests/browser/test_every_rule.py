"""Every rule is voted under by real devices: by finger, by mouse, by keys alone, and without a script.

One assembly on one server; for each rule a round in which one ballot comes from a browser and three from the API. The
result must be what the rule makes of exactly these four; every ballot page and every page that repeats the choice is
looked at by axe at the widths of a phone, a tablet and a hall.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from ballot_boxes import payload_of
from browsers import Browsers
from devices import beside, is_connected, joins
from halls import Hall, Seats, a_key, an_open_round, join, seat
from playwright.sync_api import Browser, Locator, Page, expect
from test_axe import at_every_width, small_targets

from facilitation.ballot_words import said
from facilitation.ballots import Slip
from facilitation.rules import RULES, Electorate, RoundDefinition, canonical, parse_definition
from facilitation.urn_count import count_slips

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WAYS = ["tram", "bus", "path", "ferry"]
BIDS = {"budget": "60000", "costs": ["25000", "12500.50", "40000", "8000"], "least": ["20000", None, None, None]}
EQUAL = {"budget": "60", "costs": [25, "12.50", 40, 8], "completion": "add1u"}  # in thousands


def taps(page: Page, name: str) -> None:
    page.locator("label", has_text=name).first.tap()


def presses(page: Page, name: str, times: int = 1) -> None:
    """Press a button of the page, by finger where the device has one."""
    for _ in range(times):
        page.get_by_role("button", name=name, exact=True).click()


def marks(page: Page, option: str, mark: str) -> None:
    page.get_by_role("group", name=option, exact=True).get_by_role("radio", name=mark, exact=True).check()


def tabs_to(page: Page, wanted: Locator, most: int = 120) -> None:
    """Tab until the focus is there, as one switch does that goes from each thing to the next."""
    for _ in range(most):
        if wanted.evaluate("one => one === document.activeElement", timeout=3_000):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never came to {wanted}")


def keys(page: Page, *steps: tuple[Locator, str]) -> None:
    """Go to each thing by Tab alone and press a key there, or type."""
    for wanted, key in steps:
        tabs_to(page, wanted)
        for one in key.split(" then "):
            page.keyboard.press(one) if one in ("Space", "Enter") or one.startswith("Arrow") else page.keyboard.type(
                one
            )


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def drags(page: Page, option: str, onto: str) -> None:
    """Take a row by its handle and let it go in the upper half of another."""
    row = page.locator(f'[data-option="{option}"]')
    handle = row.locator(".fm-ranks__handle").bounding_box()
    target = page.locator(f'[data-option="{onto}"]').bounding_box()
    assert handle is not None
    assert target is not None
    page.mouse.move(handle["x"] + 10, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 10, target["y"] + 30, steps=4)
    page.mouse.move(target["x"] + 10, target["y"] + 8, steps=2)
    page.mouse.up()


def drags_by_finger(page: Page, option: str, onto: str) -> None:
    """The same with a finger on the glass."""
    handle = page.locator(f'[data-option="{option}"] .fm-ranks__handle').bounding_box()
    target = page.locator(f'[data-option="{onto}"]').bounding_box()
    assert handle is not None
    assert target is not None
    x, begin, end = handle["x"] + 12, handle["y"] + 12, target["y"] + 6
    glass = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        glass.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": begin})
    for step in range(1, 6):
        touch("touchMove", {"x": x, "y": begin + (end - begin) * step / 5})
    touch("touchEnd")
    glass.detach()


def by_keys_a_radio(page: Page, group: str, downs: int) -> None:
    """Into a group of radios by Tab, and down."""
    radios = page.get_by_role("group", name=group, exact=True).get_by_role("radio")
    checked = [n for n, one in enumerate(radios.all()) if one.is_checked()]
    tabs_to(page, radios.nth(checked[0] if checked else 0))
    for _ in range(downs):
        page.keyboard.press("ArrowDown")


# ---------------------------------------------------------------------------------------------- who votes how


@dataclass(frozen=True)
class Vote:
    """A rule with its terms, the device, what is done there, and the choice that must come out of it."""

    device: str
    fill: Callable[[Page], None]
    choice: Any
    rule: str = ""
    options: list[str] | None = None
    more: dict[str, Any] | None = None


def dots_up_to_the_cap(page: Page) -> None:
    """The fifth dot on one option is not given, and the tablet says why; one dot is taken back."""
    presses(page, "One dot more: Tram", 4)
    button(page, "One dot more: Tram").click(force=True)  # Playwright does not press what says that it is disabled
    expect(page.locator("#say")).to_have_text("At most 4 dots on one option.")
    presses(page, "One dot more: Bus", 2)
    expect(page.locator("[data-tally]")).to_have_text("4 of 10 dots left.")
    presses(page, "One dot less: Bus")
    expect(page.locator("#say")).to_have_text("1 dot on Bus. 5 dots left.")


def ranked_by_hand(page: Page) -> None:
    for option in ("bus", "tram", "path"):
        presses(page, f"Choose: {option}")
    presses(page, "Up: path", 2)
    presses(page, "Take out: bus")


def ranked_by_finger(page: Page) -> None:
    for option in ("bus", "tram"):
        presses(page, f"Choose: {option}")
    drags_by_finger(page, "path", "bus")
    expect(page.locator("#say")).to_have_text("path is your 1st choice")
    presses(page, "Take out: bus")


def ranked_by_dragging(page: Page) -> None:
    for option in ("bus", "tram"):
        presses(page, f"Choose: {option}")
    drags(page, "path", "bus")
    expect(page.locator("ol.fm-ranks [data-option]").first).to_have_attribute("data-option", "path")
    drags(page, "tram", "path")


def ranked_by_keys(page: Page) -> None:
    keys(
        page,
        (button(page, "Choose: tram"), "Enter"),
        (button(page, "Choose: ferry"), "Enter"),
        (button(page, "Choose: bus"), "Space"),
        (button(page, "Same place: bus"), "Enter"),
        (button(page, "Up: bus"), "Enter"),
        (button(page, "Same place: ferry"), "Space"),
    )


VOTES: dict[str, Vote] = {
    "yes-no": Vote("finger", lambda page: taps(page, "Yes"), "yes"),
    "approval": Vote(
        "finger",
        lambda page: (taps(page, "Tram"), taps(page, "Ferry")),
        ["tram", "ferry"],
        options=WAYS,
        more={"max_choices": 2},
    ),
    "irv": Vote("finger", ranked_by_finger, ["path", "tram"], options=WAYS),
    "dots": Vote(
        "finger", dots_up_to_the_cap, {"tram": 4, "bus": 1}, options=WAYS, more={"terms": {"points": 10, "cap": 4}}
    ),
    "greedy": Vote(
        "finger",
        lambda page: (taps(page, "Tram"), taps(page, "Bus"), taps(page, "Path"), taps(page, "Path")),
        ["tram", "bus"],
        options=WAYS,
        more={"terms": BIDS},
    ),
    "plurality": Vote("mouse", lambda page: page.get_by_text("Path", exact=True).click(), "path", options=WAYS),
    "temperature": Vote("mouse", lambda page: page.get_by_text("Mild", exact=True).click(), "mild"),
    "schulze": Vote("mouse", ranked_by_dragging, ["tram", "path", "bus"], options=WAYS),
    "stv": Vote("mouse", ranked_by_hand, ["path", "tram"], options=WAYS, more={"terms": {"seats": 2}}),
    "greedy scored": Vote(
        "mouse",
        lambda page: (marks(page, "Tram costs 25,000, can do with 20,000", "5"), marks(page, "Path costs 40,000", "0")),
        {"tram": 5, "path": 0},
        rule="greedy",
        options=WAYS,
        more={"terms": {**BIDS, "ballots": "score"}},
    ),
    "support": Vote("keys", lambda page: by_keys_a_radio(page, "Which is it? (support)", 2), "live with"),
    "consent": Vote(
        "keys",
        lambda page: (
            by_keys_a_radio(page, "Which is it? (consent)", 2),
            keys(page, (page.get_by_label("Why do you object?"), "It is too far.")),
        ),
        ["objection", "It is too far."],
    ),
    "score": Vote(
        "keys",
        lambda page: (by_keys_a_radio(page, "Tram", 1), by_keys_a_radio(page, "Bus", 6)),
        {"tram": 0, "bus": 5},
        options=WAYS,
    ),
    "majority-judgement": Vote(
        "keys",
        lambda page: (by_keys_a_radio(page, "Tram", 1), by_keys_a_radio(page, "Ferry", 3)),
        {"tram": 5, "ferry": 3},
        options=WAYS,
    ),
    "borda": Vote("keys", ranked_by_keys, ["tram", ["bus", "ferry"]], options=WAYS),
    "quadratic": Vote(
        "keys",
        lambda page: keys(
            page,
            (button(page, "One vote more: Tram"), "Enter then Enter then Space then Space then Enter"),
            (page.get_by_role("textbox", name="Ferry"), "1 then ArrowUp then ArrowDown"),
        ),
        {"tram": 4, "ferry": 1},
        options=WAYS,
        more={"terms": {"points": 20}},
    ),
    "equal-shares": Vote(
        "keys",
        lambda page: keys(page, (page.get_by_label("Tram"), "Space"), (page.get_by_label("Ferry"), "Space")),
        ["tram", "ferry"],
        options=WAYS,
        more={"terms": EQUAL},
    ),
    "equal-shares ranked": Vote(
        "no script",
        lambda page: (page.get_by_label("Ferry").fill("1"), page.get_by_label("Tram").fill("2")),
        ["ferry", "tram"],
        rule="equal-shares",
        options=WAYS,
        more={"max_choices": 3, "terms": {**EQUAL, "ballots": "ranked"}},
    ),
    "phragmen": Vote(
        "no script",
        lambda page: (page.get_by_label("Bus").check(), page.get_by_label("Path").check()),
        ["bus", "path"],
        options=WAYS,
        more={"terms": {k: EQUAL[k] for k in ("budget", "costs")}},
    ),
}
"""The seventeen rules, two of them once more with other forms of ballots."""


def test_every_rule_has_its_voter() -> None:
    assert {vote.rule or name for name, vote in VOTES.items()} == set(RULES)


# ---------------------------------------------------------------------------------------------- the hall


@dataclass(frozen=True)
class Room:
    """The assembly, a device of each kind, and the tokens of those who vote by the API."""

    hall: Hall
    seats: Seats
    devices: dict[str, Page]
    mirror: Page
    others: tuple[str, ...]
    complaints: list[str]


@pytest.fixture(scope="module")
def room(hall: Hall, chromium: Browser, browsers: Browsers) -> Iterator[Room]:
    """Four members at their devices, three at the API, for all rules."""
    seats = seat(hall.database, members=7, name="Every rule")
    kinds = {"finger": {"has_touch": True}, "mouse": {}, "keys": {}, "no script": {"java_script_enabled": False}}
    complaints: list[str] = []
    devices = {}
    for number, (kind, options) in enumerate(kinds.items()):
        page = chromium.new_context(viewport={"width": 820, "height": 1180}, **options).new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        devices[kind] = joins(page, hall, seats, number)
    for kind in ("finger", "mouse", "keys"):
        is_connected(devices[kind])
    mirror = chromium.new_context().new_page()
    yield Room(hall, seats, devices, mirror, tuple(join(hall, code) for code in seats.codes[4:]), complaints)
    for page in (*devices.values(), mirror):
        browsers.leave(page.context)


@pytest.fixture
def round_of_its_own(room: Room) -> Iterator[None]:
    """Whatever becomes of a test, the next one finds no open round."""
    yield
    shown = room.hall.get("/api/screen", room.seats.facilitator).json["round"]
    if shown is not None and shown["state"] == "open":
        room.hall.post(f"/api/rounds/{shown['id']}/cancel", {"reason": "The test failed."}, room.seats.facilitator)


@pytest.mark.parametrize("name", VOTES)
@pytest.mark.usefixtures("round_of_its_own")
def test_a_member_votes_under_this_rule(room: Room, name: str) -> None:
    vote = VOTES[name]
    spec = {"title": f"Which is it? ({name})", "rule": vote.rule or name, "options": vote.options, **(vote.more or {})}
    asked = parse_definition(spec)
    round_id = an_open_round(room.hall, room.seats, **{key: value for key, value in spec.items() if value is not None})
    page = room.devices[vote.device]
    if vote.device == "no script":
        page.goto(f"{room.hall.url}/m")
    expect(page.get_by_role("heading", level=1)).to_have_text(spec["title"])
    is_looked_at(room, page, vote)
    assert small_targets(page) == []
    vote.fill(page)
    checks_and_sends(room, page, asked, vote)
    others = votes_of_the_others(room, asked, round_id, name)
    assert room.hall.post(f"/api/rounds/{round_id}/close", token=room.seats.facilitator).status == 200
    result = room.hall.get(f"/api/rounds/{round_id}/result", room.seats.facilitator).json
    expected = counted(asked, [vote.choice, *others])
    assert {key: result[key] for key in expected} == expected
    with beside(room.hall) as desk:
        desk.acknowledge(room.seats.session)
    assert room.complaints == []


def is_looked_at(room: Room, page: Page, vote: Vote) -> None:
    """By axe, at every width. Axe is a script itself: a page without scripts is copied to one that may run them."""
    if vote.device == "no script":
        still = re.sub(r"<script.*?</script>", "", page.content(), flags=re.S)
        room.mirror.route(page.url, lambda route: route.fulfill(body=still, content_type="text/html"))
        room.mirror.goto(page.url)
        at_every_width(room.mirror)
        room.mirror.unroute(page.url)
        return
    at_every_width(page)
    page.set_viewport_size({"width": 820, "height": 1180})


def checks_and_sends(room: Room, page: Page, asked: RoundDefinition, vote: Vote) -> None:
    """Look once more at what was chosen, in words, and send it: on three devices by pressing, on one by keys alone."""

    def press(name: str) -> None:
        keys(page, (button(page, name), "Enter")) if vote.device == "keys" else button(page, name).click()

    press("Check my choice")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your choice")
    words = said(asked, RULES[asked.rule].parse(asked, vote.choice))
    card = page.locator("[data-check-choice]")
    expect(card.locator(".fm-checkcard__choice, li")).to_have_text(list(words.lines))
    expect(card.locator(".fm-checkcard__note")).to_have_text(list(words.notes))
    is_looked_at(room, page, vote)
    press("Change my choice")
    press("Check my choice")
    press("Send my vote")
    expect(page.get_by_role("heading", name="Your vote is counted").first).to_be_visible()
    expect(page.locator("[data-receipt]")).to_be_visible()
    expect(page).to_have_url(re.compile("/m$"))  # no choice ever stands in an address


def votes_of_the_others(room: Room, asked: RoundDefinition, round_id: str, name: str) -> list[Any]:
    """Three ballots by the API, seeded by the rule's name."""
    rng = random.Random(name)
    payloads = []
    for token in room.others:
        payloads.append(vote_by_chance(asked, rng))
        body = {"key": a_key(), "choice": payloads[-1]}
        answer = room.hall.post(f"/api/rounds/{round_id}/ballot", body, token)
        assert answer.status == 200, answer.body
    return payloads


def vote_by_chance(asked: RoundDefinition, rng: random.Random) -> Any:
    form = {"score": "score", "ranked": "irv"}.get(asked.terms.ballots or "", asked.rule)
    if asked.rule == "approval" or (form == "irv" and asked.max_choices):
        return rng.sample(list(asked.options), rng.randint(1, asked.max_choices or 1))
    like = asked if form == asked.rule else RoundDefinition("?", form, asked.options)
    return payload_of(like, rng)


def counted(asked: RoundDefinition, payloads: list[Any]) -> dict[str, Any]:
    """What the rule itself makes of these ballots, with the hall's seven members present."""
    slips = [Slip(canonical(RULES[asked.rule].parse(asked, payload))) for payload in payloads]
    told: dict[str, Any] = json.loads(json.dumps(count_slips(asked, slips, Electorate(7, 7))))
    return told
