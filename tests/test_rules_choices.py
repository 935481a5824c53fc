"""What only some rules have: ballots of many forms, terms and lots; and that every rule is offered for rounds."""

import hashlib
import hmac
import importlib
import json
import pkgutil
import subprocess
import sys
from random import Random

import pytest
from ballot_boxes import box, count, definition_of
from hypothesis import given, settings
from hypothesis import strategies as st

import facilitation.rules
from facilitation.ballot_words import WITH_ANSWERS
from facilitation.errors import BadBallot, BadRound
from facilitation.rules import (
    NAMES,
    RULES,
    Electorate,
    Terms,
    canonical,
    every_rule,
    parse_count,
    parse_definition,
    read_choice,
)
from facilitation.rules.conflicts import refuse_conflicts
from facilitation.rules.lot import Lot
from facilitation.rules.yes_no import decided_by_chair
from web.shapes import RoundBody

unhurried = settings(deadline=None, max_examples=40)

PLAIN = sorted(every_rule())


def test_every_rule_that_is_there_has_a_name_and_none_is_read_before_it_is_asked_for():
    files = {found.name for found in pkgutil.iter_modules(facilitation.rules.__path__)}
    with_a_rule = {name for name in files if hasattr(importlib.import_module(f"facilitation.rules.{name}"), "RULE")}
    assert {name.replace("_", "-") for name in with_a_rule} == set(RULES) == {rule.name for rule in RULES.values()}
    assert list(NAMES) == sorted(NAMES)
    program = (
        "import sys, facilitation.desk\n"
        "from facilitation.rules import RULES\n"
        "RULES['yes-no'], RULES['stv'], 'schulze' in RULES, list(RULES)\n"
        "print(sorted({'numpy', 'facilitation.rules.schulze', 'facilitation.rules.budget'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "[]", done.stderr


def test_every_rule_is_offered_for_rounds_with_its_terms():
    assert set(RoundBody.model_json_schema()["properties"]["rule"]["enum"]) == set(RULES)
    for rule in PLAIN:
        definition = definition_of(rule)
        assert parse_definition(json.loads(json.dumps(definition.as_json()))) == definition


def test_a_round_in_the_hall_has_no_more_options_than_a_screen_can_show():
    spec = {"title": "Which?", "rule": "approval", "options": [f"option {n}" for n in range(101)]}
    assert len(parse_count(spec).options) == 101
    with pytest.raises(BadRound, match="101 options"):
        parse_definition(spec)


@pytest.mark.parametrize("rule", PLAIN)
def test_a_definition_is_the_same_after_a_journey_as_json(rule):
    definition = definition_of(rule)
    assert parse_count(definition.as_json()) == definition


@pytest.mark.parametrize("rule", PLAIN)
def test_a_ballot_is_the_same_after_its_stay_in_the_urn(rule):
    for seed in range(30):
        definition, payloads = box(rule, Random(seed), voters=5)
        for payload in payloads:
            choice = every_rule()[rule].parse(definition, payload)
            assert read_choice(definition, canonical(choice)) == choice


@pytest.mark.parametrize("rule", PLAIN)
@pytest.mark.parametrize(
    "payload", [None, True, 0.5, "maybe", ["maybe"], {"maybe": 1}, {"tram": 0.5}, [[]], [["tram"], "tram"]]
)
def test_what_is_not_one_countable_ballot_is_refused(rule, payload):
    with pytest.raises(BadBallot) as caught:
        every_rule()[rule].parse(definition_of(rule), payload)
    assert caught.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("rule", "payload", "why"),
    [
        ("score", {"tram": 6}, "The mark of “tram” is 6"),
        ("score", {"tram": -1}, "The mark of “tram” is -1"),
        ("score", {"tram": 10**400}, "The mark of “tram” is a number"),
        ("score", {"tram": "5"}, "The mark of “tram” is a text"),
        ("score", {"tram": 1, " tram": 2}, "marks “tram” twice"),
        ("score", [1, 2], "2 marks for 6 options"),
        ("majority-judgement", {"tram": 6}, "The mark of “tram” is 6"),
        ("dots", {"tram": 4, "bus": 3}, "gives 7 dots"),
        ("dots", {"tram": 5}, "The mark of “tram” is 5"),
        ("quadratic", {"tram": 4, "bus": 3}, "cost 25 credits"),
        ("borda", [], "ranks no option"),
        ("schulze", ["tram", ["bus", "tram"]], "names “tram” twice"),
        ("consent", "objection", "has no reason"),
        ("consent", ["objection", " "], "blank"),
        ("consent", ["objection", "x" * 1001], "1001 characters"),
        ("consent", ["consent", "why not"], "Only an objection"),
        ("plurality", ["tram"], "one option, not a list"),
    ],
)
def test_a_ballot_outside_its_form_is_refused_with_the_reason(rule, payload, why):
    with pytest.raises(BadBallot, match=why):
        every_rule()[rule].parse(definition_of(rule), payload)


