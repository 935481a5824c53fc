"""Which cards may say the same: TF-IDF and the cosine, on the laptop in the hall, the same answer every time.

A card is a vector of its words and of the runs of three letters within them, so that “bus” and “buses”, and a slip of
the finger, still meet. Accents are folded (ŵ is w) and small words of English and Welsh left out. Parts of a card that
stand in no other card tell nothing, nor do those that very many hold (`common`): they are what the whole hall speaks
of. With n cards, of which d hold a part, and the part t times in this card, it weighs

    (1 + ln t) · ln((n + 1) / d)                       (Salton and Buckley 1988, with the logarithm of t)

Words and runs are each brought to length 1 and then have half the say. Two cards are alike by the cosine of their
vectors (0 to 1000 here); cards with the same words, in any order, are alike by 1000 and are one card to all others.
Weights are rounded to whole numbers and all sums are whole, so nothing hangs on how a machine adds; equals come in the
order of the cards.

All pairs from `least` on are found without multiplying out all the others, by the bound of Bayardo, Ma and Srikant
(2007): common parts of a card are left out of the index as long as they alone cannot bring anybody to `least`.

Written in plain Python: scikit-learn, with SciPy under it, would put some 150 MB on a laptop that has to be set up in a
town hall, for one product of a sparse matrix with itself; and the server must not wait for numpy to start.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

LEAST: Final = 220
"""How alike two cards are at least, in thousandths, to be suggested; measured in tests/test_ideas_duplicates.py."""
RUN: Final = 3
ONE: Final = 1 << 20
"""The length of a vector; its weights are whole."""
FEW_HOLDERS, MOST_HOLDERS = 20, 100
LONGEST: Final = 1000
"""So many characters of a card are read; what a long card is about stands at its beginning."""

ENGLISH: Final = """a about after all also an and any are as at be because been but by can could do for from get had has
have he her here his how i if in into is it its just let like made make many may me more most much must my need no not
of on or other our out over own people she should so some than that the their them then there these they this those to
too up us very want was we were what when where which who why will with would you your"""
WELSH: Final = """a ac ag am ar arall at bod bob byddai bydd chi cael cyfer dan dyma dylai dylem dylid ei eich ein er
eu fel fod fwy gael gall gallai gan gyda gyfer heb hefyd hi hon hwn hyn i iawn lle llai mae mai mewn mi mwy na nad neu
ni nid nhw o oedd oes ond pan pawb pob rhai rhaid sydd sy tra trwy wedi wrth y ydy yn yna yng ym yr yw"""
SMALL_WORDS: Final = frozenset((ENGLISH + " " + WELSH).split())


class Alike(NamedTuple):
    """Two cards by their places in the sequence, the earlier first, and how alike they are: 1000 is the same."""

    first: int
    second: int
    thousandths: int


Vector = list[tuple[int, int]]
"""Part and weight, the part that the fewest cards hold last."""


@lru_cache(maxsize=8)
def alike(texts: tuple[str, ...], least: int = LEAST) -> tuple[Alike, ...]:
    """All pairs of cards that are alike enough, the most alike first; cards with the same words go with the first one.

    >>> alike(("More buses at night", "A library on wheels", "Run the buses later at night!", "At night more buses"))
    (Alike(first=0, second=3, thousandths=1000), Alike(first=0, second=2, thousandths=467))
    """
    said = [words_of(text) for text in texts]
    first: dict[tuple[str, ...], int] = {}
    same = [
        Alike(there, here, 1000)
        for here, words in enumerate(said)
        if (there := first.setdefault(_set(words), here)) != here
    ]
    places = list(first.values())
    vectors = vectors_of([said[place] for place in places])
    near = [Alike(places[one], places[other], by) for one, other, by in _joined(vectors, least)]
    return tuple(sorted(same + near, key=lambda pair: (-pair.thousandths, pair.first, pair.second)))


def _set(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words))


def folded(text: str) -> str:
    """The text without accents, in small letters.

    >>> folded("Tŷ’r dŵr, CAFÉ")
    'ty’r dwr, cafe'
    """
    parts = unicodedata.normalize("NFKD", text[:LONGEST].casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """The words that say what a card is about; all of them if there are only small ones, signs if there are none.

    >>> words_of("We should have more trees on our street"), words_of("Not here!"), words_of("🚲🚲")
    (['trees', 'street'], ['not', 'here'], ['🚲', '🚲'])
    """
    plain = folded(text)
    words = re.findall(r"[^\W_]+", plain)
    return [word for word in words if word not in SMALL_WORDS] or words or [sign for sign in plain if sign.strip()]


def runs_of(words: Iterable[str]) -> list[str]:
    """The runs of letters within the words, whose ends are marked.

    >>> runs_of(["bus"])
    [' bu', 'bus', 'us ']
    """
    return [marked[at : at + RUN] for word in words for marked in [f" {word} "] for at in range(len(marked) - RUN + 1)]


def common(cards: int) -> int:
    """How many of so many cards may hold a part that still tells something.

    >>> common(30), common(500), common(3000)
    (20, 50, 100)
    """
    return max(FEW_HOLDERS, min(cards // 10, MOST_HOLDERS))


def vectors_of(cards: Sequence[Sequence[str]]) -> list[Vector]:
    """The weighed parts of each card, of which the words are given."""
    numbers: dict[tuple[int, str], int] = {}
    words = _weighed([Counter(words) for words in cards], 0, numbers)
    runs = _weighed([Counter(runs_of(words)) for words in cards], 1, numbers)
    both = [
        sorted(left + right, key=lambda part: (-part.held, part.number))
        for left, right in zip(words, runs, strict=True)
    ]
    return [[(part.number, part.weight) for part in parts] for parts in both]


class Part(NamedTuple):
    """A part of one card: its number, its weight here, and how many cards hold it."""

    number: int
    weight: int
    held: int


def _weighed(cards: Sequence[Mapping[str, int]], sort: int, numbers: dict[tuple[int, str], int]) -> list[list[Part]]:
    """The parts of one sort (words, runs) of each card; the weights of a card have the length ONE / √2 at most."""
    holders = Counter(part for card in cards for part in card)
    rare = {part: math.log((len(cards) + 1) / held) for part, held in holders.items()}
    most = common(len(cards))
    found = []
    for card in cards:
        raw = {part: (1 + math.log(times)) * rare[part] for part, times in card.items()}
        scale = ONE / (math.sqrt(2 * math.fsum(weight * weight for weight in raw.values())) or 1)
        telling = ((part, weight) for part, weight in raw.items() if 1 < holders[part] <= most)
        found.append(
            [
                Part(numbers.setdefault((sort, part), len(numbers)), round(weight * scale), holders[part])
                for part, weight in telling
            ]
        )
    return found


def _joined(vectors: Sequence[Vector], least: int) -> list[tuple[int, int, int]]:
    """The pairs from `least` on, each multiplied out in full."""
    enough = least * ONE * ONE // 1000
    heaviest = _heaviest(vectors)
    index: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rests: list[dict[int, int]] = []
    found = []
    for card, vector in enumerate(vectors):
        sums: dict[int, int] = defaultdict(int)
        for part, weight in vector:
            for other, others in index.get(part, ()):
                sums[other] += weight * others
        here = dict(vector)
        for other, total in sums.items():
            total += sum(weight * here.get(part, 0) for part, weight in rests[other].items())
            if total >= enough:
                found.append((other, card, total * 1000 // (ONE * ONE)))
        indexed, rest = _indexed(vector, heaviest, enough)
        rests.append(rest)
        for part, weight in indexed:
            index[part].append((card, weight))
    return found


def _heaviest(vectors: Sequence[Vector]) -> dict[int, int]:
    heaviest: dict[int, int] = defaultdict(int)
    for vector in vectors:
        for part, weight in vector:
            heaviest[part] = max(heaviest[part], weight)
    return heaviest


def _indexed(vector: Vector, heaviest: Mapping[int, int], enough: int) -> tuple[Vector, dict[int, int]]:
    """The part of a vector that goes into the index, and the rest, which alone brings nobody to `enough`."""
    reach = 0
    for place, (part, weight) in enumerate(vector):
        reach += weight * heaviest[part]
        if reach >= enough:
            return vector[place:], dict(vector[:place])
    return [], dict(vector)
