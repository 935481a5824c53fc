"""The certificate: every claim about a fair lottery, written down so that others can check it, and that check.

Pure, and without any solver: sums of whole numbers and fractions. A certificate says, level by level, who has which
chance and which multipliers of the quotas prove that it cannot be higher (`proof` has the algebra). Where the
quotas alone do not bound the chances, it also lists cuts: limits that every panel keeps. `check` counts all panels
itself where they are few and finds each cut's largest weight again; where they are many, the cut rests on the
solver's exhaustive search, and the certificate says so by its proof kind "panels" instead of "quotas".

    key                 says
    fairness            the idea of fair; its file in `objectives` has the algebra of everything below
    proof, proved, gap  which proof holds, whether it leaves nothing open, how far the chances may be from the best
    levels              who has which chance, and the multipliers that prove it
                        (for nash only those whom no panel can hold, as everybody else's chance is its own level)
    cuts                limits that all panels keep, beyond the quotas
    sides               maximin, minimax, goldilocks: volunteers and multipliers that prove a floor or a ceiling
    multipliers         nash: prices of the quotas, under which no lottery is worth more than this one
    gamma, value        goldilocks: how much the lowest chance weighs against the largest, and what both weigh
    value_gap           nash: by which part the geometric mean of chances might be exceeded; goldilocks: by how much
                        its sum might be undercut; null where nothing is known

Limits are numbered as in `polytope_of(problem)`, then the cuts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from sortition.counting import all_panels
from sortition.lottery import Lottery
from sortition.objectives import FAIRNESS, IDEAS
from sortition.polytope import Limit, Polytope, polytope_of
from sortition.problem import DrawProblem
from sortition.proof import SIDES, FairnessProof, Level, Side

Json = dict[str, Any]
MOST_STEPS = 200_000  # of the enumeration of panels; a pool that needs more is left to the solver's search


def build(problem: DrawProblem, proof: FairnessProof) -> Json:
    """The certificate as plain JSON values; volunteers are named by id, fractions are written a/b."""
    problem = problem.by_name
    polytope = polytope_of(problem).with_cuts(proof.cuts)
    content = {
        "fairness": proof.fairness,
        "proof": proof.kind,
        "proved": proof.proved,
        "gap": str(proof.gap),
        "levels": [_level_as_json(problem, polytope, level) for level in proof.levels],
        "cuts": [_cut_as_json(problem, cut) for cut in proof.cuts],
    }
    return content | _more(problem, polytope, proof)


def _more(problem: DrawProblem, polytope: Polytope, proof: FairnessProof) -> Json:
    """What only some ideas of fair need."""
    more: Json = {
        "sides": [_side_as_json(problem, polytope, side) for side in proof.sides],
        "multipliers": _multipliers_as_json(polytope, proof.multipliers),
        "gamma": None if proof.gamma is None else str(proof.gamma),
        "value": None if proof.value is None else str(proof.value),
        "value_gap": None if proof.value_gap is None else str(proof.value_gap),
    }
    needs = IDEAS[proof.fairness].needs if proof.fairness in FAIRNESS else ()
    return {key: value for key, value in more.items() if key in needs}


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
    gamma, value, value_gap = (_maybe(certificate.get(key)) for key in ("gamma", "value", "value_gap"))
    return FairnessProof(
        certificate["fairness"],
        levels,
        cuts,
        _fraction(certificate["gap"]),
        certificate["proved"],
        sides=tuple(_side_from_json(problem, polytope, side) for side in certificate.get("sides", ())),
        multipliers=_multipliers_from_json(polytope, certificate["multipliers"])
        if "multipliers" in certificate
        else (),
        gamma=gamma,
        value=value,
        value_gap=value_gap,
    )


def _panel_faults(problem: DrawProblem, lottery: Lottery) -> list[tuple[int, str]]:
    return [(n, fault) for n, panel in enumerate(lottery.panels) for fault in problem.faults_of(panel)]


def chances_of_types(problem: DrawProblem, lottery: Lottery) -> tuple[Fraction, ...]:
    """The chance of each type's first volunteer."""
    chances = lottery.chances()
    return tuple(chances.get(kind.members[0], Fraction(0)) for kind in problem.types)


def _chance_faults(problem: DrawProblem, lottery: Lottery, proof: FairnessProof) -> list[str]:
    """Claimed chances against counted ones, and equal treatment of volunteers whom nothing tells apart."""
    faults = []
    chances = lottery.chances()
    for kind in problem.types:
        if len({chances.get(id_, Fraction(0)) for id_ in kind.members}) > 1:
            faults.append(f"Volunteers like {kind.members[0]!r} do not all have the same chance.")
    for level in proof.levels:
        for t in level.types:
            for id_ in problem.types[t].members:
                off = abs(chances.get(id_, Fraction(0)) - level.chance)
                if off > proof.gap:
                    faults.append(f"The chance of {id_!r} is {off} away from the {level.chance} that is claimed.")
    return faults


