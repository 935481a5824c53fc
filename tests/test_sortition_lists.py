"""Already selected, must include, excluded: what a list decides is kept, proved and told, or refused."""

import csv
import io
import json
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from small_pools import every_panel, problem_of, problems

from sortition.cli import sortition
from sortition.errors import QuotasCannotBeMet
from sortition.fairness import leximin
from sortition.lists import BadList, Lists, named, restricted, with_lists, without_lists

SMALL = Path(__file__).parent.parent / "fixtures" / "small"
THREE = [("x", ""), ("x", "home"), ("y", "home"), ("y", "")]
HALVES = {"f": {"x": (1, 1), "y": (1, 1)}}


def run(*arguments):
    return CliRunner().invoke(sortition, [str(argument) for argument in arguments], catch_exceptions=False)


def the_files(*more):
    files = ("--pool", SMALL / "pool.csv", "--quotas", SMALL / "quotas.csv", "--size", 8)
    return (*files, "--household", "address,postcode", *more)


def draw(out, *more):
    return run("draw", *the_files(*more), "--seed", "the ducks", "--progress", "none", "--out", out)


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def rows(data):
    return {row["id"]: row for row in csv.DictReader(io.StringIO(data.decode(), newline=""))}


@st.composite
def listed_problems(hand):
    """A small problem, one of its panels' members as certain, some of the others excluded."""
    problem = hand(problems(most=8))
    panels = every_panel(problem)
    panel = hand(st.sampled_from(panels)) if panels else ()
    certain = [id_ for id_ in panel if hand(st.integers(0, 3)) == 0]
    excluded = [id_ for id_ in problem.pool.ids if id_ not in certain and hand(st.integers(0, 3)) == 0]
    half = len(certain) // 2
    return problem, certain[:half], certain[half:], excluded


@settings(deadline=None, max_examples=60)
@given(listed_problems())
def test_nobody_excluded_is_drawn_and_everybody_with_a_seat_is(listed):
    problem, seated, included, excluded = listed
    lists = Lists(*(dict.fromkeys(ids, "here") for ids in (seated, included, excluded)))
    under = with_lists(problem, lists)
    wanted = [
        panel
        for panel in combinations(sorted(set(problem.pool.ids) - set(excluded)), problem.panel_size)
        if {*seated, *included} <= set(panel) and problem.allows(panel)
    ]
    assert every_panel(under) == wanted
    if not wanted:
        with pytest.raises(QuotasCannotBeMet):
            leximin(under)
        return
    fair = leximin(under)
    chances = fair.lottery.chances()
    assert fair.proof.proved
    assert not set(excluded) & set(chances)
    assert all(chances[id_] == 1 for id_ in (*seated, *included))
    assert without_lists(under) == problem
    assert named(under, "excluded") == tuple(sorted(excluded))


def test_without_lists_a_problem_stays_itself():
    problem = problem_of(THREE, HALVES, 2)
    assert with_lists(problem, Lists()) is problem
    assert without_lists(problem) is problem
    assert restricted(problem, {"v000", "v003"}).pool.ids == ("v000", "v003")


@pytest.mark.parametrize(
    ("seated", "included", "excluded", "said"),
    [
        ([], ["v000"], ["v000"], "past.csv: v000 is to have a seat, but is excluded in out.csv"),
        ([], ["v009"], [], "v009 is not in the pool"),
        (["v001"], ["v002"], [], "v001 lives in the same household as v002"),
        (
            ["v000", "v001"],
            [],
            [],
            "2 of those who are to have a seat have f=x, but the quota allows 1: v000 (past.csv)",
        ),
        (["v000", "v001"], ["v003"], [], "The lists give 3 seats, but the panel has 2"),
    ],
)
def test_lists_that_contradict_something_are_refused_with_the_place(seated, included, excluded, said):
    past = dict.fromkeys((*seated, *included), "past.csv")
    lists = Lists(
        {id_: past[id_] for id_ in seated}, {id_: past[id_] for id_ in included}, dict.fromkeys(excluded, "out.csv")
    )
    with pytest.raises(BadList) as refused:
        with_lists(problem_of(THREE, HALVES, 2), lists)
    assert said in refused.value.message
    assert refused.value.remedy


