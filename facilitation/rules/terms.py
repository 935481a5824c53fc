"""The terms of a round beyond wording, options and threshold: seats, scales, money, and what being level means.

Pure. Each rule says which terms it reads, and refuses all others: a term that nothing reads would be a promise that
nobody keeps. Like the threshold, terms are data: published and frozen before the first ballot exists. Money is exact
(`"1250.50"` is a fraction; a bare number must be whole).

>>> read_terms({"seats": 2, "seed": "ten dice"}).as_json()
{'seats': 2, 'seed': 'ten dice'}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from facilitation.errors import BadRound
from facilitation.rules.reading import known_keys

WORDS: Final[Mapping[str, Collection[str]]] = MappingProxyType(
    {
        "participation": ("cast", "present"),
        "level": ("stand", "fail", "casting-vote"),
        "missing": ("left-out", "zero"),
        "unranked": ("average", "zero", "modified"),
        "ballots": ("approval", "score", "ranked"),
        "order": ("skip", "strict"),
        "completion": ("none", "add1", "add1-exhaustive", "add1u", "utilitarian"),
        "utility": ("cost", "count"),
    }
)
"""The terms that are one of a few words; the rule that reads a term says what its words mean."""

LARGEST: Final = 10**15
"""No whole number and no sum of money of a definition is larger."""

LONGEST_SEED: Final = 500


@dataclass(frozen=True)
class Terms:
    """What a rule needs to know beyond the options; None is “not said”, and the rule says what follows from that.

    `seats`: how many options are chosen. `seed`: the published text from which lots are drawn. `participation`: whose
    number the minimum turnout asks for. `level`: what level sides mean for a decision. `highest`: the top of a scale
    of scores. `missing`: how an option without a score counts. `grades`: names of grades, worst first. `points`: dots
    or credits of one ballot; `cap`: the most of them on one option. `unranked`: how unranked options count.
    `budget`, `costs`, `least` (what a bid can live with), `ballots`, `order`, `completion`, `utility`: of a budget.
    """

    seats: int | None = None
    seed: str | None = None
    participation: str | None = None
    level: str | None = None
    highest: int | None = None
    missing: str | None = None
    grades: tuple[str, ...] | None = None
    points: int | None = None
    cap: int | None = None
    unranked: str | None = None
    budget: Fraction | None = None
    costs: tuple[Fraction, ...] | None = None
    least: tuple[Fraction | None, ...] | None = None
    ballots: str | None = None
    order: str | None = None
    completion: str | None = None
    utility: str | None = None

    def __post_init__(self) -> None:
        for name in ("seats", "highest", "points", "cap"):
            number = getattr(self, name)
            if number is not None and not 1 <= number <= LARGEST:
                raise BadRound(f"The term {name} is {number}.", "Give a whole number from 1 upwards.")
        for name, words in WORDS.items():
            word = getattr(self, name)
            if word is not None and word not in words:
                raise BadRound(f"The term {name} is not known in this form.", f"Use one of: {', '.join(words)}.")
        if self.seed is not None and not (self.seed.strip() and len(self.seed) <= LONGEST_SEED):
            raise BadRound("The seed is blank or endless.", f"Give a text of at most {LONGEST_SEED} characters.")
        if self.budget is not None and not 0 < self.budget <= LARGEST:
            raise BadRound(f"The budget is {money(self.budget)}.", "Give a sum above 0.")
        for cost in self.costs or ():
            if not 0 < cost <= LARGEST:
                raise BadRound(f"A cost is {money(cost)}.", "Give every option a cost above 0.")

    @property
    def given(self) -> tuple[str, ...]:
        """The terms that were said."""
        return tuple(term.name for term in fields(self) if getattr(self, term.name) is not None)

    def refuse_others(self, read: Collection[str], rule: str) -> None:
        """Refuse a term that the rule does not read."""
        for name in self.given:
            if name not in read:
                raise BadRound(
                    f"The rule {rule} has no term “{name}”.",
                    f"Leave it out; its terms are: {', '.join(sorted(read)) or 'none'}.",
                )

    def as_json(self) -> dict[str, object]:
        """The terms that were said, money as exact text."""
        return {name: plain(getattr(self, name)) for name in self.given}


def plain(value: object) -> object:
    """A term as JSON.

    >>> plain((Fraction(5, 2), None)), plain("skip")
    (['2.5', None], 'skip')
    """
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return money(value) if isinstance(value, Fraction) else value


def money(amount: Fraction | int) -> str:
    """A sum as people write it when it has an end in tenths, otherwise as a fraction.

    >>> money(Fraction(1200)), money(Fraction(5, 2)), money(Fraction(1, 3)), money(Fraction(109, 100))
    ('1200', '2.5', '1/3', '1.09')
    """
    amount = Fraction(amount)
    rest = amount.denominator
    digits = 0
    while rest % 10 == 0 or rest % 5 == 0 or rest % 2 == 0:
        rest //= 10 if rest % 10 == 0 else 5 if rest % 5 == 0 else 2
        digits += 1
    if rest != 1:
        return f"{amount.numerator}/{amount.denominator}"
    whole, tenths = divmod(abs(amount.numerator) * 10**digits // amount.denominator, 10**digits)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}.{tenths:0{digits}d}".rstrip("0").rstrip(".") if digits else f"{sign}{whole}"


def sum_of(amount: Fraction) -> str:
    """Money in a sentence: thousands apart, two decimals where there are any, half up.

    >>> sum_of(Fraction(15000)), sum_of(Fraction(200, 3))
    ('15,000', '66.67')
    """
    if amount.denominator == 1:
        return f"{amount.numerator:,}"
    cents = (200 * amount.numerator + amount.denominator) // (2 * amount.denominator)
    return f"{cents // 100:,}.{cents % 100:02d}"


NO_TERMS: Final = Terms()


def read_terms(spec: object) -> Terms:
    """The terms of a definition's JSON.

    >>> read_terms({"budget": "5000", "costs": ["1200", 800], "order": "skip"}).costs
    (Fraction(1200, 1), Fraction(800, 1))
    """
    if spec is None:
        return Terms()
    if not isinstance(spec, Mapping):
        raise BadRound("The terms are not an object.", "Write them as {“seats”: 2}.")
    known_keys(spec, (term.name for term in fields(Terms)), "round's terms")
    said = {name: value for name, value in spec.items() if value is not None}
    return Terms(**{name: READERS.get(name, text)(value, name) for name, value in said.items()})


def text(value: object, name: str) -> str:
    """A term that is a text."""
    if not isinstance(value, str):
        raise BadRound(f"The term {name} is not a text.", f"Give “{name}” in quotation marks.")
    return value


def whole(value: object, name: str) -> int:
    """A term that is a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRound(f"The term {name} is not a whole number.", "Give a whole number from 1 upwards.")
    return value


