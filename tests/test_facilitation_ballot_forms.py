"""The form of a ballot says what the rule accepts, and a plain form comes back as the payload that the rule reads."""

import json
from fractions import Fraction
from random import Random

import pytest
from ballot_boxes import box, definition_of, payload_of

from facilitation import ballot_forms
from facilitation.errors import BadBallot
from facilitation.rules import RULES, Terms, parse_definition

KINDS = {
    **dict.fromkeys(("yes-no", "support", "temperature", "plurality"), "one"),
    **dict.fromkeys(("irv", "stv", "borda", "schulze"), "ranking"),
    **dict.fromkeys(("greedy", "equal-shares", "phragmen"), "basket"),
    "consent": "reasoned",
    "approval": "several",
    "score": "marks",
    "majority-judgement": "grades",
    "dots": "points",
    "quadratic": "squares",
}
BIDS = {"budget": Fraction(20), "costs": tuple(map(Fraction, (7, 5, 9, 4, 6, 3)))}


def filled_in(definition, payload):
    """The fields of a plain form that says the same as this payload."""
    if isinstance(payload, dict):
        return {f"mark:{option}": [str(mark)] for option, mark in payload.items()}
    if ballot_forms.form_of(definition)["kind"] == "ranking":
        groups = [rank if isinstance(rank, list) else [rank] for rank in payload]
        return {f"rank:{option}": [str(place)] for place, group in enumerate(groups, 1) for option in group}
    if definition.rule == "consent" and isinstance(payload, list):
        return {"choice": payload[:1], "reason": payload[1:]}
    return {"choice": payload if isinstance(payload, list) else [payload]}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_form_with_its_limits_in_words(rule):
    form = ballot_forms.form_of(definition_of(rule))
    assert form["kind"] == KINDS[rule]
    assert form["hint"].endswith(".")
    assert json.loads(json.dumps(form)) == form


@pytest.mark.parametrize("rule", RULES)
def test_a_plain_form_comes_back_as_the_ballot_that_was_meant(rule):
    parse = RULES[rule].parse
    for seed in range(40):
        definition, payloads = box(rule, Random(seed), voters=3)
        for payload in payloads:
            back = ballot_forms.payload_of(definition, filled_in(definition, payload))
            assert parse(definition, back) == parse(definition, payload)


@pytest.mark.parametrize("rule", ["greedy", "equal-shares"])
@pytest.mark.parametrize(("ballots", "kind"), [("approval", "basket"), ("score", "marks"), ("ranked", "ranking")])
def test_bids_are_chosen_scored_or_ranked(rule, ballots, kind):
    definition = definition_of(rule, terms=Terms(**BIDS, ballots=ballots))
    form = ballot_forms.form_of(definition)
    assert (form["kind"], form["money"]["budget"]["words"]) == (kind, "20")
    assert [bid["words"] for bid in form["money"]["bids"]] == ["7", "5", "9", "4", "6", "3"]
    payload = {"tram": 5, "path": 0} if kind == "marks" else ["tram", "path"]
    back = ballot_forms.payload_of(definition, filled_in(definition, payload))
    assert RULES[rule].parse(definition, back) == RULES[rule].parse(definition, payload)


@pytest.mark.parametrize(
    ("rule", "fields", "why"),
    [
        ("yes-no", {}, "No answer is chosen"),
        ("yes-no", {"choice": ["yes", "no"]}, "2 answers are chosen"),
        ("irv", {"rank:tram": ["1"], "rank:bus": ["1"]}, "“tram” and “bus” are both on place 1"),
        ("irv", {"rank:tram": ["1"], "rank:bus": ["3"]}, "No option is on place 2"),
        ("schulze", {"rank:tram": ["2"], "rank:bus": ["2"]}, "No option is on place 1"),
        ("irv", {"rank:tram": ["first"]}, "place of “tram” is not a whole number"),
        ("irv", {"rank:tram": ["1", "2"]}, "place of “tram” is not a whole number"),
        ("irv", {"rank:tram": ["-1"]}, "No option is on place 1"),
        ("score", {"mark:tram": ["4.5"]}, "number of “tram” is not a whole number"),
        ("score", {"mark:tram": ["٤"]}, "number of “tram” is not a whole number"),
        ("score", {"mark:tram": ["9" * 400]}, "number of “tram” is not a whole number"),
        ("dots", {"mark:tram": ["1e3"]}, "number of “tram” is not a whole number"),
    ],
)
def test_a_plain_form_that_is_no_ballot_is_told_why(rule, fields, why):
    with pytest.raises(BadBallot, match=why) as caught:
        ballot_forms.payload_of(definition_of(rule), fields)
    assert caught.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("rule", "fields", "why"),
    [
        ("score", {"mark:tram": ["-1"]}, "The mark of “tram” is -1"),
        ("score", {"mark:tram": ["6"]}, "The mark of “tram” is 6"),
        ("dots", {"mark:tram": ["4"], "mark:bus": ["3"]}, "gives 7 dots"),
        ("quadratic", {"mark:tram": ["4"], "mark:bus": ["3"]}, "cost 25 credits"),
        ("consent", {"choice": ["objection"], "reason": [""]}, "blank"),
        ("plurality", {"choice": ["<b>"]}, "is not an option"),
        ("schulze", {}, "ranks no option"),
    ],
)
def test_the_rule_alone_judges_what_a_plain_form_says(rule, fields, why):
    definition = definition_of(rule)
    with pytest.raises(BadBallot, match=why):
        RULES[rule].parse(definition, ballot_forms.payload_of(definition, fields))


def test_a_reason_that_was_typed_and_then_not_needed_is_left_at_home():
    fields = {"choice": ["consent"], "reason": ["I had objected, and changed my mind."]}
    assert ballot_forms.payload_of(definition_of("consent"), fields) == "consent"


def test_the_limits_of_a_form_are_those_of_its_rule():
    """Exactly at the limit a ballot is taken, one above it is refused."""
    for rule, limit in (("score", "highest"), ("dots", "cap"), ("quadratic", "cap")):
        definition = definition_of(rule)
        most = ballot_forms.form_of(definition)[limit]
        RULES[rule].parse(definition, {"tram": most})
        with pytest.raises(BadBallot):
            RULES[rule].parse(definition, {"tram": most + 1})
    grades = ballot_forms.form_of(definition_of("majority-judgement"))["grades"]
    RULES["majority-judgement"].parse(definition_of("majority-judgement"), {"tram": len(grades) - 1})
    three = parse_definition({"title": "?", "rule": "approval", "options": list("abcd"), "max_choices": 3})
    assert ballot_forms.form_of(three)["most"] == 3


def test_a_payload_is_never_invented():
    rng = Random(7)
    for rule in RULES:
        definition = definition_of(rule)
        assert payload_of(definition, rng) is not None
        with pytest.raises(BadBallot):
            RULES[rule].parse(
                definition,
                ballot_forms.payload_of(definition, {"choice": ["ferry boat"], "mark:x": ["1"], "rank:x": ["1"]}),
            )
