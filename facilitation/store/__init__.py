"""The store: the only SQL of the house.

A `Transaction` is one unit of reading or writing; its parts share one connection. The journal and the turnout are the
truth, nothing is kept in memory, and a program killed at any moment leaves either all of a transaction or none of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, Engine

from facilitation.errors import Busy, CannotWrite
from facilitation.health import LOCKED, Health
from facilitation.store.access import Access, Device, Identity, Invitation, Term
from facilitation.store.accounts import Account, Accounts, Held, Logged
from facilitation.store.answers import Answered
from facilitation.store.engine import Pause, begun, can_be_written, open_engine, tidy, told
from facilitation.store.hall_screens import HallScreen, HallScreens
from facilitation.store.house_settings import HouseSettings
from facilitation.store.journal import Head, Journal
from facilitation.store.looks import Looks
from facilitation.store.needs import Needs
from facilitation.store.pairings import Pairing, Pairings
from facilitation.store.papers import PaperEntry, Papers
from facilitation.store.people import People, Person
from facilitation.store.public_draws import PublicDraws
from facilitation.store.recruitments import Attempt, DrawRequest, Edition, Recruitment, Recruitments
from facilitation.store.signing_key import SigningKey
from facilitation.store.tokens import Tokens
from facilitation.store.tree_heads import TreeHeads
from facilitation.store.turns import Turns
from facilitation.store.urn import InTheWay, Urn
from facilitation.store.words import Text, Words

__all__ = [
    "Account",
    "Attempt",
    "Device",
    "DrawRequest",
    "Edition",
    "HallScreen",
    "Head",
    "Held",
    "Identity",
    "InTheWay",
    "Invitation",
    "Logged",
    "Pairing",
    "PaperEntry",
    "Person",
    "Recruitment",
    "Store",
    "Term",
    "Text",
    "Transaction",
]


@dataclass(frozen=True)
class Transaction:
    """All parts of the store inside one transaction."""

    connection: Connection

    @property
    def writes(self) -> bool:
        """Whether anything can be written in it. It may see what others have written and is not committed yet."""
        return bool(self.connection.get_execution_options().get("writes"))

    @property
    def journal(self) -> Journal:
        """The journals."""
        return Journal(self.connection)

    @property
    def tree_heads(self) -> TreeHeads:
        """The signed heads of the journals."""
        return TreeHeads(self.connection)

    @property
    def urn(self) -> Urn:
        """The urns."""
        return Urn(self.connection)

    @property
    def tokens(self) -> Tokens:
        """Keys and tokens of sealed rounds."""
        return Tokens(self.connection)

    @property
    def papers(self) -> Papers:
        """Ballots on paper."""
        return Papers(self.connection)

    @property
    def signing_key(self) -> SigningKey:
        """The house's key."""
        return SigningKey(self.connection)

    @property
    def people(self) -> People:
        """The people."""
        return People(self.connection)

    @property
    def pairings(self) -> Pairings:
        """Tablets that wait to be paired."""
        return Pairings(self.connection)

    @property
    def looks(self) -> Looks:
        """How members' pages look."""
        return Looks(self.connection)

    @property
    def needs(self) -> Needs:
        """What members need."""
        return Needs(self.connection)

    @property
    def words(self) -> Words:
        """What people wrote."""
        return Words(self.connection)

    @property
    def answers(self) -> Answered:
        """What members answered."""
        return Answered(self.connection)

    @property
    def access(self) -> Access:
        """Tokens and links."""
        return Access(self.connection)

    @property
    def house_settings(self) -> HouseSettings:
        """What the authority says of itself."""
        return HouseSettings(self.connection)

    @property
    def accounts(self) -> Accounts:
        """Accounts of the staff."""
        return Accounts(self.connection)

    @property
    def hall_screens(self) -> HallScreens:
        """The named screens of halls."""
        return HallScreens(self.connection)

    @property
    def recruitments(self) -> Recruitments:
        """Recruitments, files and draws."""
        return Recruitments(self.connection)

    @property
    def public_draws(self) -> PublicDraws:
        """Draws in public."""
        return PublicDraws(self.connection)


@dataclass(frozen=True)
class Store:
    """One database."""

    engine: Engine
    pause: Pause

    @classmethod
    def open(cls, database: str, pause: Pause) -> Store:
        """The database behind a URL or a path, brought to the newest schema; made when it is not there."""
        store = cls(open_engine(database, pause), pause)
        store.tidy(thorough=False)
        return store

    @property
    def server(self) -> str | None:
        """Where the database's server is, without the password; None for a file."""
        url = self.engine.url
        if url.get_backend_name() == "sqlite":
            return None
        return url.set(drivername=url.get_backend_name(), password=None).render_as_string()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One consistent picture."""
        with (
            told(self.engine, writes=False),
            begun(self.engine, self.pause, writes=False, health=self.health) as connection,
        ):
            yield Transaction(connection)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """All or nothing: on the disk when this is over, perhaps with others', or rolled back if anything is raised."""
        try:
            with told(self.engine, writes=True), self._turns.writing() as connection:
                yield Transaction(connection)
        except Busy as refusal:
            self.health.failed(refusal.cause if isinstance(refusal, CannotWrite) else LOCKED)
            raise

    @cached_property
    def health(self) -> Health:
        """Whether the last writer could write, as far as this program knows."""
        return Health()

    @cached_property
    def _turns(self) -> Turns:
        return Turns(lambda: begun(self.engine, self.pause, writes=True, health=self.health), self.pause)

    def try_to_write(self) -> str | None:
        """Really write, and remember how it went: None if all is well, otherwise why not."""
        cause = can_be_written(self.engine)
        if cause is None:
            self.health.mended()
        else:
            self.health.failed(cause)
        return cause

    def tidy(self, *, thorough: bool = True) -> bool:
        """Leave no trace of the order of writing, and nothing that was deleted; False if somebody was in the way.

        Asked thoroughly after what must leave no trace. Nothing depends on it at once: what is left is tidied the next
        time.
        """
        return tidy(self.engine, self.pause, thorough=thorough)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
