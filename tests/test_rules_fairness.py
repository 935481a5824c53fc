"""What holds for every counting rule: all ballots weigh the same, all options weigh the same, no number is rounded."""

import ast
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from ballot_boxes import FIXED, box, count, turned_round
from hypothesis import given, settings
from hypothesis import strategies as st

import facilitation.rules
from facilitation.rules import RULES, Electorate, RoundDefinition, Threshold, every_rule

ALL = sorted(every_rule())
each_rule = settings(deadline=None, max_examples=25)
unhurried = settings(deadline=None, max_examples=60)  # the machine of a test may be busy

SOURCES = sorted(Path(facilitation.rules.__file__).parent.glob("*.py"))
OPTIONS = {
    "yes-no": ("yes", "no", "abstain"),
    "support": ("love", "like", "live with", "lament", "loathe"),
}
LINED = ("approval", "irv", "support", "yes-no")  # those that a threshold goes with
NAMES = ("tram", "bus", "path", "ferry")


@st.composite
def rounds(draw, rule):
    """A definition of this rule with some ballots."""
    options = OPTIONS.get(rule, NAMES)
    shares = st.none() | st.sampled_from([Fraction(1, 2), Fraction(2, 3), Fraction(4, 5)])
    share = draw(shares)
    base = draw(st.sampled_from(["valid", "cast", "present", "entitled"]))
    line = None if share is None else Threshold(share, draw(st.sampled_from([">=", ">"])), base, draw(shares))
    definition = RoundDefinition("Where?", rule, options, line)
    one = st.sampled_from(options)
    payload = one if rule in OPTIONS else st.lists(one, unique=True, min_size=1)
    ballots = [RULES[rule].parse(definition, chosen) for chosen in draw(st.lists(payload, max_size=20))]
    return definition, ballots


def counted(definition, ballots, absent=3, spoilt=0):
    electorate = Electorate(len(ballots), len(ballots) + absent + spoilt)
    return RULES[definition.rule].tally(definition, ballots, electorate, spoilt)


@pytest.mark.parametrize("rule", LINED)
@unhurried
@given(data=st.data())
def test_the_order_of_the_ballots_does_not_matter(rule, data):
    definition, ballots = data.draw(rounds(rule))
    shuffled = data.draw(st.permutations(ballots))
    assert counted(definition, ballots).as_json() == counted(definition, shuffled).as_json()


@pytest.mark.parametrize("rule", sorted(set(LINED) - set(OPTIONS)))
@unhurried
@given(data=st.data())
def test_the_names_of_the_options_do_not_matter(rule, data):
    definition, ballots = data.draw(rounds(rule))
    new = dict(zip(NAMES, data.draw(st.permutations(["walk", "swim", "ride", "row"])), strict=True))
    renamed = RoundDefinition("Where?", rule, tuple(new[name] for name in NAMES), definition.threshold)
    before = counted(definition, ballots)
    after = counted(renamed, [tuple(new[name] for name in ballot) for ballot in ballots])
    assert after.verdict == before.verdict
    assert after.winners == tuple(new[name] for name in before.winners)
    assert after.counts == {new[name]: count for name, count in before.counts.items()}


@pytest.mark.parametrize("rule", LINED)
@unhurried
@given(data=st.data(), spoilt=st.integers(0, 3))
def test_every_ballot_is_in_the_count_and_every_option_has_one(rule, data, spoilt):
    definition, ballots = data.draw(rounds(rule))
    told = counted(definition, ballots, spoilt=spoilt).as_json()
    assert tuple(told["counts"]) == definition.options
    assert (told["cast"], told["spoilt"]) == (len(ballots) + spoilt, spoilt)
    if rule != "approval":
        assert sum(told["counts"].values()) == len(ballots)
    else:
        assert sum(told["counts"].values()) == sum(map(len, ballots))


@pytest.mark.parametrize("rule", LINED)
@unhurried
@given(data=st.data())
def test_what_passes_on_a_high_line_passes_on_a_lower_one(rule, data):
    definition, ballots = data.draw(rounds(rule))
    if definition.threshold is not None and counted(definition, ballots).verdict == "passed":
        line = definition.threshold
        lower = Threshold(line.share / 2, line.op, line.base, line.minimum_turnout)
        easier = RoundDefinition(definition.title, rule, definition.options, lower)
        assert counted(easier, ballots).verdict == "passed"


@pytest.mark.parametrize("rule", LINED)
@unhurried
@given(data=st.data())
def test_a_verdict_has_its_winners_and_a_sentence(rule, data):
    definition, ballots = data.draw(rounds(rule))
    result = counted(definition, ballots)
    assert result.sentence.endswith(".")
    assert set(result.winners) <= set(definition.options)
    if result.verdict in ("failed", "no-decision"):
        assert result.winners == ()
    if definition.threshold is None:
        assert result.verdict in ("none", "tie", "no-decision")


@pytest.mark.parametrize("rule", ALL)
@each_rule
@given(seed=st.integers(0, 10**9), shuffle=st.randoms(use_true_random=False))
def test_no_rule_looks_at_the_order_of_the_ballots(rule, seed, shuffle):
    definition, payloads = box(rule, Random(seed), voters=12)
    before = count(definition, payloads).as_json()
    shuffle.shuffle(payloads)
    assert count(definition, payloads).as_json() == before


@pytest.mark.parametrize("rule", sorted(set(ALL) - set(FIXED)))
@each_rule
@given(seed=st.integers(0, 10**9), turn=st.integers(1, 5))
def test_no_rule_looks_at_the_place_of_an_option_in_the_list(rule, seed, turn):
    definition, payloads = box(rule, Random(seed), voters=12)
    turned = turned_round(definition, turn)
    before, after = count(definition, payloads), count(turned, payloads)
    assert after.verdict == before.verdict
    assert set(after.winners) == set(before.winners)
    assert after.counts == before.counts


@pytest.mark.parametrize("rule", ALL)
def test_every_rule_has_a_result_when_nobody_voted(rule):
    definition, _ = box(rule, Random(1))
    result = count(definition, [])
    assert (result.verdict, result.winners) == ("no-decision", ())
    assert result.sentence.startswith("No decision: ")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_tally_ever_meets_a_float(path):
    """Whole numbers and fractions only: no float literal, no float(), no round(), no true division of counts."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        place = f"{path.name}:{getattr(node, 'lineno', 0)}"
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), place
        assert not (isinstance(node, ast.Name) and node.id in ("float", "round", "complex")), place
        assert not (isinstance(node, ast.Div)), place
        if isinstance(node, ast.Import | ast.ImportFrom) and "math" in ast.unparse(node):
            assert ast.unparse(node) in ("from math import gcd", "from math import lcm", "from math import gcd, lcm"), (
                place
            )
