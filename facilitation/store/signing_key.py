"""The house's signing key: one, made on first use, and never shown."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from facilitation.store.schema import signing_key

THE_ONE = 1


@dataclass(frozen=True)
class SigningKey:
    """The key's place in the database, inside one transaction."""

    connection: Connection

    def private(self) -> bytes | None:
        """The private half; None before anything was signed."""
        found = self.connection.execute(select(signing_key.c.private).where(signing_key.c.id == THE_ONE)).scalar()
        return None if found is None else bytes(found)

    def keep(self, private: bytes) -> None:
        """Keep it for good; the database refuses a second one."""
        self.connection.execute(insert(signing_key).values(id=THE_ONE, private=private))

    def change(self, private: bytes) -> None:
        """Another one in its place."""
        self.connection.execute(update(signing_key).where(signing_key.c.id == THE_ONE).values(private=private))

    def forget(self) -> None:
        """It is kept somewhere else from now on."""
        self.connection.execute(delete(signing_key))
