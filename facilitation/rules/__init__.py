"""The counting rules: one file per rule, ballots in, one result out, ties included.

Pure: int and Fraction only, no clock, no chance, no files. A rule is a module of this package with a `RULE`; it is
found by being here, so a new rule is one file, one fixture pair under `fixtures/rounds/` and one row in the README.

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
from facilitation.rules.definition import RoundDefinition, Threshold, parse_definition
from facilitation.rules.result import Electorate, Result, Share, Stage
from facilitation.rules.rule import Rule

__all__ = [
    "RULES",
    "Choice",
    "Electorate",
    "Result",
    "RoundDefinition",
    "Rule",
    "Share",
    "Stage",
    "Threshold",
    "canonical",
    "parse_definition",
    "read_choice",
]


def _rules() -> Mapping[str, Rule]:
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    rules = (module.RULE for module in modules if hasattr(module, "RULE"))
    return MappingProxyType({rule.name: rule for rule in sorted(rules, key=lambda rule: rule.name)})


RULES: Final[Mapping[str, Rule]] = _rules()


def read_choice(definition: RoundDefinition, text: str) -> Choice:
    """The choice behind a canonical text from the urn.

    >>> asked = parse_definition({"title": "Which?", "rule": "approval", "options": ["tram", "bus"]})
    >>> read_choice(asked, '["tram","bus"]')
    ('tram', 'bus')
    """
    return RULES[definition.rule].parse(definition, json.loads(text))
