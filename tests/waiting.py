"""Waiting for a state and never for a time: a test goes on as soon as it is so, and fails by name if it never is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")
PATIENCE = 60.0  # seconds; a machine that is busy with other tests is slow, and no test is bounded by this
LOOK = 0.02


def until(found: Callable[[], T], seconds: float = PATIENCE, what: str = "") -> T:
    """What is found, as soon as it is something."""
    end = time.monotonic() + seconds
    while not (seen := found()):
        if time.monotonic() > end:
            pytest.fail(f"not within {seconds:.0f} s: {what or 'what the test waits for'}")
        time.sleep(LOOK)
    return seen
