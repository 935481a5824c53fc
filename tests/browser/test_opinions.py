"""Opinions in a browser: written at the console, answered on a tablet by buttons and keys, closed, drawn, shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from devices import beside, comes_true, joins, opens_hall_screen, signs_in
from halls import Hall
from playwright.sync_api import expect
from sittings import looks, seated
from test_axe import small_targets

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STATEMENTS = [
    "The city centre should be closed to private cars.",
    "Buses should run at night, too.",
    "Parking should cost more, so that buses can cost less.",
    "Every street should have a cycle path, even if parking is lost.",
    "Without a car, nobody in the villages can get to work.",
    "The council should first ask those who live in a street.",
    "Trams are too expensive for a city of our size.",
    "Children should be able to walk to school alone.",
    "Delivery vans should come at fixed hours only.",
    "What we decide today should be looked at again in two years.",
]


def test_statements_are_answered_and_the_picture_is_shown(hall: Hall, open_page, picture_folder: Path) -> None:
    seats = seated(hall, "Opinions", [{"kind": "opinions", "title": "What do we think of traffic?"}])
    console = signs_in(open_page(), hall, "facilitator", seats.assembly)
    tablet = joins(open_page(), hall, seats, 0)
    screen = opens_hall_screen(open_page(1920), hall, seats)
    tablet.get_by_text("No statement is here yet.").wait_for()
    console.get_by_label("One statement in each line").fill("\n".join(STATEMENTS))
    console.get_by_role("button", name="Add them").click()
    console.get_by_text("10 statements can be answered.").wait_for()
    tablet.locator("[data-statement]").wait_for()
    looks(tablet, picture_folder, "opinions-tablet")
    assert small_targets(tablet) == []
    tablet.set_viewport_size({"width": 820, "height": 1180})

    first = tablet.locator("[data-statement]").inner_text()
    tablet.get_by_role("button", name="Agree", exact=False).first.click()
    tablet.get_by_text("You have answered 1 of 10.").wait_for()
    expect(tablet.locator("[data-statement]")).not_to_have_text(first)
    second = tablet.locator("[data-statement]").inner_text()
    expect(tablet.locator("[data-statement]")).to_be_focused()
    tablet.keyboard.press("2")
    tablet.get_by_text("You have answered 2 of 10.").wait_for()
    tablet.keyboard.press("ArrowLeft")
    tablet.get_by_text("You said:").wait_for()
    expect(tablet.locator("[data-statement]")).to_have_text(second)
    expect(tablet.locator('[data-answer="2"]')).to_have_attribute("aria-pressed", "true")
    tablet.keyboard.press("3")
    tablet.get_by_text("You said:").wait_for(state="detached")
    tablet.get_by_text("Look at your answers").click()
    answers = tablet.locator(".fm-myanswers li")
    expect(answers.filter(has_text=second).locator("strong")).to_have_text("Pass")
    answers.filter(has_text=first).get_by_role("button").click()
    tablet.get_by_text("You said:").wait_for()
    tablet.get_by_role("button", name="Leave it and go on").click()
    tablet.get_by_text("You said:").wait_for(state="detached")

    tablet.get_by_text("Add a statement of your own").click()
    tablet.get_by_label("Say one thing").fill("<b>Boats</b> on the river ŵ שלום 🚢")
    tablet.locator("#add-statement").click()
    tablet.get_by_text("waits until it is read").wait_for()
    console.get_by_text("Waiting to be read: 1").wait_for()
    console.get_by_role("button", name="Show <b>Boats").click()
    tablet.get_by_text("You have answered 2 of 11.").wait_for()
    looks(console, picture_folder, "opinions-console-open")
    looks(screen, picture_folder, "opinions-hall-open")

    with beside(hall) as desk:
        item = desk.public_screens(seats.session)["facilitator"]["item"]
        texts = [one["text"] for one in item["work"]["list"]]
        for place, row in enumerate(desk.members(seats.assembly)):
            for number, text in enumerate(texts):
                agree = number in (1, 7, 9) or (number % 2 == 0) == (place < 6)
                desk.answer_statement(seats.session, item["id"], row.id, text, "agree" if agree else "disagree")
    console.set_viewport_size({"width": 1280, "height": 900})
    console.once("dialog", lambda dialog: dialog.accept())
    console.get_by_role("button", name="Close the opinions").click()
    console.get_by_role("button", name="Draw the picture").click()
    console.get_by_text("Who thinks alike").wait_for()
    expect(tablet.get_by_text("Who thinks alike")).to_have_count(0)
    looks(console, picture_folder, "opinions-console-drawn")
    console.get_by_role("button", name="Show it to members").click()
    tablet.get_by_text("Who thinks alike").wait_for()
    looks(tablet, picture_folder, "opinions-tablet-drawn")
    console.get_by_role("button", name="Show it to the hall").click()
    screen.locator("[data-opinions]").wait_for()
    looks(screen, picture_folder, "opinions-hall-drawn")
    letters = "(what) => parseFloat(getComputedStyle(document.querySelector(what)).fontSize) >= 40"
    comes_true(screen, letters, ".fm-hallopinions__one")
    comes_true(screen, letters, ".fm-opinionmap figcaption")
    expect(screen.locator(".fm-opinionmap__letter")).to_have_count(2)
    expect(screen.locator("[data-opinions]")).not_to_contain_text("Member")


def test_without_javascript_statements_are_answered_changed_and_added(hall: Hall, open_page) -> None:
    seats = seated(hall, "Plain opinions", [{"kind": "opinions"}], members=3)
    with beside(hall) as desk:
        item = desk.public_screens(seats.session)["facilitator"]["item"]["id"]
        desk.add_statements(seats.session, item, STATEMENTS[:3], "key")
    tablet = joins(open_page(java_script_enabled=False), hall, seats, 0)
    first = tablet.locator("[data-statement]").inner_text()
    tablet.locator("#answer-agree").click()
    tablet.get_by_text("You have answered 1 of 3.").wait_for()
    tablet.locator("#go-back").click()
    expect(tablet.locator("[data-statement]")).to_have_text(first)
    tablet.locator("#answer-disagree").click()
    tablet.get_by_text("Add a statement of your own").click()
    tablet.get_by_label("Say one thing").fill("One more")
    tablet.locator("#add-statement").click()
    tablet.get_by_text("waits until it is read").wait_for()
    with beside(hall) as desk:
        work = desk.item_screen(seats.session, item, "facilitator")["work"]
        assert (work["answers"], len(work["list"])) == (1, 4)


def test_an_answer_waits_for_the_connection_and_is_not_lost(hall: Hall, open_page) -> None:
    seats = seated(hall, "Lost connection", [{"kind": "opinions"}], members=3)
    with beside(hall) as desk:
        item = desk.public_screens(seats.session)["facilitator"]["item"]["id"]
        desk.add_statements(seats.session, item, STATEMENTS[:3], "key")
    tablet = joins(open_page(), hall, seats, 0)
    tablet.context.set_offline(True)
    tablet.locator("#answer-agree").click()
    tablet.get_by_text("No connection.").first.wait_for()
    tablet.context.set_offline(False)
    tablet.get_by_text("You have answered 1 of 3.").wait_for()
    with beside(hall) as desk:
        assert desk.item_screen(seats.session, item, "facilitator")["work"]["answers"] == 1