@pytest.mark.parametrize(
    ("rule", "terms", "why"),
    [
        ("borda", Terms(cap=2), "no term “cap”"),
        ("score", Terms(points=2), "no term “points”"),
        ("plurality", Terms(seats=7), "7 seats, but 6 options"),
        ("dots", Terms(seed="x"), "does not say how many dots"),
        ("dots", Terms(points=2, cap=3), "cap is above"),
        ("quadratic", Terms(seed="x"), "does not say how many credits"),
        ("majority-judgement", Terms(grades=("good",)), "at least two grades"),
        ("majority-judgement", Terms(grades=("good", "Good")), "cannot be told apart"),
    ],
)
def test_terms_that_a_rule_cannot_keep_are_refused(rule, terms, why):
    with pytest.raises(BadRound, match=why):
        definition_of(rule, terms=terms)


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"seats": 0}, "seats is 0"),
        ({"seats": True}, "not a whole number"),
        ({"seets": 1}, "no field “seets”"),
        ({"missing": "none"}, "not known in this form"),
        ({"seed": " "}, "blank or endless"),
        ({"seed": 7}, "not a text"),
        ({"grades": "good"}, "not a list"),
        ([], "not an object"),
    ],
)
def test_terms_that_do_not_hold_together_are_refused(terms, why):
    with pytest.raises(BadRound, match=why):
        parse_count({"title": "Which?", "rule": "score", "options": ["tram", "bus"], "terms": terms})


@pytest.mark.parametrize("rule", sorted(set(PLAIN) - {"yes-no", "support", "approval", "plurality", "irv"}))
def test_a_line_is_refused_where_there_is_no_share_that_it_could_test(rule):
    line = {"share": "1/2", "op": ">", "base": "valid"}
    definition = definition_of(rule).as_json()
    with pytest.raises(BadRound, match="takes no threshold"):
        parse_count({**definition, "threshold": line})


def test_the_lot_is_drawn_by_the_recipe_that_is_published():
    key = hashlib.sha256(b"folkmoot lot 1\nWhich first?\nten dice").digest()
    expected = sorted(["tram", "bus", "ferry"], key=lambda option: hmac.new(key, option.encode(), "sha256").digest())
    assert list(Lot.draw("Which first?", "ten dice", ("tram", "bus", "ferry")).order) == expected


def test_a_lot_prefers_every_option_about_as_often():
    firsts = [Lot.draw("Which?", f"seed {seed}", ("tram", "bus", "ferry")).order[0] for seed in range(600)]
    assert all(150 < firsts.count(option) < 250 for option in ("tram", "bus", "ferry"))


@pytest.mark.parametrize("rule", ["plurality", "approval", "score", "majority-judgement", "borda", "schulze", "dots"])
def test_level_options_are_a_tie_without_a_seed_and_one_winner_with_it(rule):
    definition, _ = box(rule, Random(0))
    one = {"plurality": lambda o: o, "score": lambda o: {o: 5}, "majority-judgement": lambda o: {o: 5}}
    ballots = [one.get(rule, lambda o: {o: 4} if rule == "dots" else [o])(o) for o in definition.options]
    level = count(definition, ballots)
    assert (level.verdict, level.winners) == ("tie", definition.options)
    terms = Terms(seed="ten dice", points=definition.terms.points, cap=definition.terms.cap)
    drawn = count(definition_of(rule, terms=terms), ballots)
    assert drawn.verdict == "none"
    assert drawn.winners == (Lot.draw("Where?", "ten dice", definition.options).order[0],)
    assert "by lot" in drawn.lots[0]
    assert drawn.lots[0] in drawn.sentence


