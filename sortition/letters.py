"""What a volunteer is told of their chance, in plain English: how large it was, and what made it so.

Pure, and nothing is guessed. Of the n_q people in the lottery with an answer, any panel has min_q to max_q, so under
every lottery their chances are on average between min_q/n_q and max_q/n_q. An answer is only named as a reason where
that average alone lies on the side of the equal chance k/n on which the volunteer's chance lies: above it the answer
with the largest min_q/n_q (few volunteered for what is needed), below it the one with the smallest max_q/n_q. Where no
single answer pulls that way it is several together; then, and where somebody has no chance at all, the limits are named
on which the certificate's proof leans for that level of chances (the non-zero multipliers, see `proof`).

Seats that a list gave are not drawn by lot: they and those who hold them are taken away before anything is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sortition.errors import SortitionError
from sortition.folder import Draw
from sortition.lists import EXCLUDED, FEATURE, INCLUDED, LOT, SEATED
from sortition.reading.cells import write_csv

LISTED = {
    SEATED: "You had been selected before, so your seat was not drawn by lot.",
    INCLUDED: "A list gave you a seat, so it was not drawn by lot.",
    EXCLUDED: "A list left you out of the lottery, so you had no chance of being chosen.",
}
SAME = Fraction(1, 2000)  # chances that read alike with one decimal
FELT = Fraction(1, 200)  # how far a chance by ticket is from the exact one before a letter speaks of it
MOST_NAMED = 4  # limits in one letter


class BadLetter(SortitionError):
    """A letter was asked for somebody who took no part in this draw."""

    code = "bad-letter"


@dataclass(frozen=True)
class Limit:
    """A quota and how many people in the lottery have its value."""

    feature: str
    value: str
    min: int
    max: int
    have: int

    @property
    def most(self) -> Fraction:
        """The largest average chance that the quota allows those who have the value."""
        return Fraction(self.max, self.have)

    @property
    def least(self) -> Fraction:
        """The smallest."""
        return Fraction(self.min, self.have)

    @property
    def places(self) -> str:
        """How many members the quota asks for: 6 to 7, or 7."""
        return f"{self.min}" if self.min == self.max else f"{self.min} to {self.max}"


@dataclass(frozen=True)
class Odds:
    """How many people were in the lottery for how many places, and the quotas."""

    members: int
    volunteers: int
    limits: Mapping[tuple[str, str], Limit]
    listed: bool = False

    @property
    def equal(self) -> Fraction:
        """What everybody's chance would be without quotas."""
        return Fraction(self.members, self.volunteers)


@dataclass(frozen=True)
class Person:
    """One volunteer: chance, answers by feature, and what else their letter says.

    `drawn` is None where nothing has been drawn yet; `bounds` are the limits that the proof leans on for this chance;
    `ended`: the search ended before anything was proved.
    """

    chance: Fraction
    answers: Mapping[str, str]
    drawn: bool | None = None
    tied: bool = False
    by_ticket: Fraction | None = None
    bounds: tuple[str, ...] = ()
    ended: bool = False

    @property
    def was(self) -> str:
        """Whether the draw is still to come."""
        return "is" if self.drawn is None else "was"


def letter(draw: Draw, id_: str) -> str:
    """The letter to this volunteer of a draw."""
    if id_ not in draw.record.problem.pool.by_id:
        raise BadLetter(f"{id_} took no part in this draw.", "Give an id of the pool that was drawn from.")
    return next(text for one, _, text in letters(draw, [id_]) if one == id_)


def letters(draw: Draw, ids: Iterable[str] | None = None) -> Iterator[tuple[str, Fraction, str]]:
    """Id, chance and letter of these volunteers, or of all, in the order of their ids."""
    pool = draw.record.problem.pool
    answers = {one.id: dict(zip(pool.features, one.values, strict=True)) for one in pool.volunteers}
    quotas = [
        {"feature": q.feature, "value": q.value, "min": q.min, "max": q.max} for q in draw.record.problem.quotas.rows
    ]
    odds = odds_of(draw.record.problem.panel_size, quotas, answers.values())
    chances, by_ticket, panel = draw.chances(), draw.ticket_chances(), set(draw.panel)
    tied = {id_ for home in pool.households.values() for id_ in home}
    ended = not draw.certificate.get("proved")
    proof = () if ended else draw.certificate.get("levels", ())
    levels = {id_: level for level in proof for id_ in level["volunteers"]}
    for id_ in sorted(answers if ids is None else ids):
        bounds = bounds_of(levels.get(id_, {}), answers[id_])
        one = Person(chances[id_], answers[id_], id_ in panel, id_ in tied, by_ticket[id_], bounds, ended)
        yield id_, one.chance, words(one, odds)


