"""What every command shares: the database, the desk, and how refusals and JSON are told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from facilitation.desk import Desk
from facilitation.errors import Refusal

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

DEFAULT_DATABASE = "folkmoot.sqlite"


class Told(click.ClickException):
    """A refusal as one line on stderr."""

    def show(self, file: Any = None) -> None:
        """The sentence and its remedy, nothing else."""
        click.echo(self.message, err=True)


def database_option(command: Decorated) -> Decorated:
    """`--database`, the same on every command of Folkmoot."""
    return click.option(
        "--database",
        envvar="FOLKMOOT_DATABASE",
        default=DEFAULT_DATABASE,
        show_default=True,
        metavar="URL",
        help="The database: a URL or the path of an SQLite file; or set FOLKMOOT_DATABASE.",
    )(command)


@contextmanager
def desk_of(database: str) -> Iterator[Desk]:
    """The desk of this database for one command; refusals become one line on stderr and exit code 1."""
    try:
        desk = Desk.open(database)
        try:
            yield desk
        finally:
            desk.close()
    except Refusal as refusal:
        raise Told(str(refusal)) from None


def as_json_text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def read_json(text: str, what: str) -> object:
    try:
        value: object = json.loads(text)
    except ValueError:
        raise Told(f"The {what} is not JSON. Remedy: Put it in single quotes for the shell.") from None
    return value
