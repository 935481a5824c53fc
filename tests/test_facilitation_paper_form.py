"""A ballot on paper: every rule has one, and what is typed from it is what a tablet would have sent."""

from __future__ import annotations

from typing import Any

import pytest

from facilitation.ballot_forms import payload_of
from facilitation.paper_form import paper_form, who_will_know
from facilitation.rules import every_rule, parse_count
from web.paper import size_of

Typed = dict[str, list[str]]
OPTIONS = ["tram", "bus", "path"]
BUDGET = {"budget": 100, "costs": [60, "39.5", 1]}
TICKED: Typed = {"choice": ["path", "tram"]}
RANKED: Typed = {"rank:tram": ["2"], "rank:bus": [""], "rank:path": [" 1 "]}
MARKED: Typed = {"mark:tram": ["2"], "mark:bus": [""]}
FILLED_IN: dict[str, tuple[dict[str, Any], Typed, object]] = {
    "yes-no": ({}, {"choice": ["no"]}, "no"),
    "support": ({}, {"choice": ["live with"]}, "live with"),
    "consent": ({}, {"choice": ["objection"], "reason": ["Too dear."]}, ("objection", "Too dear.")),
    "temperature": ({}, {"choice": ["warm"]}, "warm"),
    "plurality": ({"options": OPTIONS}, {"choice": ["bus"]}, "bus"),
    "approval": ({"options": OPTIONS}, TICKED, ("tram", "path")),
    "irv": ({"options": OPTIONS}, RANKED, ("path", "tram")),
    "stv": ({"options": OPTIONS}, RANKED, ("path", "tram")),
    "borda": (
        {"options": OPTIONS},
        {"rank:tram": ["1"], "rank:bus": ["2"], "rank:path": ["1"]},
        (("path", "tram"), "bus"),
    ),
    "schulze": ({"options": OPTIONS}, RANKED, ("path", "tram")),
    "score": ({"options": OPTIONS}, MARKED, (2, None, None)),
    "majority-judgement": ({"options": OPTIONS}, MARKED, (2, None, None)),
    "dots": ({"options": OPTIONS, "terms": {"points": 3}}, MARKED, (2, 0, 0)),
    "quadratic": ({"options": OPTIONS, "terms": {"points": 9}}, MARKED, (2, 0, 0)),
    "greedy": ({"options": OPTIONS, "terms": {**BUDGET, "ballots": "score"}}, MARKED, (2, None, None)),
    "equal-shares": ({"options": OPTIONS, "terms": {**BUDGET, "ballots": "ranked"}}, RANKED, ("path", "tram")),
    "phragmen": ({"options": OPTIONS, "terms": BUDGET}, TICKED, ("tram", "path")),
}


def asked(rule: str, **more: Any) -> Any:
    return parse_count({"title": "Which?", "rule": rule, **FILLED_IN[rule][0], **more})


def test_every_counting_rule_has_its_paper() -> None:
    assert set(FILLED_IN) == set(every_rule())


@pytest.mark.parametrize("rule", sorted(FILLED_IN))
def test_boxes_of_the_paper_become_a_ballot_of_the_rule(rule: str) -> None:
    definition, (_, typed, choice) = asked(rule), FILLED_IN[rule]
    assert every_rule()[rule].parse(definition, payload_of(definition, typed)) == choice


@pytest.mark.parametrize("rule", sorted(FILLED_IN))
def test_a_paper_says_how_it_is_filled_in_and_offers_every_option(rule: str) -> None:
    form = paper_form(asked(rule))
    assert form.how.endswith(".")
    assert tuple(row.option for row in form.rows) == asked(rule).options
    assert size_of(form, "Which?") == "half"


def test_long_scales_are_written_as_numbers() -> None:
    assert paper_form(asked("score")).kind == "grid"
    assert paper_form(asked("score", terms={"highest": 100})).kind == "number"
    assert paper_form(asked("dots", terms={"points": 5})).dots == 5
    assert paper_form(asked("dots", terms={"points": 100})).dots == 0
    assert [column.price for column in paper_form(asked("quadratic")).columns] == ["1", "4", "9"]
    assert paper_form(asked("quadratic", terms={"points": 400})).kind == "number"


@pytest.mark.parametrize("rule", ["phragmen", "greedy", "equal-shares"])
def test_what_a_bid_costs_stands_beside_it_and_what_there_is_stands_once(rule: str) -> None:
    form = paper_form(asked(rule))
    assert [row.cost for row in form.rows] == ["60", "39.50", "1"]
    assert " ".join([form.how, *form.notes]).count("There is 100 to spend.") == 1


def test_long_lists_have_a_page_of_their_own() -> None:
    many = parse_count({"title": "Which?", "rule": "approval", "options": [f"option {n}" for n in range(20)]})
    assert size_of(paper_form(many), "Which?") == "whole"


def test_a_paper_does_not_hide_that_somebody_types_it_in() -> None:
    assert "scrutineer" in who_will_know("secret") == who_will_know("sealed")
    assert "by name" in who_will_know("open")


@pytest.mark.parametrize("rule", sorted(FILLED_IN))
def test_the_boxes_bear_the_names_by_which_they_are_read(rule: str) -> None:
    form, typed = paper_form(asked(rule)), FILLED_IN[rule][1]
    assert all(name == "reason" or name.startswith(form.field) for name in typed)
    assert bool(form.with_reason) == ("reason" in typed)