def write_letters(draw: Draw) -> bytes:
    """`letters.csv`, for a mail merge: id, chance in 100, and the letter."""
    rows = [(id_, number_in_100(chance), text) for id_, chance, text in letters(draw)]
    return write_csv([("id", "chance_in_100", "text"), *rows])


def odds_of(members: int, quotas: Iterable[Mapping[str, Any]], pool: Iterable[Mapping[str, str]]) -> Odds:
    """From the quotas of a draw and everyone's answers; seats that a list gave are taken away first.

    >>> half = [{"feature": "age", "value": "16-29", "min": 1, "max": 1}]
    >>> odds_of(2, half, [{"age": "16-29"}] * 8 + [{"age": "30+"}] * 2).limits["age", "16-29"].most
    Fraction(1, 8)
    """
    people = list(pool)
    lot = [one for one in people if one.get(FEATURE, LOT) == LOT]
    sure = [one for one in people if one.get(FEATURE, LOT) in (SEATED, INCLUDED)]
    have, held = (Counter((f, v) for one in some for f, v in one.items() if f != FEATURE) for some in (lot, sure))
    limits = {}
    for quota in quotas:
        key = (str(quota["feature"]), str(quota["value"]))
        if have[key]:
            least, most = (int(quota[side]) - held[key] for side in ("min", "max"))
            limits[key] = Limit(*key, max(least, 0), max(most, 0), have[key])
    return Odds(members - len(sure), max(len(lot), 1), limits, len(lot) < len(people))


def number_in_100(chance: Fraction) -> str:
    """How many in 100, with at most one decimal.

    >>> [number_in_100(Fraction(*pair)) for pair in ((12, 155), (1, 2), (1, 5000), (0, 1), (999, 1000))]
    ['7.7', '50', 'less than 1', '0', 'more than 99']
    """
    if 0 < chance < Fraction(1, 100):
        return "less than 1"
    if Fraction(99, 100) < chance < 1:
        return "more than 99"
    whole, rest = divmod(int(chance * 1000 + Fraction(1, 2)), 10)
    return f"{whole}.{rest}" if rest else f"{whole}"


def in_100(chance: Fraction) -> str:
    """A chance as people say it.

    >>> in_100(Fraction(12, 155)), in_100(Fraction(1, 5000))
    ('7.7 in 100', 'less than 1 in 100')
    """
    return f"{number_in_100(chance)} in 100"


def words(one: Person, odds: Odds) -> str:
    """The sentences for one volunteer.

    >>> quotas = [{"feature": "age", "value": "16-29", "min": 1, "max": 1}]
    >>> odds = odds_of(2, quotas, [{"age": "16-29"}] * 8 + [{"age": "30+"}] * 2)
    >>> print(words(Person(Fraction(1, 8), {"age": "16-29"}, drawn=True), odds))
    Your chance of being chosen was 12.5 in 100. 10 people volunteered for 2 places, so equal chances would have been \
20 in 100. Yours was lower because many people volunteered with the answer “16-29” (age): 8, and the assembly has \
places for only 1 of them. You were chosen.
    """
    if (listed := LISTED.get(one.answers.get(FEATURE, ""))) is not None:
        return listed
    if not odds.members:
        return f"Every place {one.was} given by name, so nothing {one.was} left to the lot."
    said = [_chance(one), _equal(one, odds), _reason(one, odds)]
    if one.tied:
        said.append("Only one person of your household could be chosen.")
    if one.drawn is not None:
        said.append("You were chosen." if one.drawn else "You were not chosen.")
    return " ".join(filter(None, said))


def _chance(one: Person) -> str:
    """The first sentence; `about` where the number is rounded."""
    if not one.chance:
        return f"You {'have' if one.drawn is None else 'had'} no chance of being chosen."
    if one.chance == 1:
        return (
            "It is certain that you will be chosen."
            if one.drawn is None
            else "It was certain that you would be chosen."
        )
    told = number_in_100(one.chance)
    about = "about " if told.replace(".", "").isdigit() and Fraction(told) != one.chance * 100 else ""
    ticket = ""
    if one.by_ticket is not None and abs(one.by_ticket - one.chance) >= FELT:
        ticket = f" (with the numbered tickets it {one.was} {in_100(one.by_ticket)})"
    return f"Your chance of being chosen {one.was} {about}{told} in 100{ticket}."


