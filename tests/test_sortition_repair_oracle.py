"""Repairs against brute force: every set of volunteers of a small pool, and what it would take to allow it."""

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from small_pools import leximin_by_counting

from sortition.pool import Pool, Volunteer
from sortition.problem import DrawProblem
from sortition.quotas import Quota, Quotas
from sortition.repairs.diagnosis import Bound
from sortition.repairs.repair import diagnose

FEATURES = {"gender": ("woman", "man"), "age": ("young", "middle", "old")}


@st.composite
def impossible_problems(draw):
    """Mostly impossible, with some flex, some locks and some households."""
    size = draw(st.integers(1, 4))
    answers = st.tuples(*(st.sampled_from(values) for values in FEATURES.values()))
    homes = st.sampled_from(["", "", "", "h1", "h2"])
    people = draw(st.lists(st.tuples(answers, homes), min_size=size, max_size=8))
    rows = []
    for feature, values in FEATURES.items():
        for value in values:
            low = draw(st.integers(0, 2))
            high = low + draw(st.integers(0, 2))
            flex = draw(st.sampled_from([(None, None), (None, None), (max(low - 1, 0), high + 1), (low, high + 2)]))
            rows.append(Quota(feature, value, low, high, *flex, locked=draw(st.integers(0, 5)) == 0))
    volunteers = tuple(Volunteer(f"v{n}", values, home) for n, (values, home) in enumerate(people))
    return DrawProblem(Pool(tuple(FEATURES), volunteers), Quotas(tuple(rows)), size)


def groups(problem, size, *, households=True):
    """Every set of so many volunteers, at most one per household."""
    for group in combinations(problem.pool.volunteers, size):
        homes = [one.household for one in group if one.household]
        if not households or len(homes) == len(set(homes)):
            yield group


def counts(problem, group):
    return {
        quota: sum(one.values[problem.pool.column(quota.feature)] == quota.value for one in group)
        for quota in problem.quotas.rows
    }


def missing(problem, group):
    """By how much each bound would have to give way for this group to be a panel."""
    found = {}
    for quota, count in counts(problem, group).items():
        found[Bound(quota, "min")] = max(quota.min - count, 0)
        found[Bound(quota, "max")] = max(count - quota.max, 0)
    return {bound: by for bound, by in found.items() if by}


def ways(problem, *, flex=False):
    """What each group would take, where it may be had."""
    for group in groups(problem, problem.panel_size):
        needed = missing(problem, group)
        if any(bound.quota.locked for bound in needed):
            continue
        if flex and any(by > flex_of(bound) for bound, by in needed.items()):
            continue
        yield needed


def flex_of(bound):
    flex = bound.quota.min_flex if bound.side == "min" else bound.quota.max_flex
    return 0 if flex is None else abs(flex - bound.number)


def asked(repair):
    return {change.bound: change.size for change in repair.changes}


def quota_repairs(problem, *, within):
    """Those that change nothing but quotas."""
    found = diagnose(problem).repairs
    return [repair for repair in found if repair.changes and not repair.panel_size and repair.within_flex == within]


def is_impossible(problem):
    return not any(not missing(problem, group) for group in groups(problem, problem.panel_size))


@settings(max_examples=60, deadline=None)
@given(impossible_problems())
def test_the_first_repair_moves_as_few_places_as_any_and_locked_quotas_stay(problem):
    if not is_impossible(problem):
        return
    diagnosis = diagnose(problem)
    assert not any(bound.quota.locked for repair in diagnosis.repairs for bound in asked(repair))
    for flex in (True, False):
        least = min((sum(needed.values()) for needed in ways(problem, flex=flex)), default=None)
        told = quota_repairs(problem, within=True) + ([] if flex else quota_repairs(problem, within=False))
        assert min((repair.size for repair in told), default=None) == least


@settings(max_examples=60, deadline=None)
@given(impossible_problems())
def test_the_next_repair_is_the_smallest_that_does_not_need_all_quotas_of_the_first(problem):
    problem = replace(
        problem, quotas=Quotas(tuple(replace(q, min_flex=None, max_flex=None) for q in problem.quotas.rows))
    )
    if not is_impossible(problem):
        return
    told = quota_repairs(problem, within=False)
    for number in range(1, min(len(told) + 1, 3)):
        before = [set(asked(repair)) for repair in told[:number]]
        least = min((sum(n.values()) for n in ways(problem) if not any(b <= set(n) for b in before)), default=None)
        assert (told[number].size if number < len(told) else None) == least


