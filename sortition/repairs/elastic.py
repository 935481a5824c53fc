"""The panels of a problem whose quotas give way: the model behind every repair and every conflict.

Stated over types, as `polytope` states them:

    size:       Σ_t x_t + recruits + smaller − larger = k
    quotas:     Σ_{t has value} x_t + recruited_q + min_q ≥ min,     Σ_{t has value} x_t + recruited_q − max_q ≤ max
    recruits:   Σ_{q of feature} recruited_q = recruits                         (each recruit has one value each)
    households: as in `polytope`; recruits live alone

Whatever gives way is 0 until it is set free. Three engines hold the model: averages of panels (all unknowns
continuous), averages with whole changes, and panels. What is cheapest for averages is cheapest for panels too if a
panel exists at that price, so the long search is rarely needed. Every answer is counted again in whole numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pulp

from sortition.errors import SolverFailed
from sortition.exchanges import Exchanges, Mask, rounded
from sortition.panels import column
from sortition.polytope import Polytope, TypePanel
from sortition.problem import DrawProblem
from sortition.repairs.diagnosis import Bound
from sortition.solver import INFINITE, NOISE, SLACK, Answer, Engine, Floats, Indices

OPEN = (24, 48, 96)  # types left open around the rounded average when a panel is looked for
SIZES = ("larger", "smaller", "recruits")


@dataclass(frozen=True)
class Answered:
    """How far each unknown gives way, and a panel that shows it."""

    gives: Mapping[str, int]
    panel: TypePanel

    def __getitem__(self, name: str) -> int:
        return self.gives[name]


class Elastic:
    """The model; its questions are `cheapest`, `keeps` and `floor`."""

    def __init__(self, problem: DrawProblem, polytope: Polytope) -> None:
        self.problem = problem
        self.polytope = polytope
        self._most = np.array(polytope.most, dtype=np.float64)
        self._persons = np.array(polytope.sizes, dtype=np.float64)
        self._floors: dict[bytes, int] = {}
        self._lean = np.random.default_rng(polytope.count).random(polytope.count)

    @cached_property
    def bounds(self) -> tuple[Bound, ...]:
        """Both sides of every quota."""
        return tuple(Bound(quota, side) for quota in self.problem.quotas.rows for side in ("min", "max"))

    @cached_property
    def name_of(self) -> Mapping[Bound, str]:
        """The unknown that makes this side of this quota give way."""
        places = {quota: number for number, quota in enumerate(self.problem.quotas.rows)}
        return {bound: f"{bound.side}_{places[bound.quota]}" for bound in self.bounds}

    @cached_property
    def gives(self) -> tuple[str, ...]:
        """The names of all that gives way."""
        rows = range(len(self.problem.quotas.rows))
        return (*SIZES, *(f"{what}_{n}" for what in ("min", "max", "recruited") for n in rows))

    @cached_property
    def _average(self) -> Engine:
        return self._stated(pulp.LpContinuous, pulp.LpContinuous)

    @cached_property
    def _mixed(self) -> Engine:
        return self._stated(pulp.LpContinuous, pulp.LpInteger)

    @cached_property
    def _whole(self) -> Engine:
        return self._stated(pulp.LpInteger, pulp.LpInteger)

    def _stated(self, kind: str, kind_of_gives: str) -> Engine:
        """The model of the module's algebra, in an engine; rows go in as arrays, for types are many terms."""
        model = pulp.LpProblem("elastic", pulp.LpMaximize)
        unknowns = [model.add_variable(column(t), 0, most, kind) for t, most in enumerate(self.polytope.most)]
        unknowns += [model.add_variable(name, 0, 0, kind_of_gives) for name in self.gives]
        model += pulp.LpAffineExpression([(unknown, 1) for unknown in unknowns])
        engine = Engine(model)
        places = engine.columns
        serves = np.array([places[column(t)] for t in range(self.polytope.count)], dtype=np.int32)

        def row(of: Sequence[int], terms: Mapping[str, float], low: float, high: float) -> None:
            inside = np.flatnonzero(np.asarray(of))
            columns = [*serves[inside], *(places[name] for name in terms)]
            engine.add_row(columns, [*np.ones(len(inside)), *terms.values()], low, high)

        size, *rest = self.polytope.limits
        k, rows = self.problem.panel_size, self.problem.quotas.rows
        row(size.of, {"recruits": 1, "smaller": 1, "larger": -1}, k, k)
        for n, (quota, limit) in enumerate(zip(rows, rest, strict=False)):
            row(limit.of, {f"recruited_{n}": 1, f"min_{n}": 1}, quota.min, INFINITE)
            row(limit.of, {f"recruited_{n}": 1, f"max_{n}": -1}, -INFINITE, quota.max)
        for limit in rest[len(rows) :]:
            row(limit.of, {}, -INFINITE, float(limit.high or 0))
        for feature in self.problem.quotas.features:
            inside = {f"recruited_{n}": 1.0 for n, quota in enumerate(rows) if quota.feature == feature}
            row((), inside | {"recruits": -1}, 0, 0)
        return engine

    @cached_property
    def _serves(self) -> Indices:
        """The columns of the types; they are the same in every engine."""
        return np.array([self._average.columns[column(t)] for t in range(self.polytope.count)], dtype=np.int32)

    @property
    def _far(self) -> int:
        """No change is larger."""
        return self.problem.panel_size + max((quota.max for quota in self.problem.quotas.rows), default=0)

    def _hold(self, engine: Engine, lows: Mapping[str, int], highs: Mapping[str, float]) -> None:
        """Set what may give way, and how far; everything else stands."""
        low, high = ([float(side.get(name, 0)) for name in self.gives] for side in (lows, highs))
        engine.bound_columns([engine.columns[name] for name in self.gives], np.array(low), np.array(high))

    def cheapest(self, prices: Mapping[str, int], room: Mapping[str, float]) -> Answered | None:
        """The panel with the least total price of what gives way within this room; None if there is none."""
        for engine in (self._average, self._mixed, self._whole):
            answer = self._priced(engine, prices, room)
            if answer is None:
                return None
            values = {name: float(answer.values[engine.columns[name]]) for name in self.gives}
            gives = {name: round(value) for name, value in values.items()}
            if any(abs(values[name] - give) > NOISE for name, give in gives.items()):
                continue  # only averages give way by parts
            panel = self._panel_of(answer) if engine is self._whole else self.panel_with(gives)
            if panel is not None:
                self._count_again(gives, panel)
                return Answered(gives, panel)
        raise SolverFailed("The solver lost a panel between two questions.")

    def allows_on_average(self, gives: Mapping[str, int]) -> bool:
        """Whether some average of panels needs no more than this to give way."""
        return self._priced(self._average, {}, gives, gives) is not None

    def at_least(self, prices: Mapping[str, int], room: Mapping[str, float]) -> float | None:
        """A quick lower bound on the price of `cheapest`; None if there is no answer."""
        answer = self._priced(self._average, prices, room)
        return None if answer is None else -answer.objective * max(prices.values(), default=1)

    def _priced(
        self,
        engine: Engine,
        prices: Mapping[str, int],
        room: Mapping[str, float],
        least: Mapping[str, int] | None = None,
    ) -> Answer | None:
        self._hold(engine, least or {}, room)
        engine.bound_columns(self._serves, np.zeros(self.polytope.count), self._most)
        costs = np.zeros(engine.width)
        dearest = max(prices.values(), default=1)  # prices above 1 would ask the solver for digits it does not have
        costs[[engine.columns[name] for name in prices]] = [-price / dearest for price in prices.values()]
        engine.weigh(costs)
        return engine.solve()

    def panel_with(self, gives: Mapping[str, int]) -> TypePanel | None:
        """A panel for which exactly this gives way; near an average first, then anywhere."""
        average, engine = self._average, self._whole
        self._hold(average, gives, gives)
        costs = np.zeros(average.width)
        costs[self._serves] = self._lean
        average.weigh(costs)
        best = average.solve()
        if best is None:
            return None
        seats = best.values[self._serves]
        members = self.problem.panel_size + gives["larger"] - gives["smaller"] - gives["recruits"]
        panel = self._exchanges_for(gives).mended(rounded(seats, members))
        if panel is not None:
            return panel
        self._hold(engine, gives, gives)
        engine.weigh(np.zeros(engine.width))
        near = np.rint(seats)
        order = np.lexsort((self._lean, np.abs(seats - near) < NOISE))
        for number in (*(number for number in OPEN if number < len(order)), len(order)):
            is_open = np.zeros(len(order), dtype=np.bool_)
            is_open[order[:number]] = True
            engine.bound_columns(self._serves, np.where(is_open, 0, near), np.where(is_open, self._most, near))
            answer = engine.first()
            if answer is not None:
                return self._panel_of(answer)
        return None

    @cached_property
    def _exchanges(self) -> Exchanges:
        return Exchanges(self.polytope)

    def _exchanges_for(self, gives: Mapping[str, int]) -> Exchanges:
        """The exchanges among the volunteers while this gives way."""
        lows, highs = self._exchanges.sides
        size = self.problem.panel_size + gives["larger"] - gives["smaller"] - gives["recruits"]
        lows[0] = highs[0] = size
        for n in range(len(self.problem.quotas.rows)):
            recruited = gives[f"recruited_{n}"]
            lows[n + 1] -= gives[f"min_{n}"] + recruited
            highs[n + 1] += gives[f"max_{n}"] - recruited
        return self._exchanges.within(lows, highs)

    def _panel_of(self, answer: Answer) -> TypePanel:
        return tuple(int(v) for v in np.rint(answer.values[self._serves]))

    def _count_again(self, gives: Mapping[str, int], panel: TypePanel) -> None:
        """Hold the answer against the algebra in whole numbers."""
        _, *rest = self.polytope.limits
        held = self.polytope.matrix @ np.array(panel, dtype=np.int64)
        rows = self.problem.quotas.rows
        size = self.problem.panel_size + gives["larger"] - gives["smaller"]
        right = held[0] + gives["recruits"] == size
        right &= all(0 <= x <= most for x, most in zip(panel, self.polytope.most, strict=True))
        for n, quota in enumerate(rows):
            count = held[n + 1] + gives[f"recruited_{n}"]
            right &= quota.min - gives[f"min_{n}"] <= count <= quota.max + gives[f"max_{n}"]
        for feature in self.problem.quotas.features:
            recruited = sum(gives[f"recruited_{n}"] for n, quota in enumerate(rows) if quota.feature == feature)
            right &= recruited == gives["recruits"]
        for count, limit in zip(held[len(rows) + 1 :], rest[len(rows) :], strict=True):
            right &= count <= (limit.high or 0)
        if not right:
            raise SolverFailed("The solver's repair does not stand up to counting.")

    def giving_way(self, kept: Collection[Bound]) -> frozenset[Bound] | None:
        """Bounds without which a panel keeps these (and all others); None if no panel keeps just these."""
        others = {self.name_of[bound]: bound for bound in self.bounds if bound not in kept}
        room = dict.fromkeys(others, self._far)
        answer = self._priced(self._average, dict.fromkeys(others, 1), room)
        if answer is None:
            return None
        values = {name: float(answer.values[self._average.columns[name]]) for name in others}
        most = {name: self._far for name, value in values.items() if value > NOISE}
        if self.panel_with(dict.fromkeys(self.gives, 0) | most) is None:
            found = self.cheapest(dict.fromkeys(others, 1), room)  # averages need less than panels
            return None if found is None else frozenset(bound for name, bound in others.items() if found[name])
        return frozenset(bound for name, bound in others.items() if name in most)

    def possible_without_households(self) -> bool:
        """Whether there is a panel if members of one household may serve together."""
        first = 1 + 2 * len(self.problem.quotas.rows)
        households = self.polytope.limits[1 + len(self.problem.quotas.rows) :]
        rows, lows = range(first, first + len(households)), np.full(len(households), -INFINITE)
        highs = np.array([float(limit.high or 0) for limit in households])
        found = []
        for engine in (self._average, self._whole):
            self._hold(engine, {}, {})
            engine.weigh(np.zeros(engine.width))
            engine.bound_columns(self._serves, np.zeros(self.polytope.count), self._persons)
            engine.bound_rows(rows, lows, np.full(len(households), INFINITE))
            found.append((engine.first() if engine.whole else engine.solve()) is not None)
            engine.bound_rows(rows, lows, highs)
            engine.bound_columns(self._serves, np.zeros(self.polytope.count), self._most)
            if not found[-1]:
                break
        return all(found)

    def floor(self, answered: Answered) -> tuple[float, int]:
        """The highest smallest chance that averages of panels give, and how many volunteers they can give none.

        With x_t = n_t floor + y_t and 0 ≤ y_t the floor is one column; y_t + n_t floor ≤ most_t is added when broken.
        Where the floor is 0, types with a price stand in its proof: they are left out, and the others have a floor.
        """
        engine, without = self._average, np.zeros(self.polytope.count, dtype=np.bool_)
        self._hold(engine, answered.gives, answered.gives)
        engine.bound_columns(self._serves, np.zeros(len(without)), self._most)
        while True:
            floor = self._floors.setdefault(without.tobytes(), engine.width)
            if floor == engine.width:
                self._add_floor(~without)
            answer = self._highest(floor, np.where(without, 0, self._persons))
            if answer.objective > NOISE:
                return answer.objective, int(self._persons[without].sum())
            priced = np.abs(answer.prices[self._serves])
            # seats times price are 0 in every average: without seats here, and priced well above noise, always without
            blocked = ~without & (answer.values[self._serves] < NOISE) & (priced > SLACK * priced.max(initial=NOISE))
            without |= blocked
            if without.all() or not blocked.any():
                return 0.0, int(self._persons[without].sum())

    def _add_floor(self, inside: Mask) -> None:
        """A column that serves everybody of these types alike."""
        whole = self.polytope.matrix @ np.where(inside, self._persons, 0)
        size, quotas, rest = whole[:1], whole[1 : 1 + len(self.problem.quotas.rows)], whole
        values = np.concatenate([size, np.repeat(quotas, 2), rest[1 + len(quotas) :]])
        rows = np.flatnonzero(values)
        self._average.add_column(0.0, 0.0, rows.tolist(), values[rows].tolist())

    def _highest(self, floor: int, persons: Floats) -> Answer:
        """The answer with the highest value of this floor."""
        engine = self._average
        engine.bound_columns([floor], np.zeros(1), np.ones(1))
        costs = np.zeros(engine.width)
        costs[floor] = 1
        engine.weigh(costs)
        while (answer := engine.solve()) is not None:
            over = np.flatnonzero(answer.values[self._serves] + persons * answer.objective > self._most + NOISE)
            for t in over:
                engine.add_row([self._serves[t], floor], [1, persons[t]], -INFINITE, self._most[t])
            if not len(over):
                break
        engine.bound_columns([floor], np.zeros(1), np.zeros(1))
        if answer is None:
            raise SolverFailed("The solver lost a panel between two questions.")
        return answer
