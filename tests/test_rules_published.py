"""What the literature says of its own examples, typed from there and not from our results.

The golden pairs in `fixtures/counts` and `fixtures/rounds` hold everything that the house says of them; here stand only
the numbers that were printed elsewhere, so that a golden result which is accepted too quickly is found out.
"""

import json

import golden
import pytest
from test_rules_golden import counted


def result(name):
    folder = "rounds" if (golden.FIXTURES / f"rounds/{name}.json").exists() else "counts"
    return counted(golden.FIXTURES / f"{folder}/{name}.json").as_json()


def test_the_capital_of_tennessee():
    """The textbook's 42, 26, 15 and 17 of 100 voters, whom every rule treats in its own way."""
    plurality = result("plurality_tennessee")
    assert (plurality["winners"], plurality["counts"]["Memphis"]) == (["Memphis"], 42)
    rounds = [stage["counts"] for stage in result("irv_tennessee")["rounds"]]
    assert rounds == [
        {"Memphis": 42, "Nashville": 26, "Chattanooga": 15, "Knoxville": 17},
        {"Memphis": 42, "Nashville": 26, "Knoxville": 32},
        {"Memphis": 42, "Knoxville": 58},
    ]
    assert result("irv_tennessee")["winners"] == result("stv_tennessee")["winners"] == ["Knoxville"]
    points = {"Memphis": 126, "Nashville": 194, "Chattanooga": 173, "Knoxville": 107}
    assert result("borda_tennessee")["counts"] == points
    schulze = result("schulze_tennessee")
    assert schulze["winners"] == ["Nashville"]
    assert "a direct win over each of the" in schulze["sentence"]


def test_schulzes_45_voters():
    """Schulze, Social Choice and Welfare 2011: the matrices d and p, and the order E, A, C, B, D."""
    direct, paths = result("schulze_45_voters")["tables"]
    assert [row[1:] for row in direct["rows"]] == [
        [0, 20, 26, 30, 22],
        [25, 0, 16, 33, 18],
        [19, 29, 0, 17, 24],
        [15, 12, 28, 0, 14],
        [23, 27, 21, 31, 0],
    ]
    assert [row[1:] for row in paths["rows"]] == [
        [0, 28, 28, 30, 24],
        [25, 0, 28, 33, 24],
        [25, 29, 0, 29, 24],
        [25, 28, 28, 0, 24],
        [25, 28, 28, 31, 0],
    ]
    counts = result("schulze_45_voters")["counts"]
    assert sorted(counts, key=counts.__getitem__, reverse=True) == ["E", "A", "C", "B", "D"]


@pytest.mark.parametrize(
    ("name", "funded"),
    [
        ("equal_shares_by_cost", ["p0", "p2"]),
        ("equal_shares_by_count", ["p0", "p1", "p3"]),
        ("equal_shares_add1", ["p0", "p1", "p2"]),
    ],
)
def test_the_second_approval_example_of_pabutools(name, funded):
    """AppEx_2 of its tests: costs 1, 0.9, 2 and 1.09, a budget of 4, ballots p0, p1 p2 p3 twice, p2."""
    asked = json.loads((golden.FIXTURES / f"counts/{name}.json").read_text(encoding="utf-8"))
    assert asked["definition"]["terms"]["costs"] == ["10", "9", "20", "10.9"]
    assert asked["ballots"] == [[1, ["p0"]], [2, ["p1", "p2", "p3"]], [1, ["p2"]]]
    assert result(name)["winners"] == funded


def test_the_running_example_of_lackner_and_skowron():
    """Four of seven: by approval {a, b, c, d} and {a, b, c, f}; Phragmén {a, b, c, d}; equal shares {a} alone."""
    approval = result("approval_running_example")
    assert (approval["verdict"], approval["winners"]) == ("tie", ["a", "b", "c", "d", "f"])
    assert approval["counts"] == {"a": 8, "b": 4, "c": 4, "d": 2, "e": 1, "f": 2, "g": 1}
    assert result("phragmen_running_example")["winners"] == ["a", "b", "c", "d"]
    assert result("equal_shares_running_example")["winners"] == ["a"]


def test_the_experiment_of_orsay():
    """Balinski and Laraki: all three are “good”, and Bayrou is first, Royal second, Sarkozy third."""
    judged = result("majority_judgement_orsay")
    assert judged["winners"] == ["Bayrou"]
    assert [row[1] for row in judged["tables"][0]["rows"]] == ["good"] * 3
    excellent = {row[0]: row[7] for row in judged["tables"][0]["rows"]}
    assert excellent == {"Bayrou": 136, "Royal": 167, "Sarkozy": 191}


def test_twenty_guests_choose_three_dishes():
    """The food example of many introductions to STV: a quota of 6; chocolate first, then oranges, then strawberries."""
    dishes = result("stv_food")
    assert [(stage["elected"], stage["eliminated"]) for stage in dishes["rounds"]] == [
        (["chocolate"], []),
        ([], []),
        (["oranges"], ["pears"]),
        (["strawberries"], ["sweets"]),
    ]
    assert dishes["rounds"][1]["counts"]["strawberries"] == 5
    assert dishes["rounds"][1]["counts"]["sweets"] == 3
    assert "The quota was 6" in dishes["sentence"]


def test_the_french_convention_on_the_end_of_life():
    """19 February 2023, 184 members: 125 for, 32 against, 10 abstentions; the same votes on three bases."""
    vote = result("yes_no_passes_on_yes_or_no_votes")
    shares = {base: options["yes"]["text"] for base, options in vote["shares"].items()}
    assert (shares["yes+no"], shares["cast"], shares["entitled"]) == ("79.6 %", "74.9 %", "67.9 %")
    assert vote["verdict"] == "passed"
    assert result("yes_no_fails_on_all_members")["verdict"] == "failed"
