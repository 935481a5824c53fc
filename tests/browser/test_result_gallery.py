"""The gallery of results in a real browser: axe finds nothing, nothing is cut off, and the wall can be read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from galleries import EXHIBITS, gallery_of
from houses import web_of
from playwright.sync_api import Page
from test_axe import faults
from werkzeug.serving import make_server

from facilitation.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ON_THE_WALL = (
    *(name for name in EXHIBITS if name.endswith(("_five", "_wide"))),
    *("plurality_most_of_all_members", "stv_tie_that_decides", "yes-no_groups", "yes-no_practice", "greedy_pitches"),
)
ONE_OF_EACH_FAMILY = (
    *("yes-no_groups", "consent_five", "temperature_five", "support_four_fifths", "score_five", "dots_wide"),
    *(
        "majority_judgement_orsay",
        "schulze_45_voters",
        "irv_five",
        "stv_food",
        "equal-shares_pitches",
        "approval_hundred",
    ),
)
SMALL_LETTERS = """() => [...document.querySelectorAll('.fm-hall__body *')].filter((one) => one.checkVisibility()
  && !one.closest('.govuk-visually-hidden') && parseFloat(getComputedStyle(one).fontSize) < 40
  && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())).map((one) => one.outerHTML)"""
CUT_OFF = """() => { const wall = document.documentElement.clientWidth;
  return [...document.querySelectorAll('.fm-result *, .fm-verdict, .fm-groups *')].filter((one) => one.checkVisibility()
    && !one.closest('.fm-scroll, .govuk-visually-hidden') && one.getBoundingClientRect().right > wall + 1)
    .map((one) => one.outerHTML.slice(0, 200)) }"""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The gallery on a port of this machine."""
    folder: Path = tmp_path_factory.mktemp("gallery")
    app = web_of(Desk.open(str(folder / "gallery.sqlite")))
    gallery_of(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/gallery"
    server.shutdown()
    thread.join()


def alone(page: Page) -> Page:
    """A page that speaks to no server but for its files: the gallery has no sockets."""
    for path in ("**/socket.io/**", "**/api/screen**"):
        page.route(path, lambda route: route.abort())
    return page


@pytest.mark.parametrize("width", [320, 820, 1920])
def test_a_result_of_each_family_for_every_eye(gallery: str, open_page, width: int):
    page = alone(open_page(width))
    audience = "hall" if width == 1920 else "member"
    told = {}
    for name in ONE_OF_EACH_FAMILY:
        page.goto(f"{gallery}/{audience}/{name}")
        told |= {f"{name} at {width}: {fault}": None for fault in [*faults(page), *page.evaluate(CUT_OFF)]}
    assert not told, "\n".join(told)


def test_every_result_fits_the_wall_in_letters_for_ten_metres(gallery: str, open_page):
    page = alone(open_page(1920))
    told = []
    for name in ON_THE_WALL:
        page.goto(f"{gallery}/hall/{name}")
        page.wait_for_selector("[data-fit]")
        page.evaluate("document.fonts.ready")  # then it is fitted once more
        told += [f"{name}: {letters[:120]}" for letters in page.evaluate(SMALL_LETTERS)]
        told += [f"{name}: does not fit"] * page.evaluate("document.documentElement.scrollHeight > 1080")
    assert not told, "\n".join(told)


def test_the_picture_of_the_readme(gallery: str, open_page, picture_folder: Path):
    page = alone(open_page(1920))
    page.goto(f"{gallery}/hall/stv_food")
    page.evaluate("document.querySelector('.fm-hall__state').remove()")  # nothing here is connected
    page.screenshot(path=picture_folder / "hall_stages.png")
    assert page.locator(".fm-band--moves").count() >= 3
    assert (picture_folder / "hall_stages.png").stat().st_size > 10_000


def test_without_colours_the_parts_of_a_bar_are_still_told_apart(gallery: str, open_page):
    page = alone(open_page(820, forced_colors="active"))
    page.goto(f"{gallery}/member/support_four_fifths")
    parts = page.locator(".fm-lean__bar .fm-shade")
    assert parts.count() == 5
    assert {part.evaluate("one => getComputedStyle(one).strokeWidth") for part in parts.all()} == {"2px"}
    assert page.locator(".fm-lean__bar .fm-part").all_text_contents() == ["7", "10", "18", "12"]
    assert page.locator(".fm-key__item").count() == 5
