"""A real Chromium before a real server. Where Chromium is missing these tests fail, for then nobody has looked."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from greenlet import greenlet
from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from browsers import PATIENCE, Browsers, within
from devices import chromium_path
from halls import Hall, Seats, a_hall, seat

expect.set_options(timeout=15_000)  # a bound for a busy machine, not a claim
LONG = 240
WIDTHS = {320: (320, 640), 820: (820, 1180), 1920: (1920, 1080)}
Opener = Callable[..., Page]


@pytest.fixture(autouse=True)
def watched(request: pytest.FixtureRequest) -> Iterator[None]:
    """Say where a test stands that has waited for minutes: not all that Playwright does has an end of its own."""
    watch = threading.Timer(LONG, _tell, [request])
    watch.daemon = True
    watch.start()
    yield
    watch.cancel()


def _tell(request: pytest.FixtureRequest) -> None:
    """Print the stacks of the greenlets that Playwright runs a test in; the fault handler sees the thread only."""
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{request.node.nodeid} has waited for {LONG} seconds:", file=sys.__stderr__)
        for one in gc.get_objects():
            if isinstance(one, greenlet) and one.gr_frame is not None:
                traceback.print_stack(one.gr_frame, file=sys.__stderr__)
        sys.__stderr__.flush()


@pytest.fixture(scope="session")
def browsers() -> Iterator[Browsers]:
    """Debian's Chromium."""
    path = chromium_path()
    if path is None:
        pytest.fail("Chromium is missing. Remedy: install it with `apt-get install chromium`.", pytrace=False)
    with sync_playwright() as playwright:
        started = Browsers(lambda: playwright.chromium.launch(executable_path=path, args=["--no-sandbox"]))
        yield started
        with contextlib.suppress(TimeoutError), within(PATIENCE):  # Playwright's own end ends what is left
            started.now.close()


@pytest.fixture(scope="session")
def chromium(browsers: Browsers) -> Browser:
    """The Chromium that was started first."""
    return browsers.now


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A server, one for each file of tests."""
    with a_hall(tmp_path_factory.mktemp("hall")) as served:
        yield served


@pytest.fixture
def seats(hall: Hall, request: pytest.FixtureRequest) -> Seats:
    """A small assembly of this test's own."""
    return seat(hall.database, members=4, name=request.node.name)


@pytest.fixture
def open_page(browsers: Browsers) -> Iterator[Opener]:
    """Open a device of its own: a browser context of this width. Errors on its console fail the test at the end."""
    contexts, complaints = [], []

    def opener(width: int = 820, **options: object) -> Page:
        wide, high = WIDTHS[width]
        context = browsers.now.new_context(viewport={"width": wide, "height": high}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}") if _is_bad(said.text) else None)
        return page

    yield opener
    for context in contexts:
        browsers.leave(context)
    told = [one for one in complaints if not one.startswith("about:blank:")]  # there, a test's own script may fail
    assert not told, told


def _is_bad(text: str) -> bool:
    """What breaks the content security policy is a fault; a lost connection is what some tests are about."""
    return "Content Security Policy" in text or "Refused to" in text


@pytest.fixture
def picture_folder(tmp_path: Path) -> Path:
    """Where pictures go: the folder named by FOLKMOOT_PICTURES, else one that is thrown away."""
    folder = Path(os.environ.get("FOLKMOOT_PICTURES", tmp_path / "pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
