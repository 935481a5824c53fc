"""Results by membership class: counted like the whole, told only where no member's vote can be told from them."""

from collections import defaultdict
from itertools import product

import pytest

from facilitation.ballots import Slip
from facilitation.class_figures import figures_told
from facilitation.classes import check_members, check_rule, with_classes
from facilitation.conduct import Conduct
from facilitation.errors import BadRound, ClassTooSmall
from facilitation.rehearsal import robot_ballots
from facilitation.rules import Electorate, canonical, every_rule, parse_definition
from facilitation.small_numbers import K
from facilitation.urn_count import count_slips

TWO_THIRDS = {"share": "2/3", "op": ">=", "base": "yes+no"}
ADOPT = {"title": "Adopt the charter?", "rule": "yes-no", "threshold": TWO_THIRDS}
BOTH = Conduct(classes="role", both=True)
APART = Conduct(classes="role")
COMMUNITY, CIVIC = "community members", "civic leaders"


def counted(spec, conduct, groups, entitled=None):
    """A round with these choices in each class, all of whose members are here unless told otherwise."""
    definition = parse_definition(spec)
    rule = every_rule()[definition.rule]
    slips = [
        Slip(choice if choice in ("null", "false") else canonical(rule.parse(definition, choice)), "", name)
        for name, choices in groups.items()
        for choice in choices
    ]
    bases = {name: Electorate(len(choices), len(choices)) for name, choices in groups.items()}
    bases |= {name: Electorate(bases[name].present, number) for name, number in (entitled or {}).items()}
    base = Electorate(*(sum(getattr(one, part) for one in bases.values()) for part in ("present", "entitled")))
    return with_classes(count_slips(definition, slips, base), definition, conduct, slips, bases)


def answers(yes=0, no=0, abstain=0):
    return ["yes"] * yes + ["no"] * no + ["abstain"] * abstain


def classes(result):
    return {one["name"]: one for one in result["classes"]}


def test_a_double_majority_passes_in_both_groups_and_says_so():
    result = counted(ADOPT, BOTH, {COMMUNITY: answers(14, 3, 2), CIVIC: answers(6, 3, 1)})
    assert result["verdict"] == "passed"
    assert result["sentence"] == (
        "Passed: in both groups. Civic leaders: 6 of 9 yes-or-no votes, 66.7 %; "
        "community members: 14 of 17 yes-or-no votes, 82.4 %; two thirds were needed."
    )
    assert result["counted"]["sentence"].startswith("Passed: 20 of 26 yes-or-no votes")
    assert classes(result)[CIVIC]["counts"] == {"yes": 6, "no": 3, "abstain": 1}


def test_a_large_class_cannot_outvote_a_small_one():
    result = counted(ADOPT, BOTH, {COMMUNITY: answers(28, 4, 2), CIVIC: answers(5, 4, 1)})
    assert (result["counted"]["verdict"], result["verdict"], result["winners"]) == ("passed", "failed", [])
    assert result["sentence"].startswith("Not passed: it had to pass in both groups. Civic leaders: not passed, 5 of 9")
    apart = counted(ADOPT, APART, {COMMUNITY: answers(28, 4, 2), CIVIC: answers(5, 4, 1)})
    assert apart["verdict"] == "passed"
    assert "counted" not in apart


def test_each_class_is_counted_with_its_own_electorate():
    line = {**TWO_THIRDS, "base": "entitled"}
    groups = {COMMUNITY: answers(9, 2, 2), CIVIC: answers(8, 2, 2)}
    result = counted({**ADOPT, "threshold": line}, BOTH, groups, entitled={COMMUNITY: 13, CIVIC: 13})
    assert result["sentence"].startswith(
        "Not passed: it had to pass in both groups. Civic leaders: not passed, 8 of 13"
    )
    assert (classes(result)[COMMUNITY]["entitled"], classes(result)[COMMUNITY]["verdict"]) == (13, "passed")


def test_a_minimum_turnout_binds_every_class():
    line = {**TWO_THIRDS, "minimum_turnout": "1/2"}
    groups = {COMMUNITY: answers(9, 4, 2), CIVIC: answers(5, 2, 1)}
    result = counted({**ADOPT, "threshold": line}, BOTH, groups, entitled={CIVIC: 20})
    assert result["verdict"] == "no-decision"


def test_a_unanimous_class_is_told_by_its_verdict_alone_and_so_is_the_other():
    result = counted(ADOPT, BOTH, {COMMUNITY: answers(14, 6), CIVIC: answers(9, 0)})
    assert result["verdict"] == "passed"
    assert result["sentence"] == (
        "Passed: in both groups. Civic leaders: passed; community members: passed. "
        "The figures are withheld: they could show how somebody voted."
    )
    for one in result["classes"]:
        assert (one["verdict"], one["counts"], one["cast"], one["measure"]) == ("passed", None, None, None)


