"""What people wrote, outside the journal, so that it can be forgotten; and what they are still writing.

The journal keeps the id of a text and a salted hash of it: with the row's salt gone, the hash says nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from facilitation.events import canonical
from facilitation.store.schema import kept_text, words

MOST_NAMES = 500
"""Authors in one statement."""


@dataclass(frozen=True)
class Text:
    """A text as the journal may know it: its id, and the salted hash of its words."""

    id: str
    commitment: str


@dataclass(frozen=True)
class Words:
    """The texts of all assemblies, inside one transaction."""

    connection: Connection

    def add(self, assembly_id: str, author: str, text_id: str, body: str, salt: str) -> Text:
        """Keep a text; one that is kept already under this id stays as it is."""
        found = self.connection.execute(select(words.c.salt, words.c.body).where(words.c.id == text_id)).first()
        if found is not None:
            return Text(text_id, commitment(found.salt, found.body))
        row = {"id": text_id, "assembly": assembly_id, "author": author, "salt": salt, "body": body}
        self.connection.execute(insert(words).values(**row))
        return Text(text_id, commitment(salt, body))

    def of(self, assembly_id: str) -> dict[str, str]:
        """All texts of an assembly by id."""
        rows = self.connection.execute(select(words.c.id, words.c.body).where(words.c.assembly == assembly_id))
        return {row.id: row.body for row in rows}

    def body(self, text_id: str) -> str | None:
        """One text; None when it is not kept, or no longer."""
        found = self.connection.execute(select(words.c.body).where(words.c.id == text_id)).scalar()
        return None if found is None else str(found)

    def forget(self, text_id: str) -> None:
        """Erase one text: what was said remains, as a hash that says nothing."""
        self.connection.execute(delete(words).where(words.c.id == text_id))

    def forget_writer(self, member: str) -> None:
        """Of this member nothing is left that was not sent, and no text says that it is theirs."""
        self.unsign([member])
        self.connection.execute(delete(kept_text).where(kept_text.c.writer == f"member:{member}"))

    def unsign(self, members: Iterable[str]) -> None:
        """No text says any more that one of these members wrote it; hosts and the facilitator keep theirs."""
        names = [name for member in members for name in (member, f"member:{member}")]
        for start in range(0, len(names), MOST_NAMES):
            mine = words.c.author.in_(names[start : start + MOST_NAMES])
            self.connection.execute(update(words).where(mine).values(author=""))

    # --------------------------------------------------------------------------------------------- not finished yet

    def keep(self, session_id: str, writer: str, name: str, fields: Mapping[str, str]) -> None:
        """What this person has typed into the form of this name so far; empty fields forget it."""
        self.drop(session_id, writer, name)
        if any(value.strip() for value in fields.values()):
            row = {"session": session_id, "writer": writer, "name": name, "fields": canonical(dict(fields))}
            self.connection.execute(insert(kept_text).values(**row))

    def drop(self, session_id: str, writer: str, name: str) -> None:
        """It was sent, or given up."""
        mine = (kept_text.c.session == session_id, kept_text.c.writer == writer, kept_text.c.name == name)
        self.connection.execute(delete(kept_text).where(*mine))

    def kept(self, session_id: str, writer: str) -> dict[str, dict[str, str]]:
        """What this person is still writing, by the name of the form."""
        mine = (kept_text.c.session == session_id, kept_text.c.writer == writer)
        rows = self.connection.execute(select(kept_text.c.name, kept_text.c.fields).where(*mine))
        return {row.name: json.loads(row.fields) for row in rows}

    def by(self, member: str) -> list[str]:
        """The texts that are still known to be this member's."""
        mine = words.c.author.in_((member, f"member:{member}"))
        return list(self.connection.execute(select(words.c.body).where(mine).order_by(words.c.id)).scalars())

    def unfinished(self, member: str) -> list[dict[str, str]]:
        """What this member has typed somewhere and not sent."""
        mine = select(kept_text.c.fields).where(kept_text.c.writer == f"member:{member}")
        return [json.loads(fields) for fields in self.connection.execute(mine.order_by(kept_text.c.name)).scalars()]

    def drop_all(self, session_id: str) -> None:
        """The session is over: nothing that was not sent remains."""
        self.connection.execute(delete(kept_text).where(kept_text.c.session == session_id))


def commitment(salt: str, body: str) -> str:
    """The salted hash that the journal keeps: SHA-256 over the canonical JSON of salt and words."""
    return hashlib.sha256(canonical([salt, body]).encode()).hexdigest()
