"""From what lies in the urn to the result of a round: blank and spoilt ballots apart, the others by the round's rule.

Pure: the order of the slips does not matter, so a recount of the same slips comes to the same result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from facilitation.ballots import BLANK, SPOILT, Slip
from facilitation.rules import RULES, Electorate, RoundDefinition, read_choice


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
    result = RULES[definition.rule].tally(definition, choices, base, blank + spoilt).as_json()
    return {**result, "spoilt": spoilt, "blank": blank}
