"""The people behind the seats: names, the panel's columns, join codes. All of it can be erased, row by row.

The journal knows a seat by its id and a salted hash; with the row's salt gone, the hash says nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from facilitation.events import canonical
from facilitation.store.schema import person

_BY_CODES = select(person.c.code, person.c.assembly, person.c.member).where(
    person.c.code.in_(bindparam("sought", expanding=True))
)
"""Asked by everyone who joins, so it is made once."""
ERASED_NAME = "Erased"


@dataclass(frozen=True)
class Person:
    """What is known of the person in one seat."""

    member: str
    panel_id: str
    name: str
    columns: Mapping[str, str]
    salt: str
    code: str | None

    @property
    def commitment(self) -> str:
        """The salted hash that the journal keeps."""
        known = canonical([self.salt, self.panel_id, self.name, dict(self.columns)])
        return hashlib.sha256(known.encode()).hexdigest()


@dataclass(frozen=True)
class People:
    """The people of all assemblies, inside one transaction."""

    connection: Connection

    def add(self, assembly_id: str, people: Sequence[Person], first_place: int = 0) -> None:
        """Write people of an assembly in the order of the panel; who comes later stands after the others."""
        rows = [
            {
                "member": one.member,
                "assembly": assembly_id,
                "place": place,
                "panel_id": one.panel_id,
                "name": one.name,
                "columns": canonical(dict(one.columns)),
                "salt": one.salt,
                "code": one.code,
            }
            for place, one in enumerate(people, start=first_place)
        ]
        self.connection.execute(insert(person), rows)

    def correct(self, one: Person) -> None:
        """What is known of this person now; what was known before is gone."""
        now = {"name": one.name, "columns": canonical(dict(one.columns)), "salt": one.salt}
        self.connection.execute(update(person).where(person.c.member == one.member).values(**now))

    def of(self, assembly_id: str) -> list[Person]:
        """Everyone of this assembly, in the order of the panel."""
        rows = self.connection.execute(select(person).where(person.c.assembly == assembly_id).order_by(person.c.place))
        return [Person(row.member, row.panel_id, row.name, json.loads(row.columns), row.salt, row.code) for row in rows]

    def columns_of(self, member: str) -> Mapping[str, str]:
        """What the panel's file said of this member; nothing once they are erased."""
        found = self.connection.execute(select(person.c.columns).where(person.c.member == member)).scalar()
        return {} if found is None else json.loads(found)

    def by_code(self, code: str) -> tuple[str, str] | None:
        """The assembly and the seat that this join code opens."""
        return self.by_codes([code]).get(code)

    def by_codes(self, codes: Iterable[str]) -> dict[str, tuple[str, str]]:
        """The assembly and the seat that each of these join codes opens, but for those that nobody was given."""
        rows = self.connection.execute(_BY_CODES, {"sought": sorted(set(codes))})
        return {row.code: (row.assembly, row.member) for row in rows}

    def code_of(self, member: str) -> str | None:
        """The join code of this seat, if it has one."""
        found: str | None = self.connection.execute(select(person.c.code).where(person.c.member == member)).scalar()
        return found

    def renew(self, member: str, code: str) -> None:
        """From now on the seat opens by this code alone."""
        self.connection.execute(update(person).where(person.c.member == member).values(code=code))

    def codes(self) -> frozenset[str]:
        """All join codes in use."""
        rows = self.connection.execute(select(person.c.code).where(person.c.code.is_not(None)))
        return frozenset(row.code for row in rows)

    def reduce(self, member: str) -> None:
        """Only the name stays; with the salt gone, what the journal commits to says nothing any more."""
        only = {"columns": "{}", "salt": "", "code": None}
        self.connection.execute(update(person).where(person.c.member == member).values(**only))

    def erase(self, member: str) -> None:
        """Forget the person; the seat stays."""
        blank = {"panel_id": "", "name": ERASED_NAME, "columns": "{}", "salt": "", "code": None}
        self.connection.execute(update(person).where(person.c.member == member).values(**blank))
