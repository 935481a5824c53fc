"""The queue of long work, as the doors see it."""

from __future__ import annotations

from typing import cast

from flask import current_app

from web.jobs import Jobs


def jobs() -> Jobs:
    """Whoever takes wishes for work: the worker's queue, or what stands in its place."""
    return cast(Jobs, current_app.extensions["jobs"])
