"""What a ballot page keeps, hides and weighs, whatever its rule."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from devices import asks_anew, beside, comes_true, is_connected, joins
from halls import Hall, Seats, a_key, an_open_round, join
from playwright.sync_api import Page, expect
from test_axe import faults

from facilitation.ballot_words import said
from facilitation.desk import Desk
from facilitation.rules import RULES, Electorate, parse_definition

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_BYTES = 80_000
WAYS = ["tram", "bus", "path"]


def remembers(page: Page, many: int) -> None:
    """Wait until this tablet remembers so many half-filled ballots."""
    comes_true(
        page, "(many) => Object.keys(sessionStorage).filter((name) => name.startsWith('ballot ')).length === many", many
    )


def test_what_is_half_filled_in_survives_a_reload_and_is_forgotten_when_it_is_sent(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    an_open_round(hall, seats, rule="consent")
    page.get_by_text("Objection", exact=True).click()
    page.get_by_label("Why do you object?").fill("It is too far.")
    page.reload()
    expect(page.get_by_role("radio", name="Objection")).to_be_checked()
    expect(page.get_by_label("Why do you object?")).to_have_value("It is too far.")
    remembers(page, 1)
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()
    expect(page.get_by_role("heading", name="Your vote is counted").first).to_be_visible()
    remembers(page, 0)


def test_an_order_and_dots_survive_a_reload_and_another_member_never_sees_them(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    first = an_open_round(hall, seats, rule="schulze", options=WAYS)
    for option in ("path", "tram"):
        page.get_by_role("button", name=f"Choose: {option}").click()
    page.get_by_role("button", name="Same place: tram").click()
    page.reload()
    expect(page.locator("ol.fm-ranks .fm-ranks__place")).to_have_text(["1st choice, shared", "1st choice, shared"])
    joins(page, hall, seats, 1)  # the tablet goes to another member
    expect(page.locator("ol.fm-ranks li")).to_have_count(0)
    remembers(page, 0)
    hall.post(f"/api/rounds/{first}/cancel", {"reason": "practice"}, seats.facilitator)
    an_open_round(hall, seats, rule="dots", options=WAYS, terms={"points": 4})
    page.get_by_role("button", name="One dot more: Bus").click()
    page.get_by_role("textbox", name="Path").fill("2")
    page.reload()
    expect(page.locator("[data-tally]")).to_have_text("1 of 4 dots left.")


def test_what_cannot_be_sent_is_told_before_it_is_sent_with_the_field_to_mend(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    wrong = page.locator("[data-choice-error]")
    check = page.get_by_role("button", name="Check my choice")

    def cancelled(round_id: str) -> None:
        hall.post(f"/api/rounds/{round_id}/cancel", {"reason": "practice"}, seats.facilitator)

    round_id = an_open_round(hall, seats, title="A", rule="dots", options=WAYS, terms={"points": 4, "cap": 3})
    for typed, sentence in {
        "4": "4 is too much. Give at most 3 here.",
        "x": "Use whole numbers: 0, 1, 2 and so on.",
    }.items():
        page.get_by_role("textbox", name="Bus").fill(typed)
        check.click()
        expect(wrong).to_have_text(sentence)
        expect(page.get_by_role("textbox", name="Bus")).to_be_focused()
    page.get_by_role("textbox", name="Bus").fill("3")
    page.get_by_role("textbox", name="Tram").fill("2")
    expect(page.locator("[data-tally]")).to_have_text("1 dot too many.")
    check.click()
    expect(wrong).to_have_text("You have put 5 dots. You have 4.")
    cancelled(round_id)
    page.get_by_role("button", name="Go on").click()
    round_id = an_open_round(hall, seats, title="B", rule="approval", options=WAYS, max_choices=1)
    page.get_by_text("Tram", exact=True).click()
    page.get_by_text("Bus", exact=True).click()
    expect(page.locator("[data-tally]")).to_have_text("2 ticked: 1 too many.")
    check.click()
    expect(wrong).to_have_text("You have ticked 2. Tick at most 1.")
    cancelled(round_id)
    page.get_by_role("button", name="Go on").click()
    round_id = an_open_round(hall, seats, title="C", rule="quadratic", options=WAYS, terms={"points": 10})
    page.get_by_role("textbox", name="Bus").fill("3")
    page.get_by_role("textbox", name="Tram").fill("2")
    check.click()
    expect(wrong).to_have_text("Your votes cost 13 credits. You have 10.")
    cancelled(round_id)
    page.get_by_role("button", name="Go on").click()
    an_open_round(hall, seats, title="D", rule="consent")
    page.get_by_text("Objection", exact=True).click()
    check.click()
    expect(wrong).to_have_text("Write why you object, or choose another answer.")
    expect(page.get_by_label("Why do you object?")).to_be_focused()


def test_the_line_that_counts_along_never_covers_what_has_the_focus(hall, seats, open_page):
    page = joins(open_page(320), hall, seats, 0)
    options = [f"bid number {n}" for n in range(1, 30)]
    an_open_round(hall, seats, rule="greedy", options=options, terms={"budget": "100", "costs": ["9.50"] * 29})
    page.get_by_text("Bid number 1", exact=True).click()
    expect(page.locator("[data-tally]")).to_have_text("1 bid. Together 9.50 of 100.")
    last = page.get_by_label("Bid number 29")
    last.focus()
    for number in range(28, 0, -1):
        page.keyboard.press("Shift+Tab")
        box = page.get_by_role("checkbox", name=re.compile(f"^Bid number {number} ")).bounding_box()
        line = page.locator("[data-tally]").bounding_box()
        assert box is not None
        assert line is not None
        assert box["y"] >= line["y"] + line["height"] or box["y"] + box["height"] <= line["y"], number


def test_a_member_is_not_asked_about_what_they_have_a_part_in(hall: Hall, open_page):
    desk = Desk.open(hall.database)
    rows = [{"id": f"p{n}", "name": f"Member {n}", "group": "Tram; path" if n == 1 else "bus"} for n in (1, 2)]
    seated = desk.seat("Groups", rows)
    facilitator = desk.issue_token("facilitator", seated.assembly_id)
    desk.close()
    codes = tuple(member.code for member in seated.members)
    seats = Seats(seated.assembly_id, seated.session_id, facilitator, codes, ("Member 1", "Member 2"))
    page = joins(open_page(), hall, seats, 0)
    words = "You have a part in this, so you do not vote on it."
    spec = {"options": WAYS, "conduct": {"blocks": "group"}}
    budget = {"budget": 10, "costs": [3, 4, 5]}
    forms = [
        ("score", {}),
        ("dots", {"terms": {"points": 4}}),
        ("irv", {}),
        ("approval", {}),
        ("plurality", {}),
        ("greedy", {"terms": budget}),
    ]
    for rule, more in forms:
        round_id = an_open_round(hall, seats, rule=rule, title=rule, **spec, **more)
        expect(page.get_by_role("heading", name=rule, exact=True)).to_be_visible()
        expect(page.get_by_text(words)).to_have_count(2)
        if rule == "irv":
            page.get_by_role("button", name="Choose: bus").click()
            expect(page.get_by_role("button", name="Choose: tram")).to_have_count(0)
        elif rule == "dots":
            page.get_by_role("button", name="One dot more: Bus").click()
        elif rule == "score":
            page.get_by_role("radio", name="5", exact=True).check()
        else:
            page.get_by_label("Bus").check()
        page.get_by_role("button", name="Check my choice").click()
        page.get_by_role("button", name="Send my vote").click()
        expect(page.get_by_role("heading", name="Your vote is counted").first).to_be_visible()
        hall.post(f"/api/rounds/{round_id}/close", token=facilitator)
        assert hall.get(f"/api/rounds/{round_id}/result", facilitator).json["cast"] == 1
        with beside(hall) as again:
            again.acknowledge(seated.session_id)


ODD = ['He said "no"', "O'Neil & <b>sons</b>", "a]b\\c", "שלום עולם", "x" * 200, "ß first", "😀 smile"]


@pytest.mark.parametrize("rule", ["schulze", "score", "quadratic", "approval", "greedy", "plurality"])
def test_the_strangest_names_of_options_are_shown_chosen_and_counted(hall, seats, open_page, rule):
    """Quotation marks, markup, brackets, another direction, no place to break a line: at the width of a phone."""
    page = joins(open_page(320), hall, seats, 0)
    terms = {"quadratic": {"points": 99}, "greedy": {"budget": 9, "costs": [1] * len(ODD)}}
    spec = {"title": "Which?", "rule": rule, "options": ODD, "terms": terms.get(rule)}
    asked = parse_definition(spec)
    round_id = an_open_round(hall, seats, **{name: value for name, value in spec.items() if value is not None})
    page.get_by_role("button", name="Check my choice").wait_for()
    assert faults(page) == []
    if rule == "schulze":
        for option in (ODD[2], ODD[0], ODD[1]):
            page.get_by_role("button", name=f"Choose: {option}", exact=True).click()
        page.get_by_role("button", name=f"Same place: {ODD[1]}", exact=True).click()
        choice = [ODD[2], [ODD[0], ODD[1]]]
    elif rule == "quadratic":
        for row, option in zip(page.locator("[data-row]").all(), ODD, strict=True):
            assert row.get_attribute("data-row") == option
            row.locator("[data-more]").click()
        choice = dict.fromkeys(ODD, 1)
    elif rule == "score":
        for number, scale in enumerate(page.locator("[data-scale]").all()):
            if number < 6:
                scale.get_by_role("radio", name=str(number), exact=True).check()
        choice = {option: number for number, option in enumerate(ODD[:6])}
    else:
        boxes = page.locator('input[name="choice"]').all()
        for box in boxes if rule != "plurality" else boxes[1:2]:
            box.check()
        choice = ODD[1] if rule == "plurality" else ODD
    page.get_by_role("button", name="Check my choice").click()
    words = said(asked, RULES[rule].parse(asked, choice))
    expect(page.locator("[data-check-choice] :is(.fm-checkcard__choice, li)")).to_have_text(list(words.lines))
    expect(page.locator("[data-check-choice] .fm-checkcard__note")).to_have_text(list(words.notes))
    assert faults(page) == []
    page.get_by_role("button", name="Send my vote").click()
    expect(page.get_by_role("heading", name="Your vote is counted").first).to_be_visible()
    hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
    result = hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json
    expected = RULES[rule].tally(asked, [RULES[rule].parse(asked, choice)], Electorate(1, 4)).as_json()
    assert result["counts"] == json.loads(json.dumps(expected["counts"]))


def test_another_ballot_in_the_hall_never_touches_a_half_filled_one(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats, rule="score", options=WAYS)
    page.get_by_role("group", name="Bus").get_by_role("radio", name="4").check()
    body = {"key": a_key(), "choice": {"tram": 1}}
    assert hall.post(f"/api/rounds/{round_id}/ballot", body, join(hall, seats.codes[1])).status == 200
    asks_anew(page)
    expect(page.get_by_role("group", name="Bus").get_by_role("radio", name="4")).to_be_checked()


def test_the_page_of_a_ballot_weighs_at_most_80_kilobytes(hall, seats, open_page):
    """Everything that a tablet loads for a ballot with the longest forms, each file packed by gzip."""
    page = joins(open_page(), hall, seats, 0)
    options = [f"Bid number {n} of those for the park" for n in range(1, 30)]
    terms = {"budget": "100000", "costs": ["9500.50"] * 29, "ballots": "score"}
    an_open_round(hall, seats, rule="equal-shares", options=options, terms=terms)
    sizes: dict[str, int] = {}
    page.on("response", lambda got: sizes.__setitem__(got.url, len(gzip.compress(got.body(), 9))) if got.ok else None)
    page.goto(f"{hall.url}/m")
    is_connected(page)
    page.wait_for_load_state()
    files = {url: size for url, size in sizes.items() if "socket.io/?" not in url}
    files[f"{hall.url}/worker.js"] = len(
        gzip.compress(hall.get("/worker.js").body, 9)
    )  # which the browser fetches beside the page
    assert len(files) > 10
    assert sum(files.values()) <= MOST_BYTES, files
    print(f"{sum(files.values())} bytes in {len(files)} files")
