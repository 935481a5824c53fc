"""The counting rules: one file per rule, ballots in, one result out, ties included.

Pure: int and Fraction only, no clock, no chance, no files. A rule is a module of this package with a `RULE`, named
like its file; a new rule is one file, its name in `NAMES`, one golden pair and one row in the README. `RULES` holds
them all, and reads a file when its rule is first asked for: a hall that holds a show of hands needs no matrices, nor
the packages they come from.

>>> asked = parse_definition({"title": "Adopt the report?", "rule": "yes-no",
...     "threshold": {"share": "2/3", "op": ">=", "base": "yes+no"}})
>>> rule = RULES[asked.rule]
>>> ballots = [rule.parse(asked, payload) for payload in ["yes"] * 125 + ["no"] * 32 + ["abstain"] * 10]
>>> rule.tally(asked, ballots, Electorate(present=170, entitled=184)).sentence
'Passed: 125 of 157 yes-or-no votes, 79.6 %; two thirds were needed.'
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from facilitation.rules.ballot import Choice, canonical
from facilitation.rules.definition import RoundDefinition, Threshold, parse_count, parse_definition
from facilitation.rules.result import Electorate, Result, Share, Stage
from facilitation.rules.rule import Rule
from facilitation.rules.terms import Terms

__all__ = [
    "NAMES",
    "RULES",
    "Choice",
    "Electorate",
    "Result",
    "RoundDefinition",
    "Rule",
    "Share",
    "Stage",
    "Terms",
    "Threshold",
    "canonical",
    "every_rule",
    "named",
    "parse_count",
    "parse_definition",
    "read_choice",
]


NAMES: Final = (
    *("approval", "borda", "consent", "dots", "equal-shares", "greedy", "irv", "majority-judgement", "phragmen"),
    *("plurality", "quadratic", "schulze", "score", "stv", "support", "temperature", "yes-no"),
)
"""Every rule, in the order of the alphabet."""


class _Rules(Mapping[str, Rule]):
    """The rules by name; which there are is known without reading any of them."""

    def __getitem__(self, name: str) -> Rule:
        if name not in NAMES:
            raise KeyError(name)
        rule: Rule = importlib.import_module(f"{__name__}.{name.replace('-', '_')}").RULE
        return rule

    def __contains__(self, name: object) -> bool:
        return name in NAMES

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


RULES: Final[Mapping[str, Rule]] = _Rules()
"""The rules that rounds are held by and that files are counted by."""


def every_rule() -> Mapping[str, Rule]:
    """All rules, read."""
    return MappingProxyType(dict(RULES))


def named(name: str) -> Rule | None:
    """The rule of this name, if there is one."""
    return RULES.get(name)


def read_choice(definition: RoundDefinition, text: str) -> Choice:
    """The choice behind a canonical text from the urn.

    >>> asked = parse_definition({"title": "Which?", "rule": "approval", "options": ["tram", "bus"]})
    >>> read_choice(asked, '["tram","bus"]')
    ('tram', 'bus')
    """
    return RULES[definition.rule].parse(definition, json.loads(text))
