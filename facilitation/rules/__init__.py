"""The counting rules: one file per rule, ballots in, one result out, ties included.

Pure: int and Fraction only, no clock, no chance, no files. A rule is a module of this package with a `RULE`; it is
found by being here, so a new rule is one file, one golden pair and one row in the README. `COUNTED` has every rule;
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
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from facilitation.rules.ballot import Choice, canonical
from facilitation.rules.definition import RoundDefinition, Threshold, parse_count, parse_definition
from facilitation.rules.result import Electorate, Result, Share, Stage
from facilitation.rules.rule import Rule
from facilitation.rules.terms import Terms

__all__ = [
    "COUNTED",
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
    "parse_count",
    "parse_definition",
    "read_choice",
]


def _rules() -> Mapping[str, Rule]:
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    rules = (module.RULE for module in modules if hasattr(module, "RULE"))
    return MappingProxyType({rule.name: rule for rule in sorted(rules, key=lambda rule: rule.name)})


COUNTED: Final[Mapping[str, Rule]] = _rules()
"""Every rule that can be counted."""

RULES: Final[Mapping[str, Rule]] = MappingProxyType({name: rule for name, rule in COUNTED.items() if rule.on_screens})
"""The rules that rounds are held by: each has its ballot page and its result page."""


def read_choice(definition: RoundDefinition, text: str) -> Choice:
    """The choice behind a canonical text from the urn.

    >>> asked = parse_definition({"title": "Which?", "rule": "approval", "options": ["tram", "bus"]})
    >>> read_choice(asked, '["tram","bus"]')
    ('tram', 'bus')
    """
    return COUNTED[definition.rule].parse(definition, json.loads(text))
