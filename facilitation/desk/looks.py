"""How a member's pages look: kept with the member, so that it follows to another tablet. Nobody else reads it."""

from __future__ import annotations

from facilitation.desk.entrance import Entrance
from facilitation.errors import BadRequest

LONGEST_LOOK = 80


class Looks(Entrance):
    """Each member's own presentation."""

    def look_of(self, member_id: str) -> str | None:
        """What this member chose last; None when it was nothing."""
        with self._store.reading() as tx:
            return tx.looks.of(member_id)

    def keep_look(self, member_id: str, look: str) -> None:
        """Keep what a member chose. To send it twice is fine."""
        if not look or len(look) > LONGEST_LOOK:
            raise BadRequest("This is no way for a page to look.", "Choose one of the buttons of the page.")
        with self._store.writing() as tx:
            tx.looks.put(member_id, look)
