"""What the hall screen calls those who are drawn: as much of a name as was agreed, and never more.

A public draw works with numbers without meaning (V012). The recruiter chooses before the draw what stands beside them;
where a volunteer's row has no such column, the number stands alone.
"""

from __future__ import annotations

from collections.abc import Mapping

NUMBER_AND_FIRST, FIRST_AND_INITIAL, AGREED, NUMBER = "number-and-first-name", "first-name-initial", "agreed", "number"
CHOICES: Mapping[str, str] = {
    NUMBER_AND_FIRST: "Number and first name, such as V012 Ada",
    FIRST_AND_INITIAL: "First name and initial, such as Ada B.",
    AGREED: "The name that each volunteer agreed to, from the column display_name",
    NUMBER: "Number alone, such as V012",
}


def public_name(how: str, number: str, columns: Mapping[str, str]) -> str:
    """The name for the screen.

    >>> row = {"Name": "Ada Byron", "display_name": "Lady A"}
    >>> [public_name(how, "V012", row) for how in CHOICES]
    ['V012 Ada', 'Ada B.', 'Lady A', 'V012']
    >>> public_name(AGREED, "V012", {"id": "7"}), public_name(FIRST_AND_INITIAL, "V012", {"name": "Ada"})
    ('V012', 'Ada')
    """
    known = {"_".join(column.casefold().split()): " ".join(cell.split()) for column, cell in columns.items()}
    words = known.get("name", "").split()
    first = known.get("first_name") or (words[0] if words else "")
    last = known.get("last_name") or (words[-1] if len(words) > 1 else "")
    match how:
        case "first-name-initial" if first:
            return f"{first} {last[0]}." if last else first
        case "agreed" if known.get("display_name"):
            return known["display_name"]
        case "number-and-first-name" if first:
            return f"{number} {first}"
    return number