def _equal(one: Person, odds: Odds) -> str:
    """How many people there were for how many places."""
    who = f"{odds.volunteers:,} {'person' if odds.volunteers == 1 else 'people'}"
    places = f"{odds.members:,} place{'' if odds.members == 1 else 's'}"
    took = "took part in the lottery for the" if odds.listed else "volunteered for"
    be = "be" if one.drawn is None else "have been"
    return f"{who} {took} {places}, so equal chances would {be} {in_100(odds.equal)}."


def _reason(one: Person, odds: Odds) -> str:
    """Why the chance is not the equal one."""
    if not one.chance:
        return _blocked(one, odds)
    if abs(one.chance - odds.equal) < SAME:
        return f"Yours {one.was} the same."
    mine = [limit for key in one.answers.items() if (limit := odds.limits.get(key)) is not None]
    if one.chance < odds.equal:
        return _lower(one, mine, odds.equal)
    wanted = max(mine, key=lambda limit: limit.least, default=None)
    if wanted is None or wanted.least <= odds.equal:
        return (
            f"Yours {one.was} higher because the assembly needs more people with all of your answers together than "
            "there are among the volunteers."
        )
    people = f"few people volunteered with the answer {_named(wanted)}: {wanted.have:,}"
    return f"Yours {one.was} higher because {people}, and the assembly needs {wanted.places} of them."


def _lower(one: Person, mine: Sequence[Limit], equal: Fraction) -> str:
    tight = min(mine, key=lambda limit: limit.most, default=None)
    if tight is not None and tight.most < equal:
        people = f"many people volunteered with the answer {_named(tight)}: {tight.have:,}"
        return f"Yours {one.was} lower because {people}, and the assembly has places for only {tight.places} of them."
    where = f" What limits them is this: {_joined(one.bounds)}." if one.bounds else ""
    return f"Yours {one.was} lower because there are fewer places for people with all of your answers together.{where}"


def _blocked(one: Person, odds: Odds) -> str:
    """Which quota keeps somebody out."""
    for key in one.answers.items():
        limit = odds.limits.get(key)
        if limit is not None and limit.max == 0:
            return f"No place was left for people with the answer {_named(limit)}."
    if one.ended:
        return "The search for the fairest lottery was ended early, and no panel found by then had a place for you."
    where = f" What leaves no place is this: {_joined(one.bounds)}." if one.bounds else ""
    if one.bounds or not odds.limits:
        return f"No panel of the lottery that keeps all quotas had a place for you.{where}"
    return "No panel of the lottery had a place for all of your answers together."


def bounds_of(level: Mapping[str, Any], answers: Mapping[str, str]) -> tuple[str, ...]:
    """The limits that a level's proof leans on, in words: those of the volunteer's own answers if there are any.

    >>> level = {"multipliers": [{"name": "age=16-29", "multiplier": "1/2"}, {"name": "area=N", "multiplier": "-1"}]}
    >>> bounds_of(level, {"age": "16-29"}), bounds_of(level, {"age": "30+"})
    (('the maximum for “16-29” (age)',), ('the maximum for “16-29” (age)', 'the minimum for “N” (area)'))
    """
    own: list[str] = []
    others: list[str] = []
    names = {f"{feature}={value}" for feature, value in answers.items()}
    for used in level.get("multipliers", ()):
        feature, sign, value = str(used["name"]).partition("=")
        if sign and feature != FEATURE:
            upper = not str(used["multiplier"]).startswith("-")
            told = f"the {'maximum' if upper else 'minimum'} for “{value}” ({feature})"
            (own if used["name"] in names and upper else others).append(told)
    return tuple(own or others)


def _named(limit: Limit) -> str:
    return f"“{limit.value}” ({limit.feature})"


def _joined(bounds: Sequence[str]) -> str:
    """Some limits as one phrase."""
    few, more = bounds[:MOST_NAMED], len(bounds) - MOST_NAMED
    parts = [*few, f"{more} more limits" if more > 1 else "one more limit"] if more > 0 else list(few)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
