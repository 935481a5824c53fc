"""Whether a published certificate proves a published lottery fair, from the public files alone.

Pure, and without a solver. The citizen's script checks everything but this: that no other lottery is fairer. Volunteers
keep their public names here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sortition import certificate
from sortition.errors import SortitionError
from sortition.lottery import Lottery
from sortition.pool import Pool, Volunteer
from sortition.problem import DrawProblem
from sortition.quotas import Quota, Quotas


def proof_faults(fixed: Mapping[str, Any], bundle: Mapping[str, Any], proof: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with the claim that no lottery is fairer; nothing if it holds. The rest must hold already."""
    try:
        problem, lottery = _problem(fixed, bundle), _lottery(bundle)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, SortitionError) as fault:
        return (f"The bundle cannot be understood: {fault}.",)
    faults = list(certificate.check(problem, lottery, proof))
    if proof.get("fairness") != bundle.get("fairness"):
        faults.append("The certificate speaks of another fairness than the bundle.")
    return tuple(faults)


def _problem(fixed: Mapping[str, Any], bundle: Mapping[str, Any]) -> DrawProblem:
    people = tuple(
        Volunteer(one["volunteer"], tuple(one["values"]), "" if one["household"] is None else str(one["household"]))
        for one in bundle["volunteers"]
    )
    quotas = Quotas(tuple(Quota(**row) for row in bundle["quotas"]))
    return DrawProblem(Pool(tuple(bundle["features"]), people), quotas, fixed["panel_size"])


def _lottery(bundle: Mapping[str, Any]) -> Lottery:
    """The panels with a weight; those that only have tickets are no part of it."""
    names = [one["volunteer"] for one in bundle["volunteers"]]
    panels = [
        (tuple(sorted(names[number - 1] for number in panel["members"])), panel["weight"])
        for panel in bundle["panels"]
        if panel["weight"]
    ]
    panels.sort()
    return Lottery(tuple(panel for panel, _ in panels), tuple(weight for _, weight in panels))
