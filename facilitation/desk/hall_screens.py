"""The screens of a hall: several, each with a link and a name of its own, and its own choice of what to show.

Nothing of this stands in the journal: it is about furniture. A screen shows only what the whole hall may see. Its link
is told when it is made and never again, since the database keeps a hash of it; a new link takes the place of the old.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from facilitation.desk.entrance import Entrance
from facilitation.errors import BadRequest, NotFound
from facilitation.store import HallScreen, Identity, Transaction
from facilitation.tables.screen import map_json

AUTOMATIC: Final = "automatic"
SHOWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        AUTOMATIC: "What is on",
        "queue": "The speakers’ list",
        "timer": "The timer",
        "seating": "Who sits where",
        "drafts": "The drafts",
        "results": "The results so far",
        "join": "How to join",
    }
)
"""What a screen can show, as facilitators choose it."""

MOST_SCREENS: Final = 20
LONGEST_NAME: Final = 60


class HallScreensDesk(Entrance):
    """Hall screens made, renamed, switched, given a new link, and taken away."""

    def hall_screens(self, session_id: str) -> list[HallScreen]:
        """The named screens of a session."""
        with self._store.reading() as tx:
            return tx.hall_screens.of(session_id)

    def hall_screen(self, token_id: str) -> HallScreen | None:
        """The screen whose link has this token; None for a link without a name."""
        with self._store.reading() as tx:
            return tx.hall_screens.behind(token_id)

    def add_hall_screen(self, session_id: str, name: str = "", shows: str = AUTOMATIC) -> tuple[HallScreen, str]:
        """One more screen, and the token of its link. Without a name it gets the next number."""
        secret = self._new_secret()
        with self._store.writing() as tx:
            known = tx.hall_screens.of(session_id)
            if len(known) >= MOST_SCREENS:
                raise BadRequest(f"There are {MOST_SCREENS} hall screens already.", "Take one away first.")
            free = next(f"Screen {n}" for n in range(1, MOST_SCREENS + 2) if not _taken(known, f"Screen {n}"))
            called = _named(known, name) if name.strip() else free
            made = HallScreen(self._new_id(), session_id, called, _shown(shows), self._new_id())
            self._add_display(tx, made, secret)
            tx.hall_screens.add(made)
        return made, secret

    def rename_hall_screen(self, session_id: str, screen_id: str, name: str) -> HallScreen:
        """Call a screen otherwise."""
        with self._store.writing() as tx:
            one = _found(tx, session_id, screen_id)
            others = [other for other in tx.hall_screens.of(session_id) if other.id != screen_id]
            tx.hall_screens.change(one.id, name=_named(others, name))
        return one

    def switch_hall_screen(self, session_id: str, screen_id: str, shows: str) -> HallScreen:
        """Let a screen show something else. Sent twice, it shows it."""
        with self._store.writing() as tx:
            one = _found(tx, session_id, screen_id)
            tx.hall_screens.change(one.id, shows=_shown(shows))
        return one

    def renew_hall_screen(self, session_id: str, screen_id: str) -> tuple[HallScreen, str]:
        """A new link for a screen; the old one opens nothing from now on."""
        secret, token = self._new_secret(), self._new_id()
        with self._store.writing() as tx:
            one = _found(tx, session_id, screen_id)
            tx.access.revoke_id(one.token)
            renewed = HallScreen(one.id, one.session, one.name, one.shows, token)
            self._add_display(tx, renewed, secret)
            tx.hall_screens.change(one.id, token=token)
        return renewed, secret

    def remove_hall_screen(self, session_id: str, screen_id: str) -> HallScreen:
        """Take a screen away: its link opens nothing from now on."""
        with self._store.writing() as tx:
            one = _found(tx, session_id, screen_id)
            tx.access.revoke_id(one.token)
            tx.hall_screens.remove(one.id)
        return one

    def seating_map(self, session_id: str) -> list[dict[str, Any]]:
        """Who sits where now, for a screen that was chosen to show it."""
        with self._store.reading() as tx:
            state = self._state(tx, session_id)
            return map_json(state, self._names(tx, state))

    def _add_display(self, tx: Transaction, one: HallScreen, secret: str) -> None:
        assembly = self._state(tx, one.session).id
        tx.access.add_token(secret, Identity("display", assembly, one.session, None, one.token))


def _found(tx: Transaction, session_id: str, screen_id: str) -> HallScreen:
    for one in tx.hall_screens.of(session_id):
        if one.id == screen_id:
            return one
    raise NotFound("There is no such hall screen in this session.", "Choose one from the list of screens.")


def _taken(known: list[HallScreen], name: str) -> bool:
    return any(one.name.casefold() == name.casefold() for one in known)


def _named(known: list[HallScreen], name: str) -> str:
    tidy = " ".join(name.split())
    if not 0 < len(tidy) <= LONGEST_NAME or not tidy.isprintable():
        raise BadRequest(
            "The screen’s name cannot be used.", f"Give it a name of 1 to {LONGEST_NAME} characters, such as Left."
        )
    if _taken(known, tidy):
        raise BadRequest(f"A screen is called “{tidy}” already.", "Give it another name.")
    return tidy


def _shown(shows: str) -> str:
    if shows not in SHOWS:
        raise BadRequest("A hall screen cannot show that.", f"Choose one of: {', '.join(SHOWS)}.")
    return shows