def test_without_a_double_majority_a_withheld_class_has_not_even_a_verdict():
    result = counted(ADOPT, APART, {COMMUNITY: answers(14, 6), CIVIC: answers(9, 0)})
    assert [(one["told"], one["verdict"], one["counts"]) for one in result["classes"]] == [(False, None, None)] * 2


def test_open_ballots_hide_nothing():
    openly = Conduct(secrecy="open", classes="role", both=True)
    result = counted(ADOPT, openly, {COMMUNITY: answers(14, 6), CIVIC: answers(2, 0)})
    assert classes(result)[CIVIC]["counts"]["yes"] == 2
    assert result["verdict"] == "passed"


def test_too_few_ballots_of_a_class_give_no_verdict_of_it():
    """Two of nine civic leaders voted: “passed” would tell how."""
    groups = {COMMUNITY: answers(14, 6), CIVIC: answers(2, 0)}
    result = counted(ADOPT, BOTH, groups, entitled={CIVIC: 9})
    assert result["verdict"] == "no-decision"
    assert {one["verdict"] for one in result["classes"]} == {"passed", "no-decision"}
    assert not any(one["told"] for one in result["classes"])


def test_three_groups_are_all_groups():
    result = counted(ADOPT, BOTH, {"a": answers(9, 4, 2), "b": answers(8, 3, 2), "c": answers(7, 3, 2)})
    assert result["sentence"].startswith("Passed: in all 3 groups. A: 9 of 13 yes-or-no votes, 69.2 %; b: 8 of 11")


def test_groups_that_prefer_different_options_do_not_pass_together():
    asked = {"title": "Which?", "rule": "plurality", "options": ["tram", "bus"]}
    asked["threshold"] = {"share": "1/2", "op": ">", "base": "valid"}
    result = counted(asked, BOTH, {COMMUNITY: ["tram"] * 9 + ["bus"] * 4, CIVIC: ["tram"] * 3 + ["bus"] * 6})
    assert result["verdict"] == "failed"
    assert "but not with the same option" in result["sentence"]
    assert not any(
        one["told"] for one in result["classes"]
    )  # which option passed would be one thing more that is known


@pytest.mark.parametrize("rule", sorted(every_rule()))
def test_every_rule_is_counted_by_classes(rule):
    """From robots' ballots, half of them of each class."""
    spec = {"title": "What first?", "rule": rule}
    terms = every_rule()[rule].terms
    if every_rule()[rule].default_options is None:
        spec["options"] = ["tram", "bus", "path"]
    if "budget" in terms:
        spec["terms"] = {"budget": 10, "costs": [5, 4, 3]}
    if "points" in terms:
        spec["terms"] = {"points": 9}
    definition = parse_definition(spec)
    choices = robot_ballots(definition, 60, "seven")
    result = counted(spec, APART, {COMMUNITY: choices[::2], CIVIC: choices[1::2]})
    assert [one["name"] for one in result["classes"]] == [CIVIC, COMMUNITY]
    if all(one["told"] for one in result["classes"]):
        for option, whole in result["counts"].items():
            if rule not in ("schulze", "majority-judgement", "borda"):  # their figures do not add up over ballots
                assert sum(one["counts"][option] for one in result["classes"]) == whole


def test_reasons_of_objections_never_stand_beside_a_class():
    objections = [["objection", "Too dear."], ["objection", "Too late."]]
    groups = {
        COMMUNITY: ["consent"] * 9 + ["stand aside"] * 3 + objections,
        CIVIC: ["consent"] * 5 + ["stand aside"] * 4,
    }
    result = counted({"title": "Adopt?", "rule": "consent"}, APART, groups)
    assert result["remarks"] == ["Too dear.", "Too late."]
    assert "Too" not in str(result["classes"])


def test_what_all_of_a_class_say_is_withheld_whatever_the_ballot():
    asked = {"title": "Which?", "rule": "approval", "options": ["tram", "bus", "path"]}
    mixed = [["tram"], ["tram", "bus"], ["bus"], ["path"], [], ["path"], ["bus", "path"]]
    told = counted(asked, APART, {COMMUNITY: mixed * 2, CIVIC: mixed})
    assert all(one["told"] for one in told["classes"])
    all_tram = [["tram", *choice] for choice in (["bus"], ["path"], [], ["bus"], ["bus", "path"], ["path"])]
    hidden = counted(asked, APART, {COMMUNITY: mixed * 2, CIVIC: all_tram})
    assert not any(one["told"] for one in hidden["classes"])


# ---- before the round opens


