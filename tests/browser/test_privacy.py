"""What is said of people's data, as it looks: open pages in both languages, and the recruiter's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from devices import beside, signs_in
from halls import Hall, Seats
from playwright.sync_api import expect
from sittings import looks

pytestmark = [pytest.mark.browser, pytest.mark.slow]
POOL = b"id,name,email,postcode,gender,shoe size\n1,Ada Lovelace,ada@example.org,NX1 1AA,Woman,5\n"
QUOTAS = b"feature,value,min,max\ngender,Woman,1,1\n"


def test_the_pages_of_peoples_data(hall: Hall, seats: Seats, open_page, tmp_path: Path) -> None:
    with beside(hall) as desk:
        made = desk.new_recruitment("Northmoor")
        desk.put_files(made, pool=("pool.csv", POOL), quotas=("quotas.csv", QUOTAS), size=1)
    page = signs_in(open_page(820), hall, "recruiter")
    page.get_by_role("link", name="People’s data").click()
    looks(page, tmp_path, "personal")
    page.get_by_label("A part of a name").fill("lovelace")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Ada Lovelace").click()
    expect(page.get_by_text("ada@example.org").first).to_be_visible()
    looks(page, tmp_path, "person")
    page.goto(f"{hall.url}/recruit/authority")
    looks(page, tmp_path, "authority")
    page.get_by_label("Name of the authority").fill("Northmoor Combined Authority")
    page.get_by_label("Where complaints about personal data go").fill("complaints@northmoor.example")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    page.goto(f"{hall.url}/recruit/dpia")
    expect(page.get_by_text("should not be collected: shoe size")).to_be_visible()
    looks(page, tmp_path, "dpia")
    page.goto(f"{hall.url}/recruit/processing")
    looks(page, tmp_path, "processing")
    for path in ("privacy", "accessibility"):
        page.goto(f"{hall.url}/{path}")
        looks(page, tmp_path, path)