@pytest.mark.parametrize("rule", ["plurality", "approval", "score", "majority-judgement", "borda", "schulze"])
@unhurried
@given(seed=st.integers(0, 10**6), seats=st.integers(1, 6))
def test_as_many_are_chosen_as_there_are_seats(rule, seed, seats):
    definition, payloads = box(rule, Random(seed), voters=9, terms=Terms(seats=seats, seed="dice"))
    result = count(definition, payloads)
    if result.verdict != "no-decision":
        assert len(result.winners) == seats
    open_ = count(definition_of(rule, terms=Terms(seats=seats)), payloads)
    assert set(result.winners) <= set(open_.winners) or result.verdict == "no-decision"


def test_the_chair_breaks_a_tie_only_where_the_definition_says_so():
    spec = {"title": "Adopt?", "rule": "yes-no", "threshold": {"share": "1/2", "op": ">", "base": "yes+no"}}
    plain = parse_count(spec)
    with pytest.raises(BadRound, match="no casting vote"):
        decided_by_chair(plain, count(plain, ["yes", "no"]), "yes")
    chaired = parse_count({**spec, "terms": {"level": "casting-vote"}})
    with pytest.raises(BadRound, match="no casting vote"):
        decided_by_chair(chaired, count(chaired, ["yes", "no", "no"]), "yes")
    level = count(chaired, ["yes", "no"])
    with pytest.raises(BadBallot, match="yes or no"):
        decided_by_chair(chaired, level, "abstain")
    decided = decided_by_chair(chaired, level, "yes")
    assert (decided.verdict, decided.winners, decided.counts) == ("passed", ("yes",), level.counts)


def test_presence_can_make_the_turnout():
    line = {"share": "1/2", "op": ">", "base": "yes+no", "minimum_turnout": "1/2"}
    verdicts = []
    for participation in ("cast", "present"):
        asked = parse_count(
            {"title": "Adopt?", "rule": "yes-no", "threshold": line, "terms": {"participation": participation}}
        )
        result = every_rule()["yes-no"].tally(asked, ["yes", "yes"], Electorate(present=5, entitled=10))
        verdicts.append(result.verdict)
    assert verdicts == ["no-decision", "passed"]


def test_reasons_of_objections_stand_in_no_order_of_voting():
    definition = definition_of("consent")
    told = [["objection", "Too far."], "consent", ["objection", "Too dear."]]
    assert count(definition, told).remarks == count(definition, told[::-1]).remarks == ("Too dear.", "Too far.")


def test_a_temperature_check_never_has_a_winner():
    result = count(definition_of("temperature"), ["warm"] * 20)
    assert (result.verdict, result.winners, result.binding) == ("none", (), False)
    assert result.as_json()["binding"] is False


@pytest.mark.parametrize(
    ("rule", "ballot"),
    [
        ("score", {"tram": 0}),
        ("dots", {"tram": 1}),
        ("quadratic", {"tram": 2, "bus": 1}),
        ("approval", ["tram"]),
        ("borda", [["bus", "tram"]]),
        ("plurality", "tram"),
    ],
)
def test_a_group_cannot_vote_for_its_own_bid(rule, ballot):
    definition = definition_of(rule)
    choice = every_rule()[rule].parse(definition, ballot)
    with pytest.raises(BadBallot, match="“tram”, which its member has a part in"):
        refuse_conflicts(definition, choice, {"tram"})
    assert refuse_conflicts(definition, choice, {"ferry"}) == choice


def test_the_rules_that_bring_answers_along_are_named() -> None:
    assert {name for name, rule in every_rule().items() if rule.default_options} == set(WITH_ANSWERS)
