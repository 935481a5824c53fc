"""What a draw problem is: its parts fit together, and a panel is what the quotas say."""

import pytest
from small_pools import problem_of

from sortition.errors import BadPool, BadProblem, BadQuotas
from sortition.pool import Pool, Volunteer
from sortition.problem import DrawProblem
from sortition.quotas import Quota, Quotas

GENDERS = {"gender": {"man": (1, 2), "woman": (1, 2)}}


def a_problem(size: int = 3) -> DrawProblem:
    return problem_of([("man", "A"), ("woman", "A"), ("man", ""), ("woman", ""), ("man", "B")], GENDERS, size)


def test_a_panel_keeps_size_quotas_and_households():
    problem = a_problem()
    assert problem.allows({"v000", "v002", "v003"})
    assert "2 members of the household 'A'" in problem.faults_of({"v000", "v001", "v002"})
    assert "0 members with gender=woman, at least 1 needed" in problem.faults_of({"v000", "v002", "v004"})
    assert "2 members instead of 3" in problem.faults_of({"v000", "v003"})
    assert problem.faults_of({"v000", "v003", "stranger"}) == ("'stranger' is not in the pool",)


def test_one_volunteer_is_counted_once():
    assert "'v000' occurs 2 times" in a_problem().faults_of(["v000", "v000", "v003"])


def test_blank_households_are_no_household():
    problem = problem_of([("man", ""), ("woman", "")], {"gender": {"man": (1, 1), "woman": (1, 1)}}, 2)
    assert problem.allows({"v000", "v001"})
    assert not problem.pool.households


def test_a_household_of_one_is_no_tie():
    problem = a_problem()
    alone = next(kind for kind in problem.types if "v004" in kind.members)
    assert alone.members == ("v002", "v004")


def test_types_do_not_depend_on_the_order_of_rows():
    problem = a_problem()
    backwards = Pool(problem.pool.features, problem.pool.volunteers[::-1])
    assert DrawProblem(backwards, problem.quotas, 3).types == problem.types


def test_two_alike_in_one_household_share_one_seat():
    problem = problem_of([("man", "A"), ("man", "A"), ("woman", "")], GENDERS, 2)
    couple = next(kind for kind in problem.types if len(kind) == 2)
    assert couple.most == 1


def test_features_without_quotas_tell_nobody_apart():
    pool = Pool(("gender", "shoes"), (Volunteer("a", ("man", "41")), Volunteer("b", ("man", "42"))))
    assert len(DrawProblem(pool, Quotas((Quota("gender", "man", 0, 1),)), 1).types) == 1


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: Volunteer("", ("man",)), BadPool),
        (lambda: Pool(("gender",), (Volunteer("a", ("man",)), Volunteer("a", ("man",)))), BadPool),
        (lambda: Pool(("gender",), (Volunteer("a", ()),)), BadPool),
        (lambda: Pool(("gender", "gender"), ()), BadPool),
        (lambda: Quota("gender", "man", -1, 2), BadQuotas),
        (lambda: Quota("gender", "man", 3, 2), BadQuotas),
        (lambda: Quota("gender", "man", 1, 2, min_flex=2), BadQuotas),
        (lambda: Quota("gender", "man", 1, 2, max_flex=1), BadQuotas),
        (lambda: Quotas((Quota("gender", "man", 1, 2), Quota("gender", "man", 0, 2))), BadQuotas),
        (lambda: a_problem(size=0), BadProblem),
        (lambda: DrawProblem(Pool((), ()), Quotas((Quota("gender", "man", 1, 2),)), 1), BadProblem),
        (lambda: problem_of([("other", "")], GENDERS, 1), BadProblem),
    ],
)
def test_parts_that_do_not_fit_are_refused_with_a_remedy(make, error):
    with pytest.raises(error) as refused:
        make()
    assert refused.value.remedy
    assert refused.value.message in str(refused.value)
