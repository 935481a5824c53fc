"""Volunteers whom a list and not the lot decides about: already seated, to be included, or left out.

Pure. The lists become one more feature of the problem, `selection`, with quotas like any other:

    already selected   exactly their number      their seats count, and their households are taken
    must include       exactly their number
    excluded           none                      past members, or those who were asked before
    by lot             everybody else

So nothing else in the house needs to know of lists: the lottery is the fairest one among the panels that keep them, the
certificate proves it, `verify` counts it again, and whoever reads the report sees how many seats were not drawn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from sortition.errors import SortitionError
from sortition.pool import Pool
from sortition.problem import DrawProblem
from sortition.quotas import Quota, Quotas

FEATURE = "selection"
SEATED = "already selected"
INCLUDED = "must include"
EXCLUDED = "excluded"
LOT = "by lot"
WORDS = (SEATED, INCLUDED, EXCLUDED, LOT)


class BadList(SortitionError):
    """The lists of volunteers to seat or to leave out contradict each other, the pool or the quotas."""

    code = "bad-list"


@dataclass(frozen=True)
class Lists:
    """Whom a list decides about: ids, each with the place where it was named, for refusals.

    >>> Lists(excluded={"b": "past.csv, row 2"}).word("b"), Lists().word("b")
    ('excluded', 'by lot')
    """

    seated: Mapping[str, str] = field(default_factory=dict)
    included: Mapping[str, str] = field(default_factory=dict)
    excluded: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.seated or self.included or self.excluded)

    def word(self, id_: str) -> str:
        """How the selection of this volunteer is decided."""
        return SEATED if id_ in self.seated else self._unseated(id_)

    def _unseated(self, id_: str) -> str:
        return INCLUDED if id_ in self.included else EXCLUDED if id_ in self.excluded else LOT

    @property
    def certain(self) -> dict[str, str]:
        """Those who have a seat before the draw, with their places."""
        return {**self.included, **self.seated}


def with_lists(problem: DrawProblem, lists: Lists, *, counted: bool = True) -> DrawProblem:
    """The same problem under these lists; raises BadList where they cannot be kept.

    Whether the certain seats break a quota is only counted where that is a fault of the lists.

    >>> from sortition.pool import Volunteer
    >>> pool = Pool(("gender",), (Volunteer("a", ("man",)), Volunteer("b", ("man",))))
    >>> problem = DrawProblem(pool, Quotas((Quota("gender", "man", 1, 1),)), 1)
    >>> listed = with_lists(problem, Lists(excluded={"b": "past.csv, row 2"}))
    >>> listed.allows({"a"}), listed.faults_of({"b"})
    (True, ('1 members with selection=excluded, at most 0 allowed',))
    """
    if not lists:
        return problem
    for fault in _faults(problem, lists, counted):
        raise fault
    pool = problem.pool
    volunteers = tuple(replace(one, values=(*one.values, lists.word(one.id))) for one in pool.volunteers)
    rows = (*problem.quotas.rows, *_quotas(problem, lists))
    return DrawProblem(Pool((*pool.features, FEATURE), volunteers), Quotas(rows), problem.panel_size)


def _quotas(problem: DrawProblem, lists: Lists) -> Iterator[Quota]:
    """One quota for each list that names anybody, which no repair may touch; the lot fills what is left."""
    for word in (SEATED, INCLUDED):
        number = sum(lists.word(id_) == word for id_ in problem.pool.ids)
        if number:
            yield Quota(FEATURE, word, number, number, number, number, locked=True)
    if any(lists.word(id_) == EXCLUDED for id_ in problem.pool.ids):
        yield Quota(FEATURE, EXCLUDED, 0, 0, 0, 0, locked=True)
    yield Quota(FEATURE, LOT, 0, problem.panel_size)


def words_of(problem: DrawProblem) -> dict[str, str]:
    """How everyone's selection is decided in this problem; by lot where it has no lists."""
    if FEATURE not in problem.quotas.features:
        return dict.fromkeys(problem.pool.ids, LOT)
    column = problem.pool.column(FEATURE)
    return {one.id: one.values[column] for one in problem.pool.volunteers}


def named(problem: DrawProblem, *words: str) -> tuple[str, ...]:
    """The ids of those whose selection is decided by one of these words, in order."""
    return tuple(sorted(id_ for id_, word in words_of(problem).items() if word in words))