def test_a_class_of_fewer_than_five_is_refused_unless_the_vote_is_open():
    members = {f"m{place}": CIVIC if place < 4 else COMMUNITY for place in range(20)}
    tables = {member: place % 3 for place, member in enumerate(members)}
    with pytest.raises(ClassTooSmall, match=r"“civic leaders” has 4 members.*at least 5 members"):
        check_members(APART, members, tables)
    check_members(Conduct(secrecy="open", classes="role"), members, tables)
    check_members(APART, {**members, "m4": CIVIC}, tables)


def test_there_is_no_breakdown_by_table_under_any_name():
    members = {f"m{place}": f"group {place // 6}" for place in range(18)}
    with pytest.raises(BadRound, match="never broken down by table"):
        check_members(Conduct(classes="corner"), members, {member: int(where[-1]) for member, where in members.items()})
    with pytest.raises(BadRound, match="never broken down by table"):
        check_members(Conduct(classes="Table"), members, dict.fromkeys(members, 1))


def test_a_single_class_is_no_class():
    with pytest.raises(BadRound, match="All members have the same “role”"):
        check_members(APART, dict.fromkeys("abcdefgh", CIVIC), dict.fromkeys("abcdefgh", 1))


def test_a_double_majority_needs_a_line_that_can_be_reached():
    with pytest.raises(BadRound, match="needs a line"):
        check_rule(parse_definition({"title": "Adopt?", "rule": "yes-no"}), BOTH)
    check_rule(parse_definition(ADOPT), BOTH)
    check_rule(parse_definition({"title": "Adopt?", "rule": "consent"}), BOTH)
    level = {**ADOPT, "threshold": {**TWO_THIRDS, "share": "1/2", "op": ">"}, "terms": {"level": "casting-vote"}}
    with pytest.raises(BadRound, match="cannot decide for a class"):
        check_rule(parse_definition(level), BOTH)


# ---- the attacker, who knows sizes, totals, verdicts and this law


def rows_of(size, width):
    if width == 1:
        return [(size,)]
    return [(first, *rest) for first in range(size + 1) for rest in rows_of(size - first, width - 1)]


def at_least(top, bottom):
    """A class passes with so large a part of its first two answers."""
    return lambda place, row: bottom * row[0] >= top * (row[0] + row[1]) > 0


def leaks_of(sizes, width, passes, law):
    """What is certain of a withheld class and is not certain from sizes, totals and verdicts alone."""
    known = defaultdict(lambda: defaultdict(list))
    for rows in product(*(rows_of(size, width) for size in sizes)):
        verdicts = tuple(passes(place, row) for place, row in enumerate(rows))
        totals = tuple(map(sum, zip(*rows, strict=True)))

        def holds(place, row, verdicts=verdicts):
            return passes(place, row) == verdicts[place]

        known[totals, verdicts][rows if law(rows, holds) else None].append(rows)
    leaks = []
    for public, publications in known.items():
        silent, possible = publications.get(None, []), [rows for same in publications.values() for rows in same]
        for place, size in enumerate(sizes):
            for answer in range(width):
                before = {rows[place][answer] for rows in possible}
                if len(before) > 1 and len({rows[place][answer] for rows in silent}) == 1:
                    leaks.append((public, place, answer))
            mixed = [rows for rows in possible if max(rows[place]) < size]
            if silent and mixed and not any(rows in silent for rows in mixed):
                leaks.append((public, place, "unanimous"))
    return leaks


HALLS = [((5, 6), 2), ((6, 9), 2), ((5, 5, 6), 2), ((5, 6), 3)]


@pytest.mark.parametrize(("sizes", "width"), HALLS)
@pytest.mark.parametrize("line", [(1, 2), (2, 3)])
def test_no_withheld_class_can_be_recovered_beside_the_verdicts(sizes, width, line):
    assert not leaks_of(sizes, width, at_least(*line), lambda rows, holds: figures_told(rows, holds, K))


def test_the_attacker_sees_through_a_law_that_forgets_the_verdicts():
    def careless(rows, holds):
        return not any(max(row) >= sum(row) - 1 for row in rows)

    assert leaks_of((6, 9), 2, at_least(2, 3), careless)


def test_the_figures_of_ordinary_double_majorities_are_told():
    """Of all tables of nine and six by two thirds that have no class with fewer than two dissenters, most are told."""
    told = fine = 0
    for rows in product(rows_of(9, 3), rows_of(6, 3)):
        verdicts = [at_least(2, 3)(place, row) for place, row in enumerate(rows)]
        if not any(max(row) >= sum(row) - 1 for row in rows):
            fine += 1
            told += figures_told(rows, lambda place, row, v=verdicts: at_least(2, 3)(place, row) == v[place])
    assert told * 4 >= fine * 3
