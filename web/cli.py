"""The console script `folkmoot`: the commands of both houses beside those of the server, one entry for all.

Each command's house is imported only when that command is called: `folkmoot draw` never loads Flask or gevent, and
`folkmoot serve` lets gevent patch the standard library before anything else of ours is imported.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from sortition.cli import COMMANDS

HOUSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sortition.cli:sortition": tuple(COMMANDS),
        "facilitation.cli:main": (
            "seat",
            "token",
            "badges",
            "minutes",
            "journal",
            "audit",
            "retention",
            "bundle",
            "backup",
            "restore",
            "migrate-db",
            "count",
            "rehearse",
            "agenda",
            "next",
            "session",
            "round",
            "tables",
            "opinions",
        ),
        "web.tls.commands:commands": ("tls",),
        "web.personal.cli:people": ("person",),
    }
)


GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Try it and practise": ("demo", "dress-rehearsal"),
        "Choose the members": (
            *("quotas", "check", "draw", "alternates", "replace", "compare", "verify", "export", "letters"),
            *("prepare", "reveal"),
        ),
        "Run the session": ("seat", "token", "badges", "tables", "agenda", "next", "session", "opinions", "minutes"),
        "Vote, count and check": ("round", "rehearse", "count", "bundle", "journal", "audit"),
        "Look after people’s data": ("person", "retention"),
        "Look after the server": ("serve", "worker", "tls", "backup", "backups", "restore", "migrate-db"),
    }
)
"""What `folkmoot --help` lists, under its headings, in the order of the work."""


class Houses(click.Group):
    """A group that finds the commands of both houses by name and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the help; a command that has no heading comes last."""
        known = [name for names in HOUSES.values() for name in names] + super().list_commands(ctx)
        under = [name for names in GROUPS.values() for name in names]
        return under + [name for name in known if name not in under]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Under plain headings, each command with the beginning of what it says of itself."""
        wide = max(map(len, self.list_commands(ctx)))
        for heading, names in GROUPS.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            room = formatter.width - 6 - wide
            rows = [(name.ljust(wide), command.get_short_help_str(room)) for name, command in commands if command]
            with formatter.section(heading):
                formatter.write_dl(rows)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, from its house or from here."""
        for house, names in HOUSES.items():
            if cmd_name in names:
                return commands_of(house).get_command(ctx, cmd_name)
        return super().get_command(ctx, cmd_name)


def commands_of(house: str) -> click.Group:
    """The group of a house, imported now: “room:name”."""
    room, _, name = house.partition(":")
    group: click.Group = getattr(importlib.import_module(room), name)
    return group


@click.group(cls=Houses, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="folkmoot")
def folkmoot() -> None:
    """Draw a citizens' assembly, run its sessions, count its votes."""


database = click.option(
    "--database",
    envvar="FOLKMOOT_DATABASE",
    default="folkmoot.sqlite",
    show_default=True,
    metavar="URL",
    help="The database: a URL or the path of an SQLite file; or set FOLKMOOT_DATABASE.",
)
"""The option of the other commands (facilitation.cli.common), said again: importing it would load that whole house."""

redis = click.option(
    "--redis",
    envvar="FOLKMOOT_REDIS",
    metavar="URL",
    help="The Redis by which several processes hear of one another; or set FOLKMOOT_REDIS.",
)