@settings(max_examples=60, deadline=None)
@given(impossible_problems())
def test_no_repair_only_adds_to_another(problem):
    if not is_impossible(problem):
        return
    within, beyond = quota_repairs(problem, within=True), quota_repairs(problem, within=False)
    for kind in (within, beyond):
        assert [(r.size, r.stray) for r in kind] == sorted((r.size, r.stray) for r in kind)
        for one, other in combinations(map(asked, kind), 2):
            assert not set(one) <= set(other)
    for one in map(asked, within):
        for other in map(asked, beyond):
            assert not all(other.get(bound, 0) >= by for bound, by in one.items())


@settings(max_examples=60, deadline=None)
@given(impossible_problems())
def test_the_panel_sizes_offered_are_the_nearest_that_work(problem):
    if not is_impossible(problem):
        return
    works = [
        size
        for size in range(1, len(problem.pool) + 1)
        if any(not missing(problem, group) for group in groups(problem, size))
    ]
    nearest = {max((s for s in works if s < problem.panel_size), default=None)}
    nearest |= {min((s for s in works if s > problem.panel_size), default=None)}
    told = {repair.panel_size for repair in diagnose(problem).repairs if repair.panel_size and not repair.changes}
    assert told == nearest - {None}


def can_be_completed(problem, group, recruits):
    """Whether so many more people, of whatever values, make this group a panel."""
    have = counts(problem, group)
    for feature in problem.quotas.features:
        rows = problem.quotas.of(feature)
        needed = sum(max(quota.min - have[quota], 0) for quota in rows)
        room = sum(quota.max - have[quota] for quota in rows)
        if any(have[quota] > quota.max for quota in rows) or not needed <= recruits <= room:
            return False
    return True


@settings(max_examples=60, deadline=None)
@given(impossible_problems())
def test_no_fewer_recruits_would_do_and_the_profiles_told_do(problem):
    if not is_impossible(problem):
        return
    size = problem.panel_size
    fewest = next(
        (r for r in range(1, size + 1) if any(can_be_completed(problem, g, r) for g in groups(problem, size - r))), None
    )
    told = [repair for repair in diagnose(problem).repairs if repair.recruits]
    assert [repair.recruits for repair in told] == ([fewest] if fewest else [])
    for repair in told:
        assert sum(one.number for one in repair.profiles) == fewest
        assert not is_impossible(repair.mended(problem))


@settings(max_examples=40, deadline=None)
@given(impossible_problems())
def test_no_smaller_set_of_quotas_conflicts(problem):
    if not is_impossible(problem):
        return
    diagnosis = diagnose(problem)
    assert diagnosis.smallest
    needs = [frozenset(missing(problem, group)) for group in groups(problem, problem.panel_size)]
    bounds = sorted({bound for needed in needs for bound in needed}, key=str)
    smaller = (set(some) for n in range(len(diagnosis.conflict)) for some in combinations(bounds, n))
    assert not any(all(some & needed for needed in needs) for some in smaller)
    assert all(set(diagnosis.conflict) & needed for needed in needs)


@settings(max_examples=40, deadline=None)
@given(impossible_problems())
def test_households_are_blamed_exactly_when_there_is_a_panel_without_their_rule(problem):
    if not is_impossible(problem):
        return
    free = any(not missing(problem, group) for group in groups(problem, problem.panel_size, households=False))
    assert diagnose(problem).households == free


def test_two_of_one_household_who_are_alike_are_blamed_too():
    """Found by the test above: what was asked for the effects of repairs stood in the way of the question."""
    rows = [("v0", "man", "old", "h2"), ("v1", "man", "old", "h2"), ("v2", "woman", "middle", ""),
            ("v3", "man", "young", ""), ("v4", "woman", "old", "h1"), ("v5", "woman", "young", ""),
            ("v6", "woman", "old", "")]  # fmt: skip
    pool = Pool(("gender", "age"), tuple(Volunteer(name, (one, other), home) for name, one, other, home in rows))
    quotas = [("gender", "woman", 1, 3), ("gender", "man", 2, 4), ("age", "young", 0, 1), ("age", "middle", 1, 3),
              ("age", "old", 2, 2)]  # fmt: skip
    problem = DrawProblem(pool, Quotas(tuple(Quota(*row) for row in quotas)), 3)
    assert is_impossible(problem)
    assert diagnose(problem).households


@settings(max_examples=25, deadline=None)
@given(impossible_problems())
def test_no_lottery_after_a_repair_is_better_than_the_effect_that_was_told(problem):
    if not is_impossible(problem):
        return
    for repair in diagnose(problem).repairs:
        chances = leximin_by_counting(repair.mended(problem))
        own = sorted(chances[id_] for id_ in problem.pool.ids)
        assert not any(own[: repair.effect.without])
        if repair.effect.without < len(own):
            assert own[repair.effect.without] <= repair.effect.chance + 1e-6
