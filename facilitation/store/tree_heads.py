"""The signed heads of the journals: added when the hall moves on, and never changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from facilitation.audit.heads import TreeHead
from facilitation.store.engine import added
from facilitation.store.schema import tree_head


@dataclass(frozen=True)
class TreeHeads:
    """The heads of all assemblies, inside one transaction."""

    connection: Connection

    def add(self, head: TreeHead) -> None:
        """Keep a head; where there is one of this row already, that one stays."""
        added(self.connection, tree_head, asdict(head))

    def of(self, assembly_id: str) -> list[TreeHead]:
        """All heads of an assembly, the first rows first."""
        mine = select(tree_head).where(tree_head.c.assembly == assembly_id).order_by(tree_head.c.size)
        return [TreeHead(**row._mapping) for row in self.connection.execute(mine)]

    def newest(self, assembly_id: str, until: int | None = None) -> TreeHead | None:
        """The newest head, or the newest up to this row."""
        mine = select(tree_head).where(tree_head.c.assembly == assembly_id)
        mine = mine if until is None else mine.where(tree_head.c.size <= until)
        row = self.connection.execute(mine.order_by(tree_head.c.size.desc()).limit(1)).first()
        return None if row is None else TreeHead(**row._mapping)
