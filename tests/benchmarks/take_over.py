"""How long a seat is between two tablets: from the press on the new one until it is ready and the old one says so.

Two browsers of a real Chromium before a real server, ten times to and fro. Prints the times; nothing depends on them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "browser"))

from devices import chromium_path, is_connected, joins
from halls import a_hall, seat
from playwright.sync_api import sync_playwright

TIMES = 10


def main() -> None:
    """Measure and print."""
    spent = []
    with a_hall(Path(tempfile.mkdtemp())) as hall, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        seats = seat(hall.database, members=2)
        old, new = joins(browser.new_context().new_page(), hall, seats, 0), browser.new_context().new_page()
        for _ in range(TIMES):
            is_connected(old)
            new.goto(f"{hall.url}/join?code={seats.codes[0]}")
            begun = time.monotonic()
            new.get_by_role("button", name="take it over").click()
            old.get_by_role("heading", name="Your seat is now on another tablet").wait_for()
            new.wait_for_url("**/m")
            spent.append(time.monotonic() - begun)
            old, new = new, old
        browser.close()
    spent.sort()
    print(f"taken over {TIMES} times: median {spent[TIMES // 2]:.2f} s, longest {spent[-1]:.2f} s")


if __name__ == "__main__":
    main()
