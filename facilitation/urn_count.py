"""From what lies in the urn to the result of a round: blank and spoilt ballots apart, the others by the round's rule.

Pure: the order of the slips does not matter, so a recount of the same slips comes to the same result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from facilitation.ballots import BLANK, SPOILT, Slip
from facilitation.rules import RULES, Choice, Electorate, RoundDefinition, read_choice
from facilitation.rules.more_votes import RULES_WITH_BIDS, with_more_votes

MOST_LOOKED_AT: Final = 10_000
"""Ballots times bids up to which it is also told how many more votes would have funded a bid: some hundred recounts in
a second. For larger counts, and those by add1 (which counts anew for every share), `folkmoot count` tells it."""


def count_slips(definition: RoundDefinition, slips: Sequence[Slip], base: Electorate) -> dict[str, Any]:
    """The result as JSON. Blank and spoilt ballots were cast and are for nothing; each is counted as itself.

    >>> from facilitation.rules import parse_definition
    >>> asked = parse_definition({"title": "Trams?", "rule": "yes-no"})
    >>> found = count_slips(asked, [Slip('"yes"'), Slip("null"), Slip("false"), Slip("false")], Electorate(4, 5))
    >>> found["cast"], found["blank"], found["spoilt"], found["counts"]["yes"]
    (4, 1, 2, 1)
    """
    texts = [slip.choice for slip in slips]
    blank, spoilt = texts.count(BLANK), texts.count(SPOILT)
    choices = [read_choice(definition, text) for text in texts if text not in (BLANK, SPOILT)]
    result = RULES[definition.rule].tally(definition, choices, base, blank + spoilt)
    if definition.rule in RULES_WITH_BIDS and is_quick(definition, choices):
        result = with_more_votes(definition, choices, result)
    return {**result.as_json(), "spoilt": spoilt, "blank": blank}


def is_quick(definition: RoundDefinition, choices: Sequence[Choice]) -> bool:
    """Whether a budget is counted so quickly that it can be counted some hundred times while a hall waits.

    >>> from facilitation.rules import parse_definition
    >>> terms = {"budget": 9, "costs": [5, 4], "completion": "add1"}
    >>> asked = parse_definition({"title": "?", "rule": "equal-shares", "options": ["a", "b"], "terms": terms})
    >>> is_quick(asked, [("a",)])
    False
    """
    slow = definition.terms.completion in ("add1", "add1-exhaustive", "add1u")
    return not slow and len(choices) * len(definition.options) <= MOST_LOOKED_AT
