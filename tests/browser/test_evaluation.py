"""The questionnaire in a browser: filled in page by page, kept at once, skipped, closed, shown as a whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from devices import beside, joins, opens_hall_screen, signs_in
from halls import Hall
from playwright.sync_api import expect
from sittings import looks, seated
from test_axe import at_every_width, small_targets

from facilitation.evaluation.questions import BUILT_IN

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_questionnaire_is_filled_in_and_told_as_a_whole(hall: Hall, open_page, picture_folder: Path) -> None:
    agenda: list[dict[str, object]] = [{"kind": "evaluation", "title": "What was the day like?"}]
    seats = seated(hall, "Evaluation", agenda, members=7)
    console = signs_in(open_page(), hall, "facilitator", seats.assembly)
    tablet = joins(open_page(), hall, seats, 0)
    screen = opens_hall_screen(open_page(1920), hall, seats)
    tablet.get_by_role("heading", name="Page 1 of 8").wait_for()
    looks(tablet, picture_folder, "evaluation-tablet")
    assert small_targets(tablet) == []
    expect(tablet.get_by_role("button", name="Page before")).to_be_hidden()
    tablet.set_viewport_size({"width": 820, "height": 1180})
    tablet.locator("label[for=q-know-subject-1]").click()
    expect(tablet.locator("[data-kept]")).to_have_text("Kept.")
    tablet.locator("label[for=q-own-view-skip]").click()
    tablet.get_by_role("button", name="Next page").click()
    expect(tablet.get_by_role("heading", name="Page 2 of 8")).to_be_focused()
    tablet.get_by_role("button", name="Page before").click()
    expect(tablet.locator("#q-know-subject-1")).to_be_checked()
    tablet.reload()
    expect(tablet.locator("#q-know-subject-1")).to_be_checked()
    expect(tablet.locator("#q-own-view-skip")).to_be_checked()
    tablet.context.set_offline(True)
    tablet.locator("label[for=q-know-subject-2]").click()
    tablet.get_by_text("No connection. What you chose is kept").wait_for()
    tablet.context.set_offline(False)
    expect(tablet.locator("[data-kept]")).to_have_text("Kept.")
    for _ in range(7):
        tablet.get_by_role("button", name="Next page").click()
    tablet.get_by_label("Is there anything else").fill("More breaks, please. <b>ŵ</b>")
    tablet.get_by_role("button", name="Done").click()
    tablet.get_by_role("heading", name="Thank you.").wait_for()
    looks(screen, picture_folder, "evaluation-hall-open", checked=False)
    console.get_by_text("1 of 7 have begun.").wait_for()
    looks(console, picture_folder, "evaluation-console-open", checked=False)

    with beside(hall) as desk:
        item = desk.public_screens(seats.session)["facilitator"]["item"]["id"]
        for number, row in enumerate(desk.members(seats.assembly)):
            for question in ("respect", "free", "ours"):
                value = "skip" if (number, question) == (3, "free") else str(number % 4)
                desk.answer_question(seats.session, item, row.id, question, value)
    console.set_viewport_size({"width": 1280, "height": 900})
    console.once("dialog", lambda dialog: dialog.accept())
    console.get_by_role("button", name="Close the questionnaire and count").click()
    console.get_by_text("More breaks, please. <b>ŵ</b>").wait_for()
    looks(console, picture_folder, "evaluation-console-closed")
    tablet.reload()
    tablet.get_by_text("The answers were counted, and nobody can find yours.").wait_for()
    console.get_by_role("button", name="Show the results to members").click()
    tablet.get_by_text("facilitation, equality and respect").click()
    tablet.get_by_role("table", name="The other members treated me with respect.").wait_for()
    expect(tablet.locator("[data-evaluation]")).to_contain_text("Fewer than 5 people answered.")
    looks(tablet, picture_folder, "evaluation-tablet-closed", checked=False)
    console.get_by_role("button", name="Show the results to everyone").click()
    console.get_by_role("link", name="The public page").click()
    console.get_by_text("The other members treated me with respect.").wait_for()
    expect(console.locator("body")).not_to_contain_text("More breaks")
    looks(console, picture_folder, "evaluation-public")
    looks(screen, picture_folder, "evaluation-hall-closed")


def test_without_javascript_a_page_is_sent_at_a_time(hall: Hall, open_page) -> None:
    seats = seated(hall, "Plain evaluation", [{"kind": "evaluation", "terms": {"when": "before"}}], members=2)
    tablet = joins(open_page(java_script_enabled=False), hall, seats, 0)
    tablet.get_by_role("heading", name="Page 1 of 4").wait_for()
    tablet.locator("label[for=q-why-here-2]").click()
    tablet.get_by_role("button", name="Next page").click()
    tablet.get_by_role("heading", name="Page 2 of 4").wait_for()
    tablet.get_by_role("button", name="Page before").click()
    expect(tablet.locator("#q-why-here-2")).to_be_checked()


def test_the_facilitator_loads_another_wording(hall: Hall, open_page, tmp_path: Path) -> None:
    seats = seated(hall, "Other wording", [{"kind": "evaluation"}], members=2)
    said = json.loads(BUILT_IN.read_bytes())
    said["title"], said["pages"] = "The official wording", said["pages"][-1:]
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(said), encoding="utf-8")
    bad.write_text("{", encoding="utf-8")
    console = signs_in(open_page(), hall, "facilitator", seats.assembly)
    for file in (bad, good):
        if console.get_by_label("A questionnaire (JSON)").is_hidden():
            console.get_by_text("Load another wording").click()
        console.get_by_label("A questionnaire (JSON)").set_input_files(file)
        console.get_by_role("button", name="Load it").click()
        if file is bad:
            console.get_by_text("Line 1 is not JSON in UTF-8.").first.wait_for()
            at_every_width(console)
    console.get_by_text("The official wording: 6 questions.").wait_for()
