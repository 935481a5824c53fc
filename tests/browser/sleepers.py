"""Devices that sleep, and devices whose clocks are wrong, for tests and for measurements."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from devices import chromium_path
from playwright.sync_api import BrowserType, Page, expect

WRONG_CLOCK = """
  const right = Date.now.bind(Date), Right = Date;
  window.wrongBy = %d;
  window.rightNow = right;
  Date = class extends Right {
    constructor(...given) { given.length ? super(...given) : super(right() + window.wrongBy); }
    static now() { return right() + window.wrongBy; }
  };
"""
FLIPS = """(many) => new Promise((done, no) => {
  const clock = () => document.querySelector("[data-ends-at] [data-clock]"), found = [];
  let shown = clock().textContent;
  setTimeout(() => no(new Error(`the timer stood still at ${shown}`)), 20000);
  new MutationObserver((_, watch) => {
    const now = clock()?.textContent;
    if (!now || now === shown || now === "–") return;
    shown = now;
    const left = now.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);
    found.push(window.rightNow() - Date.parse(clock().closest("[data-ends-at]").dataset.endsAt) + left * 1000);
    if (found.length === many + 1) { watch.disconnect(); done(found.slice(1)); }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
})"""


def wears_a_wrong_clock(page: Page, by: float) -> None:
    """From the next page on the device is wrong by so many milliseconds; what is right stays in `rightNow`."""
    page.add_init_script(WRONG_CLOCK % by)


def timer_errors(page: Page, many: int = 4) -> Sequence[float]:
    """By how many milliseconds the timer on this page changed its seconds too late (or too early), so many times."""
    expect(page.locator("[data-ends-at] [data-clock]").first).to_be_visible()
    return [float(one) for one in page.evaluate(FLIPS, many)]


def steady_error(errors: Sequence[float]) -> float:
    """The error of the clock itself: a single change may come late because the machine was busy."""
    return abs(median(errors))


SLEEPY = WRONG_CLOCK % 0 + 'document.addEventListener("freeze", () => (window.wrongBy += 600000));'


class Tablet:
    """A tablet that can be put to sleep by Chromium's own means: no script of its page runs until somebody picks it up.

    Its clock has gone on by ten minutes then. Playwright's own browsers pretend that every page is looked at, and such
    a page never freezes; so this is a Chromium of its own, which Playwright only visits.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.devtools: Any = page.context.new_cdp_session(page)
        page.set_default_timeout(15_000)
        page.add_init_script(SLEEPY)

    def sleeps(self) -> None:
        """The screen goes dark."""
        self.devtools.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
        self.devtools.send("Page.setWebLifecycleState", {"state": "frozen"})

    def wakes(self) -> None:
        """Somebody picks it up and looks."""
        self.devtools.send("Page.setWebLifecycleState", {"state": "active"})
        self.devtools.send("Emulation.setFocusEmulationEnabled", {"enabled": True})


@contextlib.contextmanager
def a_tablet_that_sleeps(chromium: BrowserType, folder: Path) -> Iterator[Tablet]:
    """Start it, and switch it off at the end."""
    command = [str(chromium_path()), "--headless=new", "--no-sandbox", f"--user-data-dir={folder}"]
    started = subprocess.Popen([*command, "--remote-debugging-port=0", "about:blank"], stderr=subprocess.DEVNULL)
    try:
        door, until = folder / "DevToolsActivePort", time.monotonic() + 30
        while not (door.exists() and door.read_text().count("\n")):
            assert time.monotonic() < until, "Chromium does not open its door"
            time.sleep(0.1)
        browser = chromium.connect_over_cdp(f"http://127.0.0.1:{door.read_text().split()[0]}", no_defaults=True)
        yield Tablet(browser.contexts[0].pages[0])
        browser.close()
    finally:
        started.terminate()
        started.wait(timeout=20)
