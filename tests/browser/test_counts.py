"""The public count on a phone, a tablet and a desk: read, found, downloaded, and counted again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from devices import beside, is_connected, joins, opens_hall_screen, tracker_of
from halls import Hall, Seats, an_open_round
from playwright.sync_api import Page, expect
from test_axe import at_every_width, small_targets
from test_member import close, is_counted, votes_by_touch

from facilitation.recount.words import four_words

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TRACKERS = ("K7Q2-MX9D", "0RB5-Z81A", "8WTH-3NCE")
BALLOTS = (["tram", "bus"], ["bus"], ["tram", "path"])


def a_count(hall: Hall, seats: Seats) -> tuple[str, str]:
    """A round that was held beside the running server; its id and its four words."""
    with beside(hall) as desk:
        members = [desk.join(code).member["id"] for code in seats.codes[:3]]
        spec = {"title": "Which of these should the city build first?", "rule": "irv"}
        asked = desk.create_round(seats.session, {**spec, "options": ["tram", "bus", "path"]})
        desk.open_round(asked)
        for number, member in enumerate(members):
            key = f"00000000-0000-4000-8000-{number:012d}"
            desk.cast_ballot(asked, member, key, BALLOTS[number], tracker=TRACKERS[number])
        desk.close_round(asked)
        return asked, four_words(desk.round(asked).root)


def test_a_count_is_read_found_downloaded_and_counted_again(
    hall: Hall, seats: Seats, open_page: Callable[..., Page], tmp_path: Path, picture_folder: Path
) -> None:
    _, words = a_count(hall, seats)
    page = open_page(820)
    page.goto(f"{hall.url}/counts")
    page.get_by_role("link", name="Which of these should the city build first?").first.click()
    page.wait_for_url("**/counts/*")  # with its script: without one the server looks for the tracker
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url} {request.post_data}"))
    page.get_by_label("Your tracker").fill("k7q2 mx9d".replace(" ", ""))
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("status")).to_contain_text("K7Q2-MX9D voted: 1. Tram, 2. Bus")
    assert not [one for one in sent if "POST" in one or "k7q2" in one.lower()]  # the tracker never leaves the page
    page.get_by_label("Your tracker").fill("ZZZZ-ZZZZ")
    page.get_by_label("Your tracker").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("No ballot has “ZZZZ-ZZZZ”")
    for name in ("bundle.json", "verify_count.py"):
        with page.expect_download() as kept:
            page.get_by_role("link", name=name).click()
        kept.value.save_as(tmp_path / name)
    command = [sys.executable, "-I", "-S", "verify_count.py", "bundle.json", "0RB5-Z81A", words]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Counted again by the rule irv: this is the published result." in ran.stdout
    wall = opens_hall_screen(open_page(1920), hall, seats)
    expect(wall.locator("[data-words]")).to_contain_text(words)
    wall.screenshot(path=picture_folder / "hall_words.png")


def test_the_pages_of_counts_can_be_read_by_everyone(
    hall: Hall, seats: Seats, open_page: Callable[..., Page], picture_folder: Path
) -> None:
    asked, _ = a_count(hall, seats)
    page = open_page(820)
    for path in ("/counts", f"/counts/{asked}"):
        page.goto(f"{hall.url}{path}")
        at_every_width(page)
        assert not small_targets(page)
        for width in (320, 820, 1920):
            page.set_viewport_size({"width": width, "height": 1080})
            page.screenshot(path=picture_folder / f"{path.split('/')[1]}{path.count('/')}_{width}.png", full_page=True)


def test_without_javascript_the_form_finds_the_ballot(hall: Hall, seats: Seats, open_page: Callable[..., Page]) -> None:
    asked, _ = a_count(hall, seats)
    page = open_page(320, java_script_enabled=False)
    page.goto(f"{hall.url}/counts/{asked}")
    page.get_by_label("Your tracker").fill("8wth3nce")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("status")).to_contain_text("8WTH-3NCE voted: 1. Tram, 2. Path")
    assert "8wth" not in page.url.lower()


def test_a_member_finds_the_vote_of_the_tablet_by_its_tracker(
    hall: Hall, seats: Seats, open_page: Callable[..., Page]
) -> None:
    tablet = joins(open_page(820), hall, seats, 0)
    is_connected(tablet)
    asked = an_open_round(hall, seats, title="Adopt the report?")
    votes_by_touch(tablet, "Abstain")
    is_counted(tablet)
    tracker = tracker_of(tablet)
    close(hall, seats, asked)
    tablet.get_by_role("link", name="Find your ballot and check this count").click()
    tablet.get_by_label("Your tracker").fill(tracker)
    tablet.get_by_role("button", name="Find").click()
    expect(tablet.get_by_role("status")).to_contain_text("voted: Abstain")
