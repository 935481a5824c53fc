"""Practice questions: a friendly one for every rule, so that nobody meets a ballot for the first time when it counts.

Pure. A practice round is held like any other and shown like any other, but it says Practice on every screen, nothing
hangs on it, and nothing of it is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from web.round_kinds import KINDS

BISCUITS: Final = ("Shortbread", "Ginger nut", "Oat biscuit", "Chocolate finger", "No biscuit, thank you")
TABLE: Final = (("Scones for everyone", "9"), ("A large fruit cake", "12"), ("Fresh coffee", "7"), ("Apples", "4"))

TERMS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "stv": {"seats": 2},
        "dots": {"points": 5, "cap": 3},
        "quadratic": {"points": 10},
        "equal-shares": {"completion": "utilitarian"},
    }
)

OFFERED: Final = ("yes-no", "irv", "dots", "equal-shares")
"""The kinds that the console offers to practise; a drafted round offers its own."""


def practice_spec(rule: str, conduct: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A practice round by this rule, as secret as the vote that is practised for.

    >>> practice_spec("irv")["title"], practice_spec("irv", {"secrecy": "sealed", "hold": True})["conduct"]
    ('Which biscuit with the tea?', {'practice': True, 'secrecy': 'sealed'})
    """
    held = {name: value for name, value in (conduct or {}).items() if name in ("secrecy", "changeable")}
    spec: dict[str, Any] = {"rule": rule, "conduct": {"practice": True, **held}}
    terms = dict(TERMS.get(rule, {}))
    group = KINDS[rule].group
    if group == "decide":
        spec["title"] = "Shall there be biscuits with the tea?"
    elif group == "choose":
        spec |= {"title": "Which biscuit with the tea?", "options": list(BISCUITS)}
    else:
        spec |= {"title": "What shall we buy for the tea table?", "options": [title for title, _ in TABLE]}
        terms |= {"budget": "20", "costs": [cost for _, cost in TABLE]}
    return spec | ({"terms": terms} if terms else {})