def addresses(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses or networks, each as a network."""
    import ipaddress

    try:
        return tuple(str(ipaddress.ip_network(one, strict=False)) for one in given)
    except ValueError:
        raise click.BadParameter("write an address such as 127.0.0.1, or a network such as 10.0.0.0/8.") from None


@folkmoot.command()
@database
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 opens it to the local network.")
@click.option("--worker/--no-worker", default=True, help="Also run draws here, in a process of their own.")
@click.option(
    "--https", is_flag=True, help="Browsers come over HTTPS only, by a proxy: cookies and sealed votes rely on it."
)
@click.option("--tls/--no-tls", default=True, help="Speak HTTPS where `folkmoot tls` left a certificate.")
@click.option(
    "--plain-port",
    type=click.IntRange(0, 65535),
    help="Beside HTTPS: lead plain HTTP on this port there, and let tablets fetch the hall's authority.",
)
@click.option(
    "--backups",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Make a backup there every minute while a session is on; best on another disk.",
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes; 2: needs --redis."
)
@redis
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    callback=addresses,
    help="A proxy in front (an address, or a network as 10.0.0.0/8): only its X-Forwarded-For and -Proto are believed.",
)
@click.option(
    "--accounts/--no-accounts",
    default=None,
    help="Staff sign in with password and six digits. Usual where others reach the server; otherwise links are enough.",
)
def serve(workers: int, worker: bool, tls: bool, plain_port: int | None, **said: Any) -> None:
    """Serve pages, API and screens until Ctrl-C. Killed at any moment, it starts again with nothing lost."""
    from web.settings import Settings

    place = Settings(secret="", hsts=said["https"], **said)
    from gevent import monkey

    if workers > 1:  # the master of processes forks, and hears of their end, as the system does it
        monkey.patch_all(os=False, signal=False, subprocess=False, queue=False)
        from web.lean import load_lean

        load_lean(redis=True)
        from web.server.workers import serve_with_workers

        raise SystemExit(serve_with_workers(place, workers, worker, tls=tls, plain_port=plain_port))
    monkey.patch_all()
    from web.lean import load_lean

    load_lean(redis=place.redis is not None)
    from web.serve import serve_until_told

    raise SystemExit(serve_until_told(place, worker, tls=tls, plain_port=plain_port))


@folkmoot.command()
@database
@redis
@click.option("--parent", type=int, default=None, hidden=True, help="End when this process is gone.")
def worker(database: str, redis: str | None, parent: int | None) -> None:
    """Run the draws that the recruiters' page asks for, until Ctrl-C; `folkmoot serve` starts one by itself.

    With a Redis, on as many machines as are needed; each draw is run by one of them.
    """
    from facilitation.desk import Desk
    from web.jobs import HueyJobs, work
    from web.logs import configure_logs
    from web.settings import Settings, with_secret

    configure_logs()
    if redis is not None and parent is None:
        from web.server.across import check_redis

        check_redis(redis)
    work(HueyJobs(Desk.open(database), with_secret(Settings(database, "", redis=redis))), parent)


@folkmoot.command("backups")
@database
@click.option("--every", default=60, show_default=True, type=click.IntRange(1, 3600), help="Seconds between two.")
@click.option("--keep", default=60, show_default=True, type=click.IntRange(1, 10000), help="How many of the newest.")
@click.option("--parent", type=int, default=None, hidden=True, help="End when this process is gone.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backups(database: str, every: int, keep: int, parent: int | None, folder: Path) -> None:
    """Make a backup in FOLDER every minute while a session is on, and whenever an item or a vote ends, until Ctrl-C."""
    from facilitation.desk import Desk
    from web.backing_up import Keeper, folder_for, keep_backups
    from web.logs import configure_logs

    configure_logs()
    keep_backups(Keeper(Desk.open(database), folder_for(folder), every, keep), parent)


@folkmoot.command()
@click.option("--port", default=8765, show_default=True, type=click.IntRange(1, 65535), help="Where to serve.")
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 opens the demo to the local network.")
@click.option(
    "--folder",
    default=".demo",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the demo keeps its draw and its database.",
)
def demo(port: int, host: str, folder: Path) -> None:
    """Draw a panel from made-up volunteers, seat it, and serve a session that is half over, with robot members."""
    from web.rehearsal.demo import run_demo

    raise SystemExit(run_demo(folder, host, port))


MOST_MEMBERS = 301  # as many robots as a rehearsal has, and whoever rehearses


@folkmoot.command("dress-rehearsal")
@click.option("--members", default=50, show_default=True, type=click.IntRange(2, MOST_MEMBERS), help="Robots, and you.")
@click.option("--port", default=8766, show_default=True, type=click.IntRange(1, 65535), help="Where to serve.")
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 opens it to the local network.")
@click.option("--like", metavar="DATABASE", help="Rehearse a session of this database: its agenda is copied.")
@click.option("--session", "session_id", metavar="ID", help="Which session of it.")
def dress_rehearsal(members: int, port: int, host: str, like: str | None, session_id: str | None) -> None:
    """Practise a whole day with robot members, who do everything that members do; nothing is kept of it."""
    from web.rehearsal.demo import Place
    from web.rehearsal.dress_rehearsal import agenda_like, run_rehearsal

    if (like is None) is not (session_id is None):
        raise click.UsageError("--like DATABASE and --session ID belong together.")
    agenda = {} if like is None or session_id is None else {"agenda": agenda_like(like, session_id)}
    raise SystemExit(run_rehearsal(members, Place(host, port), **agenda))


def main() -> None:
    """Run one command; a refusal of a house is one line on stderr, never a traceback."""
    from facilitation.errors import Refusal

    try:
        folkmoot()
    except Refusal as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
