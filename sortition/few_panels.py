"""Where all panels of a pool are known: the tickets with the least largest deviation, by integer programs.

With M tickets, panel P gets c_P of them. Everyone of type t is within δ tickets of the exact share m_t if and only if

    n_t·⌈m_t - δ⌉ ≤ Σ_P c_P x_P,t ≤ n_t·⌊m_t + δ⌋,    Σ_P c_P = M,    c_P whole, c_P ≥ 0

so the least δ is found by halving the short list of values at which one of these margins moves. Among the tickets
within the least δ, those are preferred that leave the smallest chance at ⌊Mz⌋ tickets.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from itertools import count
from math import floor

import numpy as np
import pulp

from sortition.errors import SolverFailed
from sortition.margins import Margins, margins_within, strict_margins
from sortition.polytope import TypePanel
from sortition.solver import Engine


def nearest_counts(
    panels: Sequence[TypePanel], means: Sequence[Fraction], sizes: Sequence[int], total: int
) -> tuple[TypePanel, ...]:
    """`total` of these panels, in order, with the least largest deviation from the seats `means`."""
    program = _Program(panels, total)
    found = program.within(strict_margins(means, sizes))
    if found is not None:
        return found
    wide = next(step for step in count(1) if program.within(margins_within(means, sizes, Fraction(step))) is not None)
    steps = _steps(means, sizes, wide)
    least = bisect_left(steps, True, key=lambda off: program.within(margins_within(means, sizes, off)) is not None)
    margins = margins_within(means, sizes, steps[least])
    found = program.within(_sparing_the_lowest(margins, means, sizes)) or program.within(margins)
    if found is None:
        raise SolverFailed("The solver lost the tickets it had found before.")
    return found


def _steps(means: Sequence[Fraction], sizes: Sequence[int], wide: int) -> list[Fraction]:
    """The deviations from 1 up to `wide` at which somebody's number of tickets may be one more or one less."""
    parts = {mean / size % 1 for mean, size in zip(means, sizes, strict=True)}
    steps = {whole + part for part in parts | {1 - part for part in parts} for whole in range(wide + 1)}
    return sorted({step for step in steps if 1 <= step <= wide} | {Fraction(1), Fraction(wide)})


def _sparing_the_lowest(margins: Margins, means: Sequence[Fraction], sizes: Sequence[int]) -> Margins:
    """The same margins, but those with the smallest chance keep their whole tickets."""
    each = [mean / size for mean, size in zip(means, sizes, strict=True)]
    lowest = min(m for m in each if m)
    spared = [floor(m) * size if m == lowest else 0 for m, size in zip(each, sizes, strict=True)]
    return Margins(np.maximum(margins.fewest, spared), margins.fullest)


class _Program:
    """How many tickets each panel gets."""

    def __init__(self, panels: Sequence[TypePanel], total: int) -> None:
        model = pulp.LpProblem("tickets", pulp.LpMaximize)
        columns = [model.add_variable(f"panel_{n:06d}", 0, total, pulp.LpInteger) for n in range(len(panels))]
        model += pulp.lpSum(columns) == total, "tickets"
        self._panels, self._total = panels, total
        self._seats = np.array(panels, dtype=np.int64)
        self._engine = Engine(model)
        for t in range(self._seats.shape[1]):
            places = np.flatnonzero(self._seats[:, t]).tolist()
            self._engine.add_row(places, self._seats[places, t].tolist(), 0.0, float(total * max(1, *map(max, panels))))

    def within(self, margins: Margins) -> tuple[TypePanel, ...] | None:
        """Tickets that keep these margins; None if there are none."""
        rows = range(1, 1 + self._seats.shape[1])
        self._engine.bound_rows(rows, margins.fewest.astype(np.float64), margins.fullest.astype(np.float64))
        answer = self._engine.first()
        if answer is None:
            return None
        counts = np.rint(answer.values[: len(self._panels)]).astype(np.int64)
        if counts.min() < 0 or counts.sum() != self._total or margins.faults(counts @ self._seats):
            raise SolverFailed("The solver's tickets break a side when they are counted again.")
        return tuple(panel for panel, number in zip(self._panels, counts, strict=True) for _ in range(number))
