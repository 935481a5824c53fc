"""A round says everything that decides its result, or it is refused."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.errors import BadRound
from facilitation.rules import RoundDefinition, Threshold, parse_definition
from facilitation.rules.definition import BASES, FINEST_SHARE
from facilitation.rules.yes_no import sides

unhurried = settings(deadline=None, max_examples=60)  # the machine of a test may be busy

LINE = {"share": "2/3", "op": ">=", "base": "valid"}


def spec(**changes):
    return {"title": "Where first?", "rule": "approval", "options": ["tram", "bus"], **changes}


def refusal(given_spec):
    with pytest.raises(BadRound) as caught:
        parse_definition(given_spec)
    assert caught.value.kind == "bad-request"
    assert caught.value.message.endswith(".")
    assert caught.value.remedy.endswith(".")
    return str(caught.value)


def test_a_yes_no_round_has_yes_no_and_abstain_unless_others_are_given():
    assert parse_definition({"title": "Trams?", "rule": "yes-no"}).options == ("yes", "no", "abstain")
    given_two = parse_definition({"title": "Trams?", "rule": "yes-no", "options": ["yes", "no"]})
    assert given_two.options == ("yes", "no")


def test_a_support_round_has_exactly_its_five_options():
    five = ["love", "like", "live with", "lament", "loathe"]
    assert parse_definition({"title": "A levy", "rule": "support"}).options == tuple(five)
    assert parse_definition({"title": "A levy", "rule": "support", "options": five}).options == tuple(five)
    assert "its own five options" in refusal({"title": "A levy", "rule": "support", "options": five[::-1]})


@pytest.mark.parametrize(
    ("options", "yes", "no"),
    [
        (["abstain", "no", "yes"], "yes", "no"),
        (["Against", "For"], "For", "Against"),
        (["Adopt", "Reject", "Abstain"], "Adopt", "Reject"),
        (["oppose", "support"], "support", "oppose"),
        (["build it", "leave it", "not sure"], "build it", "leave it"),
    ],
)
def test_the_sides_of_a_yes_no_round_are_known_by_their_words_or_stand_first(options, yes, no):
    definition = parse_definition({"title": "Trams?", "rule": "yes-no", "options": options})
    assert sides(definition) == (yes, no)


@pytest.mark.parametrize("options", [["yes"], ["maybe"], ["yes", "perhaps"], ["abstain", "build it"], ["yes", "aye"]])
def test_a_yes_no_round_without_two_clear_sides_is_refused(options):
    assert "Remedy: Have exactly one" in refusal({"title": "Trams?", "rule": "yes-no", "options": options})


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (spec(rule="aproval"), "Did you mean “approval”?"),
        (spec(rule="x" * 10_000_000), "no counting rule"),
        (spec(rule=None), "no rule"),
        (spec(rule=["irv"]), "rule is not a text"),
        (spec(title=None), "no title"),
        (spec(title="   "), "title is blank"),
        (spec(title=7), "title is not a text"),
        (spec(title="x" * 501), "501 characters"),
        (spec(options=None), "no options"),
        (spec(options=[]), "no options"),
        (spec(options="tram"), "not a list of texts"),
        (spec(options=["tram", 1]), "not a list of texts"),
        (spec(options=["tram", None]), "not a list of texts"),
        (spec(options=["tram", " "]), "option 2 is blank"),
        (spec(options=["tram", "tram"]), "cannot be told apart"),
        (spec(options=["tram", " Tram "]), "cannot be told apart"),
        (spec(options=["é", "e\u0301"]), "cannot be told apart"),
        (spec(options=["tram", "tr\u200bam"]), "cannot be shown"),
        (spec(options=["tram", "\u202emart"]), "cannot be shown"),
        (spec(options=["tram", "bus\x00"]), "cannot be shown"),
        (spec(options=["tram", "\ud800"]), "cannot be shown"),
        (spec(options=["tram", "b" * 201]), "201 characters"),
        (spec(options=[str(number) for number in range(101)]), "101 options"),
        (spec(treshold=LINE), "Did you mean “threshold”?"),
        (spec(max_choices=0), "max_choices is 0"),
        (spec(max_choices=3), "the round has 2 options"),
        (spec(max_choices=True), "not a whole number"),
        (spec(max_choices="2"), "not a whole number"),
        (spec(rule="irv", max_choices=1), "takes no max_choices"),
        (spec(rule="irv", options=["tram"]), "at least two options"),
        (spec(threshold="2/3"), "not an object"),
        (spec(threshold=[]), "not an object"),
        (spec(threshold={**LINE, "share": 0.6}), "a bare number is not exact"),
        (spec(threshold={**LINE, "share": 1}), "not a text"),
        (spec(threshold={**LINE, "share": None}), "has no share"),
        (spec(threshold={**LINE, "share": "two thirds"}), "is not a share"),
        (spec(threshold={**LINE, "share": "1/0"}), "is not a share"),
        (spec(threshold={**LINE, "share": "-1/2"}), "is not a share"),
        (spec(threshold={**LINE, "share": "1e3"}), "is not a share"),
        (spec(threshold={**LINE, "share": "٢/٣"}), "is not a share"),
        (spec(threshold={**LINE, "share": "9" * 100_000}), "is not a share"),
        (spec(threshold={**LINE, "share": "1/9999999999"}), "finer than"),
        (spec(threshold={**LINE, "minimum_turnout": "1/9999999999"}), "finer than"),
        (spec(threshold={**LINE, "share": "0"}), "between nothing and all"),
        (spec(threshold={**LINE, "share": "3/2"}), "between nothing and all"),
        (spec(threshold={**LINE, "share": "66"}), "between nothing and all"),
        (spec(threshold={**LINE, "share": "1/1", "op": ">"}), "More than all"),
        (spec(threshold={**LINE, "op": "="}), "op “=” is not known"),
        (spec(threshold={"share": "1/2", "base": "valid"}), "has no op"),
        (spec(threshold={"share": "1/2", "op": ">"}), "has no base"),
        (spec(threshold={**LINE, "base": "presents"}), "Did you mean “present”?"),
        (spec(threshold={**LINE, "base": "yes+no"}), "not approving is not a no"),
        (spec(threshold={**LINE, "minimum_turnout": "0"}), "between nothing and all"),
        (spec(threshold={**LINE, "minimum_turnout": 0.5}), "not a text"),
        (spec(threshold={**LINE, "quorum": "1/2"}), "no field “quorum”"),
    ],
)
def test_a_definition_that_does_not_hold_together_is_refused_with_a_remedy(broken, words):
    assert words in refusal(broken)


@pytest.mark.parametrize(
    ("text", "share"),
    [("2/3", Fraction(2, 3)), ("66%", Fraction(33, 50)), (" 66.6 % ", Fraction(333, 500)), ("0.6", Fraction(3, 5))],
)
def test_a_share_is_the_number_that_was_typed(text, share):
    definition = parse_definition(spec(threshold={**LINE, "share": text}))
    assert definition.threshold.share == share


def test_two_thirds_are_not_sixty_six_per_cent():
    assert not Threshold(Fraction(2, 3), ">=", "valid").passes(66, 100)
    assert Threshold(Fraction(66, 100), ">=", "valid").passes(66, 100)


def test_a_threshold_is_said_in_plain_words():
    assert Threshold(Fraction(4, 5), ">=", "valid").words == "at least four fifths of the valid ballots"
    assert Threshold(Fraction(11, 20), ">", "present").words == "more than 55 % of the members present"
    everyone = Threshold(Fraction(1, 2), ">", "yes+no", Fraction(1))
    assert everyone.words == "more than half of the yes-or-no votes, and all members voting"


shares = st.fractions(min_value=0, max_value=1, max_denominator=FINEST_SHARE).filter(lambda share: share > 0)
thresholds = st.builds(
    Threshold,
    share=shares.filter(lambda share: share < 1),
    op=st.sampled_from([">=", ">"]),
    base=st.sampled_from([base for base in BASES if base != "yes+no"]),
    minimum_turnout=st.none() | shares,
)
definitions = st.builds(
    RoundDefinition,
    title=st.just("Where first?"),
    rule=st.sampled_from(["approval", "irv"]),
    options=st.sampled_from([("tram", "bus"), ("a", "b", "c"), ("ŵ", "O'Neil", "<b>")]),
    threshold=st.none() | thresholds,
)


@unhurried
@given(definitions)
def test_a_definition_survives_the_journal(definition):
    text = json.dumps(definition.as_json())
    again = RoundDefinition.from_json(json.loads(text))
    assert again == definition
    assert json.dumps(again.as_json()) == text


@unhurried
@given(thresholds, st.integers(0, 60), st.integers(1, 60))
def test_one_vote_more_never_turns_a_pass_into_a_failure(threshold, count, of):
    if threshold.passes(count, of):
        assert threshold.passes(count + 1, of)


@unhurried
@given(thresholds, thresholds, st.integers(0, 60), st.integers(1, 60))
def test_a_lower_line_passes_whatever_a_higher_one_does(one, other, count, of):
    if one.op == other.op and one.share <= other.share and other.passes(count, of):
        assert one.passes(count, of)


def test_at_least_and_more_than_differ_on_the_line_alone():
    at_least, more = (Threshold(Fraction(1, 2), op, "cast") for op in (">=", ">"))
    assert [(at_least.passes(count, 10), more.passes(count, 10)) for count in (4, 5, 6)] == [
        (False, False),
        (True, False),
        (True, True),
    ]
