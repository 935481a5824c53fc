"""What `check` finds, decided by brute force: irreducible conflicts, repairs that work, and whom no panel contains."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sortition.errors import BadQuotas
from sortition.exchanges import Exchanges
from sortition.files import read_quotas, write_quotas
from sortition.polytope import polytope_of
from sortition.pool import Pool, Volunteer
from sortition.problem import DrawProblem
from sortition.quotas import Quota, Quotas
from sortition.repairs.blocked import some_panel
from sortition.repairs.diagnosis import Bound
from sortition.repairs.repair import diagnose

FEATURES = {"gender": ("woman", "man"), "age": ("young", "middle", "old")}


@st.composite
def problems(draw):
    size = draw(st.integers(1, 4))
    answers = st.tuples(*(st.sampled_from(values) for values in FEATURES.values()))
    homes = st.sampled_from(["", "", "", "h1", "h2"])
    people = draw(st.lists(st.tuples(answers, homes), min_size=size, max_size=8))
    rows = []
    for feature, values in FEATURES.items():
        for value in values:
            low = draw(st.integers(0, 2))
            rows.append(Quota(feature, value, low, low + draw(st.integers(0, 2))))
    volunteers = tuple(Volunteer(f"v{n}", values, home) for n, (values, home) in enumerate(people))
    return DrawProblem(Pool(tuple(FEATURES), volunteers), Quotas(tuple(rows)), size)


def panels(problem):
    return [panel for panel in combinations(problem.pool.ids, problem.panel_size) if problem.allows(panel)]


def keeping(problem, bounds):
    """The problem with just these bounds; every other side lets everybody in."""
    kept = {(bound.quota.feature, bound.quota.value, bound.side) for bound in bounds}
    rows = [
        Quota(
            row.feature,
            row.value,
            row.min if (row.feature, row.value, "min") in kept else 0,
            row.max if (row.feature, row.value, "max") in kept else problem.panel_size + row.max,
        )
        for row in problem.quotas.rows
    ]
    return replace(problem, quotas=Quotas(tuple(rows)))


@settings(max_examples=40, deadline=None)
@given(problems())
def test_a_panel_is_found_exactly_when_there_is_one(problem):
    assert diagnose(problem).possible == bool(panels(problem)) == (some_panel(polytope_of(problem)) is not None)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_a_conflict_has_no_panel_and_any_part_of_it_has_one(problem):
    diagnosis = diagnose(problem)
    if diagnosis.possible:
        return
    assert not panels(keeping(problem, diagnosis.conflict))
    for left_out in diagnosis.conflict:
        assert panels(keeping(problem, [bound for bound in diagnosis.conflict if bound != left_out]))


@settings(max_examples=40, deadline=None)
@given(problems())
def test_every_repair_makes_a_panel_possible(problem):
    for repair in diagnose(problem).repairs:
        assert panels(repair.mended(problem))


@settings(max_examples=25, deadline=None)
@given(problems())
def test_no_smaller_change_than_the_first_repair_helps(problem):
    sizes = [repair.size for repair in diagnose(problem).repairs if repair.changes]
    if not sizes or sizes[0] < 2:
        return
    rows = problem.quotas.rows
    for place, row in enumerate(rows):  # one change of one step
        for changed in (replace(row, max=row.max + 1), replace(row, min=max(row.min - 1, 0))):
            quotas = Quotas((*rows[:place], changed, *rows[place + 1 :]))
            assert not panels(replace(problem, quotas=quotas))
    assert sizes == sorted(sizes)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_never_chosen_are_exactly_those_in_no_panel_and_their_blockers_block_them(problem):
    found = panels(problem)
    if not found:
        return
    never = diagnose(problem).never
    told = {id_ for group in never for id_ in group.ids}
    assert told == set(problem.pool.ids) - {id_ for panel in found for id_ in panel}
    for group in never:
        for panel in panels(keeping(problem, group.blocked_by)):
            assert not set(panel) & set(group.ids)


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 7))
def test_panels_met_by_exchanges_are_panels_and_only_who_is_on_one_is_seen(problem, number):
    polytope = polytope_of(problem)
    panel = some_panel(polytope)
    if panel is None:
        return
    exchanges, unseen = Exchanges(polytope), np.ones(polytope.count, dtype=np.bool_)
    assert polytope.allows(exchanges.spread(panel, unseen))
    reached = {id_ for panel in panels(problem) for id_ in panel}
    assert all(reached & set(one.members) for one, never in zip(problem.types, unseen, strict=True) if not never)
    near = exchanges.including(panel, number % polytope.count)
    assert near is None or (polytope.allows(near) and near[number % polytope.count])


def a_pool(*people):
    return Pool(("gender", "age"), tuple(Volunteer(str(n), person) for n, person in enumerate(people)))


def a_problem(size, *rows, pool=None):
    pool = pool or a_pool(*[("woman", "old")] * 4, *[("man", "old")] * 4, ("man", "young"))
    return DrawProblem(pool, Quotas(rows), size)


WOMEN, MEN, OLD = Quota("gender", "woman", 2, 2), Quota("gender", "man", 2, 2), Quota("age", "old", 0, 4)


def test_too_few_volunteers_are_a_conflict_of_one_quota_with_a_number_to_recruit():
    young = Quota("age", "young", 3, 4)
    diagnosis = diagnose(a_problem(4, WOMEN, MEN, young, OLD))
    assert diagnosis.conflict == (Bound(young, "min"),)
    sentences = [repair.sentence for repair in diagnosis.repairs]
    assert "lower the min of age=young from 3 to 1 (2 in all)" in sentences
    assert sentences[-1] == (
        "recruit at least 2 more volunteers: 1 with gender=woman and age=young; 1 with gender=man and age=young"
    )


def test_a_repair_within_the_flex_comes_first():
    young = Quota("age", "young", 2, 4, min_flex=1)
    first = diagnose(a_problem(4, WOMEN, MEN, young, OLD)).repairs[0]
    assert first.within_flex
    assert "within the flex" in first.sentence


def test_a_flex_that_does_not_reach_is_not_offered():
    young = Quota("age", "young", 3, 4, min_flex=2)
    assert not any(repair.within_flex for repair in diagnose(a_problem(4, WOMEN, MEN, young, OLD)).repairs)


def test_each_volunteer_is_told_only_what_keeps_that_volunteer_out():
    people = ["v2 v0 3", "v1 v1 2", "v0 v2 2", "v1 v1 1", "v0 v1 0", "v1 v1 1"]
    pool = a_pool(*(tuple(p.split()[:2]) for p in people))
    homes = [replace(one, household=p.split()[2]) for one, p in zip(pool.volunteers, people, strict=True)]
    rows = [Quota("gender", f"v{n}", low, 1) for n, low in enumerate((1, 0, 1))]
    rows += [Quota("age", f"v{n}", low, 1) for n, low in enumerate((0, 1, 0))]
    problem = DrawProblem(replace(pool, volunteers=tuple(homes)), Quotas(tuple(rows)), 3)
    for group in diagnose(problem).never:
        for bound in group.blocked_by:
            others = [other for other in group.blocked_by if other != bound]
            reached = {id_ for panel in panels(keeping(problem, others)) for id_ in panel}
            assert reached.issuperset(group.ids)


def test_another_panel_size_is_offered():
    rows = (
        Quota("gender", "woman", 0, 2),
        Quota("gender", "man", 0, 3),
        Quota("age", "old", 0, 9),
        Quota("age", "young", 0, 9),
    )
    diagnosis = diagnose(a_problem(6, *rows))
    assert [repair.panel_size for repair in diagnosis.repairs if repair.panel_size] == [5]


def test_a_quota_of_nobody_is_named_by_those_it_keeps_out():
    nobody = Quota("age", "young", 0, 0)
    diagnosis = diagnose(a_problem(4, WOMEN, MEN, nobody, Quota("age", "old", 4, 4)))
    (group,) = diagnosis.never
    assert (group.ids, group.blocked_by) == (("8",), (Bound(nobody, "max"),))
    assert str(group) == "1 volunteer can never be chosen, because of age=young: at most 0"


def test_more_members_than_households_conflict_without_any_quota():
    pool = Pool(("gender", "age"), tuple(Volunteer(str(n), ("man", "old"), "one home") for n in range(3)))
    rows = (Quota("gender", "man", 0, 3), Quota("age", "old", 0, 3))
    diagnosis = diagnose(a_problem(2, *rows, pool=pool))
    assert (diagnosis.possible, diagnosis.conflict) == (False, ())
    assert [repair.recruits for repair in diagnosis.repairs if repair.recruits] == [1]
    assert [repair.panel_size for repair in diagnosis.repairs if repair.panel_size] == [1]


@pytest.mark.parametrize("size", [1, 9])
def test_a_panel_of_one_or_of_everyone_is_possible(size):
    rows = (
        Quota("gender", "woman", 0, 9),
        Quota("gender", "man", 0, 9),
        Quota("age", "old", 0, 9),
        Quota("age", "young", 0, 9),
    )
    assert diagnose(a_problem(size, *rows)).possible


def test_a_locked_quota_is_never_touched():
    young = Quota("age", "young", 3, 4)
    asked = a_problem(4, WOMEN, MEN, young, OLD)
    assert any(change.bound.quota == young for repair in diagnose(asked).repairs for change in repair.changes)
    by_file = replace(asked, quotas=Quotas((WOMEN, MEN, replace(young, locked=True), OLD)))
    for found in (diagnose(asked, locked=["age=young"]), diagnose(asked, locked=["age"]), diagnose(by_file)):
        assert not [repair for repair in found.repairs if repair.changes]
        assert [repair for repair in found.repairs if repair.recruits]


def test_a_lock_on_a_quota_that_does_not_exist_is_refused_with_the_names_that_do():
    with pytest.raises(
        BadQuotas, match=r"There is no quota 'age=yuong' to lock\. Remedy: Name a feature \(gender, age\)"
    ):
        diagnose(a_problem(4, WOMEN, MEN, OLD, Quota("age", "young", 0, 4)), locked=["age=yuong"])


def test_a_repair_can_be_named_applied_and_written_as_a_quotas_file():
    young = Quota("age", "young", 3, 4, min_flex=2)
    asked = a_problem(4, WOMEN, MEN, young, replace(OLD, locked=True))
    first, again = diagnose(asked).repairs, diagnose(asked).repairs
    assert [repair.key for repair in first] == [repair.key for repair in again]
    assert len({repair.key for repair in first}) == len(first)
    mended = first[0].applied_to(asked.quotas)
    data = write_quotas(mended)
    assert data.decode().splitlines()[0] == "feature,value,min,max,min_flex,max_flex,locked"
    assert read_quotas("quotas.csv", data) == mended
    assert diagnose(replace(asked, quotas=mended)).possible
