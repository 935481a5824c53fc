"""The randomness to come: announced in the commitment before it exists, so that nobody can choose it.

Pure, without a clock: whether an announced moment lies ahead is for everyone to see, since it stands in the commitment.

    dice                            as many ten-sided dice as the tickets have digits, thrown in the hall
    drand:ROUND[:CHAINHASH]         a round of the League of Entropy's beacon, by default of its chain “quicknet”
    national-lottery:2026-12-05     the six main balls and the bonus ball of the UK National Lottery's Lotto of that day

Dice are the ticket number themselves: 3, 0 and 7 are ticket 307, three noughts are ticket 1,000. The other two are
hashed with the commitment (see `ticket_of`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sortition.errors import SortitionError
from sortition.lottery import ticket_number

QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
CHAINS = {  # name, first round's Unix time, seconds between rounds
    QUICKNET: ("quicknet", 1_692_803_367, 3),
    "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce": ("default", 1_595_431_050, 30),
}
LAST_ROUND = 10**10  # of quicknet: about the year 2970
LOTTO_SINCE = date(2015, 10, 10)  # since then six balls of 59
LOTTO_DAYS = {2: "Wednesday", 5: "Saturday"}
FORMS = "Write dice, drand:ROUND (or drand:ROUND:CHAINHASH), or national-lottery:YEAR-MONTH-DAY."
PURPOSE = "folkmoot public draw 1"


class BadRandomness(SortitionError):
    """The randomness of a public draw is announced in a way that nobody could follow."""

    code = "bad-randomness"


@dataclass(frozen=True)
class Randomness:
    """`kind` is dice, drand or national-lottery; `event` says which round or day; `chain` which drand chain.

    >>> str(read_randomness("drand:123"))[:22], str(read_randomness(" Dice "))
    ('drand:123:52db9ba70e0c', 'dice')
    """

    kind: str
    event: str = ""
    chain: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.kind, self.event, self.chain) if part)

    def in_words(self, tickets: int) -> str:
        """What will decide, for the announcement.

        >>> read_randomness("national-lottery:2026-12-05").in_words(1000)
        'the Lotto draw of the UK National Lottery on Saturday 5 December 2026'
        """
        if self.kind == "dice":
            return f"{COUNTED[dice_for(tickets)]} ten-sided dice thrown in the hall"
        if self.kind == "national-lottery":
            day = date.fromisoformat(self.event)
            return f"the Lotto draw of the UK National Lottery on {day:%A} {day.day} {day:%B %Y}"
        return f"round {self.event} of the drand beacon {self._chain_in_words()}"

    def _chain_in_words(self) -> str:
        if self.chain not in CHAINS:
            return f"with the chain hash {self.chain}"
        name, start, period = CHAINS[self.chain]
        moment = datetime.fromtimestamp(start, UTC) + timedelta(seconds=period * (int(self.event) - 1))
        return f"“{name}” (chain hash {self.chain}), published at {moment:%Y-%m-%d %H:%M:%S} UTC"


COUNTED = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def dice_for(tickets: int) -> int:
    """How many ten-sided dice show each of these tickets once.

    >>> dice_for(1000), dice_for(10_000)
    (3, 4)
    """
    digits = len(str(tickets)) - 1
    if digits < 1 or tickets != 10**digits:
        raise BadRandomness(
            f"Ten-sided dice cannot draw one of {tickets} tickets fairly.", "Take 1,000 or 10,000 tickets."
        )
    return digits


def read_randomness(spec: str) -> Randomness:
    """What the organiser announces; raises BadRandomness with the forms there are."""
    kind, _, rest = spec.strip().lower().partition(":")
    if kind == "dice" and not rest:
        return Randomness("dice")
    if kind == "drand":
        return _drand(spec, *rest.partition(":")[::2])
    if kind == "national-lottery":
        return _lotto(spec, rest)
    raise BadRandomness(f"The randomness “{spec}” is none that Folkmoot knows.", FORMS)


def _drand(spec: str, number: str, chain: str) -> Randomness:
    if not re.fullmatch(r"[0-9]{1,11}", number) or not 1 <= int(number) <= LAST_ROUND:
        raise BadRandomness(
            f"The randomness “{spec}” does not name a round of drand.",
            "Write drand: and the number of a round still to come, such as drand:45000000.",
        )
    if chain and not re.fullmatch(r"[0-9a-f]{64}", chain):
        raise BadRandomness(
            f"The randomness “{spec}” does not name a chain of drand.",
            "Leave the chain hash out for quicknet, or write all its 64 hexadecimal digits.",
        )
    return Randomness("drand", str(int(number)), chain or QUICKNET)


def _lotto(spec: str, text: str) -> Randomness:
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        day = None
    if day is None:
        raise BadRandomness(
            f"The randomness “{spec}” does not name a day.", "Write the day as in national-lottery:2026-12-05."
        )
    if day < LOTTO_SINCE or day.weekday() not in LOTTO_DAYS:
        raise BadRandomness(
            f"There is no Lotto draw on {day:%A} {day.day} {day:%B %Y}.", "Choose a Wednesday or a Saturday to come."
        )
    return Randomness("national-lottery", text)


def ticket_of(randomness: Randomness, entered: str, commitment: str, tickets: int) -> int:
    """The ticket, from 1 to `tickets`; `entered` as `entry` writes it.

    Dice: the number they show, all noughts being the last ticket. Otherwise, to be redone with any language's standard
    library (‖ joins bytes, texts are UTF-8, the commitment is written in 64 hexadecimal digits):

        key    = SHA-256("folkmoot public draw 1" ‖ 0x0A ‖ commitment ‖ 0x0A ‖ randomness ‖ " " ‖ entered)
        number = HMAC-SHA-256(key, counter as 8 bytes, big-endian), read as a big-endian whole number; counter = 0, 1, …
        take the first number below the largest multiple of `tickets` that is not above 2^256
        ticket = number mod tickets + 1

    >>> ticket_of(Randomness("dice"), "307", "", 1000), ticket_of(Randomness("dice"), "000", "", 1000)
    (307, 1000)
    """
    if randomness.kind == "dice":
        return int(entered) or tickets
    return ticket_number(f"{randomness} {entered}", commitment, tickets, purpose=PURPOSE)
