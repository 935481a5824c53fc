"""The journal's four words where witnesses look for them: on the hall screen, the console, the sheet and their page."""

from __future__ import annotations

from pathlib import Path

import pytest
from devices import beside, opens_hall_screen, signs_in
from halls import Hall, Seats, an_open_round
from playwright.sync_api import expect
from sittings import looks

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_words_stand_wherever_a_witness_looks_and_move_on_with_the_hall(
    hall: Hall, seats: Seats, open_page, tmp_path: Path
) -> None:
    screen = opens_hall_screen(open_page(1920), hall, seats)
    words = screen.locator(".fm-hall__journal")
    with beside(hall) as desk:
        first = desk.newest_head(seats.session)
    expect(words).to_have_text(f"Journal, row {first.size}: {first.words}")
    looks(screen, tmp_path, "journal-hall-welcome", checked=False)
    an_open_round(hall, seats, title="Adopt the report?")
    with beside(hall) as desk:
        head = desk.newest_head(seats.session)
    assert head.size > first.size
    expect(words).to_have_text(f"Journal, row {head.size}: {head.words}")
    looks(screen, tmp_path, "journal-hall-vote")
    page = signs_in(open_page(820), hall, "facilitator", seats.assembly)
    page.goto(f"{hall.url}/run/{seats.session}")
    expect(page.get_by_text(f"Row {head.size}: {head.words}")).to_be_visible()
    page.goto(f"{hall.url}/run/{seats.session}/sheet")
    expect(page.get_by_text(head.words)).to_be_visible()
    page.goto(f"{hall.url}/run/{seats.session}/minutes")
    expect(page.get_by_text(f"Its rows up to row {head.size} have the words: {head.words}.")).to_be_visible()
    page.goto(f"{hall.url}/run/{seats.session}/journal")
    expect(page.get_by_role("row").nth(1)).to_contain_text(head.words)
    looks(page, tmp_path, "journal-page")
