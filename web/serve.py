"""One process that serves everything: gevent's own HTTP server, with a worker for the draws as its child.

(Several processes are one server in web/server/workers.py; each of them serves as is said here.)

Imported only after gevent has patched the standard library (see cli). The address is printed when connections are
really accepted; Ctrl-C or SIGTERM ends the server and its child within three seconds; where the process is killed
instead, the kernel ends the child.
"""

from __future__ import annotations

import errno
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
import gevent
import structlog
from gevent.event import Event

from facilitation.desk import Desk
from web.app import create_app
from web.backing_up import command, folder_for
from web.jobs import HueyJobs
from web.logs import configure_logs, last_place
from web.offspring import start_child, stop_child, tell_to_end, worker_command
from web.server.patience import PatientServer
from web.settings import Settings, refuse_unsafe, with_accounts, with_secret
from web.tls.serving import Secured, be_brief, plain_door, secured

BACKLOG = 2048  # a hall reconnects all at once
OWN_FOLDER = "Remedy: put the database into a folder in which you may write."
MANY_SOCKETS, FEW_SOCKETS = 65536, 4096  # a tablet holds one socket, and up to six connections for its requests
MORE = "Remedy: start the server after `ulimit -n 8192`."
SWITCH = 0.0002  # seconds for which a calculation keeps the interpreter from whoever serves
LOOK = 1.0  # seconds between two looks at the worker
LAST_WORDS = 0.5  # seconds for answers under way when the server is told to stop
R = TypeVar("R")
log = structlog.get_logger("web")


def serve_until_told(
    place: Settings, with_worker: bool = True, *, tls: bool = True, plain_port: int | None = None
) -> int:
    """Serve at this place (its secret is read here) until Ctrl-C or SIGTERM; returns the exit status."""
    configure_logs()
    gevent.get_hub().print_exception = tell_of_a_broken_greenlet
    allow_many_sockets()
    if place.redis is not None:
        check(place.redis)
    desk = Desk.open(place.database, apart=in_a_thread)
    try:
        settings = settled(place)
    except OSError as refused:
        click.echo(f"Cannot keep a secret beside the database: {refused.strerror}. {OWN_FOLDER}", err=True)
        return 1
    at_plain = None if plain_port is None else (place.host, plain_port)
    doors = make_doors(desk, settings, (place.host, place.port), at_plain, tls=tls)
    for note in doors.notes:
        click.echo(note, err=True)
    try:
        doors.open()
    except OSError as refused:
        click.echo(why_not(refused, place.host, place.port), err=True)
        return 1
    told = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, told.set)
    children = [Kept(settings, command) for command in commands_of(settings, with_worker)]
    for one in children:
        gevent.spawn(one.keep)
    doors.announce()
    told.wait()
    for one in children:
        one.tell_to_end()
    doors.close()
    stop_child(*(one.child for one in children if one.child is not None))
    desk.close()
    return 0


def tell_of_a_broken_greenlet(_context: object, kind: Any, _value: object, trace: Any) -> None:
    """What broke in a greenlet of its own, and where; gevent would print its text too, in which anything may stand."""
    log.error("broken", type=getattr(kind, "__name__", str(kind)), where=last_place(trace))


