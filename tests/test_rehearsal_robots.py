"""Robot members: ballots that every rule can count, the same for the same seed, and different enough to show a rule."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from ballot_boxes import FIXED, definition_of
from click.testing import CliRunner

from facilitation.cli import main
from facilitation.conduct import Conduct
from facilitation.errors import BadRequest, BadRound
from facilitation.rehearsal import MINDS, MOST_ROBOTS, REASONS, robot_ballots, robot_payloads
from facilitation.rehearsed import Groups, rehearse
from facilitation.rules import (
    Electorate,
    RoundDefinition,
    Terms,
    Threshold,
    canonical,
    every_rule,
    parse_definition,
    read_choice,
)
from facilitation.rules.more_votes import RULES_WITH_BIDS
from facilitation.side_by_side import apart, compared, counted_by, liked, name_of
from web.rehearsal.demo_day import BUSES, COMING, ROBOTS
from web.rehearsal.robots import SEED, minds

MANY = tuple(f"bid {n}" for n in range(29))
RG = Random(7)
COSTS = tuple(Fraction(RG.randrange(500, 6000, 100)) for _ in MANY)


def a_budget(rule="greedy", **terms):
    said = {"budget": Fraction(20000), "costs": COSTS, **terms}
    return RoundDefinition("Which bids?", rule, MANY, terms=Terms(**said))


def every_kind():
    """A round of every rule, and of every form that its terms can give its ballots."""
    for rule in every_rule():
        yield definition_of(rule)
        if rule not in FIXED:
            yield definition_of(rule, names=("tram", "bus"), terms=_for_two(rule))
    for rule in RULES_WITH_BIDS[:2]:
        yield a_budget(rule, ballots="score", highest=10)
        yield replace(a_budget(rule, ballots="ranked"), max_choices=5)
        yield replace(a_budget(rule), max_choices=3)
    yield definition_of("score", terms=Terms(highest=1))
    yield definition_of("majority-judgement", terms=Terms(grades=("no", "yes")))
    yield definition_of("dots", terms=Terms(points=1))
    yield definition_of("dots", terms=Terms(points=10**15, cap=7))
    yield definition_of("quadratic", terms=Terms(points=10**15))
    yield replace(definition_of("approval"), max_choices=1)
    yield RoundDefinition("Build it?", "yes-no", ("against", "for"))
    yield RoundDefinition("So far?", "temperature", ("hot", "cold"))


def _for_two(rule):
    if rule in RULES_WITH_BIDS:
        return Terms(budget=Fraction(9), costs=(Fraction(5), Fraction(4)))
    return Terms(points=6) if rule in ("dots", "quadratic") else Terms()


KINDS = list(every_kind())


def test_every_rule_has_robots():
    assert set(MINDS) == set(every_rule())


@pytest.mark.parametrize("asked", KINDS, ids=lambda asked: f"{asked.rule}-{len(asked.options)}")
def test_robots_send_what_the_rule_takes_and_can_be_counted(asked):
    rule = every_rule()[asked.rule]
    for seed in ("ten dice", "twelve beans"):
        ballots = robot_ballots(asked, 60, seed)
        assert ballots == tuple(rule.parse(asked, payload) for payload in robot_payloads(asked, 60, seed))
        assert all(read_choice(asked, canonical(ballot)) == ballot for ballot in ballots)
        result = rule.tally(asked, ballots, Electorate(60, 60))
        assert result.bases.valid == 60
        assert result.verdict != "no-decision"


@pytest.mark.parametrize("rule", list(every_rule()))
def test_robots_do_not_all_think_alike(rule):
    asked = definition_of(rule)
    assert len(set(robot_ballots(asked, 60, "ten dice"))) > 1
    other = robot_payloads(asked, 60, "twelve beans")
    assert robot_payloads(asked, 60, "ten dice") != other
    assert robot_payloads(replace(asked, title="And now?"), 60, "twelve beans") != other


def test_robots_do_what_people_do():
    ranked = robot_payloads(definition_of("irv"), 60, "ten dice")
    assert {len(ranking) for ranking in ranked} > {6}
    assert any(
        isinstance(rank, list) for ranking in robot_payloads(definition_of("borda"), 60, "s") for rank in ranking
    )
    assert any(len(scores) < 6 for scores in robot_payloads(definition_of("score"), 60, "s"))
    assert any(len(grades) < 6 for grades in robot_payloads(definition_of("majority-judgement"), 60, "s"))
    answers = robot_payloads(definition_of("consent"), 300, "0")
    assert {answer[1] for answer in answers if isinstance(answer, list)} == set(REASONS)
    sides = robot_payloads(definition_of("yes-no"), 60, "s")
    assert set(sides) == {"yes", "no", "abstain"}


def test_the_first_robots_are_the_same_in_a_larger_hall():
    asked = definition_of("dots")
    assert robot_payloads(asked, 300, "s")[:60] == robot_payloads(asked, 60, "s")


@pytest.mark.parametrize("number", [0, -1, MOST_ROBOTS + 1])
def test_a_hall_of_robots_has_limits(number):
    with pytest.raises(BadRequest, match="1 to 300 robots"):
        robot_payloads(definition_of("irv"), number, "s")


HASH_OF_ALL = """
import hashlib, sys
sys.path.insert(0, "tests")
from test_rehearsal_robots import all_ballots
print(hashlib.sha256(all_ballots().encode()).hexdigest())
"""


def all_ballots():
    return "\n".join(canonical(ballot) for asked in KINDS for ballot in robot_ballots(asked, 40, "ten dice"))


def test_the_same_seed_gives_the_same_bytes_in_every_process():
    def in_a_process(hash_seed):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        said = subprocess.run(
            [sys.executable, "-c", HASH_OF_ALL], capture_output=True, text=True, check=True, env=environment
        )
        return said.stdout.strip()

    assert {in_a_process("1"), in_a_process("2")} == {hashlib.sha256(all_ballots().encode()).hexdigest()}


def test_the_demos_robots_read_a_round_from_its_screen():
    screen = {"title": "Which?", "rule": "approval", "options": ["tram", "bus"], "max_choices": 1, "threshold": None}
    chosen = minds(screen, 40)
    assert len(chosen) == 40
    assert all(len(one) <= 1 for one in chosen)


def test_the_demos_afternoon_is_worth_watching():
    results = [rehearse(parse_definition(spec), ROBOTS, SEED) for spec in (BUSES, *COMING)]
    buses, first, live_with, fund = (done.result for done in results)
    assert buses.verdict == "passed"
    assert len(first.rounds) > 2
    assert len(live_with.winners) == 1
    assert fund.winners
    found = apart(*results[-1].pair)
    assert found["first"]
    assert found["second"]


# ------------------------------------------------------------------------------------------------ side by side


def test_a_budget_is_counted_side_by_side_on_the_same_ballots():
    asked = a_budget("equal-shares", completion="add1u")
    ballots = robot_ballots(asked, 60, "ten dice")
    table = compared(asked, ballots)
    assert [way.name for way in table] == [
        *("equal-shares add1u", "greedy", "equal-shares none", "equal-shares utilitarian", "phragmen")
    ]
    for way in table:
        again = every_rule()[way.definition.rule].tally(way.definition, ballots, Electorate(60, 60))
        assert again == way.result
        told = way.as_json(60)
        spent = sum(Fraction(COSTS[MANY.index(option)]) for option in told["funded"])
        assert Fraction(told["spent"]) == spent <= 20000
        funded = set(told["funded"])
        assert way.reached == sum(bool(funded & set(liked(way.definition, ballot))) for ballot in ballots)
        assert way.words


def test_both_and_only_one_are_a_partition_of_what_is_funded():
    ballots = robot_ballots(a_budget(), 60, "1")
    greedy, *others = compared(a_budget(), ballots)
    found = apart(greedy, others[0])
    assert found["second"], "the two rules agree on this hall: take another seed"
    assert sorted(found["both"] + found["first"]) == sorted(greedy.as_json(60)["funded"])
    assert sorted(found["both"] + found["second"]) == sorted(others[0].as_json(60)["funded"])


def test_terms_that_a_way_does_not_read_are_left_out_and_come_back_as_none():
    least = tuple(cost / 2 for cost in COSTS)
    asked = a_budget("greedy", order="strict", least=least, seed="ten dice")
    equal = counted_by(asked, "equal-shares none")
    assert (equal.terms.order, equal.terms.least, equal.terms.seed) == (None, None, "ten dice")
    assert counted_by(asked, "equal-shares add1u").terms.least == least
    assert counted_by(asked, "greedy") is asked
    assert name_of(counted_by(asked, "phragmen")) == "phragmen"


def test_scores_are_compared_without_the_rule_that_cannot_read_them():
    asked = a_budget("greedy", ballots="score")
    ballots = robot_ballots(asked, 60, "1")
    assert "phragmen" not in [way.name for way in compared(asked, ballots)]
    assert all(liked(asked, ballot) for ballot in ballots if any(ballot))


def test_only_a_budget_can_be_counted_side_by_side():
    with pytest.raises(BadRound, match="Use one of"):
        counted_by(definition_of("irv"), "greedy")
    with pytest.raises(BadRound, match="Use one of"):
        counted_by(a_budget(), "by heart")


def test_robots_belong_to_groups_where_the_round_is_counted_for_groups():
    line = Threshold(Fraction(1, 2), ">", "yes+no")
    asked = replace(definition_of("yes-no"), threshold=line)
    groups = Groups(Conduct(classes="kind", both=True), {"official": 10, "resident": 20})
    told = rehearse(asked, 60, "ten dice", groups).as_json()["result"]
    assert [one["name"] for one in told["classes"]] == ["official", "resident"]
    assert told["counted"]["verdict"] == rehearse(asked, 60, "ten dice").as_json()["result"]["verdict"]
    assert groups.of(60).count("resident") == 40


# ------------------------------------------------------------------------------------------------ folkmoot rehearse


def rehearse_by_command(folder, spec, *options):
    """The command on this definition."""
    file = folder / "round.json"
    file.write_text(spec if isinstance(spec, str) else json.dumps(spec), encoding="utf-8")
    return CliRunner().invoke(main, ["rehearse", str(file), *options])


def test_the_command_counts_a_budget_in_several_ways(tmp_path):
    spec = {**a_budget("equal-shares", completion="utilitarian").as_json(), "conduct": {"hold": True}}
    said = rehearse_by_command(tmp_path, spec, "--seed", "1")
    assert said.exit_code == 0, said.output
    assert said.output.startswith("Rehearsal: made-up ballots, nothing is stored: 60 robots, seed “1”")
    for words in ("only greedy:", "only equal-shares utilitarian:", "phragmen", "robots with a funded bid"):
        assert words in said.output
    told = json.loads(rehearse_by_command(tmp_path, spec, "--seed", "1", "--json", "--robots", "30").output)
    assert (told["robots"], told["result"]["cast"], len(told["ways"])) == (30, 30, 5)
    assert told["ways"][0]["result"] == told["result"]


def test_the_command_counts_any_other_rule_once(tmp_path):
    told = json.loads(rehearse_by_command(tmp_path, definition_of("stv").as_json(), "--json").output)
    assert told["result"]["rounds"]
    assert "ways" not in told


@pytest.mark.parametrize(
    ("spec", "options", "words"),
    [
        ("[1]", (), "holds no round"),
        ("{", (), "not JSON"),
        ({"title": "?", "rule": "irv"}, (), "no options"),
        ({"title": "?", "rule": "yes-no"}, ("--robots", "301"), "1 to 300 robots"),
    ],
)
def test_the_command_refuses_what_is_no_round(tmp_path, spec, options, words):
    said = rehearse_by_command(tmp_path, spec, *options)
    assert said.exit_code == 1
    assert words in said.output
    assert "Traceback" not in said.output


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    said = CliRunner().invoke(main, ["rehearse", str(tmp_path / "none.json")])
    assert (said.exit_code, "Remedy" in said.output) == (1, True)
