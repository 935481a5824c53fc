"""What the dice or the beacon showed, as people type it: asked for in words, read with care, written in one way.

Pure. Two people type what they see; their entries are the same if and only if `understood` gives equal values.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from sortition.errors import SortitionError
from sortition.public.randomness import COUNTED, Randomness, dice_for

BALLS, MAIN = 59, 6


class BadEntry(SortitionError):
    """What was typed is not what the announced randomness can show."""

    code = "bad-entry"


@dataclass(frozen=True)
class Entry:
    """What was seen, written in the one way that is published."""

    text: str


@dataclass(frozen=True)
class Question:
    """What to ask: a sentence, what the boxes are called, and an example of the whole."""

    ask: str
    boxes: tuple[str, ...]
    example: str


def question(randomness: Randomness, tickets: int) -> Question:
    """What the person at the keyboard is asked.

    >>> question(Randomness("dice"), 1000).boxes
    ('first die', 'second die', 'third die')
    """
    if randomness.kind == "dice":
        count = dice_for(tickets)
        names = tuple(f"{place} die" for place in ("first", "second", "third", "fourth", "fifth", "sixth")[:count])
        ask = f"What do the {COUNTED[count]} ten-sided dice show, in the order announced? A ten is typed 0."
        return Question(ask, names, "3 0 7 2 9 1"[: 2 * count - 1])
    if randomness.kind == "drand":
        ask = f"What is the randomness of drand round {randomness.event}? Type the round, then its 64 digits."
        return Question(ask, ("round", "randomness"), f"{randomness.event} {'0123456789abcdef' * 4}")
    ask = f"What did the Lotto draw of {randomness.event} show? Type the day, the six main balls, the bonus ball."
    balls = tuple(f"ball {number}" for number in range(1, MAIN + 1))
    return Question(ask, ("day", *balls, "bonus ball"), f"{randomness.event} 3 12 24 33 41 58 7")


def understood(randomness: Randomness, tickets: int, typed: str) -> Entry:
    """What one person typed; raises BadEntry that says what is missing.

    >>> understood(Randomness("dice"), 1000, " 3-0-7 ") == understood(Randomness("dice"), 1000, "307")
    True
    """
    text = typed.strip().lower()
    if not text:
        raise BadEntry(
            f"Nothing was entered for the randomness {randomness}.",
            f"Wait for {randomness.in_words(tickets)}; only that counts, whenever it comes.",
        )
    read = {"dice": _dice, "drand": _drand, "national-lottery": _lotto}[randomness.kind]
    return Entry(read(randomness, tickets, text))


def _dice(randomness: Randomness, tickets: int, text: str) -> str:
    count = dice_for(tickets)
    faces = re.split(r"[\s,;/-]+", text)
    if len(faces) == 1:
        faces = list(faces[0])
    if len(faces) != count or not all(re.fullmatch("[0-9]", face) for face in faces):
        raise BadEntry(
            f"“{text}” is not what {COUNTED[count]} ten-sided dice show.",
            f"Type {COUNTED[count]} digits from 0 to 9 in the order announced; a ten is typed 0.",
        )
    return "".join(faces)


def _drand(randomness: Randomness, tickets: int, text: str) -> str:
    number, value = _beacon(text)
    if number is None or not re.fullmatch("[0-9a-f]{64}", value):
        raise BadEntry(
            f"“{text[:100]}” is no randomness of drand.",
            f"Type the round {randomness.event} and its 64 hexadecimal digits, or paste the beacon's whole answer.",
        )
    if number != int(randomness.event):
        raise BadEntry(
            f"This is round {number}, but round {randomness.event} was announced.",
            f"Enter round {randomness.event}; no other counts.",
        )
    return f"{number} {value}"


def _beacon(text: str) -> tuple[int | None, str]:
    """Round and randomness, as typed or as the beacon answers; an answer's randomness is the hash of its signature."""
    if typed := re.fullmatch(r"([0-9]{1,11})[\s:,]+([0-9a-f]{64})", text):
        return int(typed[1]), typed[2]
    try:
        answer = json.loads(text)
        signed = hashlib.sha256(bytes.fromhex(answer["signature"])).hexdigest()
        number, value = answer["round"], answer.get("randomness", signed)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None, ""
    if type(number) is not int or value != signed:
        return None, ""
    return number, signed


def _lotto(randomness: Randomness, tickets: int, text: str) -> str:
    words = re.split(r"[\s,;:+]+", text.replace("bonus ball", " ").replace("bonus", " ").strip())
    day, balls = words[0], words[1:]
    if day != randomness.event:
        raise BadEntry(
            f"“{text[:100]}” does not begin with the day of the draw that was announced.",
            f"Type {randomness.event}, the six main balls and the bonus ball; no other draw counts.",
        )
    if len(balls) != MAIN + 1 or not all(re.fullmatch("[0-9]{1,2}", ball) for ball in balls):
        raise BadEntry(
            f"“{text[:100]}” does not name six main balls and a bonus ball.",
            f"Type the day {day}, the six main balls, then the bonus ball, with spaces between them.",
        )
    numbers = [int(ball) for ball in balls]
    if len(set(numbers)) != len(numbers) or not all(1 <= number <= BALLS for number in numbers):
        raise BadEntry(
            f"“{text[:100]}” names a ball twice, or one that is not from 1 to {BALLS}.", "Look again, and type it anew."
        )
    return " ".join([day, *map(str, sorted(numbers[:MAIN])), str(numbers[MAIN])])
