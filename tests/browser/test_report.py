"""The public report of a draw, opened from the disk: at any width, whatever the organiser's files say."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from halls import ROOT
from test_axe import faults

from sortition.cli import sortition

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CRUEL = {
    "gender": "</td></table><h1>gender</h1>",
    "Woman": "Mixed or multiple ethnic groups: White and Black Caribbean; White and Asian; any other background",
    "Man": "אישה ערבית (مرأة)",
    "16-29": "<script>document.title = 'gone'</script><img src=x onerror=alert(2)>",
    "65+": "Self-employed-or-freelance-or-otherwise-occupied-person-" * 6,
    "North": "X" * 300,
    "\n111,": f"\n{'R' * 80},",
    "\n113,": "\n<b>113</b>,",
}


def drawn(folder: Path, words: dict[str, str]) -> Path:
    """The report of a draw from the small pool in these words."""
    for name in ("pool.csv", "quotas.csv"):
        text = (ROOT / "fixtures" / "small" / name).read_text(encoding="utf-8")
        for plain, cruel in words.items():
            text = text.replace(plain, cruel)
        (folder / name).write_text(text, encoding="utf-8")
    options = ["--pool", folder / "pool.csv", "--quotas", folder / "quotas.csv", "--size", 8, "--out", folder / "out"]
    seed = ["--seed", f"<i>{'s' * 300}</i>"]
    result = CliRunner().invoke(sortition, ["draw", *map(str, options), *seed, "--progress", "none"])
    assert result.exit_code == 0, result.stderr
    return folder / "out" / "report.html"


@pytest.mark.parametrize("words", [{}, CRUEL], ids=["plain", "cruel"])
def test_the_report_fits_any_screen_and_runs_nothing(open_page, tmp_path: Path, words: dict[str, str]) -> None:
    page = open_page(320)
    page.goto(drawn(tmp_path, words).as_uri())
    assert page.title() == "Drawn by lot: 8 members from 30 volunteers"
    assert page.locator("h1").count() == page.locator("table.quotas").count() == 1
    assert page.locator("script, img").count() == 0
    assert page.locator(".ids li").count() == 8
    assert faults(page) == []
    for width in (320, 820, 1920):
        page.set_viewport_size({"width": width, "height": 1080})
        assert page.evaluate("document.documentElement.scrollWidth") == width, "the page is wider than the screen"
        table = page.locator("table.quotas")
        assert table.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth"), f"cut off at {width}"
