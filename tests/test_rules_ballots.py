"""What a tablet may send, rule by rule, and the one spelling that is kept."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.errors import BadBallot
from facilitation.rules import RULES, RoundDefinition, canonical, parse_definition, read_choice

unhurried = settings(deadline=None, max_examples=60)  # the machine of a test may be busy

ROUNDS = {
    "yes-no": parse_definition({"title": "Adopt?", "rule": "yes-no"}),
    "support": parse_definition({"title": "Adopt?", "rule": "support"}),
    "approval": RoundDefinition("Where?", "approval", ("tram", "bus", "path")),
    "irv": RoundDefinition("Where?", "irv", ("tram", "bus", "path")),
}


def deep(levels):
    nested = "tram"
    for _ in range(levels):
        nested = [nested]
    return nested


NEVER = [None, True, 0, 1, -1, 10**400, 0.5, {}, {"yes": 1}, "", " ", "maybe", "x" * 10_000_000, "\ud800", "yes\x00"]
NEVER += [
    ["maybe"],
    [None],
    [1],
    [["tram"]],
    [{}],
    deep(10_000),
    ["tram", "tram"],
    ["tram", " tram "],
    ["x"] * 1_000_000,
]


@pytest.mark.parametrize("rule", ROUNDS)
@pytest.mark.parametrize("payload", NEVER, ids=range(len(NEVER)))
def test_what_is_not_one_countable_ballot_is_refused_with_a_remedy(rule, payload):
    with pytest.raises(BadBallot) as caught:
        RULES[rule].parse(ROUNDS[rule], payload)
    assert caught.value.code == "bad-ballot"
    assert caught.value.message.endswith(".")
    assert caught.value.remedy.endswith(".")
    assert len(str(caught.value)) < 300
    str(caught.value).encode("utf-8")


@pytest.mark.parametrize("rule", ["yes-no", "support"])
@pytest.mark.parametrize("payload", [[], ["yes"], ["love"], ["yes", "no"]])
def test_a_round_with_one_answer_takes_no_list(rule, payload):
    with pytest.raises(BadBallot, match="one option, not a list"):
        RULES[rule].parse(ROUNDS[rule], payload)


@pytest.mark.parametrize("rule", ["approval", "irv"])
def test_a_round_with_several_answers_takes_no_single_text(rule):
    with pytest.raises(BadBallot, match="a list of options, not a text"):
        RULES[rule].parse(ROUNDS[rule], "tram")


def test_an_empty_approval_ballot_means_none_of_these_and_an_empty_ranking_means_nothing():
    assert RULES["approval"].parse(ROUNDS["approval"], []) == ()
    with pytest.raises(BadBallot, match="ranks no option"):
        RULES["irv"].parse(ROUNDS["irv"], [])


def test_no_more_options_than_the_round_allows():
    two = RoundDefinition("Where?", "approval", ("tram", "bus", "path"), max_choices=2)
    assert RULES["approval"].parse(two, ["path", "bus"]) == ("bus", "path")
    with pytest.raises(BadBallot, match="names 3 options"):
        RULES["approval"].parse(two, ["path", "bus", "tram"])


def test_an_approval_is_a_set_and_a_ranking_is_an_order():
    assert RULES["approval"].parse(ROUNDS["approval"], ["path", "tram"]) == ("tram", "path")
    assert RULES["irv"].parse(ROUNDS["irv"], ["path", "tram"]) == ("path", "tram")


def test_a_choice_has_one_spelling_whatever_way_the_accent_was_typed():
    composed = RoundDefinition("Which?", "yes-no", ("réformer", "garder"))
    assert canonical(RULES["yes-no"].parse(composed, "re\u0301former ")) == '"réformer"'


payloads = {
    "yes-no": st.sampled_from(ROUNDS["yes-no"].options),
    "support": st.sampled_from(ROUNDS["support"].options),
    "approval": st.lists(st.sampled_from(ROUNDS["approval"].options), unique=True),
    "irv": st.lists(st.sampled_from(ROUNDS["irv"].options), unique=True, min_size=1),
}


@pytest.mark.parametrize("rule", ROUNDS)
@unhurried
@given(data=st.data())
def test_reading_a_kept_ballot_gives_the_same_spelling_again(rule, data):
    definition = ROUNDS[rule]
    choice = RULES[rule].parse(definition, data.draw(payloads[rule]))
    text = canonical(choice)
    assert read_choice(definition, text) == choice
    assert canonical(RULES[rule].parse(definition, json.loads(text))) == text


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["tram", "yes", "love"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("rule", ROUNDS)
@unhurried
@given(payload=json_values)
def test_any_json_is_a_ballot_or_a_refusal(rule, payload):
    definition = ROUNDS[rule]
    with suppress(BadBallot):
        choice = RULES[rule].parse(definition, payload)
        assert read_choice(definition, canonical(choice)) == choice
