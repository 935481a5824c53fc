"""How members want their pages to look: one row for each who has chosen, which can be forgotten."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from facilitation.store.schema import look


@dataclass(frozen=True)
class Looks:
    """The looks of all members, inside one transaction."""

    connection: Connection

    def of(self, member: str) -> str | None:
        """What this member chose, in the words of the web house; None when nothing was chosen."""
        found = self.connection.execute(select(look.c.look).where(look.c.member == member)).scalar()
        return None if found is None else str(found)

    def put(self, member: str, chosen: str) -> None:
        """Keep a choice; the one before is gone."""
        self.forget(member)
        self.connection.execute(insert(look).values(member=member, look=chosen))

    def forget(self, member: str) -> None:
        """This member has chosen nothing."""
        self.connection.execute(delete(look).where(look.c.member == member))
