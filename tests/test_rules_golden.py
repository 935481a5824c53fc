"""Every pair under fixtures/rounds: a round with its ballots, and the result that follows."""

import json

import golden
import pytest

from facilitation.rules import RULES, Electorate, parse_definition

PAIRS = sorted(path for path in (golden.FIXTURES / "rounds").glob("*.json") if not path.name.endswith(".result.json"))


def counted(path):
    given = json.loads(path.read_text(encoding="utf-8"))
    definition = parse_definition(given["definition"])
    rule = RULES[definition.rule]
    ballots = [rule.parse(definition, payload) for number, payload in given["ballots"] for _ in range(number)]
    return rule.tally(definition, ballots, Electorate(given["present"], given["entitled"]), given["spoilt"])


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_a_round_is_counted_as_it_was_accepted(path):
    text = json.dumps(counted(path).as_json(), indent=2, ensure_ascii=False) + "\n"
    golden.check(text, f"rounds/{path.stem}.result.json")


def test_every_rule_has_a_golden_pair():
    shown = {json.loads(path.read_text(encoding="utf-8"))["definition"]["rule"] for path in PAIRS}
    assert shown == set(RULES)


def test_a_golden_pair_that_differs_is_kept_as_new(tmp_path, monkeypatch):
    monkeypatch.setattr(golden, "FIXTURES", tmp_path)
    with pytest.raises(AssertionError, match=r"mv .*tie\.txt\.new"):
        golden.check("a tie\n", "rounds/tie.txt")
    (tmp_path / "rounds/tie.txt.new").rename(tmp_path / "rounds/tie.txt")
    golden.check("a tie\n", "rounds/tie.txt")
