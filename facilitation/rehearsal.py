"""Rehearsal: made-up ballots of robot members, so that a rule is seen at work before the first real ballot exists.

Pure and seeded: the same question, number and seed give the same opinions, whatever the rule; so rules that read the
same kind of ballot can be laid side by side on one hall of robots (`side_by_side`). Nothing here is a forecast.

Robots stand in three camps of unequal size. A camp has its own order of the options, with a favourite that no other
camp has where there are enough options, and its own warmth for a plain proposal; a robot is its camp's opinion give or
take `OWN_MIND`, in whole numbers from 0 to 100. From that opinion follows its ballot, by the rule's own form: what it
likes well enough it approves, the higher it likes something the more points it gives, and some robots stop ranking
early, rank options level or leave a score out, as people do.

>>> from facilitation.rules import parse_count
>>> asked = parse_count({"title": "Which?", "rule": "irv", "options": ["tram", "bus", "path"]})
>>> robot_payloads(asked, 3, "ten dice") == robot_payloads(asked, 3, "ten dice")
True
>>> len(robot_ballots(asked, 60, "ten dice"))
60
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isqrt
from types import MappingProxyType
from typing import Final

from facilitation.errors import BadRequest
from facilitation.rules import named
from facilitation.rules.ballot import Choice
from facilitation.rules.definition import RoundDefinition

MOST_ROBOTS: Final = 300

ALL: Final = 100
"""How warm an opinion can be; 0 is as cold as it gets."""

CAMPS: Final = (8, 7, 5)
"""How many of twenty robots stand in each camp, more or less: each robot's camp is drawn."""

WARMTHS: Final = ((55, 85), (35, 70), (10, 55))
"""Between what the warmth of each camp for a plain proposal lies."""

OWN_MIND: Final = 30
"""How far a robot may be from its camp."""

ENOUGH: Final = 62
"""From how much liking an option is approved."""

MOST_TICKS: Final = 6
"""No robot approves more than this, however long the list is."""

REASONS: Final = (
    "It costs more than we can carry.",
    "People who cannot drive were not heard.",
    "The evidence for it is too thin.",
    "It comes too late for those who need it now.",
    "Nobody has said who will look after it.",
)
"""What robots say when they object."""


