"""What a count says: one shape for every rule, exact, with ties and missing decisions as results of their own.

Pure; int and Fraction only. A share is never shown without its base. Percentages are rounded half up to one decimal by
whole-number arithmetic, and get more decimals when rounding alone would put them on the other side of the threshold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Literal, Protocol, TypeAlias

from facilitation.rules.definition import BASES, Threshold
from facilitation.rules.terms import money

Verdict = Literal["passed", "failed", "tie", "no-decision", "none"]

Number: TypeAlias = int | Fraction

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **BASES,
        "continuing": "ballots still counting",
        "scored": "ballots that score it",
        "points": "points given",
        "possible": "points possible",
        "pairs": "other options",
        "budget": "the budget",
    }
)
"""The bases of thresholds, and those of counts that take no share of people."""

ONLY_COUNTED: Final = "No threshold was set, so this is a count and not a decision."


@dataclass(frozen=True)
class Electorate:
    """How many members are present and how many are entitled to vote, at the close of the round."""

    present: int
    entitled: int

    def __post_init__(self) -> None:
        if not 0 <= self.present <= self.entitled:
            raise ValueError(f"{self.present} members present of {self.entitled} entitled cannot be")


@dataclass(frozen=True)
class Share:
    """A count of a named base, kept as the two whole numbers.

    >>> Share(125, 157, "yes+no").exact, Share(125, 157, "yes+no").text, Share(0, 0, "cast").text
    ('125/157', '79.6 %', '–')
    """

    count: int
    of: int
    base: str

    @property
    def exact(self) -> str | None:
        """The two counts, not reduced: people look for them. None when there is nothing to take a share of."""
        return f"{self.count}/{self.of}" if self.of else None

    @property
    def text(self) -> str:
        """The percentage with one decimal, half up; a dash when there is nothing to take a share of."""
        return percent(Fraction(self.count, self.of)) if self.of else "–"

    @property
    def words(self) -> str:
        """The counts with their base.

        >>> Share(125, 157, "yes+no").words
        '125 of 157 yes-or-no votes'
        """
        return f"{self.count} of {self.of} {WORDS[self.base]}"

    def text_beside(self, line: Fraction) -> str:
        """The percentage, with as many decimals as it takes to stand on the right side of the line.

        >>> Share(4999, 10000, "cast").text, Share(4999, 10000, "cast").text_beside(Fraction(1, 2))
        ('50.0 %', '49.99 %')
        """
        share = Fraction(self.count, self.of)
        digits = 1
        while share != line and (share < line) != (rounded(share, digits) < line * 100 * 10**digits):
            digits += 1
        return percent(share, digits)

    def as_json(self) -> dict[str, object]:
        """Counts, exact share, text and base."""
        return {"count": self.count, "of": self.of, "base": self.base, "exact": self.exact, "text": self.text}


@dataclass(frozen=True)
class Bases:
    """Everything that a share can be taken of, in one count. `sides` are the yes and no votes where a rule has them.

    Whoever has cast a ballot counts as present, even if the door was not seen to open.
    """

    valid: int
    spoilt: int
    electorate: Electorate
    sides: int | None = None

    def __post_init__(self) -> None:
        if self.valid < 0 or self.spoilt < 0:
            raise ValueError("a count of ballots cannot be negative")
        if self.cast > self.electorate.entitled:
            raise ValueError(f"{self.cast} ballots were cast by {self.electorate.entitled} members")

    @property
    def cast(self) -> int:
        """All ballots, spoilt ones too."""
        return self.valid + self.spoilt

    @property
    def present(self) -> int:
        """Members present, voters included."""
        return max(self.electorate.present, self.cast)

    @property
    def sizes(self) -> Mapping[str, int]:
        """Every base of this count by name, in the order of the law."""
        sizes = {"valid": self.valid, "cast": self.cast, "present": self.present, "entitled": self.electorate.entitled}
        return sizes if self.sides is None else {"yes+no": self.sides, **sizes}

    def share(self, count: int, base: str) -> Share:
        """This count of that base."""
        return Share(count, self.sizes[base], base)

    def shares(self, counts: Mapping[str, int], sides: Sequence[str] = ()) -> dict[str, dict[str, Share]]:
        """Every option's share of every base; of the yes-or-no votes only the two sides have one."""
        return {
            base: {option: Share(n, of, base) for option, n in counts.items() if base != "yes+no" or option in sides}
            for base, of in self.sizes.items()
        }

    def why_no_decision(self, threshold: Threshold | None, base: str, participation: str = "cast") -> str | None:
        """Why nothing can be decided, or None: too few took part, or nothing was cast that the line could measure.

        Who takes part is who voted (`cast`), or who was in the hall (`present`).
        """
        entitled = self.electorate.entitled
        if threshold is not None and threshold.minimum_turnout is not None:
            taking_part = self.sizes[participation]
            part = Share(taking_part, entitled, "entitled")
            if not entitled or not threshold.enough_voted(taking_part, entitled):
                percentage = part.text_beside(threshold.minimum_turnout) if entitled else part.text
                needed = Threshold(threshold.minimum_turnout, ">=", "entitled").needed
                did = "voted" if participation == "cast" else "were present"
                return f"No decision: {taking_part} of {entitled} members {did}, {percentage}; {needed}."
        if not self.sizes[base]:
            return f"No decision: there are no {BASES[base]}."
        return None