def test_seats_that_leave_too_few_for_the_others_are_refused():
    problem = problem_of(
        [("x", ""), ("x", ""), ("y", ""), ("z", "")], {"f": {"x": (0, 2), "y": (1, 1), "z": (0, 1)}}, 2
    )
    with pytest.raises(BadList, match="the minimums of f need 3 seats of 2"):
        with_lists(problem, Lists(included={"v000": "a", "v001": "a"}))


def test_a_feature_called_selection_is_refused():
    with pytest.raises(BadList, match="feature called selection"):
        with_lists(problem_of(THREE, {"selection": {"x": (1, 1), "y": (1, 1)}}, 2), Lists(excluded={"v000": "here"}))


def test_a_draw_under_lists_keeps_them_proves_it_and_says_so(tmp_path):
    past = write(tmp_path / "past.csv", "id,name\n115,Somebody\n999,A stranger\n")
    chosen = write(tmp_path / "chosen.csv", "id\n101\n")
    result = draw(tmp_path / "out", "--exclude", past, "--include", chosen)
    assert result.exit_code == 0, result.stderr
    assert "Notice: past.csv: 1 of the 30 volunteers is excluded." in result.stderr
    assert "past.csv: 1 row names nobody in the pool." in result.stderr
    assert "1 volunteer was given a seat by name" in result.stdout
    panel, remaining = (rows((tmp_path / "out" / name).read_bytes()) for name in ("panel.csv", "remaining.csv"))
    assert panel["101"]["selection"] == "must include"
    assert remaining["115"]["selection"] == "excluded"
    assert {row["selection"] for id_, row in panel.items() if id_ != "101"} == {"by lot"}
    chances = rows((tmp_path / "out" / "chances.csv").read_bytes())
    assert (float(chances["101"]["chance"]), float(chances["115"]["chance"])) == (1, 0)
    page = (tmp_path / "out" / "report.html").read_text()
    assert "A lottery chose 7 of them" in page
    assert "1 volunteer was left out by name, before the draw." in page
    assert run("verify", tmp_path / "out").exit_code == 0


def test_a_panel_is_completed_from_those_who_remain(tmp_path):
    """Seven of a drawn panel are already selected; the pool holds only the others; households stay apart."""
    assert draw(tmp_path / "first").exit_code == 0
    head, *members = (tmp_path / "first" / "panel.csv").read_text().splitlines()
    seven = write(tmp_path / "seven.csv", "\n".join([head, *members[:7]]) + "\n")
    pool = ("--pool", tmp_path / "first" / "remaining.csv", "--quotas", SMALL / "quotas.csv", "--size", 8)
    more = ("--household", "address,postcode", "--already", seven, "--seed", "s", "--progress", "none")
    result = run("draw", *pool, *more, "--out", tmp_path / "second")
    assert result.exit_code == 0, result.stderr
    panel = rows((tmp_path / "second" / "panel.csv").read_bytes())
    stayed = {id_ for id_, row in panel.items() if row["selection"] == "already selected"}
    assert stayed == {line.split(",")[0] for line in members[:7]}
    assert len(panel) == 8
    assert len({row["address"] for row in panel.values()}) == 8
    assert run("verify", tmp_path / "second").exit_code == 0
    again = run("draw", *pool, "--seed", "s", "--progress", "none", "--out", tmp_path / "third")
    assert again.exit_code in (0, 1), "a pool with the column `selection` of an earlier draw is read like any other"


