"""One process that serves everything: gevent's own HTTP server, with a worker for the draws as its child.

Imported only after gevent has patched the standard library (see cli). The address is printed when connections are
really accepted; Ctrl-C or SIGTERM ends the server and its child within three seconds; where the process is killed
instead, the kernel ends the child.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import gevent
import structlog
from gevent.event import Event

from facilitation.desk import Desk
from web.app import create_app
from web.backing_up import command, folder_for
from web.jobs import HueyJobs, stop_child
from web.logs import configure_logs
from web.patience import PatientServer
from web.settings import Settings, settings_for
from web.tls_serving import Secured, be_brief, plain_door, secured

BACKLOG = 2048  # a hall reconnects all at once
OWN_FOLDER = "Remedy: put the database into a folder in which you may write."
MANY_SOCKETS, FEW_SOCKETS = 65536, 4096  # a tablet holds one socket, and up to six connections for its requests
MORE = "Remedy: start the server after `ulimit -n 8192`."
LOOK = 1.0  # seconds between two looks at the worker
LAST_WORDS = 0.5  # seconds for answers under way when the server is told to stop
R = TypeVar("R")
log = structlog.get_logger("web")


def serve_until_told(
    database: str,
    host: str,
    port: int,
    with_worker: bool = True,
    https: bool = False,
    *,
    tls: bool = True,
    plain_port: int | None = None,
    backups: Path | None = None,
) -> int:
    """Serve until Ctrl-C or SIGTERM; returns the exit status."""
    configure_logs()
    allow_many_sockets()
    desk = Desk.open(database, apart=in_a_thread)
    try:
        folder = None if backups is None else folder_for(backups)
        settings = replace(settings_for(database, host, port, https), backups=folder)
    except OSError as refused:
        click.echo(f"Cannot keep a secret beside the database: {refused.strerror}. {OWN_FOLDER}", err=True)
        return 1
    secure = secured(settings, datetime.now(UTC)) if tls else Secured(settings)
    for note in secure.notes:
        click.echo(note, err=True)
    server = make_server(desk, secure.settings, secure.context)
    plain = None
    if secure.context is not None:
        be_brief(server)
    try:
        server.start()
        if plain_port is not None and secure.context is not None:
            plain = PatientServer((host, plain_port), plain_door(server.application, server.server_port), log=None)
            plain.start()
    except OSError as refused:
        click.echo(why_not(refused, host, port), err=True)
        return 1
    gevent.spawn(server.application.extensions["live"].keep_watch)
    gevent.spawn(server.application.extensions["storing"].keep_watch)
    told = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, told.set)
    workers = Workers(worker(database))
    if with_worker:
        gevent.spawn(workers.keep_one)
    keeper = Workers([] if folder is None else command(database, folder))
    if folder is not None:
        gevent.spawn(keeper.keep_one)
    scheme = "http" if secure.context is None else "https"
    click.echo(f"Folkmoot is serving at {address(host, server.server_port, scheme)} (Ctrl-C ends it)")
    if plain is not None:
        click.echo(f"Tablets fetch the authority of this hall at {address(host, plain.server_port)}tls")
    sys.stdout.flush()
    told.wait()
    server.stop(timeout=LAST_WORDS)
    if plain is not None:
        plain.stop(timeout=LAST_WORDS)
    workers.end()
    keeper.end()
    desk.close()
    return 0


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


def in_a_thread(calculate: Callable[..., R], /, *args: Any, **kwargs: Any) -> R:
    """Carry out a long calculation in a thread, while this greenlet waits and all others are served."""
    found: R = gevent.get_hub().threadpool.apply(calculate, args, kwargs)
    return found


def make_server(desk: Desk, settings: Settings, context: ssl.SSLContext | None = None) -> PatientServer:
    """The HTTP server for this desk, not yet listening."""
    app, _ = create_app(desk, settings)
    app.extensions["jobs"] = HueyJobs(desk, settings)
    secure = {} if context is None else {"ssl_context": context}
    return PatientServer((settings.host, settings.port), app, log=None, error_log=None, backlog=BACKLOG, **secure)


def worker(database: str) -> list[str]:
    """How the worker for the draws is started."""
    return [sys.executable, "-m", "web.cli", "worker", "--database", database, "--parent", str(os.getpid())]


class Workers:
    """A child that belongs to this server (it draws, or makes backups): started again when it died, ended with us."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.child: subprocess.Popen[bytes] | None = None
        self.ended = False

    def keep_one(self) -> None:
        """Watch over the worker, as a greenlet beside the server."""
        while not self.ended:
            if self.child is None or self.child.poll() is not None:
                self.child = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, start_new_session=True)
                log.info("child started", what=self.command[3], pid=self.child.pid)
            gevent.sleep(LOOK)

    def end(self) -> None:
        """Stop the worker, and start no other."""
        self.ended = True
        if self.child is not None:
            stop_child(self.child)


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