def _proof_faults(problem: DrawProblem, lottery: Lottery, proof: FairnessProof) -> list[str]:
    faults = []
    polytope = polytope_of(problem).with_cuts(proof.cuts)
    placed = sorted(t for level in proof.levels for t in level.types)
    if proof.fairness not in FAIRNESS:
        faults.append(f"The fairness {proof.fairness!r} is unknown.")
    elif placed != (list(range(polytope.count)) if proof.fairness != "nash" else sorted(set(placed))):
        faults.append("The levels do not name every volunteer exactly once.")
    else:
        faults += _gap_faults(polytope, chances_of_types(problem, lottery), proof)
    if any(a.chance > b.chance for a, b in zip(proof.levels, proof.levels[1:], strict=False)):
        faults.append("The levels do not stand in the order of their chances.")
    return faults + _cut_faults(problem, lottery, proof.cuts)


def _gap_faults(polytope: Polytope, chances: Sequence[Fraction], proof: FairnessProof) -> list[str]:
    idea = IDEAS[proof.fairness]
    gaps = idea.gaps(polytope, proof, chances)
    if gaps is None:
        return ["The multipliers prove nothing: something is missing, or one leans on a side that does not exist."]
    faults = []
    if gaps.chances != proof.gap:
        faults.append(f"The gap is {gaps.chances}, not {proof.gap}.")
    if (gaps.value, gaps.reached) != (proof.value_gap, proof.value):
        faults.append("The value of the objective, or its gap, is not what is claimed.")
    if proof.proved is not idea.proved(gaps):
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


def _maybe(text: str | None) -> Fraction | None:
    return None if text is None else _fraction(text)


def _level_as_json(problem: DrawProblem, polytope: Polytope, level: Level) -> Json:
    named, multipliers = _ids(problem, level.types), _multipliers_as_json(polytope, level.multipliers)
    return {"chance": str(level.chance), "volunteers": named, "multipliers": multipliers}


def _level_from_json(problem: DrawProblem, polytope: Polytope, level: Mapping[str, Any]) -> Level:
    types, multipliers = _types(problem, level["volunteers"]), _multipliers_from_json(polytope, level["multipliers"])
    return Level(_fraction(level["chance"]), types, multipliers)


def _side_as_json(problem: DrawProblem, polytope: Polytope, side: Side) -> Json:
    named, multipliers = _ids(problem, side.types), _multipliers_as_json(polytope, side.multipliers)
    return {"of": side.of, "volunteers": named, "multipliers": multipliers}


def _side_from_json(problem: DrawProblem, polytope: Polytope, side: Mapping[str, Any]) -> Side:
    if side["of"] not in SIDES:
        raise ValueError(f"{side['of']!r} has no side")
    types, multipliers = _types(problem, side["volunteers"]), _multipliers_from_json(polytope, side["multipliers"])
    return Side(side["of"], types, multipliers)


def _ids(problem: DrawProblem, types: Sequence[int]) -> list[str]:
    return sorted(id_ for t in types for id_ in problem.types[t].members)


def _types(problem: DrawProblem, ids: Sequence[str]) -> tuple[int, ...]:
    named = set(ids)
    return tuple(t for t, kind in enumerate(problem.types) if named.intersection(kind.members))


def _multipliers_as_json(polytope: Polytope, multipliers: Sequence[Fraction]) -> list[Json]:
    used = [(number, y) for number, y in enumerate(multipliers) if y]
    return [{"limit": number, "name": polytope.limits[number].name, "multiplier": str(y)} for number, y in used]


def _multipliers_from_json(polytope: Polytope, used: Sequence[Mapping[str, Any]]) -> tuple[Fraction, ...]:
    multipliers = [Fraction(0)] * len(polytope.limits)
    for one in used:
        multipliers[int(one["limit"])] = _fraction(one["multiplier"])
    return tuple(multipliers)


def _cut_as_json(problem: DrawProblem, cut: Limit) -> Json:
    by_weight: dict[int, list[str]] = {}
    for weight, kind in zip(cut.of, problem.types, strict=True):
        by_weight.setdefault(weight, []).extend(kind.members)
    weights = [{"weight": w, "volunteers": sorted(by_weight[w])} for w in sorted(by_weight) if w]
    return {"weights": weights, "at_most": cut.high}


def _cut_from_json(problem: DrawProblem, cut: Mapping[str, Any]) -> Limit:
    weights = {id_: int(one["weight"]) for one in cut["weights"] for id_ in one["volunteers"]}
    return Limit("cut", tuple(weights.get(kind.members[0], 0) for kind in problem.types), None, int(cut["at_most"]))
