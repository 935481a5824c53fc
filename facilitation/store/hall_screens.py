"""The screens of a hall by their names; the token in each one's link is kept with the others, as a hash."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from facilitation.store.schema import hall_screen


@dataclass(frozen=True)
class HallScreen:
    """One screen: `token` is the id of the token in its link, never the token."""

    id: str
    session: str
    name: str
    shows: str
    token: str


@dataclass(frozen=True)
class HallScreens:
    """All of them, inside one transaction."""

    connection: Connection

    def of(self, session_id: str) -> list[HallScreen]:
        """The screens of a session, by name."""
        rows = self.connection.execute(select(hall_screen).where(hall_screen.c.session == session_id))
        found = [HallScreen(row.id, row.session, row.name, row.shows, row.token) for row in rows]
        return sorted(found, key=lambda one: (one.name.casefold(), one.id))

    def behind(self, token_id: str) -> HallScreen | None:
        """The screen whose link has this token."""
        row = self.connection.execute(select(hall_screen).where(hall_screen.c.token == token_id)).first()
        return HallScreen(row.id, row.session, row.name, row.shows, row.token) if row else None

    def add(self, one: HallScreen) -> None:
        """One more."""
        row = {"id": one.id, "session": one.session, "name": one.name, "shows": one.shows, "token": one.token}
        self.connection.execute(insert(hall_screen).values(**row))

    def change(self, screen_id: str, **values: str) -> None:
        """Another name, another choice, another token."""
        self.connection.execute(update(hall_screen).where(hall_screen.c.id == screen_id).values(**values))

    def remove(self, screen_id: str) -> None:
        """It is no screen any more."""
        self.connection.execute(delete(hall_screen).where(hall_screen.c.id == screen_id))
