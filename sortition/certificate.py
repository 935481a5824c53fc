"""The certificate: every claim about a fair lottery, written down so that others can check it, and that check.

Pure, and without any solver: sums of whole numbers and fractions. A certificate says, level by level, who has which
chance and which multipliers of the quotas prove that it cannot be higher (`proof` has the algebra). Where the
quotas alone do not bound the chances, it also lists cuts: limits that every panel keeps. `check` counts all panels
itself where they are few and finds each cut's largest weight again; where they are many, the cut rests on the
solver's exhaustive search, and the certificate says so by its proof kind "panels" instead of "quotas".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sortition.counting import all_panels
from sortition.lottery import Lottery
from sortition.polytope import Limit, Polytope, polytope_of
from sortition.problem import DrawProblem
from sortition.proof import Level, gap_of, point_of

Json = dict[str, Any]
FAIRNESS = ("leximin",)
MOST_STEPS = 200_000  # of the enumeration of panels; a pool that needs more is left to the solver's search


@dataclass(frozen=True)
class FairnessProof:
    """Levels with multipliers, over the limits of the problem and these cuts; `gap` is the distance left unproved."""

    fairness: str
    levels: tuple[Level, ...]
    cuts: tuple[Limit, ...]
    gap: Fraction
    proved: bool

    @property
    def kind(self) -> str:
        """“quotas”: the quotas alone bound the chances; “panels”: so do limits found by searching all panels."""
        return "panels" if self.cuts else "quotas"


def build(problem: DrawProblem, proof: FairnessProof) -> Json:
    """The certificate as plain JSON values; volunteers are named by id, fractions are written a/b."""
    problem = problem.by_name
    polytope = polytope_of(problem).with_cuts(proof.cuts)
    return {
        "fairness": proof.fairness,
        "proof": proof.kind,
        "proved": proof.proved,
        "gap": str(proof.gap),
        "levels": [_level_as_json(problem, polytope, level) for level in proof.levels],
        "cuts": [_cut_as_json(problem, cut) for cut in proof.cuts],
    }


def check(problem: DrawProblem, lottery: Lottery, certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """Every claim that does not hold, as sentences; none means that the certificate proves this lottery fair."""
    problem = problem.by_name
    faults = [f"Panel {number + 1}: {fault}." for number, fault in _panel_faults(problem, lottery)]
    try:
        return (*faults, *_certificate_faults(problem, lottery, certificate))
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError, IndexError) as problem_found:
        return (*faults, f"The certificate cannot be read: {problem_found!r}.")


def _certificate_faults(problem: DrawProblem, lottery: Lottery, certificate: Mapping[str, Any]) -> list[str]:
    """What is wrong with the certificate; its numbers may be so long that they cannot even be written again."""
    proof = read(problem, certificate)
    faults = []
    if build(problem, proof) != certificate:
        faults.append("The certificate does not say what its levels and cuts say when they are written again.")
    return faults + _chance_faults(problem, lottery, proof) + _proof_faults(problem, lottery, proof)


def read(problem: DrawProblem, certificate: Mapping[str, Any]) -> FairnessProof:
    """The proof that `build` wrote."""
    problem = problem.by_name
    cuts = tuple(_cut_from_json(problem, cut) for cut in certificate["cuts"])
    polytope = polytope_of(problem).with_cuts(cuts)
    levels = tuple(_level_from_json(problem, polytope, level) for level in certificate["levels"])
    gap = _fraction(certificate["gap"])
    return FairnessProof(certificate["fairness"], levels, cuts, gap, certificate["proved"])


def _panel_faults(problem: DrawProblem, lottery: Lottery) -> list[tuple[int, str]]:
    return [(n, fault) for n, panel in enumerate(lottery.panels) for fault in problem.faults_of(panel)]


def _chance_faults(problem: DrawProblem, lottery: Lottery, proof: FairnessProof) -> list[str]:
    """Claimed chances against counted ones, and equal treatment of volunteers whom nothing tells apart."""
    faults = []
    chances = lottery.chances()
    for kind in problem.types:
        if len({chances.get(id_, Fraction(0)) for id_ in kind.members}) > 1:
            faults.append(f"Volunteers like {kind.members[0]!r} do not all have the same chance.")
    placed = sorted(t for level in proof.levels for t in level.types)
    if placed != list(range(len(problem.types))):
        return [*faults, "The levels do not name every volunteer exactly once."]
    for level in proof.levels:
        for t in level.types:
            for id_ in problem.types[t].members:
                off = abs(chances.get(id_, Fraction(0)) - level.chance)
                if off > proof.gap:
                    faults.append(f"The chance of {id_!r} is {off} away from the {level.chance} that is claimed.")
    return faults


def _proof_faults(problem: DrawProblem, lottery: Lottery, proof: FairnessProof) -> list[str]:
    faults = []
    if proof.fairness not in FAIRNESS:
        faults.append(f"The fairness {proof.fairness!r} is unknown.")
    polytope = polytope_of(problem).with_cuts(proof.cuts)
    named = sorted(t for level in proof.levels for t in level.types)
    if named == list(range(polytope.count)):
        faults += _gap_faults(polytope, lottery, problem, proof)
    if any(a.chance > b.chance for a, b in zip(proof.levels, proof.levels[1:], strict=False)):
        faults.append("The levels do not stand in the order of their chances.")
    return faults + _cut_faults(problem, lottery, proof.cuts)


def _gap_faults(polytope: Polytope, lottery: Lottery, problem: DrawProblem, proof: FairnessProof) -> list[str]:
    unproved = gap_of(polytope, proof.levels)
    if unproved is None:
        return ["A level's multipliers prove nothing: one leans on a quota side that does not exist."]
    chances = lottery.chances()
    point = point_of(polytope, proof.levels)
    distance = max(
        abs(chances.get(id_, Fraction(0)) - p / len(kind))
        for kind, p in zip(problem.types, point, strict=True)
        for id_ in kind.members
    )
    gap = unproved + distance
    faults = []
    if gap != proof.gap:
        faults.append(f"The gap is {gap}, not {proof.gap}.")
    if proof.proved is not (gap == 0):
        faults.append("Whether the lottery is proved fair is claimed wrongly.")
    return faults


def _cut_faults(problem: DrawProblem, lottery: Lottery, cuts: Sequence[Limit]) -> list[str]:
    """Each cut against the lottery's panels, and against all panels where they can be counted."""
    if not cuts:
        return []
    place = {id_: t for t, kind in enumerate(problem.types) for id_ in kind.members}
    faults = []
    panels = all_panels(polytope_of(problem), MOST_STEPS)
    for number, cut in enumerate(cuts, start=1):
        highest = cut.high or 0
        if any(sum(cut.of[place[id_]] for id_ in panel if id_ in place) > highest for panel in lottery.panels):
            faults.append(f"Cut {number} is broken by a panel of the lottery.")
        most = None if panels is None else max(_weight(cut, panel) for panel in panels)
        if most is not None and most != highest:
            faults.append(f"Cut {number} says at most {highest}, but the heaviest panel has {most}.")
    return faults


