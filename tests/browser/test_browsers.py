"""A browser that does not answer costs neither the run nor the next test."""

from __future__ import annotations

from collections.abc import Callable

import browsers as putting_away
import pytest
from browsers import Browsers, within
from playwright.sync_api import Browser, Page

Opener = Callable[..., Page]

pytestmark = [pytest.mark.browser]


class Held:
    """A tablet that Chromium never puts away."""

    def __init__(self, page: Page) -> None:
        self.pages: list[Page] = []
        self._page = page

    def close(self) -> None:
        self._page.evaluate("new Promise(() => {})")


def test_a_wait_for_a_browser_ends_and_the_browser_goes_on(open_page: Opener) -> None:
    page = open_page()
    with pytest.raises(TimeoutError, match="not within"), within(0.5):
        page.evaluate("new Promise(() => {})")
    assert page.evaluate("6 * 7") == 42


def test_where_a_tablet_is_not_put_away_the_next_one_is_opened_in_another_chromium(
    chromium: Browser, open_page, monkeypatch
):
    monkeypatch.setattr(putting_away, "PATIENCE", 0.5)
    started: list[Browser] = []

    def launch() -> Browser:
        started.append(chromium)
        return chromium

    here = Browsers(launch)
    context = chromium.new_context()
    here.leave(context)
    assert len(started) == 1
    with pytest.warns(UserWarning, match="another Chromium was started"):
        here.leave(Held(open_page()))
    assert len(started) == 2
    here.now.new_context().close()
