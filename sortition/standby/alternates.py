"""Alternates: those who stand by, so that the panel can be repaired whoever drops out.

From the panel to the calling order: sampled drop-outs (`attrition`), what alternates can do in each (`recourse`), and
here the choice of `number` of them with the smallest expected loss.

They come from households in which no member lives, one from each, so that any of them can serve together whoever
stays. The choice is over types; within a type a lot decides who is asked, the same lot for everybody.

Found by adding one after the other and then exchanging one at a time for as long as that helps, with some fresh starts.
Bounded from below by weak duality: for any multipliers y_sq within ± 1/max_q and any π_s,

    loss_s(A) ≥ Σ_q max(y_sq·(min_q − b_sq), y_sq·(max_q − b_sq) if y_sq < 0) − π_s·m_s − Σ_{j∈A} max(0, y_s·x_j − π_s),

b_s being the counts of those who stay, m_s the open seats, x_j what an alternate counts for. The sum over samples is
smallest for the types of the largest total gain, so anyone can redo it in whole numbers; multipliers come from Benders
decomposition of the program in which seats may be shared (Kelley's cutting planes, averaged in the manner of an
in-out method). Where the whole program is small, it is solved as it is, and the choice is proved optimal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sortition.errors import SortitionError
from sortition.lists import EXCLUDED, named, restricted, without_lists
from sortition.problem import DrawProblem
from sortition.standby.attrition import StayModel, drop_outs, lot
from sortition.standby.bound import lower_bound, solved_whole
from sortition.standby.recourse import Choice, Recourse, Whole, samples_of

MOST = 20
STARTS = 6
FEW_STARTS = 2  # where the sets of alternates are too many to try them all
KICKED = 3


class BadAlternates(SortitionError):
    """So many alternates cannot be chosen."""

    code = "bad-alternates"


@dataclass(frozen=True)
class Alternate:
    """One of those who stand by, and in how many samples they serve."""

    id: str
    serves: int
    reason: str


@dataclass(frozen=True)
class Standby:
    """Alternates in calling order; the expected loss without and with them, and a bound that no choice gets below."""

    chosen: tuple[Alternate, ...]
    without: Fraction
    expected: Fraction
    bound: Fraction
    samples: int

    @property
    def gap(self) -> Fraction:
        """How much better another choice might be, at most."""
        return self.expected - self.bound

    @property
    def proved(self) -> bool:
        return self.gap == 0


def choose_alternates(
    problem: DrawProblem, panel: Sequence[str], number: int, model: StayModel, *, seed: str, samples: int = 200
) -> Standby:
    """The alternates of this panel, in calling order."""
    choice = choice_of(problem, panel, number, drop_outs(without_lists(problem), panel, model, seed, samples))
    recourse = choice.recourse
    chosen, loss = search(choice, seed)
    bound = lower_bound(choice)
    if recourse.expected(loss) > bound:
        whole = solved_whole(choice)
        if whole is not None:
            found = recourse.served(whole)[0]
            chosen, loss = (whole, found) if found < loss else (chosen, loss)
            bound = recourse.expected(loss)
    without = sum(
        int(recourse.losses(counts[None])[0]) * one.times
        for one, counts in zip(recourse.samples, recourse.counts, strict=True)
    )
    expected = recourse.expected(loss)
    return Standby(_in_order(choice, chosen, seed), recourse.expected(without), expected, min(bound, expected), samples)


def choice_of(problem: DrawProblem, panel: Sequence[str], number: int, left: Sequence[Sequence[str]]) -> Choice:
    """The volunteers who may stand by, and what they are worth; raises BadAlternates where they are too few."""
    if not 1 <= number <= MOST:
        raise BadAlternates(f"{number} alternates cannot be chosen.", f"Ask for 1 to {MOST}.")
    out = {*panel, *named(problem, EXCLUDED)}
    base = without_lists(problem)
    homes = {base.pool.by_id[id_].household for id_ in panel} - {""}
    may = [one.id for one in base.pool.volunteers if one.id not in out and one.household not in homes]
    candidates = restricted(base, may)
    households = sum(len(one) for one in candidates.household_classes)
    if households < number:
        raise BadAlternates(
            f"Only {households} households have nobody on the panel, too few for {number} alternates.",
            f"Ask for {households} or fewer." if households else "Invite more volunteers.",
        )
    features = base.quotas.features
    places = [(features.index(quota.feature), quota.value) for quota in base.quotas.rows]
    has = [[int(kind.profile[place] == value) for place, value in places] for kind in candidates.types]
    samples = samples_of(base, panel, left)
    return Choice(candidates, Recourse(base, samples, np.array(has, dtype=np.int64)), number)


def search(choice: Choice, seed: str) -> tuple[tuple[int, ...], int]:
    """The types of good alternates and their exact loss."""
    best = improved(choice, grown(choice, ()))
    for start in range(1, STARTS if choice.recourse.quick(choice.number) else FEW_STARTS):
        ranks = sorted(
            range(choice.number), key=lambda place: lot("folkmoot fresh start 1", seed, f"{start}", f"{place}")
        )
        kept = [t for place, t in enumerate(best[0]) if place in ranks[KICKED:]]
        other = improved(choice, grown(choice, kept))
        best = min(best, other, key=lambda one: one[1])
    chosen = tuple(sorted(best[0]))
    return chosen, choice.recourse.served(chosen)[0]


def grown(choice: Choice, chosen: Sequence[int]) -> list[int]:
    """Alternates added one by one, each time the one after whom the least is lost."""
    own = list(chosen)
    while len(own) < choice.number:
        own.append(_best(choice, own)[0])
    return own


def improved(choice: Choice, chosen: Sequence[int]) -> tuple[list[int], int]:
    """One exchanged at a time for as long as that helps; with the exact loss, or one that is reached."""
    own = list(chosen)
    exact = choice.recourse.quick(len(own))
    loss = choice.recourse.served(own)[0] if exact else np.iinfo(np.int64).max
    unchanged = 0
    while unchanged < len(own):
        first, *others = own  # the first leaves; whoever replaces them goes last, so everybody's turn comes
        t, reached = _best(choice, others)
        unchanged = 0 if reached < loss else unchanged + 1
        own = [*others, t if reached < loss else first]
        loss = min(loss, reached)
    return own, choice.recourse.served(own)[0] if exact else loss


def _best(choice: Choice, chosen: Sequence[int]) -> tuple[int, int]:
    """The type to add, and a loss that is then reached."""
    losses = choice.recourse.adding(chosen)
    losses = np.where(choice.room(chosen), losses, np.iinfo(np.int64).max)
    t = int(np.argmin(losses))
    return t, int(losses[t])


def _in_order(choice: Choice, chosen: Sequence[int], seed: str) -> tuple[Alternate, ...]:
    """Persons for types, those who serve most often first."""
    recourse = choice.recourse
    _, serving = recourse.served(chosen)
    people = persons(choice.candidates, chosen, seed)
    found = []
    for place, (id_, t) in enumerate(zip(people, chosen, strict=True)):
        times, lacking = 0, np.zeros(recourse.has.shape[1], dtype=np.int64)
        for sample, counts, places in zip(recourse.samples, recourse.counts, serving, strict=True):
            if place in places:
                times += sample.times
                lacking += sample.times * ((counts < recourse.lows) & (recourse.has[t] > 0))
        found.append(Alternate(id_, times, _reason(choice, lacking)))
    return tuple(sorted(found, key=lambda one: (-one.serves, lot("folkmoot calling order 1", seed, one.id))))


def _reason(choice: Choice, lacking: Whole) -> str:
    """The values that are most often too few when this alternate serves."""
    rows = choice.candidates.quotas.rows
    ranked = sorted((n for n in range(len(rows)) if lacking[n]), key=lambda n: (-lacking[n], n))[:3]
    return "covers " + ", ".join(f"{rows[n].feature}={rows[n].value}" for n in ranked) if ranked else "fills a seat"


def persons(candidates: DrawProblem, chosen: Sequence[int], seed: str) -> tuple[str, ...]:
    """Somebody for each of these types, everyone of a type with the same chance, from different households."""
    found: list[str] = []
    used: set[tuple[str, ...]] = set()
    for t in chosen:
        kind = candidates.types[t]
        homes = candidates.household_classes[kind.household_class].households
        ranked = sorted(homes, key=lambda home: lot("folkmoot alternate household 1", seed, *home))
        home = next(home for home in ranked if home not in used)
        used.add(home)
        own = [id_ for id_ in home if id_ in kind.members]
        found.append(min(own, key=lambda id_: lot("folkmoot alternate 1", seed, id_)))
    return tuple(found)