def _weight(cut: Limit, panel: Sequence[int]) -> int:
    return sum(w * x for w, x in zip(cut.of, panel, strict=True))


def _fraction(text: str) -> Fraction:
    """A fraction as `build` writes it; never 1e999999999, which would take all memory."""
    if not re.fullmatch(r"-?[0-9]+(?:/[0-9]+)?", text):
        raise ValueError(f"{text[:20]!r} is no fraction")
    return Fraction(text)


def _level_as_json(problem: DrawProblem, polytope: Polytope, level: Level) -> Json:
    ids = sorted(id_ for t in level.types for id_ in problem.types[t].members)
    used = [(number, y) for number, y in enumerate(level.multipliers) if y]
    multipliers = [{"limit": number, "name": polytope.limits[number].name, "multiplier": str(y)} for number, y in used]
    return {"chance": str(level.chance), "volunteers": ids, "multipliers": multipliers}


def _level_from_json(problem: DrawProblem, polytope: Polytope, level: Mapping[str, Any]) -> Level:
    named = set(level["volunteers"])
    types = tuple(t for t, kind in enumerate(problem.types) if named.intersection(kind.members))
    multipliers = [Fraction(0)] * len(polytope.limits)
    for one in level["multipliers"]:
        multipliers[int(one["limit"])] = _fraction(one["multiplier"])
    return Level(_fraction(level["chance"]), types, tuple(multipliers))


def _cut_as_json(problem: DrawProblem, cut: Limit) -> Json:
    by_weight: dict[int, list[str]] = {}
    for weight, kind in zip(cut.of, problem.types, strict=True):
        by_weight.setdefault(weight, []).extend(kind.members)
    weights = [{"weight": w, "volunteers": sorted(by_weight[w])} for w in sorted(by_weight) if w]
    return {"weights": weights, "at_most": cut.high}


def _cut_from_json(problem: DrawProblem, cut: Mapping[str, Any]) -> Limit:
    weights = {id_: int(one["weight"]) for one in cut["weights"] for id_ in one["volunteers"]}
    return Limit("cut", tuple(weights.get(kind.members[0], 0) for kind in problem.types), None, int(cut["at_most"]))