@dataclass(frozen=True)
class Table:
    """Figures of a count beside its main ones: headings and rows, exact."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | Number | None, ...], ...]

    def as_json(self) -> dict[str, object]:
        """Whole numbers as they are, fractions as exact text."""
        return {
            "name": self.name,
            "columns": list(self.columns),
            "rows": [list(map(exactly, row)) for row in self.rows],
        }


@dataclass(frozen=True)
class Award:
    """What became of one bid for a budget, and why: who paid stands here in counts only."""

    option: str
    cost: Number
    award: Number
    votes: Number
    why: str
    step: int | None = None
    effective_votes: Fraction | None = None
    payers: int | None = None
    more_votes: int | None = None

    def as_json(self) -> dict[str, object]:
        """Money and votes exact."""
        return {
            "option": self.option,
            "cost": exactly(self.cost),
            "award": exactly(self.award),
            "votes": exactly(self.votes),
            "step": self.step,
            "effective_votes": exactly(self.effective_votes),
            "payers": self.payers,
            "why": self.why,
            **({} if self.more_votes is None else {"more_votes": self.more_votes}),
        }


class Told(Protocol):
    """One round of a count that goes in rounds, as it is told."""

    def as_json(self, number: int) -> dict[str, object]:
        """The round with its number."""


@dataclass(frozen=True)
class Stage:
    """One round of a count that goes in rounds; `transfers` are the ballots of those who leave, by giver and taker."""

    counts: Mapping[str, int]
    exhausted: int
    eliminated: tuple[str, ...] = ()
    elected: tuple[str, ...] = ()
    note: str | None = None
    transfers: Mapping[tuple[str, str | None], int] = field(default_factory=dict)

    def as_json(self, number: int) -> dict[str, object]:
        """The stage with its number; `continuing` is the ballots that still name an option in the race."""
        continuing = sum(self.counts.values())
        shares = {option: Share(votes, continuing, "continuing") for option, votes in self.counts.items()}
        return {
            "round": number,
            "counts": dict(self.counts),
            "shares": {option: {"exact": share.exact, "text": share.text} for option, share in shares.items()},
            "continuing": continuing,
            "exhausted": self.exhausted,
            "eliminated": list(self.eliminated),
            "elected": list(self.elected),
            "transfers": self.transfers_as_json(),
            "note": self.note,
        }

    def transfers_as_json(self) -> list[dict[str, object]]:
        """In the order of the options; `to` is null for ballots with no choice left."""
        place = {option: number for number, option in enumerate(self.counts)}
        ends = sorted(self.transfers, key=lambda pair: (place[pair[0]], place.get(pair[1] or "", len(place))))
        return [{"from": giver, "to": taker, "votes": self.transfers[giver, taker]} for giver, taker in ends]


@dataclass(frozen=True)
class Outcome:
    """What was decided: the verdict, its sentence, and the options that are ahead (all of them when they are level).

    `winners` is empty when nothing was decided or the threshold was missed.
    """

    verdict: Verdict
    sentence: str
    winners: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """The count of one round. `base` is the base of its headline; `measure` is the share that a threshold tests.

    `tables` hold the figures that only some rules have, `awards` what became of the bids for a budget, `lots` what was
    decided by lot, `remarks` what was written on ballots; `binding` is False for a mere showing of hands.
    """

    rule: str
    counts: Mapping[str, Number]
    bases: Bases
    outcome: Outcome
    base: str
    shares: Mapping[str, Mapping[str, Share]]
    measure: Share | None = None
    measured: str | None = None
    rounds: tuple[Told, ...] = field(default=())
    tables: tuple[Table, ...] = field(default=())
    awards: tuple[Award, ...] = field(default=())
    lots: tuple[str, ...] = field(default=())
    remarks: tuple[str, ...] = field(default=())
    binding: bool = True

    @property
    def verdict(self) -> Verdict:
        """passed, failed, tie, no-decision, or none when no threshold was set."""
        return self.outcome.verdict

    @property
    def sentence(self) -> str:
        """The result in one sentence of plain English."""
        return self.outcome.sentence

    @property
    def winners(self) -> tuple[str, ...]:
        """The options ahead, in the order of the round."""
        return self.outcome.winners

    def as_json(self) -> dict[str, object]:
        """The form of the API and of the screens."""
        entitled = self.bases.electorate.entitled
        measure = None if self.measure is None else {"name": self.measured, **self.measure.as_json()}
        return {
            "rule": self.rule,
            "counts": {option: exactly(count) for option, count in self.counts.items()},
            "cast": self.bases.cast,
            "spoilt": self.bases.spoilt,
            "present": self.bases.present,
            "entitled": entitled,
            "turnout": Share(self.bases.cast, entitled, "entitled").as_json(),
            "verdict": self.verdict,
            "sentence": self.sentence,
            "winners": list(self.winners),
            "base": self.base,
            "base_words": WORDS[self.base],
            "measure": measure,
            "shares": {
                base: {option: {"exact": share.exact, "text": share.text} for option, share in options.items()}
                for base, options in self.shares.items()
            },
            "rounds": [stage.as_json(number) for number, stage in enumerate(self.rounds, start=1)],
            **self.more_as_json(),
        }

    def more_as_json(self) -> dict[str, object]:
        """What only some counts have."""
        more: dict[str, object] = {
            "tables": [table.as_json() for table in self.tables],
            "awards": [award.as_json() for award in self.awards],
            "lots": list(self.lots),
            "remarks": list(self.remarks),
        }
        return {name: value for name, value in more.items() if value} | ({} if self.binding else {"binding": False})


def exactly(number: str | Number | None) -> str | int | None:
    """A figure for JSON: whole numbers stay numbers, other fractions become exact text.

    >>> exactly(3), exactly(Fraction(6, 2)), exactly(Fraction(7, 2)), exactly(Fraction(1, 3))
    (3, 3, '3.5', '1/3')
    """
    if isinstance(number, Fraction):
        return int(number) if number.denominator == 1 else money(number)
    return number


def rounded(share: Fraction, digits: int) -> int:
    """The share in units of the last decimal of its percentage, half up: 5/8 with one digit → 625."""
    unit: int = 100 * 10**digits
    return (2 * unit * share.numerator + share.denominator) // (2 * share.denominator)


def percent(share: Fraction, digits: int = 1) -> str:
    """A percentage with this many decimals, half up, by whole numbers alone.

    >>> percent(Fraction(31, 50)), percent(Fraction(1, 3)), percent(Fraction(1, 2000))
    ('62.0 %', '33.3 %', '0.1 %')
    """
    whole, rest = divmod(rounded(share, digits), 10**digits)
    return f"{whole}.{rest:0{digits}d} %"


def decimal(number: Number, digits: int = 2) -> str:
    """A figure for a sentence, half up; the exact one stands in the result's tables.

    >>> decimal(Fraction(2, 3)), decimal(4), decimal(Fraction(-1, 3))
    ('0.67', '4.00', '-0.33')
    """
    exact = Fraction(number)
    units = (2 * 10**digits * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    whole, rest = divmod(units, 10**digits)
    return f"{'-' if exact < 0 else ''}{whole}.{rest:0{digits}d}"


def listed(options: Sequence[str]) -> str:
    """Options in a sentence.

    >>> listed(["tram"]), listed(["tram", "bus"]), listed(["tram", "bus", "path"])
    ('tram', 'tram and bus', 'tram, bus and path')
    """
    return " and ".join([", ".join(options[:-1]), options[-1]]) if len(options) > 1 else options[0]
