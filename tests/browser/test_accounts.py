"""Accounts of the staff on a screen: set up, sign in, the rooms, the administrators' page, and being signed out."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest
from devices import beside
from halls import Hall, seat
from playwright.sync_api import Page, expect
from test_axe import at_every_width, small_targets

from facilitation import totp

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "tram gravel ninety owls"


def app_shows(key: str) -> str:
    """What an authenticator app shows; it waits where the half minute is about to end."""
    if time.time() % totp.HALF_MINUTE > totp.HALF_MINUTE - 3:
        time.sleep(4)
    return totp.code_at(base64.b32decode(key.replace(" ", "")), int(time.time()) // totp.HALF_MINUTE)


def shot(page: Page, folder: Path, name: str) -> None:
    at_every_width(page)
    for width in (320, 820, 1920):
        page.set_viewport_size({"width": width, "height": 1080})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 820, "height": 1080})
    assert small_targets(page) == []


def test_an_administrator_from_the_first_link_to_being_signed_out(hall: Hall, open_page, picture_folder: Path) -> None:
    seats = seat(hall.database, members=2, name="Accounts")
    with beside(hall) as desk:
        link = desk.first_administrator()
    page: Page = open_page()
    page.goto(f"{hall.url}/sign-in/{link}")
    shot(page, picture_folder, "set-up")
    page.get_by_label("Name or e-mail address").fill("Ada Byron")
    page.get_by_label("Password", exact=True).fill("short")
    page.locator("#set-up").press("Enter")  # all of it works by the keyboard
    page.get_by_text("at least 12 characters; this one has 5").first.wait_for()
    shot(page, picture_folder, "set-up-refused")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    key = page.locator("#key").inner_text()
    page.get_by_label("Six digits that the app shows now").fill(app_shows(key))
    page.locator("#set-up").press("Enter")
    page.get_by_role("heading", name="Keep these ten codes").wait_for()
    shot(page, picture_folder, "codes")
    expect(page.locator(".fm-codes code")).to_have_count(10)
    codes = page.locator(".fm-codes code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_label("Role").first.select_option(f"facilitator:{seats.assembly}")
    page.locator("#invite").click()
    page.locator("#link").wait_for()
    shot(page, picture_folder, "link")
    page.get_by_role("link", name="Staff").click()
    page.get_by_text("Change", exact=False).first.click()
    shot(page, picture_folder, "staff")
    page.get_by_role("link", name="Your roles").click()
    shot(page, picture_folder, "rooms")
    with page.expect_navigation():
        page.locator("#sign-out").click()
    page.goto(f"{hall.url}/sign-in")
    shot(page, picture_folder, "sign-in")
    for digits, done in (("000000", "are not right"), (codes[0], "Administrators give and take roles")):
        page.get_by_label("Name or e-mail address").fill("ada byron")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Six digits").fill(digits)
        page.get_by_label("Six digits").press("Enter")
        page.get_by_text(done).first.wait_for()
    with beside(hall) as desk:
        [ada] = desk.staff().people
        token = desk.issue_token("administrator")
        by = desk.identify(token)
        assert by is not None
        desk.sign_out_everywhere(by, ada.id)
        desk.revoke(token)
    page.get_by_label("Role").first.select_option("administrator")
    page.locator("#invite").click()
    page.get_by_role("heading", name="You have been signed out").wait_for()
    shot(page, picture_folder, "signed-out")
