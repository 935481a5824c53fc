"""Small pools made by Hypothesis, and what is fairest over all their panels by other means than ours.

The oracle lists every panel person by person and solves its linear programs with a textbook simplex in fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from hypothesis import strategies as st

from sortition.pool import Pool, Volunteer
from sortition.problem import DrawProblem
from sortition.quotas import Quota, Quotas


def problem_of(
    rows: Sequence[tuple[str, ...]], quotas: dict[str, dict[str, tuple[int, int]]], size: int
) -> DrawProblem:
    """Rows are values, then the household; ids are a, b, c, …"""
    volunteers = tuple(Volunteer(f"v{n:03d}", tuple(row[:-1]), row[-1]) for n, row in enumerate(rows))
    limits = tuple(Quota(f, v, low, high) for f, values in quotas.items() for v, (low, high) in values.items())
    return DrawProblem(Pool(tuple(quotas), volunteers), Quotas(limits), size)


@st.composite
def problems(draw: st.DrawFn, most: int = 10) -> DrawProblem:
    """Up to `most` volunteers, up to three features, some households; quotas around a random panel, mostly possible."""
    count = draw(st.integers(3, most))
    features = draw(st.integers(1, 3))
    values = [draw(st.integers(2, 3)) for _ in range(features)]
    homes = st.sampled_from(["", "", "A", "B", "C"])
    one = st.tuples(*(st.sampled_from([f"v{v}" for v in range(values[f])]) for f in range(features)), homes)
    rows = [draw(one) for _ in range(count)]
    size = draw(st.integers(1, min(count, 5)))
    chosen = draw(st.permutations(range(count)))[:size]
    quotas = {}
    for f in range(features):
        quotas[f"f{f}"] = {}
        for v in range(values[f]):
            seats = sum(rows[n][f] == f"v{v}" for n in chosen)
            low = max(0, seats - draw(st.integers(0, 1)))
            quotas[f"f{f}"][f"v{v}"] = (low, seats + draw(st.integers(0, 1)))
    return problem_of(rows, quotas, size)


def every_panel(problem: DrawProblem) -> list[tuple[str, ...]]:
    return [panel for panel in combinations(sorted(problem.pool.ids), problem.panel_size) if problem.allows(panel)]


def leximin_by_counting(problem: DrawProblem, ceiling: Fraction | None = None) -> dict[str, Fraction]:
    """Everyone's leximin chance: the highest floor z over all lotteries λ, again and again.

    maximise z   with   z ≤ Σ_{P∋i} λ_P (free i),   chance_i ≤ Σ_{P∋i} λ_P (settled i),   Σ_P λ_P = 1,
    and Σ_{P∋i} λ_P ≤ ceiling, if there is one, for all whom some panel lacks.
    A free volunteer whose row has a positive price at the optimum can never be above z: settled.
    """
    panels = every_panel(problem)
    ids = sorted(problem.pool.ids)
    settled = {id_: Fraction(0) for id_ in ids if not any(id_ in panel for panel in panels)}
    one = [1] * len(panels)
    while len(settled) < len(ids):
        rows = [[*(-int(id_ in panel) for panel in panels), int(id_ not in settled)] for id_ in ids]
        right = [-settled.get(id_, Fraction(0)) for id_ in ids]
        if ceiling is not None:
            capped = [id_ for id_ in ids if not all(id_ in panel for panel in panels)]
            rows += [[*(int(id_ in panel) for panel in panels), 0] for id_ in capped]
            right += [ceiling] * len(capped)
        rows += [[*one, 0], [*(-1 for _ in panels), 0]]
        value, prices = maximise([*[0] * len(panels), 1], rows, [*right, Fraction(1), Fraction(-1)])
        for id_, price in zip(ids, prices, strict=False):
            if id_ not in settled and price > 0:
                settled[id_] = value
    return settled


def open_to_chance(problem: DrawProblem) -> list[str]:
    """Those whom some panel holds and some panel lacks."""
    panels = every_panel(problem)
    return [id_ for id_ in sorted(problem.pool.ids) if len({id_ in panel for panel in panels}) == 2]


def heaviest_box(problem: DrawProblem, of_floor: Fraction, of_ceiling: Fraction, floor: Fraction) -> Fraction:
    """The largest of_floor·a - of_ceiling·b over all lotteries in which everyone open to chance has between a and b,
    and a ≥ floor."""
    panels, ids = every_panel(problem), open_to_chance(problem)
    rows = [[*(-int(id_ in panel) for panel in panels), 1, 0] for id_ in ids]
    rows += [[*(int(id_ in panel) for panel in panels), 0, -1] for id_ in ids]
    one = [1] * len(panels)
    rows += [[*one, 0, 0], [*(-1 for _ in panels), 0, 0], [*(0 for _ in panels), -1, 0]]
    right = [*[Fraction(0)] * (2 * len(ids)), Fraction(1), Fraction(-1), -floor]
    return maximise([*[0] * len(panels), of_floor, -of_ceiling], rows, right)[0]


def maximise(
    gains: Sequence[int | Fraction], rows: Sequence[Sequence[int]], right: Sequence[Fraction]
) -> tuple[Fraction, list[Fraction]]:
    """The largest gains·x with rows·x ≤ right, x ≥ 0, and the rows' prices: simplex in two phases, Bland's rule."""
    count, width = len(rows), len(gains)
    table = [
        [*map(Fraction, row), *(Fraction(i == j) for j in range(count)), Fraction(-1), b]
        for i, (row, b) in enumerate(zip(rows, right, strict=True))
    ]
    basis = list(range(width, width + count))
    help_column = width + count
    goal = [Fraction(0)] * help_column + [Fraction(1), Fraction(0)]
    worst = min(range(count), key=lambda i: right[i])
    if right[worst] < 0:
        _pivot(table, basis, goal, (worst, help_column))
        _climb(table, basis, goal)
        assert goal[-1] == 0, "there is no feasible lottery"
        if help_column in basis:
            row = basis.index(help_column)
            _pivot(table, basis, goal, (row, next(j for j in range(help_column) if table[row][j])))
    for line in table:
        line[help_column] = Fraction(0)
    goal = [*(Fraction(-g) for g in gains), *[Fraction(0)] * (count + 2)]
    for row, column in enumerate(basis):
        if goal[column]:
            factor = goal[column]
            goal = [g - factor * v for g, v in zip(goal, table[row], strict=True)]
    _climb(table, basis, goal)
    return goal[-1], goal[width : width + count]


def _climb(table: list[list[Fraction]], basis: list[int], goal: list[Fraction]) -> None:
    while True:
        column = next((j for j in range(len(goal) - 1) if goal[j] < 0), None)
        if column is None:
            return
        ratios = [(line[-1] / line[column], basis[i], i) for i, line in enumerate(table) if line[column] > 0]
        _pivot(table, basis, goal, (min(ratios)[2], column))


def _pivot(table: list[list[Fraction]], basis: list[int], goal: list[Fraction], at: tuple[int, int]) -> None:
    row, column = at
    pivot = table[row][column]
    table[row] = [v / pivot for v in table[row]]
    for line in [*(line for i, line in enumerate(table) if i != row), goal]:
        factor = line[column]
        if factor:
            line[:] = [v - factor * own if own else v for v, own in zip(line, table[row], strict=True)]
    basis[row] = column
