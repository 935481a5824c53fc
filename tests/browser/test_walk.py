"""From the volunteers' list to the hall screen, with four pages open at once: the main job, as people do it."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest
from devices import beside, joins, opens_hall_screen, signs_in
from halls import Hall, Seats, folkmoot
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUOTAS = "feature,value,min,max\nage,16-39,3,4\nage,40+,4,5\narea,North,4,4\narea,South,4,4\n"
TABLET = "Check my choice"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Forty volunteers and quotas for a panel of eight."""
    draw = random.Random(7)
    rows = [
        {
            "id": f"v{n}",
            "name": f"Volunteer {n}",
            "age": draw.choice(["16-39", "40+"]),
            "area": draw.choice(["North", "South"]),
        }
        for n in range(1, 41)
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    pool, quotas = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    pool.write_text(text.getvalue(), encoding="utf-8")
    quotas.write_text(QUOTAS, encoding="utf-8")
    return pool, quotas


def uploads(page: Page, pool: Path, quotas: Path, size: int) -> None:
    page.get_by_label("Volunteers").set_input_files(pool)
    page.get_by_label("Quotas", exact=True).set_input_files(quotas)
    page.get_by_label("How many members?").fill(str(size))
    page.get_by_role("button", name="Upload and check").click()


def begins(page: Page, title: str) -> None:
    page.get_by_label("What are you recruiting for?").fill(title)
    page.get_by_role("button", name="Start").click()


def test_from_upload_to_the_hall_screen(hall: Hall, files: tuple[Path, Path], tmp_path: Path, open_page):
    recruiter = signs_in(open_page(1920), hall, "recruiter")
    begins(recruiter, "Walk assembly")
    uploads(recruiter, *files, 8)
    expect(recruiter.get_by_role("heading", name="These quotas can be met")).to_be_visible(timeout=30_000)
    expect(recruiter.get_by_text("The first 20 of 40 volunteers")).to_be_visible()
    recruiter.get_by_role("button", name="Draw the panel").click()
    expect(recruiter.get_by_role("heading", name="The panel is drawn")).to_be_visible(timeout=90_000)
    expect(recruiter.get_by_role("img", name="How many volunteers have which chance")).to_be_visible()
    downloads(recruiter, tmp_path / "draw")
    assert folkmoot("verify", str(tmp_path / "draw"), check=False).returncode == 0
    recruiter.get_by_role("button", name="Seat the panel").click()
    expect(recruiter.get_by_role("heading", name="8 members are seated")).to_be_visible()
    expect(recruiter.locator("td code")).to_have_count(8)
    codes = [code.replace(" ", "") for code in recruiter.locator("td code").all_inner_texts()]
    recruiter.get_by_role("button", name="See and print the badges").click()
    expect(recruiter.get_by_role("heading", name="Badges for 8 members")).to_be_visible()

    with beside(hall) as desk:
        assembly = next(one.id for one in desk.assemblies() if one.name == "Walk assembly")
        session = desk.sessions(assembly)[-1].id
    seats = Seats(assembly, session, "", tuple(codes), ())
    facilitator = signs_in(open_page(1920), hall, "facilitator", assembly)
    screen = opens_hall_screen(open_page(1920), hall, seats)
    members = [joins(open_page(width), hall, seats, number) for number, width in enumerate((320, 820))]
    facilitator.get_by_label("The question, as members will read it").fill("Should buses be free?")
    facilitator.get_by_label("What it takes to pass").select_option(label="More than half of the yes-or-no votes")
    facilitator.get_by_role("button", name="Prepare and open now").click()
    expect(screen.get_by_text("0 of 2 have voted")).to_be_visible()
    for member in members:
        member.get_by_text("Yes", exact=True).click()
        member.get_by_role("button", name=TABLET).click()
        member.get_by_role("button", name="Send my vote").click()
        expect(member.locator("[data-receipt]")).to_be_visible()
    expect(screen.get_by_text("2 of 2 have voted")).to_be_visible()
    expect(facilitator.get_by_text("Everyone who is here has voted.")).to_be_visible()
    facilitator.locator("#act-close-round-next").click()
    for page in (screen, facilitator, *members):
        expect(page.locator("[data-verdict]")).to_contain_text("Passed")


def downloads(recruiter: Page, folder: Path) -> None:
    """Take every file of the draw, as a person would."""
    folder.mkdir()
    for name in (
        "panel.csv",
        "remaining.csv",
        "chances.csv",
        "lottery.json",
        "certificate.json",
        "report.html",
        "report.json",
    ):
        with recruiter.expect_download() as waiting:
            recruiter.get_by_role("link", name=name, exact=True).click()
        waiting.value.save_as(folder / name)


def test_every_error_of_the_files_is_listed_with_its_place_and_remedy(hall: Hall, tmp_path: Path, open_page):
    page = signs_in(open_page(1920), hall, "recruiter")
    begins(page, "Faulty files")
    pool, quotas = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    pool.write_text("id,age\nv1,16-39\nv1,40+\nv3,65 and over\n", encoding="utf-8")
    quotas.write_text("feature,value,min,max\nage,16-39,0,1\nage,40+,0,1\n", encoding="utf-8")
    uploads(page, pool, quotas, 1)
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text("pool.csv, row 3")
    expect(summary).to_contain_text("pool.csv, row 4, column age")
    expect(page.locator("tr[id^=problem]")).to_have_count(2)


def test_impossible_quotas_name_the_conflict_and_what_would_help(hall: Hall, tmp_path: Path, open_page):
    page = signs_in(open_page(1920), hall, "recruiter")
    begins(page, "Impossible quotas")
    pool, quotas = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    pool.write_text("id,age,area\nv1,16-39,North\nv2,40+,South\nv3,40+,South\n", encoding="utf-8")
    quotas.write_text(
        "feature,value,min,max\nage,16-39,0,0\nage,40+,0,2\narea,North,1,1\narea,South,0,2\n", encoding="utf-8"
    )
    uploads(page, pool, quotas, 2)
    expect(page.get_by_role("heading", name="No panel can meet these quotas")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Any one of these would help")).to_be_visible()
    expect(page.get_by_role("button", name="Draw the panel")).to_have_count(0)


def test_pages_of_staff_ask_strangers_to_sign_in(hall: Hall, open_page):
    page = open_page(820)
    for path in ("/recruit", "/run"):
        page.goto(hall.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text("Staff: sign in, or ask for a new sign-in link.")).to_be_visible()
    is_not_signed_in(page)


def is_not_signed_in(page: Page) -> None:
    page.goto(page.url.replace("/run", "/m"))
    page.wait_for_url("**/join")
