"""The only engine: every linear or integer program of this house is solved here, by HiGHS on one thread.

A model is stated elsewhere (with pulp, in readable names), loaded once and then changed by bounds and objective,
since a draw asks hundreds of nearly equal questions. No time limits and a fixed seed: the same questions get the
same answers. What comes back is floating point and only ever a proposal: whoever asks counts again in whole numbers
or fractions. All tolerances of the house stand here (and one in `lottery`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
import pulp

from sortition.errors import SolverFailed
from sortition.progress import Ask, Stopped, whom_to_ask

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]

ACCURACY = 1e-9  # feasibility asked of HiGHS; its own default of 1e-7 blurs levels of chances that differ by less
NOISE = 1e-7  # differences of chances or bounds below this are floating-point noise, well above ACCURACY
SLACK = 1e-3  # the small common slack of the tight-set search: a thousandth of a seat, far above NOISE
BARRIER = 1e-11  # where the interior-point method ends; Newton's method on the face it found goes on from there
FINEST = 10_000  # largest denominator tried first for a multiplier; they come from small whole-number systems
INFINITE = highspy.kHighsInf


@dataclass(frozen=True)
class Answer:
    """Values and prices of the columns, multipliers of the rows, objective and its proven bound.

    Integer programs have neither prices nor multipliers.
    """

    values: Floats
    prices: Floats
    duals: Floats
    objective: float
    bound: float


class Ear:
    """Listens while HiGHS works: whatever `ask` raises ends its run. (No exception may cross HiGHS itself.)"""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.heard: Stopped | None = None

    def listen(self, event: highspy.highs.HighsCallbackEvent) -> None:
        """Called by HiGHS every moment."""
        if self.heard is None:
            try:
                self._ask()
            except Stopped as stopped:
                self.heard = stopped
        event.interrupt(self.heard is not None)


class Engine:
    """One model in HiGHS. All its questions are maximisations."""

    def __init__(self, model: pulp.LpProblem, *, from_columns: bool = False) -> None:
        """With `from_columns` every answer starts from the last one: only columns come and weights change between."""
        columns = model.variables()
        self._place = {id(column): place for place, column in enumerate(columns)}
        self.columns = {column.name: place for place, column in enumerate(columns)}
        self.whole = any(column.cat == pulp.LpInteger for column in columns)
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy leaves it untyped
        self._set(output_flag=False, threads=1, random_seed=1, mip_rel_gap=0.0)
        self._set(primal_feasibility_tolerance=ACCURACY, dual_feasibility_tolerance=ACCURACY)
        self._set(mip_feasibility_tolerance=ACCURACY)
        # panels found by jumping ignore the objective, and a walk that ignores where it should lean takes short steps
        self._set(mip_heuristic_run_feasibility_jump=False)
        if from_columns:
            self._set(simplex_strategy=int(highspy.simplex_constants.SimplexStrategy.kSimplexStrategyPrimal))
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._load(columns, list(model.constraints()))
        self._ask = whom_to_ask()
        self._ear = Ear(self._ask) if self._ask and self.whole else None  # linear programs take but a moment
        if self._ear:
            self._highs.cbMipInterrupt.subscribe(self._ear.listen)

    def _set(self, **options: float) -> None:
        for name, value in options.items():
            self._highs.setOptionValue(name, value)

    def _load(self, columns: Sequence[pulp.LpVariable], rows: Sequence[pulp.LpConstraint]) -> None:
        lows = np.array([-INFINITE if c.lowBound is None else c.lowBound for c in columns], dtype=np.float64)
        highs = np.array([INFINITE if c.upBound is None else c.upBound for c in columns], dtype=np.float64)
        none = np.array([], dtype=np.int32)
        zeros = np.zeros(len(columns))
        self._highs.addCols(len(columns), zeros, lows, highs, 0, none, none, np.array([], dtype=np.float64))
        for row in rows:
            low = -row.constant if row.sense in (pulp.LpConstraintGE, pulp.LpConstraintEQ) else -INFINITE
            high = -row.constant if row.sense in (pulp.LpConstraintLE, pulp.LpConstraintEQ) else INFINITE
            self.add_row([self._place[id(column)] for column in row], list(row.values()), low, high)
        if self.whole:
            kinds = [c.cat == pulp.LpInteger for c in columns]
            places = np.flatnonzero(kinds).astype(np.int32)
            integer = np.full(len(places), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
            self._highs.changeColsIntegrality(len(places), places, integer)

    @property
    def width(self) -> int:
        return int(self._highs.getNumCol())

    def add_row(self, places: Sequence[int], values: Sequence[float], low: float, high: float) -> None:
        self._highs.addRow(low, high, len(places), np.array(places, np.int32), np.array(values, np.float64))

    def add_column(self, cost: float, high: float, rows: Sequence[int], values: Sequence[float]) -> None:
        """A new continuous unknown between 0 and `high`."""
        self._highs.addCol(cost, 0.0, high, len(rows), np.array(rows, np.int32), np.array(values, np.float64))

    def replace_columns(self, matrix: Floats, lows: Floats, highs: Floats) -> None:
        """Other continuous unknowns in place of all that there are: one for each column of the matrix."""
        if self.width:
            self._highs.deleteCols(self.width, np.arange(self.width, dtype=np.int32))
        column, row = np.nonzero(matrix.T)
        starts = np.searchsorted(column, np.arange(matrix.shape[1])).astype(np.int32)
        values, zeros = matrix[row, column].astype(np.float64), np.zeros(len(lows))
        self._highs.addCols(len(lows), zeros, lows, highs, len(row), starts, row.astype(np.int32), values)

    def bound_columns(self, places: Sequence[int] | Indices, lows: Floats, highs: Floats) -> None:
        self._highs.changeColsBounds(len(places), np.asarray(places, np.int32), lows, highs)

    def bound_rows(self, places: Sequence[int] | Indices, lows: Floats, highs: Floats) -> None:
        for place, low, high in zip(places, lows, highs, strict=True):
            self._highs.changeRowBounds(int(place), float(low), float(high))

    def weigh(self, costs: Floats) -> None:
        """Replace the whole objective."""
        self._highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), np.asarray(costs, np.float64))

    def solve(self) -> Answer | None:
        """The best answer with its proof; None if there is none."""
        if self.whole:
            self._set(mip_max_improving_sols=2_147_483_647, objective_target=-INFINITE)
        return self._run()

    def first(self, target: float | None = None) -> Answer | None:
        """Some answer of an integer program: the first found, or the first whose objective reaches the target."""
        if target is None:
            self._set(mip_max_improving_sols=1, objective_target=-INFINITE)
        else:
            self._set(mip_max_improving_sols=2_147_483_647, objective_target=float(target))
        return self._run()

    def _run(self) -> Answer | None:
        if self._ask:
            self._ask()
        self._highs.run()
        if self._ear and self._ear.heard:
            heard, self._ear.heard = self._ear.heard, None
            raise heard
        status = self._highs.getModelStatus()
        kinds = highspy.HighsModelStatus
        if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
            return None
        enough = (kinds.kOptimal, kinds.kSolutionLimit, kinds.kObjectiveTarget)
        if status not in enough:
            raise SolverFailed(f"The solver stopped with {self._highs.modelStatusToString(status)!r}.")
        info = self._highs.getInfo()
        solution = self._highs.getSolution()
        prices = np.array([] if self.whole else solution.col_dual, dtype=np.float64)
        duals = np.array([] if self.whole else solution.row_dual, dtype=np.float64)
        bound = info.mip_dual_bound if self.whole else info.objective_function_value
        return Answer(np.array(solution.col_value), prices, duals, float(info.objective_function_value), float(bound))