def drawn_by_lot(problem: DrawProblem, chances: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The chances of those about whom the lot decides: the ones to be compared with each other."""
    words = words_of(problem)
    return {id_: chance for id_, chance in chances.items() if words[id_] == LOT} or dict(chances)


def seats_by_lot(problem: DrawProblem) -> int:
    """How many seats the lot gives."""
    return problem.panel_size - len(named(problem, SEATED, INCLUDED))


def in_words(problem: DrawProblem) -> tuple[str, ...]:
    """What the lists decide, one sentence for each; nothing where there are none."""
    counts = {word: len(named(problem, word)) for word in WORDS}
    people = {word: "1 volunteer" if count == 1 else f"{count} volunteers" for word, count in counts.items()}
    was = {word: "was" if count == 1 else "were" for word, count in counts.items()}
    sentences = {
        SEATED: f"{people[SEATED]} had been selected already: their seats count"
        + (", and nobody else of their households could be drawn." if problem.pool.households else "."),
        INCLUDED: f"{people[INCLUDED]} {was[INCLUDED]} given a seat by name, before the draw.",
        EXCLUDED: f"{people[EXCLUDED]} {was[EXCLUDED]} left out by name, before the draw.",
    }
    return tuple(sentence for word, sentence in sentences.items() if counts[word])


def without_lists(problem: DrawProblem) -> DrawProblem:
    """The problem as it was before lists were added to it."""
    if FEATURE not in problem.quotas.features:
        return problem
    column = problem.pool.column(FEATURE)
    features = tuple(feature for feature in problem.pool.features if feature != FEATURE)
    volunteers = tuple(
        replace(one, values=one.values[:column] + one.values[column + 1 :]) for one in problem.pool.volunteers
    )
    rows = tuple(quota for quota in problem.quotas.rows if quota.feature != FEATURE)
    return DrawProblem(Pool(features, volunteers), Quotas(rows), problem.panel_size)


def restricted(problem: DrawProblem, ids: Collection[str]) -> DrawProblem:
    """The same quotas over these volunteers alone."""
    volunteers = tuple(one for one in problem.pool.volunteers if one.id in ids)
    return DrawProblem(Pool(problem.pool.features, volunteers), problem.quotas, problem.panel_size)


def _faults(problem: DrawProblem, lists: Lists, counted: bool) -> Iterator[BadList]:
    """Everything that makes the lists impossible to keep, found by counting alone."""
    yield from _contradictions(problem, lists)
    yield from _shared_homes(problem, lists.certain)
    if counted:
        yield from _broken_quotas(problem, lists.certain)


def _contradictions(problem: DrawProblem, lists: Lists) -> Iterator[BadList]:
    """Names that occur on two lists or nowhere in the pool, and a word that is taken."""
    if FEATURE in problem.quotas.features or FEATURE in problem.pool.features:
        yield BadList(
            f"The quotas already have a feature called {FEATURE}, the name that the lists need.",
            "Give the feature another name in both files.",
        )
    for id_, place in lists.certain.items():
        if id_ not in problem.pool.by_id:
            yield BadList(f"{place}: {id_} is not in the pool.", "Correct the id, or add the volunteer to the pool.")
        if id_ in lists.excluded:
            yield BadList(
                f"{place}: {id_} is to have a seat, but is excluded in {lists.excluded[id_]}.",
                "Take the volunteer from one of the two lists.",
            )


def _shared_homes(problem: DrawProblem, certain: Mapping[str, str]) -> Iterator[BadList]:
    """Two of one household who are both to have a seat."""
    first: dict[str, str] = {}
    for id_, place in certain.items():
        home = problem.pool.by_id[id_].household
        if home and (other := first.setdefault(home, id_)) != id_:
            yield BadList(
                f"{place}: {id_} lives in the same household as {other} ({certain[other]}), and both are to have a "
                "seat.",
                "Take one of them from the list, or draw without the household rule.",
            )


def _broken_quotas(problem: DrawProblem, certain: Mapping[str, str]) -> Iterator[BadList]:
    """Quotas that the certain seats alone break, or for which they leave too few."""
    size = problem.panel_size
    if len(certain) > size:
        yield BadList(
            f"The lists give {len(certain)} seats, but the panel has {size}.",
            f"Take {len(certain) - size} from the lists, or draw a panel of {len(certain)}.",
        )
    for feature in problem.quotas.features:
        column = problem.pool.column(feature)
        values = [problem.pool.by_id[id_].values[column] for id_ in certain]
        have = {quota.value: values.count(quota.value) for quota in problem.quotas.of(feature)}
        yield from (
            BadList(
                f"{have[quota.value]} of those who are to have a seat have {feature}={quota.value}, but the quota "
                f"allows {quota.max}: {_places(problem, certain, quota)}.",
                f"Take {have[quota.value] - quota.max} of them from the lists, or raise the maximum.",
            )
            for quota in problem.quotas.of(feature)
            if have[quota.value] > quota.max
        )
        needed = sum(max(quota.min, have[quota.value]) for quota in problem.quotas.of(feature))
        if needed > size:
            yield BadList(
                f"With those who are to have a seat, the minimums of {feature} need {needed} seats of {size}.",
                f"Take {needed - size} from the lists whose values have enough, or lower a minimum.",
            )


def _places(problem: DrawProblem, certain: Mapping[str, str], quota: Quota) -> str:
    """Where those with this value were named."""
    column = problem.pool.column(quota.feature)
    holders = [id_ for id_ in certain if problem.pool.by_id[id_].values[column] == quota.value]
    return ", ".join(f"{id_} ({certain[id_]})" for id_ in holders[:12]) + (", …" if len(holders) > 12 else "")
