"""Conflicts of interest: a group cannot vote for its own bid.

Pure. Who is blocked from what is known when a ballot is cast, and forgotten with it: the stored ballot just has no
mark for the bid, so the urn does not tell who belongs to which group. A blocked mark is refused, never struck out in
silence. Where missing marks are left out of means (rule score), a blocked bid loses nothing by its own people's
silence; where totals count, everyone's bid lacks its own people's votes alike.
"""

from __future__ import annotations

from collections.abc import Collection

from facilitation.errors import BadBallot
from facilitation.rules.ballot import Choice
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.reading import quoted


def supported(definition: RoundDefinition, choice: Choice) -> tuple[str, ...]:
    """The options that a choice names or marks, in the order of the round; a score of 0 is a mark, no dots are none.

    >>> asked = RoundDefinition("Which?", "score", ("tram", "bus", "path"))
    >>> supported(asked, (0, None, 3))
    ('tram', 'path')
    """
    if isinstance(choice, str):
        return (choice,)
    if len(choice) == len(definition.options) and all(mark is None or isinstance(mark, int) for mark in choice):
        least = 1 if definition.terms.points is not None else 0  # of dots and bought votes none is none
        return tuple(o for o, m in zip(definition.options, choice, strict=True) if isinstance(m, int) and m >= least)
    named = {option for rank in choice for option in (rank if isinstance(rank, tuple) else (rank,))}
    return tuple(option for option in definition.options if option in named)


def refuse_conflicts(definition: RoundDefinition, choice: Choice, blocked: Collection[str]) -> Choice:
    """The choice, if it supports nothing that its member is blocked from.

    >>> asked = RoundDefinition("Which?", "approval", ("tram", "bus"))
    >>> refuse_conflicts(asked, ("bus",), blocked={"tram"})
    ('bus',)
    >>> refuse_conflicts(asked, ("tram", "bus"), blocked={"tram"})
    Traceback (most recent call last):
    facilitation.errors.BadBallot: The ballot votes on “tram”, which its member has a part in. \
Remedy: Leave out: tram.
    """
    for option in supported(definition, choice):
        if option in blocked:
            raise BadBallot(
                f"The ballot votes on {quoted(option)}, which its member has a part in.",
                f"Leave out: {', '.join(o for o in definition.options if o in blocked)}.",
            )
    return choice
