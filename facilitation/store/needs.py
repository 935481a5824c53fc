"""What members said on arrival that they need: one row for each, which can be forgotten."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from facilitation.needs import Need
from facilitation.store.schema import need
from facilitation.times import in_text, moment


@dataclass(frozen=True)
class Needs:
    """The needs of all assemblies, inside one transaction."""

    connection: Connection

    def of(self, assembly_id: str) -> dict[str, Need]:
        """What the members of this assembly answered last."""
        rows = self.connection.execute(select(need).where(need.c.assembly == assembly_id))
        return {
            row.member: Need(
                *(row.member, row.session, moment(row.at), row.state, bool(row.own)),
                wishes=tuple(json.loads(row.wishes)),
                words=row.words,
            )
            for row in rows
        }

    def put(self, assembly_id: str, one: Need) -> None:
        """Keep an answer; the one before is gone."""
        self.forget(one.member)
        row = {"member": one.member, "assembly": assembly_id, "session": one.session, "at": in_text(one.at)}
        said = {"state": one.state, "own": one.own, "wishes": json.dumps(one.wishes), "words": one.words}
        self.connection.execute(insert(need).values(**row, **said))

    def forget(self, member: str) -> None:
        """Nothing is known of this member's needs any more."""
        self.connection.execute(delete(need).where(need.c.member == member))