def sum_of_money(value: object, name: str) -> Fraction:
    """An exact sum: a whole number, or a text such as "1250.50"."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,16}(\.[0-9]{1,6})?|[0-9]{1,16}/[1-9][0-9]{0,9}", value):
        return Fraction(value)
    raise BadRound(f"The term {name} holds no exact sum of money.", "Write it as 1250 or “1250.50”, without signs.")


def sums(value: object, name: str) -> tuple[Fraction, ...]:
    """A list of sums, in the order of the options."""
    if not isinstance(value, list | tuple):
        raise BadRound(f"The term {name} is not a list.", "Give one sum for each option, in their order.")
    return tuple(sum_of_money(each, name) for each in value)


def sums_or_nothing(value: object, name: str) -> tuple[Fraction | None, ...]:
    """A list of sums with gaps."""
    if not isinstance(value, list | tuple):
        raise BadRound(f"The term {name} is not a list.", "Give one sum or null for each option, in their order.")
    return tuple(None if each is None else sum_of_money(each, name) for each in value)


def texts(value: object, name: str) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list | tuple):
        raise BadRound(f"The term {name} is not a list.", "Give a list of texts.")
    return tuple(text(each, name) for each in value)


READERS: Final[Mapping[str, Callable[[object, str], Any]]] = MappingProxyType(
    {
        **dict.fromkeys(("seats", "highest", "points", "cap"), whole),
        "budget": sum_of_money,
        "costs": sums,
        "least": sums_or_nothing,
        "grades": texts,
    }
)
