"""From what a tablet sends to a choice that can be counted, and to its one spelling.

Pure. A payload is whatever JSON a stranger may post: anything that is not exactly one countable ballot of this round
is refused with a sentence and a remedy, and nothing is mended by guessing. An electronic ballot is therefore never
spoilt; spoilt ballots come from paper and reach a tally as a number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias, cast

from facilitation.errors import BadBallot
from facilitation.rules.definition import LONGEST_OPTION, RoundDefinition
from facilitation.rules.reading import quoted, tidy

Ranking: TypeAlias = tuple[str | tuple[str, ...], ...]
"""Options best first; those that a ballot ranks level stand together in a tuple."""

Marks: TypeAlias = tuple[int | None, ...]
"""A whole number, or nothing, for every option of the round in its order."""

Choice: TypeAlias = str | tuple[str | tuple[str, ...] | int | None, ...]
"""One option, several in an order that the rule gives its meaning, or marks."""


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


def ranking(definition: RoundDefinition, payload: object) -> Ranking:
    """Options best first, each at most once; a list inside the list holds options that this ballot ranks level.

    >>> ranking(RoundDefinition("?", "schulze", ("tram", "bus", "path")), ["path", ["tram", "bus"]])
    ('path', ('bus', 'tram'))
    """
    if not isinstance(payload, list | tuple):
        raise BadBallot(
            f"A ballot of this round is a list of options, not {kind_of(payload)}.",
            f"Send a list with any of: {', '.join(definition.options)}.",
        )
    groups = [entry if isinstance(entry, list | tuple) else [entry] for entry in payload]
    if not all(groups):
        raise BadBallot("A rank of the ballot is empty.", "Name an option for every rank, or leave the rank out.")
    several_options(definition, [entry for group in groups for entry in group])
    tidied = [tuple(sorted(known_option(definition, entry) for entry in group)) for group in groups]
    return tuple(group if len(group) > 1 else group[0] for group in tidied)


def marks(definition: RoundDefinition, payload: object, highest: int) -> Marks:
    """Whole numbers from 0 to `highest`: by option, or as a list in the order of the options with null for no mark.

    >>> marks(RoundDefinition("?", "score", ("tram", "bus")), {"bus": 3}, highest=5)
    (None, 3)
    """
    if isinstance(payload, Mapping):
        given: dict[str, object] = {}
        for text, value in payload.items():
            option = one_option(definition, text)
            if option in given:
                raise BadBallot(f"The ballot marks {quoted(option)} twice.", "Mark every option at most once.")
            given[option] = value
        payload = [given.get(option) for option in definition.options]
    if not isinstance(payload, list | tuple):
        raise BadBallot(
            f"A ballot of this round is an object of marks, not {kind_of(payload)}.",
            f"Send {{option: number}} with any of: {', '.join(definition.options)}.",
        )
    if len(payload) != len(definition.options):
        raise BadBallot(
            f"The ballot has {len(payload)} marks for {len(definition.options)} options.", "Send one for each, or null."
        )
    for option, value in zip(definition.options, payload, strict=True):
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= highest:
            raise BadBallot(
                f"The mark of {quoted(option)} is {value if is_short(value) else kind_of(value)}.",
                f"Give a whole number from 0 to {highest}.",
            )
    return tuple(payload)


def is_short(value: object) -> bool:
    """Whether a stranger's number may be repeated in a sentence."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**12


def as_ranking(definition: RoundDefinition, ballot: Choice) -> Ranking:
    """This ballot of the urn as a ranking of this round's options."""
    known = frozenset(definition.options)
    if isinstance(ballot, str) or not all(
        rank in known if isinstance(rank, str) else isinstance(rank, tuple) and known.issuperset(rank)
        for rank in ballot
    ):
        raise ValueError("a ballot of another round is among these")
    return cast("Ranking", ballot)


def as_strict_ranking(definition: RoundDefinition, ballot: Choice) -> tuple[str, ...]:
    """This ballot as a ranking without level ranks."""
    if isinstance(ballot, str) or not frozenset(definition.options).issuperset(ballot):
        raise ValueError("a ballot of another round is among these")
    return cast("tuple[str, ...]", ballot)


def as_marks(definition: RoundDefinition, ballot: Choice) -> Marks:
    """This ballot as marks of this round's options."""
    if isinstance(ballot, str) or len(ballot) != len(definition.options):
        raise ValueError("a ballot of another round is among these")
    return cast("Marks", ballot)


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
