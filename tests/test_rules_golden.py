"""Every pair under fixtures/rounds and fixtures/counts: a definition with ballots, and the result that follows.

The pairs of `rounds` are definitions as the hall takes them, those of `counts` as files do; many are published examples
of the literature, and say so.
"""

import json
import re
from collections import Counter

import golden
import pytest

from facilitation.rules import RULES, Electorate, parse_count, parse_definition

ALL = sorted(path for path in golden.FIXTURES.glob("[rc]ou*/*.json") if not path.name.endswith(".result.json"))


def counted(path):
    given = json.loads(path.read_text(encoding="utf-8"))
    read = parse_definition if path.parent.name == "rounds" else parse_count
    definition = read(given["definition"])
    rule = RULES[definition.rule]
    ballots = [rule.parse(definition, payload) for number, payload in given["ballots"] for _ in range(number)]
    return rule.tally(definition, ballots, Electorate(given["present"], given["entitled"]), given["spoilt"])


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_round_is_counted_as_it_was_accepted(path):
    text = json.dumps(counted(path).as_json(), indent=2, ensure_ascii=False) + "\n"
    golden.check(text, f"{path.parent.name}/{path.stem}.result.json")


def test_every_rule_has_a_golden_pair():
    counted_too = {json.loads(path.read_text(encoding="utf-8"))["definition"]["rule"] for path in ALL}
    assert counted_too == set(RULES)


def test_the_readme_counts_the_golden_pairs_of_every_rule():
    pairs = Counter(json.loads(path.read_text(encoding="utf-8"))["definition"]["rule"] for path in ALL)
    readme = (golden.FIXTURES.parent / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \|[^|]+\|[^|]+\| (\d+) \| [\d,]+ \|$", readme, re.M)
    assert {rule: int(number) for rule, number in rows} == pairs


def test_a_golden_pair_that_differs_is_kept_as_new(tmp_path, monkeypatch):
    monkeypatch.setattr(golden, "FIXTURES", tmp_path)
    with pytest.raises(AssertionError, match=r"mv .*tie\.txt\.new"):
        golden.check("a tie\n", "rounds/tie.txt")
    (tmp_path / "rounds/tie.txt.new").rename(tmp_path / "rounds/tie.txt")
    golden.check("a tie\n", "rounds/tie.txt")
