"""What is written to people: the announcement, everyone's letter with their tickets, and everyone's proof of inclusion.

Pure. The announcement has no personal data; letters and proofs are private, each for the volunteer it speaks of.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction

from sortition.lottery import Tickets
from sortition.public.bundle import Rounding
from sortition.public.freeze import Frozen, row_bytes
from sortition.public.randomness import dice_for, read_randomness
from sortition.public.signed import hash_of, in_groups
from sortition.reading.cells import write_csv
from sortition.reading.pool_file import PoolFile
from sortition.report import percent, points


def shown(ticket: int, tickets: int) -> str:
    """A ticket as dice show it.

    >>> shown(7, 1000), shown(1000, 1000)
    ('007', '000')
    """
    return f"{ticket % tickets:0{dice_for(tickets)}d}"


def listed(numbers: Sequence[int], tickets: int) -> str:
    """Tickets as dice show them, those that follow each other as from–to.

    >>> listed([5, 7, 8, 9, 1000], 1000)
    '000 005 007–009'
    """
    runs: list[list[int]] = []
    for number in sorted(number % tickets for number in numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    ends = [(shown(run[0], tickets), shown(run[-1], tickets)) for run in runs]
    return " ".join(first if first == last else f"{first}–{last}" for first, last in ends)


def held_by(tickets: Tickets) -> dict[str, list[int]]:
    """Everyone's ticket numbers, from the smallest up."""
    held: dict[str, list[int]] = {}
    for number, place in enumerate(tickets.places, start=1):
        for name in tickets.panels[place]:
            held.setdefault(name, []).append(number)
    return held


def proofs(frozen: Frozen, tickets: Tickets) -> bytes:
    """`proofs.jsonl`: one line for each volunteer: the row, the salt, the way to the root, and the tickets."""
    held = held_by(tickets)
    lines = []
    everyone = zip(frozen.problem.pool.volunteers, frozen.rows, frozen.salts, frozen.paths, strict=True)
    for one, row, salt, path in everyone:
        proof = {
            "volunteer": one.id,
            "row": json.loads(row),
            "salt": salt.hex(),
            "path": [step.hex() for step in path],
            "tickets": held.get(one.id, []),
        }
        lines.append(row_bytes(proof) + b"\n")
    return b"".join(lines)


def letters(pool: PoolFile, frozen: Frozen, tickets: Tickets, told: Rounding) -> bytes:
    """`letters.csv`, for a mail merge: the pool's own columns, then what the letter says."""
    held = held_by(tickets)
    rows: list[tuple[str, ...]] = [(*pool.columns, "volunteer", "chance", "tickets", "letter")]
    for id_, name in sorted(frozen.names.items(), key=lambda pair: pair[1]):
        numbers = listed(held.get(name, []), len(tickets))
        letter = letter_text(name, told)
        rows.append((*pool.rows[id_], name, percent(told.exact[name]), numbers, letter))
    return write_csv(rows)


def letter_text(name: str, told: Rounding) -> str:
    """The sentences for one volunteer; the list of tickets follows them."""
    chance, held, total = told.exact[name], told.held[name], told.tickets
    words = f"You are {name} of {len(told.exact):,} volunteers. "
    if not chance:
        return words + "No panel that keeps the quotas has a place for you."
    words += f"Your chance is {percent(chance)}; you hold {held:,} of the {total:,} tickets, "
    return words + f"which is {percent(Fraction(held, total))}."


def announcement(commitment: bytes, told: Rounding, least: bool) -> bytes:
    """`announcement.txt`: what to print and publish before the draw; `least`: no tickets come nearer to the chances."""
    fixed = json.loads(commitment)
    randomness = read_randomness(fixed["randomness"])
    replaced = fixed["supersedes"]
    lines = [
        f"The public draw of {fixed['assembly'] or 'the assembly'}",
        "",
        f"{fixed['panel_size']} members will be drawn from {fixed['volunteers']:,} volunteers by one of "
        f"{fixed['tickets']:,} equally likely tickets.",
        f"What decides: {randomness.in_words(fixed['tickets'])}.",
        "",
        "Everything else is fixed already. This is its fingerprint (the SHA-256 of commitment.json):",
        "",
        *(f"    {in_groups(hash_of(commitment))[start : start + 40].strip()}" for start in (0, 40)),
        "",
        *_how_it_counts(randomness.kind, fixed["tickets"]),
        "",
        f"Smallest chance: {percent(told.least_chance)} exactly ({told.least_chance}), and by ticket "
        f"{percent(Fraction(told.least_held, told.tickets))} ({told.least_held} of {told.tickets:,} tickets).",
        f"By ticket nobody's chance is further from the exact one than {points(told.largest_deviation)}"
        f"{_how_near(told, least)}.",
        "",
        "To check everything, with nothing but Python: python3 verify_draw.py",
    ]
    if replaced:
        lines[2:2] = [
            "This replaces the commitment",
            *(f"    {in_groups(replaced['commitment'])[start : start + 40].strip()}" for start in (0, 40)),
            f"because: {replaced['reason']}",
            "",
        ]
    return ("\n".join(lines) + "\n").encode()


def _how_near(told: Rounding, least: bool) -> str:
    """Whether that is less than a ticket, and if not, whether less is possible."""
    if told.largest_deviation * told.tickets <= 1:
        return ", which is at most one ticket"
    return f"; no {told.tickets:,} tickets come nearer" if least else "; nearer tickets were sought and not found"


def _how_it_counts(kind: str, tickets: int) -> list[str]:
    """How what is seen becomes a ticket."""
    if kind == "dice":
        nought = "0" * dice_for(tickets)
        return [
            "The dice are the ticket, read in the order announced before the throw: 3, 0 and 7 are ticket 307"
            if tickets == 1000
            else "The dice are the ticket, read in the order announced before the throw: 0, 3, 0 and 7 are ticket 307",
            f"(a face marked 10 counts as 0, and {nought} is ticket {tickets:,}). Nothing has to be computed.",
        ]
    return ["Its numbers are hashed together with the fingerprint to a ticket; verify_draw.py has the recipe."]
