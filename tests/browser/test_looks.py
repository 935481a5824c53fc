"""Each member's own presentation in a browser: changed in the middle nothing is lost, and axe finds no fault."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path
from typing import Any

import pytest
from devices import beside, comes_true, joins
from halls import Hall, Seats, an_open_round
from playwright.sync_api import Page, expect
from test_axe import faults

from web.rehearsal.day_agenda import AGENDA

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WAYS = ["tram", "bus", "cycle path"]
MOST_BYTES = 80_000
CONTRASTS = ("normal", "high", "dark")


def chooses(page: Page, choice: str) -> None:
    """Open the choices and press one."""
    more = page.locator("[data-look-more]").first
    if not more.evaluate("(one) => one.open"):
        more.locator("summary").click()
    words = choice.split()[0] in ("reading", "voice")  # the page is drawn again in other words
    with page.expect_navigation() if words else page.expect_response("**/m/look"):
        page.locator(f'[data-look-group] button[value="{choice}"]').first.click()


def in_language(page: Page, language: str) -> None:
    with page.expect_navigation():
        page.locator(f'.fm-look__language[value="language {language}"]').click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_a_half_filled_ballot_keeps_its_order_in_the_other_language(hall: Hall, seats: Seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats, title="Which way?", rule="irv", options=WAYS)
    page.get_by_role("button", name="Choose: bus").click()
    page.get_by_role("button", name="Choose: tram").click()
    in_language(page, "cy")
    expect(page.locator('ol.fm-ranks [data-option="bus"]')).to_contain_text("dewis 1")
    expect(page.locator('ol.fm-ranks [data-option="tram"]')).to_contain_text("dewis 2")
    chooses(page, "size large")
    chooses(page, "contrast dark")
    expect(page.locator("html")).to_have_class(re.compile("fm-size-large.*fm-contrast-dark"))
    page.get_by_role("button", name="Gwirio fy newis").click()
    expect(page.locator("[data-check-choice] li")).to_have_text(["Bus", "Tram"])
    in_language(page, "en")  # also between checking and sending
    expect(page.get_by_role("heading", name="Check your choice")).to_be_visible()
    page.get_by_role("button", name="Send my vote").click()
    expect(page.locator("[data-receipt]")).to_be_visible()
    hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
    assert hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json["counts"]["bus"] == 1


def test_a_half_written_idea_is_there_in_the_other_language(hall: Hall, open_page):
    terms = {"question": "What would help?", "minutes": 5, "most": 300, "each": 6}
    agenda = [{"kind": "ideas", "title": "Idea cards", "planned_minutes": 45, "terms": terms}]
    with beside(hall) as desk:
        seated = desk.seat("Half an idea", [{"id": "v1", "name": "Ada"}], agenda=agenda)
        desk.start_item(seated.session_id, desk.public_screens(seated.session_id)["facilitator"]["agenda"][0]["id"])
    page = open_page()
    page.goto(f"{hall.url}/join?code={seated.members[0].code}")
    page.get_by_role("button", name="Yes, that is me").click()
    page.wait_for_url("**/m")
    page.locator("#idea-text").press_sequentially("Buses at night, so that")
    in_language(page, "cy")  # at once, before anything was kept
    expect(page.locator("#idea-text")).to_have_value("Buses at night, so that")
    page.wait_for_timeout(1200)
    expect(page.locator("#idea-text")).to_have_value("Buses at night, so that")


def test_every_look_of_a_tablet_is_without_fault_on_every_width(
    hall: Hall, seats: Seats, open_page, picture_folder: Path
):
    """The busiest pages: a ballot that is ranked, its check, a result, each in Welsh and in each contrast."""
    page = joins(open_page(), hall, seats, 0)
    in_language(page, "cy")
    round_id = an_open_round(hall, seats, title="Which way?", rule="irv", options=WAYS)
    page.get_by_role("button", name="Dewis: bus").click()
    found = looked_over(page, picture_folder, "ballot")
    page.get_by_role("button", name="Gwirio fy newis").click()
    page.get_by_role("button", name="Anfon fy mhleidlais").click()
    expect(page.locator("[data-receipt]")).to_be_visible()
    hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
    page.locator("[data-verdict]").wait_for()
    found |= looked_over(page, picture_folder, "result")
    assert not found, "\n".join(found)


def test_every_kind_of_item_is_without_fault_in_every_contrast(hall: Hall, open_page, picture_folder: Path):
    """As each begins, in Welsh: the two contrasts, and the largest letters on the narrowest screen."""
    agenda = [dict(row) for row in AGENDA]
    with beside(hall) as desk:
        seated = desk.seat("Northmoor", [{"id": "v1", "name": "Ada"}], agenda=agenda)
        rows = desk.public_screens(seated.session_id)["facilitator"]["agenda"]
    page = open_page()
    page.goto(f"{hall.url}/join?code={seated.members[0].code}")
    page.get_by_role("button", name="Yes, that is me").click()
    page.wait_for_url("**/m*")
    page.goto(f"{hall.url}/m")
    in_language(page, "cy")
    found: dict[str, None] = {}
    for kind in dict.fromkeys(row["kind"] for row in rows):
        with beside(hall) as desk:
            desk.start_item(seated.session_id, next(row["id"] for row in rows if row["kind"] == kind))
        page.goto(f"{hall.url}/m")
        found |= looked_over(page, picture_folder, kind, (("normal", (820,)), ("largest", (320,))))
    assert not found, "\n".join(found)


UNSEEN_MARK = """(() => {
  const [mark, ground] = [".fm-mark", ".fm-header"].map((one) => getComputedStyle(document.querySelector(one)));
  return mark.color === ground.backgroundColor;
})()"""
EVERY_WIDTH = (("normal", (320, 820, 1920)), ("largest", (320,)))


def looked_over(page: Page, folder: Path, name: str, seen: Any = EVERY_WIDTH) -> dict[str, None]:
    """Axe, the width, one heading: in each contrast at the three widths, and with the largest letters at 320 pixels."""
    found: dict[str, None] = {}
    for contrast in CONTRASTS if seen is EVERY_WIDTH else CONTRASTS[1:]:
        for size, widths in seen:
            page.evaluate(
                """([contrast, size]) => {
                  const page = document.documentElement;
                  const old = [...page.classList].filter((one) => /^fm-(size|contrast)-/.test(one));
                  page.classList.remove(...old);
                  if (contrast !== "normal") page.classList.add(`fm-contrast-${contrast}`);
                  if (size !== "normal") page.classList.add(`fm-size-${size}`);
                }""",
                [contrast, size],
            )
            if page.evaluate(UNSEEN_MARK):
                found[f"{name}, {contrast}: the mark in the header has the colour of its ground"] = None
            for width in widths:
                page.set_viewport_size({"width": width, "height": 1080})
                found |= {f"{name}, {contrast}, {size} at {width}: {fault}": None for fault in faults(page)}
                if os.environ.get("FOLKMOOT_PICTURES"):
                    page.screenshot(path=folder / f"look_{name}_{contrast}_{size}_{width}.png", full_page=True)
    return found


def test_easy_read_has_symbols_and_axe_finds_no_fault(hall: Hall, seats: Seats, open_page, picture_folder: Path):
    page = joins(open_page(320), hall, seats, 0)
    chooses(page, "reading easy")
    expect(page.get_by_text("You do not need to do anything. Please wait.")).to_be_visible()
    comes_true(
        page, "getComputedStyle(document.querySelector('h1'), '::before').maskImage.includes('symbols.svg#wait')"
    )
    found = faults(page)
    page.locator("[data-look-more] summary").first.click()
    found += faults(page)
    page.screenshot(path=picture_folder / "look_easy_320.png", full_page=True)
    page.goto(f"{hall.url}/m/look")
    assert found + faults(page) == []


def test_what_the_device_asks_for_is_done_where_nobody_has_chosen(hall: Hall, seats: Seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    white = "getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'"
    assert page.evaluate(white) is False
    page.emulate_media(contrast="more")
    comes_true(page, white)
    assert faults(page) == []
    page.emulate_media(contrast="no-preference", forced_colors="active")
    assert faults(page) == []
    page.emulate_media(forced_colors="none")
    page.locator("[data-look-more] summary").first.click()
    low = "(all) => all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"
    assert page.locator(".fm-look button:visible, .fm-look summary").evaluate_all(low) == []


SPEECH = """
window.spoken = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  paused: false, getVoices: () => [{ lang: "en-GB" }], cancel() {},
  pause() { this.paused = true; }, resume() { this.paused = false; },
  speak(one) { window.spoken.push([one.text, one.lang]); setTimeout(() => one.onend(), 0); },
} });
"""


def test_a_ballot_is_read_aloud_in_its_order_when_asked_and_no_choice_ever(hall: Hall, seats: Seats, open_page):
    page = open_page()
    page.add_init_script(SPEECH)  # a machine without a voice: what it would say is written down
    joins(page, hall, seats, 0)
    an_open_round(hall, seats, title="Adopt it?", rule="yes-no")
    page.get_by_text("Yes", exact=True).click()
    chooses(page, "voice aloud")
    expect(page.get_by_role("radio", name="Yes")).to_be_checked()
    assert page.evaluate("window.spoken") == []
    page.get_by_role("button", name="Read this page aloud").click()
    expect(page.get_by_role("button", name="Read this page aloud")).to_be_visible()
    said = [text for text, _ in page.evaluate("window.spoken")]
    places = [
        next(n for n, text in enumerate(said) if text.startswith(part)) for part in ("Adopt it?", "Yes", "No", "Abst")
    ]
    assert places == sorted(places)
    assert not any("chosen" in text or "checked" in text for text in said)
    in_language(page, "cy")
    page.get_by_role("button", name="Darllen y dudalen hon yn uchel").click()
    expect(page.get_by_text("Nid oes llais Cymraeg ar y ddyfais hon.")).to_be_visible()


def test_without_a_voice_there_is_no_button(hall: Hall, seats: Seats, open_page):
    page = open_page()
    page.add_init_script("Object.defineProperty(window, 'speechSynthesis', { value: undefined });")
    joins(page, hall, seats, 0)
    chooses(page, "voice aloud")
    expect(page.locator("[data-aloud]")).to_be_hidden()


def test_a_welsh_page_with_every_look_weighs_at_most_80_kilobytes(hall: Hall, seats: Seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    in_language(page, "cy")
    for choice in ("reading easy", "voice aloud"):
        chooses(page, choice)
    options = [f"Bid number {n} of those for the park" for n in range(1, 30)]
    terms = {"budget": "100000", "costs": ["9500.50"] * 29, "ballots": "score"}
    an_open_round(hall, seats, rule="equal-shares", options=options, terms=terms)
    sizes: dict[str, int] = {}
    page.on("response", lambda got: sizes.__setitem__(got.url, len(gzip.compress(got.body(), 9))) if got.ok else None)
    page.goto(f"{hall.url}/m")
    expect(page.locator("[data-connection-words]").first).to_have_text("Wedi cysylltu")
    page.wait_for_load_state()
    files = {url: size for url, size in sizes.items() if "socket.io/?" not in url}
    files[f"{hall.url}/worker.js"] = len(
        gzip.compress(hall.get("/worker.js").body, 9)
    )  # which the browser fetches beside the page
    print(f"{sum(files.values())} bytes in {len(files)} files")
    assert sum(files.values()) <= MOST_BYTES, files
    assert all(url.startswith(hall.url) for url in files), "nothing comes from outside"
