"""From a file of people and a file of wishes to a hall.

Beside the features, a person's row may say `needs` (words that a table offers, semicolons between: step-free; loop),
`remote` (yes: takes part from afar) and `supports` (the id of the member whom this person comes to support: they sit
together, and the supporter has no voice). The wishes are JSON:

    {"tables": [{"number": 1, "chairs": 8, "offers": ["step-free", "loop"], "remote": 2}],
     "pinned": [{"guest": "v7", "table": 3, "rounds": [1]}],
     "together": [["v1", "v2"]], "apart": [["v3", "v4"]]}

Without `tables`, there are as many as asked for, alike, and each offers everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from facilitation.errors import BadSeating
from facilitation.panel import Row, named
from facilitation.seating.hall import Guest, Hall, Rule, Table

YES: Final = frozenset({"yes", "y", "true", "1", "x"})
FIELDS: Final = frozenset({"tables", "pinned", "together", "apart"})
OF_A_TABLE: Final = frozenset({"number", "chairs", "offers", "remote"})
OF_A_PIN: Final = frozenset({"guest", "table", "rounds"})


@dataclass(frozen=True)
class Asked:
    """How many tables (when the wishes do not list them) and rounds, and which features to mix, and how."""

    tables: int | None
    rounds: int
    spread: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()


def read_hall(rows: Sequence[Row], asked: Asked, wishes: Mapping[str, Any]) -> Hall:
    """The hall of these rows and wishes; what cannot be read is refused by name.

    >>> rows = [{"id": str(n), "name": f"N{n}", "needs": "loop" if n == 1 else ""} for n in range(6)]
    >>> hall = read_hall(rows, Asked(None, 2), {"tables": [{"number": 1, "offers": ["loop"]}, {"number": 2}]})
    >>> [rule.words for rule in hall.rules]
    ['N1 needs loop']
    """
    for key in wishes:
        if key not in FIELDS:
            raise BadSeating(f"The wishes have no field “{str(key)[:40]}”.", f"Fields: {', '.join(sorted(FIELDS))}.")
    tables = _tables(asked, wishes.get("tables"))
    names = {row["id"]: named(row, row["id"]) for row in rows}
    supporters = {row["id"] for row in rows if row.get("supports", "").strip()}
    features = {*asked.spread, *asked.pairs}
    guests = tuple(
        Guest(row["id"], {f: row.get(f, "").strip() for f in features}, voice=row["id"] not in supporters)
        for row in rows
    )
    rules = (*_of_rows(rows, names, tables), *_of_wishes(wishes, names))
    return Hall(guests, tables, asked.rounds, asked.spread, asked.pairs, rules)


def _tables(asked: Asked, listed: Any) -> tuple[Table, ...]:
    if listed is None:
        if asked.tables is None:
            raise BadSeating("It is not said how many tables there are.", "Give their number, or list them.")
        return tuple(Table(number) for number in range(1, asked.tables + 1))
    if not isinstance(listed, list) or asked.tables not in (None, len(listed)):
        raise BadSeating("The tables of the wishes do not fit.", "List every table once, or leave their number out.")
    return tuple(map(_table, listed))


def _table(row: Any) -> Table:
    _known(row, OF_A_TABLE, "table")
    numbers = {key: _whole(row[key], key) for key in ("number", "chairs", "remote") if key in row}
    if "number" not in numbers:
        raise BadSeating("A table of the wishes has no number.", "Number every table.")
    return Table(**numbers, offers=frozenset(_texts(row.get("offers", []), "offers")))


def _of_rows(rows: Sequence[Row], names: Mapping[str, str], tables: Sequence[Table]) -> Iterator[Rule]:
    described = any(table.offers for table in tables)
    for row in rows:
        who = names[row["id"]]
        for need in filter(None, (part.strip() for part in row.get("needs", "").split(";"))):
            fitting = frozenset(table.number for table in tables if need in table.offers)
            if described and not fitting:
                raise BadSeating(f"{who} needs {need}, and no table offers it.", f"Say which tables offer “{need}”.")
            if described:
                yield Rule("needs", (row["id"],), f"{who} needs {need}", fitting)
        if row.get("remote", "").strip().casefold() in YES:
            yield Rule("remote", (row["id"],), f"{who} takes part from afar")
        if member := row.get("supports", "").strip():
            if member not in names:
                raise BadSeating(f"{who} supports {member[:40]}, who is not in the file.", "Give the member's id.")
            yield Rule("together", (member, row["id"]), f"{who} sits with {names[member]}")


def _of_wishes(wishes: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Rule]:
    for pin in _list(wishes.get("pinned", []), "pinned"):
        _known(pin, OF_A_PIN, "pinned seat")
        guest = str(pin.get("guest", ""))
        table = _whole(pin.get("table"), "table")
        rounds = frozenset(_whole(one, "rounds") for one in _list(pin.get("rounds", []), "rounds"))
        when = f" in round {', '.join(map(str, sorted(rounds)))}" if rounds else ""
        yield Rule("pinned", (guest,), f"{names.get(guest, guest)} at table {table}{when}", frozenset({table}), rounds)
    for kind, words in (("together", "together"), ("apart", "apart")):
        for group in _list(wishes.get(kind, []), kind):
            guests = tuple(_texts(group, kind))
            who = ", ".join(names.get(guest, guest) for guest in guests)
            yield Rule("together" if kind == "together" else "apart", guests, f"{who} {words}")


def _known(row: Any, fields: frozenset[str], what: str) -> None:
    if not isinstance(row, Mapping) or set(row) - fields:
        raise BadSeating(f"A {what} of the wishes cannot be read.", f"Its fields are: {', '.join(sorted(fields))}.")


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadSeating(f"“{what}” is not a list.", "See the README for its form.")
    return value


def _texts(value: Any, what: str) -> list[str]:
    if not all(isinstance(each, str) for each in _list(value, what)):
        raise BadSeating(f"“{what}” is not a list of texts.", "Put every id in quotation marks.")
    return list(value)


def _whole(value: Any, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadSeating(f"“{what}” is not a whole number.", "Give it as 1, 2, 3 …")
    return value
