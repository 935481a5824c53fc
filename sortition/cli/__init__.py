"""The commands of the lottery house, one room each. `web.cli` joins them to the console script `folkmoot`.

What is asked for goes to stdout, in plain English; faults of files and progress go to stderr. Exit 0: yes; 1: no, or
a file that must be mended first; 2: a command that click does not understand. The clock is looked at only to show how
long a draw has been running.

To add a command: one room here with its `click` command, one row in COMMANDS, one in the README.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType

import click

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "quotas": "quotas",
        "check": "check",
        "draw": "draw",
        "alternates": "alternates",
        "compare": "compare",
        "verify": "verify",
        "prepare": "prepare",
        "reveal": "reveal",
        "export": "export",
        "letters": "letters",
        "replace": "replace",
    }
)


class Rooms(click.Group):
    """A group that imports a command's room only when that command is called: a check needs no cryptography."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        room = importlib.import_module(f"sortition.cli.{COMMANDS[cmd_name]}")
        return next(
            thing for thing in vars(room).values() if isinstance(thing, click.Command) and thing.name == cmd_name
        )


@click.group(cls=Rooms)
def sortition() -> None:
    """Draw a citizens' assembly by a lottery that is provably fair."""
