"""How a session stands to its plan, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OPEN = ("next", "later", "skipped")
"""States of agenda items that have not begun."""


def drift(plan: Mapping[str, Any]) -> str:
    """How the session stands to its plan, in words.

    >>> [drift({"behind_minutes": minutes}) for minutes in (None, 0, 1, 12, -1, -20)]
    ['', 'on time', '1 minute behind', '12 minutes behind', '1 minute in hand', '20 minutes in hand']
    """
    behind = plan["behind_minutes"]
    if behind is None:
        return ""
    if behind == 0:
        return "on time"
    many = f"{abs(behind)} {'minute' if abs(behind) == 1 else 'minutes'}"
    return f"{many} {'behind' if behind > 0 else 'in hand'}"


def next_place(screen: Mapping[str, Any]) -> int:
    """The place at which the next item stands: whatever is moved there comes before it."""
    return [item["state"] for item in screen["agenda"]].index("next")
