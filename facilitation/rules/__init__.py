"""The counting rules: one file per rule, ballots in, one result out, ties included.

Pure: int and Fraction only, no clock, no chance, no files. A rule is a module of this package with a `RULE`; it is
found by being here, so a new rule is one file, one golden pair and one row in the README. `every_rule()` has them all;
`RULES` those that every screen can show, and only they are offered for rounds in the hall.

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
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from facilitation.rules.ballot import Choice, canonical
from facilitation.rules.definition import RoundDefinition, Threshold, parse_count, parse_definition
from facilitation.rules.result import Electorate, Result, Share, Stage
from facilitation.rules.rule import Rule
from facilitation.rules.terms import Terms

__all__ = [
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


ON_SCREENS: Final = ("approval", "irv", "support", "yes_no")
"""The files whose rule has `on_screens`; the others are read only when something is to be counted by them."""


def _rules(files: Iterable[str]) -> Mapping[str, Rule]:
    modules = (importlib.import_module(f"{__name__}.{name}") for name in files)
    rules = (module.RULE for module in modules if hasattr(module, "RULE"))
    return MappingProxyType({rule.name: rule for rule in sorted(rules, key=lambda rule: rule.name)})


RULES: Final[Mapping[str, Rule]] = _rules(ON_SCREENS)
"""The rules that rounds are held by: each has its ballot page and its result page."""


@cache
def every_rule() -> Mapping[str, Rule]:
    """Every rule that can be counted. A hall that holds votes needs none of the others, nor the packages they need."""
    return _rules(found.name for found in pkgutil.iter_modules(__path__))


def named(name: str) -> Rule | None:
    """The rule of this name, if there is one."""
    return RULES.get(name) or every_rule().get(name)


def read_choice(definition: RoundDefinition, text: str) -> Choice:
    """The choice behind a canonical text from the urn.

    >>> asked = parse_definition({"title": "Which?", "rule": "approval", "options": ["tram", "bus"]})
    >>> read_choice(asked, '["tram","bus"]')
    ('tram', 'bus')
    """
    rule = named(definition.rule)
    assert rule is not None  # a definition cannot exist without its rule
    return rule.parse(definition, json.loads(text))
