"""Chromium for the tests, and another one where it no longer answers.

Now and then, and only on a busy machine, Chromium never says that it has thrown a tablet's storage away, and Playwright
waits for that without an end. What a test was to show has been shown by then; so the next test gets a fresh Chromium.
"""

from __future__ import annotations

import contextlib
import signal
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Error as PlaywrightError

PATIENCE = 30.0  # seconds


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in what has not ended by then, also where it waits for a browser.

    >>> import time
    >>> with within(0.01):
    ...     time.sleep(5)
    Traceback (most recent call last):
    TimeoutError: not within 0.01 seconds
    """

    def ring(_signal: int, _frame: Any) -> None:
        raise TimeoutError(f"not within {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Browsers:
    """The Chromium in which tablets are opened now."""

    def __init__(self, launch: Callable[[], Browser]) -> None:
        self._launch = launch
        self.now = launch()

    def leave(self, context: BrowserContext) -> None:
        """Put a tablet away: first off its page, so that nothing is on its way any more."""
        try:
            with within(PATIENCE):
                for page in context.pages:
                    with contextlib.suppress(PlaywrightError):  # closed or crashed already
                        page.goto("about:blank", timeout=5000)
                context.close()
        except TimeoutError:
            warnings.warn("Chromium did not put a tablet away; another Chromium was started.", stacklevel=2)
            self.now = self._launch()