def test_past_members_are_found_by_other_columns(tmp_path):
    past = write(tmp_path / "past.csv", "Name;POSTCODE\nvolunteer 101; nx14ab\nVolunteer 102;\nNobody;NX1 4AB\n")
    result = run("check", *the_files("--exclude", past, "--exclude-by", "name,postcode"))
    assert "selection=excluded: at most 0: 101." in result.stdout
    assert "past.csv: 1 of the 30 volunteers is excluded." in result.stderr
    shared = run("check", *the_files("--exclude", past, "--exclude-by", "postcode"))
    assert "past.csv, row 2: this is the postcode of 101, 110, 119, 128; all are excluded." in shared.stderr


@pytest.mark.parametrize(
    ("text", "option", "more", "said"),
    [
        ("id\n9999\n101\n", "--include", (), "list.csv, row 2, column id: 9999 is not in the pool pool.csv."),
        ("id,name\n,x\n101,y\n", "--include", (), "list.csv, row 2, column id: The row has no id."),
        ("name,town\nx,y\n", "--exclude", (), "No column holds the ids of the volunteers."),
        ("name\nx\n", "--exclude", ("--exclude-by", "postcode"), "The file has no column postcode."),
        ("name\nx\n", "--exclude", ("--exclude-by", "phone"), "The pool has no column phone"),
        ("id\n9999\n", "--already", (), "The quotas speak of gender, but the pool has no such column."),
        ("id\n104\n105\n", "--include", (), "lives in the same household as"),
    ],
)
def test_a_wrong_list_is_refused_with_its_place_and_nothing_is_written(text, option, more, said, tmp_path):
    result = draw(tmp_path / "out", option, write(tmp_path / "list.csv", text), *more)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert "Remedy:" in result.stderr
    assert not (tmp_path / "out").exists()


def test_exclude_by_needs_a_list(tmp_path):
    assert "there is no --exclude file" in draw(tmp_path / "out", "--exclude-by", "email").stderr


def test_a_column_called_selection_with_other_words_is_refused(tmp_path):
    head, *lines = (SMALL / "pool.csv").read_text().splitlines()
    own = write(tmp_path / "own.csv", "\n".join([head + ",Selection", *(line + ",first choice" for line in lines)]))
    listed = write(tmp_path / "list.csv", "id\n101\n")
    result = run("check", "--pool", own, "--quotas", SMALL / "quotas.csv", "--size", 8, "--include", listed)
    assert "own.csv, row 1, column Selection: The pool has a column selection of its own" in result.stderr


@pytest.mark.parametrize("id_", ["0115", "00115"])
def test_an_id_that_lost_or_won_zeros_excludes_nobody_and_that_is_told(id_, tmp_path):
    result = run("check", *the_files("--exclude", write(tmp_path / "past.csv", f"id\n{id_}\nX9\n")))
    assert result.exit_code == 0
    assert "past.csv: 2 rows name nobody in the pool." in result.stderr
    told = f"past.csv, row 2: {id_} is not in the pool, so nobody is excluded by it; 115 differs only in leading zeros"
    assert told in result.stderr
    assert result.stderr.count("differs only") == 1


def test_the_record_names_those_on_the_lists(tmp_path):
    assert draw(tmp_path / "out", "--exclude", write(tmp_path / "past.csv", "id\n115\n")).exit_code == 0
    record = json.loads((tmp_path / "out" / "report.json").read_bytes())
    assert [one["id"] for one in record["pool"] if one["values"][-1] == "excluded"] == ["115"]
    assert {"feature": "selection", "value": "excluded", "min": 0, "max": 0, "min_flex": 0, "max_flex": 0} in record[
        "quotas"
    ]


def test_no_repair_touches_a_list(tmp_path):
    """Without the young the quotas cannot be met; the way out is never to let somebody in whom a list leaves out."""
    young = [line.split(",")[0] for line in (SMALL / "pool.csv").read_text().splitlines() if ",16-29," in line]
    past = write(tmp_path / "past.csv", "id\n" + "\n".join(young[:3]) + "\n")
    result = run("check", *the_files("--exclude", past))
    assert result.exit_code == 1
    assert "lower the min of age=16-29 from 2 to 1" in result.stdout
    assert "of selection=" not in result.stdout