def allow_many_sockets() -> None:
    """Open as many sockets as this machine allows, and say so where that is too few for a hall."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MANY_SOCKETS if hard == resource.RLIM_INFINITY else min(hard, MANY_SOCKETS)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < FEW_SOCKETS:
        click.echo(f"Only {most} sockets may be open here; a hall of a thousand needs {FEW_SOCKETS}. {MORE}", err=True)


def settled(place: Settings) -> Settings:
    """The place with its secret and with the folder of its backups, both made where they are not there yet.

    Refused where others are to be served with a secret that is none.
    """
    settings = with_accounts(with_secret(place))
    refuse_unsafe(settings)
    return replace(settings, backups=None if place.backups is None else folder_for(place.backups))


def commands_of(settings: Settings, with_worker: bool) -> list[list[str]]:
    """The children of this process: who draws, and who makes backups."""
    draws = [worker_command()] if with_worker else []
    return draws + ([] if settings.backups is None else [command(settings.backups)])


def check(redis: str) -> None:
    """Refuse to start where this Redis does not answer."""
    from web.server.across import check_redis  # here and not above: one process alone starts without Redis' client

    check_redis(redis)


@dataclass
class Doors:
    """The servers of one process: the one for all, and beside HTTPS perhaps the one that leads there."""

    server: PatientServer
    at_plain: Any = None
    notes: tuple[str, ...] = ()
    scheme: str = "http"
    plain: PatientServer | None = None

    def open(self) -> None:
        """Listen, and look after the screens."""
        self.server.start()
        if self.at_plain is not None:
            leads = plain_door(self.server.application, self.server.server_port)
            self.plain = PatientServer(self.at_plain, leads, log=None, error_log=None)
            self.plain.start()
        for room in ("live", "storing"):
            gevent.spawn(self.server.application.extensions[room].keep_watch)

    def announce(self) -> None:
        """Say on stdout where we are."""
        app = self.server.application
        host = app.extensions["settings"].host
        home = address(host, self.server.server_port, self.scheme)
        click.echo(f"Folkmoot is serving at {home} (Ctrl-C ends it)")
        if app.extensions["settings"].accounts and (link := app.extensions["desk"].first_administrator()) is not None:
            click.echo(f"Set up the administrator, once, within a day: {home}sign-in/{link}")
        if self.plain is not None:
            click.echo(f"Tablets fetch the authority of this hall at {address(host, self.plain.server_port)}tls")
        sys.stdout.flush()

    def close(self) -> None:
        """Answer what is under way, and no more."""
        self.server.stop(timeout=LAST_WORDS)
        if self.plain is not None:
            self.plain.stop(timeout=LAST_WORDS)


def make_doors(desk: Desk, settings: Settings, at: Any, at_plain: Any = None, *, tls: bool = True) -> Doors:
    """The servers of this process, on these addresses or on sockets that listen already."""
    secure = secured(settings, datetime.now(UTC)) if tls else Secured(settings)
    server = make_server(desk, secure.settings, at, secure.context)
    if secure.context is None:
        return Doors(server, notes=secure.notes)
    be_brief(server)
    return Doors(server, at_plain, secure.notes, "https")


def in_a_thread(calculate: Callable[..., R], /, *args: Any, **kwargs: Any) -> R:
    """Carry out a long calculation in a thread, while this greenlet waits and all others are served.

    Every statement of the database lets go of the interpreter, and would wait 5 ms for it each time.
    """
    sys.setswitchinterval(SWITCH)
    found: R = gevent.get_hub().threadpool.apply(calculate, args, kwargs)
    return found


def make_server(desk: Desk, settings: Settings, at: Any, context: ssl.SSLContext | None = None) -> PatientServer:
    """The HTTP server for this desk, not yet listening."""
    app, _ = create_app(desk, settings)
    app.extensions["jobs"] = HueyJobs(desk, settings)
    more: dict[str, Any] = {"threshold": app.extensions["threshold"]}
    if context is not None:
        more["ssl_context"] = context
    backlog = BACKLOG if isinstance(at, tuple) else None  # a socket that listens already has its own
    return PatientServer(at, app, log=None, error_log=None, backlog=backlog, **more)


class Kept:
    """A child that belongs to this server (it draws, or makes backups): started again when it died, ended with us."""

    def __init__(self, settings: Settings, command: list[str]) -> None:
        self.command, self.settings = command, settings
        self.child: subprocess.Popen[bytes] | None = None
        self.ended = False

    def keep(self) -> None:
        """Watch over it, as a greenlet beside the server, which has the first second to itself."""
        gevent.sleep(LOOK)
        while not self.ended:
            if self.child is None or self.child.poll() is not None:
                self.child = start_child(self.command, self.settings)
                log.info("child started", what=self.command[3], pid=self.child.pid)
            gevent.sleep(LOOK)

    def tell_to_end(self) -> None:
        """Ask it to end, while the last answers are given here; no other is started."""
        self.ended = True
        if self.child is not None:
            tell_to_end(self.child)


def why_not(refused: OSError, host: str, port: int) -> str:
    """Why the server cannot listen, with a remedy."""
    if refused.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken. Remedy: stop what uses it, or choose another one: --port {port + 1}"
    if refused.errno == errno.EACCES:
        return f"Port {port} may not be used by you. Remedy: choose one above 1023, such as --port 8000."
    if isinstance(refused, socket.gaierror) or refused.errno == errno.EADDRNOTAVAIL:
        return f"This machine has no address {host}. Remedy: use --host 127.0.0.1, or 0.0.0.0 for all of its addresses."
    return f"Cannot listen on {host} port {port}: {refused.strerror}. Remedy: choose another --host or --port."


def address(host: str, port: int, scheme: str = "http") -> str:
    """The address to type into a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  # shown
    return f"{scheme}://{shown}:{port}/"
