"""The ideas of fair side by side: figures that are right, a picture that shows them, a command that writes both."""

import csv
import io
import itertools
import json
import re
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_pools import problem_of
from test_sortition_fairness_cli import PROBLEM, folkmoot

from sortition.comparison import Comparison, as_csv, as_json, compare, geometric_mean, gini
from sortition.comparison_page import comparison_page, figures
from sortition.comparison_svg import APART, LINES, comparison_svg
from sortition.fairness import fair_lottery
from sortition.objectives import FAIRNESS
from sortition.progress import Progress


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    rows = [("man", "young", "")] * 9 + [("woman", "young", "")] * 5
    rows += [("man", "old", "")] * 4 + [("woman", "old", "")] * 2
    return compare(problem_of(rows, {"g": {"man": (2, 2), "woman": (2, 2)}, "a": {"young": (2, 2), "old": (2, 2)}}, 4))


@given(st.lists(st.fractions(0, 1, max_denominator=50), min_size=1, max_size=12).filter(any))
@settings(derandomize=True, suppress_health_check=list(HealthCheck))
def test_gini_is_what_its_definition_says(chances):
    apart = sum((abs(a - b) for a in chances for b in chances), Fraction(0))
    assert gini(chances) == apart / (2 * len(chances) * sum(chances))


def test_the_geometric_mean_is_zero_as_soon_as_one_chance_is():
    assert geometric_mean([Fraction(1, 9), Fraction(1)]) == pytest.approx(1 / 3)
    assert geometric_mean([Fraction(0), Fraction(1)]) == 0


def test_every_row_is_the_lottery_that_draw_would_draw(comparison):
    assert [row.fairness for row in comparison.rows] == list(FAIRNESS)
    for row in comparison.rows:
        assert row.chances == fair_lottery(comparison.problem, row.fairness).lottery.chances()
        assert row.proof.proved
    best = {row.fairness: row for row in comparison.rows}
    assert best["leximin"].lowest == max(row.lowest for row in comparison.rows)
    assert best["minimax"].highest == min(row.highest for row in comparison.rows)
    assert best["nash"].geometric_mean == max(row.geometric_mean for row in comparison.rows)


def test_average_chances_by_value_add_up_to_the_quotas(comparison):
    for row in comparison.rows:
        assert row.by_value["g", "woman"] == Fraction(2, 7)
        assert row.by_value["a", "old"] == Fraction(2, 6)


def test_who_has_a_chance_under_another_idea_is_counted_as_left_out():
    rows = [("x", "")] * 3 + [("x", "C"), ("x", "C"), ("y", ""), ("z", ""), ("z", "C"), ("w", "")]
    problem = problem_of(rows, {"f": {"x": (3, 4), "y": (0, 1), "z": (0, 1), "w": (0, 0)}}, 4)
    both = compare(problem, ("minimax", "maximin"))
    assert [row.without for row in both.rows] == [1, 0]
    assert both.rows[0].lowest == both.rows[0].geometric_mean == 0
    assert both.never == 1
    assert {name: cells for name, *cells in figures(both)}["without a chance"] == ["2", "1"]


def test_the_picture_has_a_line_and_a_name_for_every_idea(comparison):
    root = ElementTree.fromstring(comparison_svg(comparison))
    space = "{http://www.w3.org/2000/svg}"
    lines = [line for line in root.iter(f"{space}polyline") if line.get("stroke-width") == "3"]
    assert len(lines) == len(FAIRNESS)
    assert len({(line.get("stroke"), line.get("stroke-dasharray")) for line in lines}) == len(FAIRNESS)
    assert len({line.get("stroke-dasharray") for line in lines}) == len(FAIRNESS)
    texts = {text.text: float(text.get("y")) for text in root.iter(f"{space}text") if text.text}
    heights = sorted(y for text, y in texts.items() if text.split()[0] in LINES)
    assert len(heights) == len(FAIRNESS)
    assert all(b - a >= APART for a, b in itertools.pairwise(heights))
    assert heights[-1] < 460


def test_a_line_rises_from_the_smallest_chance_to_the_largest(comparison):
    root = ElementTree.fromstring(comparison_svg(comparison))
    for line in root.iter("{http://www.w3.org/2000/svg}polyline"):
        if line.get("stroke-width") == "3":
            heights = [float(point.split(",")[1]) for point in line.get("points", "").split()]
            assert heights == sorted(heights, reverse=True)


def test_json_csv_and_page_tell_the_same(comparison):
    content = json.loads(json.dumps(as_json(comparison)))
    table = list(csv.reader(io.StringIO(as_csv(comparison).decode())))
    assert table[0] == ["figure", *FAIRNESS]
    assert [float(cell) for cell in table[1][1:]] == pytest.approx(
        [float(Fraction(idea["smallest_chance"])) for idea in content["ideas"]]
    )
    page = comparison_page(comparison)
    assert page.count("<svg") == 1
    assert re.search(r'<div class="wide"[^>]*>\n<svg', page), "the picture scrolls by itself, not the whole page"
    assert all(f"<strong>{name}</strong>" in page for name in FAIRNESS)
    assert "v000" not in page


def test_nobody_can_smuggle_markup_into_the_page():
    problem = problem_of([("<b>", "")] * 3, {"<i>": {"<b>": (1, 1)}}, 1)
    assert not re.search("<b>|<i>", comparison_page(compare(problem, ("leximin",))))


def test_progress_says_for_which_idea(comparison):
    heard: list[Progress] = []
    compare(comparison.problem, ("maximin", "nash"), heard.append)
    assert {step.note.split(":")[0] for step in heard} == {"maximin", "nash"}


def test_the_command_prints_a_table_and_writes_the_files(tmp_path: Path):
    done = folkmoot("compare", *PROBLEM, "--progress", "none", "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    assert "smallest chance" in done.output
    names = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert names == ["compare.csv", "compare.html", "compare.json", "compare.svg"]
    again = folkmoot("compare", *PROBLEM, "--progress", "none", "--out", str(tmp_path / "again"))
    assert again.exit_code == 0
    for name in names:
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_the_command_prints_json_for_the_ideas_asked_for():
    done = folkmoot("compare", *PROBLEM, "--progress", "none", "--fairness", "nash, leximin", "--json")
    assert [idea["fairness"] for idea in json.loads(done.stdout)["ideas"]] == ["nash", "leximin"]


@pytest.mark.parametrize("names", ["fairest", "", "leximin,,best"])
def test_an_unknown_idea_is_refused_with_the_known_ones(names, tmp_path):
    refused = folkmoot("compare", *PROBLEM, f"--fairness={names}", "--out", str(tmp_path / "out"))
    assert refused.exit_code == 1
    assert "leximin, maximin, nash, goldilocks, minimax" in refused.output
    assert not (tmp_path / "out").exists()
