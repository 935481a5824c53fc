"""The form for a round: every rule has one, it asks for all that the rule reads, and nothing is lost on the way."""

from dataclasses import replace

import pytest
from test_rehearsal_robots import KINDS as ROUNDS

from facilitation.conduct import read_conduct
from facilitation.rules import RULES, every_rule, parse_count
from web.errors import BadForm
from web.round_fields import FIELDS, NO_TERM
from web.round_forms import bids_of, fields_of, spec_of, threshold_choices, turnout_choices
from web.round_kinds import GROUPS, KINDS, of_group, rule_words


def test_every_rule_has_its_place_among_the_kinds():
    assert set(KINDS) == set(RULES)
    assert sorted(kind.rule for group in GROUPS for kind in of_group(group)) == sorted(RULES)
    assert len({rule_words(rule) for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_form_asks_for_every_term_that_its_rule_reads_and_for_no_other(rule):
    fields = set(KINDS[rule].fields)
    terms = {name for name in fields if name not in NO_TERM}
    if "bids" in fields:
        terms |= {"costs", "least"} & every_rule()[rule].terms
    reads = set(every_rule()[rule].terms) - ({"ballots", "highest"} if rule == "phragmen" else set())
    assert terms == reads
    assert fields - {"threshold", "minimum_turnout"} <= set(FIELDS)
    assert ("options" in fields or "bids" in fields) == (every_rule()[rule].default_options is None)


@pytest.mark.parametrize("asked", ROUNDS, ids=lambda asked: f"{asked.rule}-{len(asked.options)}")
def test_a_round_survives_the_way_into_the_form_and_back(asked):
    if asked.rule == "equal-shares" and asked.terms.completion is None:
        asked = replace(asked, terms=replace(asked.terms, completion="none"))  # said aloud by the form
    form = fields_of(asked.as_json())
    assert all(isinstance(value, str) for value in form.values())
    assert parse_count(spec_of(form)) == asked


LINES = [
    {"share": "2/3", "op": ">=", "base": "yes+no", "minimum_turnout": "1/2"},
    {"share": "3/5", "op": ">", "base": "present", "minimum_turnout": "2/5"},
    {"share": "1/2", "op": ">", "base": "entitled", "minimum_turnout": None},
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_survives_it_too(line):
    asked = parse_count({"title": "?", "rule": "yes-no", "threshold": line, "terms": {"level": "fail"}})
    form = fields_of(asked.as_json())
    assert parse_count(spec_of(form)) == asked
    assert form["threshold"] in {choice["value"] for choice in threshold_choices("yes-no", other=True)}
    assert form["minimum_turnout"] in {choice["value"] for choice in turnout_choices(form["minimum_turnout"])}


CONDUCTS = [
    {},
    {"secrecy": "open"},
    {"secrecy": "sealed", "publish": "root", "scrutiny": True, "hold": True},
    {"changeable": True, "classes": "group", "both": True, "blocks": "bids"},
    {"after": {"round": "r1", "verdict": "failed"}, "practice": True},
]


@pytest.mark.parametrize("conduct", CONDUCTS)
def test_and_so_does_how_it_is_held(conduct):
    asked = parse_count({"title": "?", "rule": "yes-no"}).as_json()
    held = read_conduct(conduct)
    assert read_conduct(spec_of(fields_of(asked, held.as_json())).get("conduct")) == held


def test_a_plain_vote_needs_no_more_than_its_question():
    assert spec_of({"title": " Adopt? ", "rule": "yes-no", "threshold": "", "minimum_turnout": ""}) == {
        "title": "Adopt?",
        "rule": "yes-no",
    }


def test_what_was_typed_for_another_kind_is_left_alone():
    typed = {"title": "?", "rule": "irv", "options": "a\nb", "budget": "20", "bids": "what | ever | you | like"}
    assert spec_of(typed) == {"title": "?", "rule": "irv", "options": ["a", "b"]}
    dots = {"title": "?", "rule": "dots", "options": "a\nb", "points": "6", "threshold": "x", "minimum_turnout": "1/2"}
    assert spec_of(dots) == {"title": "?", "rule": "dots", "options": ["a", "b"], "terms": {"points": 6}}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("Trees", "line 1"),
        ("Trees | 12\n\n| 9", "line 2"),
        ("Trees | 12 | 9 | 3", "line 1"),
        ("Trees |", "line 1"),
    ],
)
def test_a_bid_without_its_cost_is_named_by_its_line(lines, words):
    with pytest.raises(BadForm, match=words):
        bids_of({"bids": lines})


@pytest.mark.parametrize(("field", "typed"), [("seats", "two"), ("points", "3.5"), ("max_choices", "--1")])
def test_a_number_that_is_none_is_named_by_its_field(field, typed):
    rule = {"seats": "stv", "points": "dots", "max_choices": "approval"}[field]
    with pytest.raises(BadForm, match=field):
        spec_of({"title": "?", "rule": rule, "options": "a\nb", field: typed})


@pytest.mark.parametrize("sent", [{"options": 5}, {"options": {"a": 1}}, {"title": ["a", "b"]}, {"seats": {"x": 1}}])
def test_what_no_form_sends_is_refused_by_its_field(sent):
    with pytest.raises(BadForm, match=next(iter(sent))):
        spec_of({"title": "?", "rule": "stv", "options": "a\nb", **sent})
