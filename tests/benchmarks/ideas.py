"""How long it takes to suggest duplicates: `python tests/benchmarks/ideas.py [CARDS …]`.

The cards are made up from a fixed seed: words with the frequencies of a language (Zipf), small English words between
them, a quarter of the cards a shortened copy of another. Times are processor seconds of one thread; memory is the whole
process's. The worst case is a hall where all write nearly the same.
"""

from __future__ import annotations

import resource
import sys
import time
from random import Random

from facilitation.ideas.duplicates import ENGLISH, alike

BEGINNINGS = ("b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "st", "tr", "ch", "br", "pl")
ENDINGS = ("a", "e", "i", "o", "u", "ai", "ea", "or", "er", "ing")
SYLLABLES = [beginning + ending for beginning in BEGINNINGS for ending in ENDINGS]


def cards(count: int, words: int = 12, seed: int = 1) -> tuple[str, ...]:
    """So many cards of about so many words."""
    rng = Random(seed)
    known = ["".join(rng.choices(SYLLABLES, k=rng.choice((1, 2, 2, 3)))) for _ in range(4000)]
    weights = [1 / (rank + 3) for rank in range(len(known))]
    small = ENGLISH.split()
    found: list[str] = []
    while len(found) < count:
        if len(found) % 4 == 3:
            copied = rng.choice(found).split()
            rng.shuffle(copied)
            found.append(" ".join(copied[: max(3, len(copied) * 2 // 3)]))
        else:
            said = rng.choices(known, weights, k=rng.randint(words // 2, words))
            found.append(" ".join(word if rng.random() < 0.6 else f"{rng.choice(small)} {word}" for word in said))
    return tuple(found)


def alike_all(count: int) -> tuple[str, ...]:
    """Cards that differ in one word only."""
    return tuple(f"We need more buses at night in the villages number {place}" for place in range(count))


def main(counts: list[int]) -> None:
    """Measure and print one row for each."""
    rows = [(f"{count:,} cards of {size} words", cards(count, size)) for count in counts for size in (12, 30)]
    rows += [(f"{count:,} cards that are nearly the same", alike_all(count)) for count in counts]
    for title, texts in rows:
        alike.cache_clear()
        begun = time.process_time()
        pairs = alike(texts)
        taken = time.process_time() - begun
        length = sum(map(len, texts)) // len(texts)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{title:40} {length:4} characters on average {len(pairs):7} pairs {taken:6.2f} s {memory:5} MB")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1000, 3000])
