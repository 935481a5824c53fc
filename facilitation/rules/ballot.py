"""From what a tablet sends to a choice that can be counted, and to its one spelling.

Pure. A payload is whatever JSON a stranger may post: anything that is not exactly one countable ballot of this round
is refused with a sentence and a remedy, and nothing is mended by guessing. An electronic ballot is therefore never
spoilt; spoilt ballots come from paper and reach a tally as a number.
"""

from __future__ import annotations

import json
from typing import TypeAlias

from facilitation.errors import BadBallot
from facilitation.rules.definition import LONGEST_OPTION, RoundDefinition, quoted, tidy

Choice: TypeAlias = str | tuple[str, ...]
"""One option, or several in an order that the rule gives its meaning."""


def canonical(choice: Choice) -> str:
    """The one spelling of a choice: compact JSON. The urn holds it and the key of a ballot is hashed with it.

    >>> canonical("yes"), canonical(("tram", "bus"))
    ('"yes"', '["tram","bus"]')
    """
    return json.dumps(choice, ensure_ascii=False, separators=(",", ":"))


def one_option(definition: RoundDefinition, payload: object) -> str:
    """The single option that the payload names."""
    if not isinstance(payload, str):
        raise BadBallot(
            f"A ballot of this round is one option, not {kind_of(payload)}.",
            f"Send one of: {', '.join(definition.options)}.",
        )
    return known_option(definition, payload)


def several_options(definition: RoundDefinition, payload: object) -> tuple[str, ...]:
    """The options that the payload lists, in its order, each at most once."""
    if not isinstance(payload, list | tuple):
        raise BadBallot(
            f"A ballot of this round is a list of options, not {kind_of(payload)}.",
            f"Send a list with any of: {', '.join(definition.options)}.",
        )
    most = definition.max_choices or len(definition.options)
    if len(payload) > most:
        raise BadBallot(f"The ballot names {len(payload)} options.", f"Choose at most {most}.")
    chosen: list[str] = []
    for entry in payload:
        option = one_option(definition, entry)
        if option in chosen:
            raise BadBallot(f"The ballot names {quoted(option)} twice.", "Name every option at most once.")
        chosen.append(option)
    return tuple(chosen)


def known_option(definition: RoundDefinition, text: str) -> str:
    """The option of this round with this wording; length is looked at first, so a huge text costs nothing."""
    option = tidy(text) if len(text) <= 2 * LONGEST_OPTION else text
    if option not in definition.options:
        raise BadBallot(
            f"{quoted(text)} is not an option of this round.", f"Choose from: {', '.join(definition.options)}."
        )
    return option


def kind_of(payload: object) -> str:
    """What a payload is, in words: its content is never repeated."""
    if payload is None:
        return "nothing"
    words = {bool: "true or false", int: "a number", str: "a text", list: "a list", tuple: "a list", dict: "an object"}
    return words.get(type(payload), "a number")