@dataclass(frozen=True)
class Opinion:
    """What one robot thinks: how much it likes each option, in the order of the round, and a plain proposal as such.

    `habit` is a number from 0 to 99 of its own: whether it abstains, stops ranking early, and so on.
    """

    likings: tuple[int, ...]
    warmth: int
    habit: int

    def best(self) -> list[int]:
        """The places of the options, the most liked first; likings of one robot are all different."""
        return sorted(range(len(self.likings)), key=lambda place: -self.likings[place])

    def of_all(self, place: int, highest: int) -> int:
        """The liking of an option on a scale from 0 to `highest`."""
        return min(highest, self.warmth_of(place) * (highest + 1) // (ALL + 1))

    def warmth_of(self, place: int) -> int:
        """The liking of an option from 0 to 100."""
        return self.likings[place] // len(self.likings)


def opinions(definition: RoundDefinition, number: int, seed: str) -> tuple[Opinion, ...]:
    """So many robots' opinions on these options."""
    options = len(definition.options)
    chance = random.Random("\n".join(("folkmoot robots 1", seed, definition.title, *definition.options)))  # noqa: S311  # opinions are no secrets
    warmths = [chance.randint(least, most) for least, most in WARMTHS]
    favourites = chance.sample(range(options), options)
    tastes = [_taste(options, favourites[camp % options], chance) for camp in range(len(CAMPS))]
    made = []
    for _ in range(number):
        camp = chance.choices(range(len(CAMPS)), weights=CAMPS)[0]
        own = [_near(taste, chance) for taste in tastes[camp]]
        apart = chance.sample(range(options), options)  # so that no two likings of a robot are the same
        likings = tuple(liking * options + place for liking, place in zip(own, apart, strict=True))
        made.append(Opinion(likings, _near(warmths[camp], chance), chance.randrange(100)))
    return tuple(made)


def _taste(options: int, favourite: int, chance: random.Random) -> list[int]:
    """A camp's liking of each option: its favourite, then an order of its own, from 85 down to 25."""
    order = [favourite, *(place for place in chance.sample(range(options), options) if place != favourite)]
    liking = {place: 85 - 60 * rank // max(1, options - 1) for rank, place in enumerate(order)}
    return [liking[place] for place in range(options)]


def _near(opinion: int, chance: random.Random) -> int:
    return max(0, min(ALL, opinion + chance.randint(-OWN_MIND, OWN_MIND)))


# ------------------------------------------------------------------------------------------------ ballots


def robot_ballots(definition: RoundDefinition, number: int, seed: str) -> tuple[Choice, ...]:
    """So many ballots as they would lie in the urn: read by the rule itself, so that each is one it can count."""
    rule = named(definition.rule)
    assert rule is not None  # a definition cannot exist without its rule
    return tuple(rule.parse(definition, payload) for payload in robot_payloads(definition, number, seed))


def robot_payloads(definition: RoundDefinition, number: int, seed: str) -> tuple[object, ...]:
    """The same as a tablet would send them."""
    if not 1 <= number <= MOST_ROBOTS:
        raise BadRequest(f"A rehearsal with {number} robots cannot be.", f"Take 1 to {MOST_ROBOTS} robots.")
    mind = MINDS[definition.rule]
    return tuple(mind(definition, opinion) for opinion in opinions(definition, number, seed))


def _side(definition: RoundDefinition, mine: Opinion) -> object:
    """Yes or no by its warmth; one in twelve abstains, where that can be done."""
    from facilitation.rules.yes_no import sides

    others = [option for option in definition.options if option not in sides(definition)]
    if others and mine.habit < 8:
        return others[mine.habit % len(others)]
    return sides(definition)[0 if mine.warmth >= 45 else 1]


def _step(definition: RoundDefinition, mine: Opinion) -> object:
    """One answer of a scale that goes from warm to cold."""
    return definition.options[(ALL - mine.warmth) * len(definition.options) // (ALL + 1)]


def _consent(definition: RoundDefinition, mine: Opinion) -> object:
    """Consent, stand aside, or object with a reason."""
    consent, aside, objection = definition.options
    if mine.warmth >= 30:
        return consent
    return aside if mine.warmth >= 8 else [objection, REASONS[mine.habit % len(REASONS)]]


def _one(definition: RoundDefinition, mine: Opinion) -> object:
    return definition.options[mine.best()[0]]


def _approved(definition: RoundDefinition, mine: Opinion) -> object:
    """What it likes well enough, as much of it as the ballot takes and as it has patience for."""
    most = min(definition.max_choices or MOST_TICKS, 1 + mine.habit % MOST_TICKS)
    liked = [place for place in mine.best() if mine.warmth_of(place) >= ENOUGH]
    return [definition.options[place] for place in liked[:most]]


def _ranked(definition: RoundDefinition, mine: Opinion) -> object:
    """An order; four of ten stop after what they like."""
    order = mine.best()[: definition.max_choices or len(definition.options)]
    if mine.habit < 40:
        liked = [place for place in order if mine.warmth_of(place) >= ENOUGH - 20]
        order = liked or order[:1]
    return [definition.options[place] for place in order]


def _ranked_level(definition: RoundDefinition, mine: Opinion) -> object:
    """An order; three of ten put what they like nearly alike on one rank."""
    order = _ranked(definition, mine)
    assert isinstance(order, list)
    if mine.habit < 70:
        return order
    ranks: list[list[str]] = []
    heights: list[int] = []
    for option in order:
        height = mine.warmth_of(definition.options.index(option)) // 10
        if heights and heights[-1] == height:
            ranks[-1].append(option)
        else:
            ranks.append([option])
            heights.append(height)
    return [rank if len(rank) > 1 else rank[0] for rank in ranks]


def _scored(definition: RoundDefinition, mine: Opinion) -> object:
    """A number for the options that it has an opinion on: two of ten leave out what leaves them cold or warm."""
    highest = definition.terms.highest or 5
    marks = {option: mine.of_all(place, highest) for place, option in enumerate(definition.options)}
    if mine.habit < 20:
        return {option: mark for option, mark in marks.items() if not highest <= 3 * mark <= 2 * highest}
    return marks


def _graded(definition: RoundDefinition, mine: Opinion) -> object:
    """A grade for every option; one of ten gives none to the option in the middle of its likings."""
    from facilitation.rules.majority_judgement import grades_of

    highest = len(grades_of(definition)) - 1
    marks = {option: mine.of_all(place, highest) for place, option in enumerate(definition.options)}
    if mine.habit < 10:
        del marks[definition.options[mine.best()[len(marks) // 2]]]
    return marks


def _wishes(mine: Opinion) -> list[tuple[int, int]]:
    """The options worth a point, the dearest first, each with how much it is wished for."""
    wishes = [(place, mine.warmth_of(place) - ALL // 2) for place in mine.best()]
    return [(place, wish) for place, wish in wishes if wish > 0] or [(mine.best()[0], 1)]


def _dotted(definition: RoundDefinition, mine: Opinion) -> object:
    """Dots in proportion to its wishes, the rest one by one to what it likes best, within the cap."""
    points = definition.terms.points or 0
    cap = definition.terms.cap or points
    wishes = _wishes(mine)
    total = sum(wish for _, wish in wishes)
    dots = {place: min(cap, points * wish // total) for place, wish in wishes}
    for place, _ in wishes:
        if sum(dots.values()) < points and dots[place] < cap:
            dots[place] += 1
    return {definition.options[place]: given for place, given in dots.items() if given}


def _squared(definition: RoundDefinition, mine: Opinion) -> object:
    """Votes whose squares are in proportion to its wishes; what is left buys one vote more where it can."""
    credits_ = definition.terms.points or 0
    wishes = _wishes(mine)
    total = sum(wish for _, wish in wishes)
    votes = {place: isqrt(credits_ * wish // total) for place, wish in wishes}
    for place, _ in wishes:
        if sum(vote * vote for vote in votes.values()) + 2 * votes[place] + 1 <= credits_:
            votes[place] += 1
    return {definition.options[place]: given for place, given in votes.items() if given}


def _for_bids(definition: RoundDefinition, mine: Opinion) -> object:
    """Bids by the ballot that the terms name."""
    forms: Mapping[str, Mind] = {"score": _scored, "ranked": _ranked}
    return forms.get(definition.terms.ballots or "", _approved)(definition, mine)


Mind = Callable[[RoundDefinition, Opinion], object]

MINDS: Final[Mapping[str, Mind]] = MappingProxyType(
    {
        "yes-no": _side,
        "support": _step,
        "temperature": _step,
        "consent": _consent,
        "plurality": _one,
        "approval": _approved,
        "irv": _ranked,
        "stv": _ranked,
        "borda": _ranked_level,
        "schulze": _ranked_level,
        "score": _scored,
        "majority-judgement": _graded,
        "dots": _dotted,
        "quadratic": _squared,
        **dict.fromkeys(("greedy", "equal-shares", "phragmen"), _for_bids),
    }
)
"""How robots fill in the ballot of each rule."""
