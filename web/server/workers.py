"""One server of several processes: gunicorn's master keeps so many, and each is a server as web/serve.py makes it.

They share one listening socket, so there is one address for a browser and one cookie, a process that is busy takes no
new connection, and what waits to be accepted is not lost with a process that dies. That works because tablets open
WebSockets only: nothing that belongs together arrives at two processes. gunicorn's part is the master: it starts a
process again that died or hangs, and passes signals on. If the master itself is killed, the kernel ends all others.

The master imports everything once, so that a process that is started again serves after a moment, and its memory is
shared. It is patched by gevent before that, but for what it needs as it is: processes, signals and the queue of these.

A process that cannot start ends the whole server where none has ever started (the address of the database was wrong);
later it is tried again, for as long as it takes (the database is being restarted).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import click
import gevent
from gevent import monkey
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer
from gunicorn.sock import TCP6Socket, TCPSocket
from gunicorn.workers.ggevent import GeventWorker

from facilitation.desk import Desk
from facilitation.errors import Refusal
from web.logs import configure_logs
from web.offspring import die_with_parent, start_child, stop_child
from web.serve import (
    allow_many_sockets,
    commands_of,
    in_a_thread,
    make_doors,
    settled,
    tell_of_a_broken_greenlet,
    why_not,
)
from web.server.across import NeedsRedis, check_redis
from web.settings import Settings

BACKLOG = 2048  # a hall reconnects all at once
HANGING = 60  # seconds after which a process that does nothing at all is ended and started anew
LAST_SECONDS = 3
BREATH = 1.0  # seconds before a process that could not start ends, so that the next try is not at once
TICK = 0.2


def serve_with_workers(
    place: Settings, number: int, with_jobs: bool = True, *, tls: bool = True, plain_port: int | None = None
) -> int:
    """Serve with so many processes until Ctrl-C or SIGTERM; returns the exit status."""
    configure_logs()
    allow_many_sockets()
    if place.redis is None:
        raise NeedsRedis(
            f"{number} processes need a Redis to hear of one another.",
            "Add --redis redis://127.0.0.1:6379/0, or serve with one process, which is enough for a thousand tablets.",
        )
    try:
        settings = replace(settled(place), workers=number)
    except OSError as refused:
        click.echo(f"Cannot keep a secret beside the database: {refused.strerror}.", err=True)
        return 1
    try:
        listening = [listen(place.host, port) for port in (place.port, plain_port) if port is not None]
    except OSError as refused:
        click.echo(why_not(refused, place.host, place.port), err=True)
        return 1
    serving = Serving(settings, number, commands_of(settings, with_jobs), tls)
    try:
        Master(serving, listening).run()
    except SystemExit as end:
        if os.getpid() != serving.master:
            raise  # one of the processes, which ends with the status that the master looks at
        return 1 if end.code else 0
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A socket that all processes accept from."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


class Serving(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """What gunicorn is told: how many processes, and what each of them is for."""

    def __init__(self, settings: Settings, number: int, children: list[list[str]], tls: bool) -> None:
        self.settings = settings
        self.number = number
        self.children = children
        self.tls = tls
        self.master = os.getpid()
        self.unsaid, token = os.pipe()  # whoever takes the one byte speaks for the server: it started, or why it cannot
        os.write(token, b".")
        os.set_blocking(self.unsaid, False)
        super().__init__()

    def load_config(self) -> None:
        """gunicorn reads no file, no environment and no command line of ours."""
        said = {
            "workers": self.number,
            "worker_class": Process,
            "timeout": HANGING,
            "graceful_timeout": LAST_SECONDS,
            "loglevel": "warning",
            "proc_name": "folkmoot",
            "control_socket_disable": True,
            "post_fork": end_with_master,
        }
        for name, value in said.items():
            self.cfg.set(name, value)

    def load(self) -> None:
        """The application is made by each process for itself (`Process.run`)."""

    def first(self) -> bool:
        """Has no process spoken for the server yet? Then this one does."""
        try:
            return len(os.read(self.unsaid, 1)) == 1
        except BlockingIOError:
            return False


def end_with_master(_master: Arbiter, process: Any) -> None:
    """In each new process: the kernel ends it when the master is gone, also if that happened just now."""
    die_with_parent()
    if os.getppid() != process.ppid:
        os._exit(1)


class Process(GeventWorker):  # type: ignore[misc]  # as above
    """One process: a server like any other."""

    sockets: list[Any]

    def patch(self) -> None:
        """Patch what the master had to leave as it was, and let gevent wait for the sockets that all accept from."""
        monkey.patch_os()
        monkey.patch_signal()
        monkey.patch_subprocess()
        monkey.patch_queue()
        self.sockets = [socket.socket(one.FAMILY, socket.SOCK_STREAM, fileno=one.sock.detach()) for one in self.sockets]

    def run(self) -> None:
        """Serve until told to stop."""
        gevent.get_hub().print_exception = tell_of_a_broken_greenlet
        desk, doors = self._opened()
        if self.app.first():
            for note in doors.notes:
                click.echo(note, err=True)
            doors.announce()
        while self.alive:
            self.notify()
            gevent.sleep(TICK)
        doors.close()
        desk.close()

    def _opened(self) -> tuple[Any, Any]:
        """The desk and the servers of this process. What is in the way at the very first start ends the server."""
        settings: Settings = self.app.settings
        try:
            if self._is_first_start():
                check_redis(str(settings.redis))
            desk = Desk.open(settings.database, apart=in_a_thread)
            doors = make_doors(desk, settings, *self.sockets, tls=self.app.tls)
            doors.open()
        except (Refusal, OSError) as refused:
            first = self._is_first_start()
            if self.app.first() or not first:
                click.echo(str(refused), err=True)
            time.sleep(BREATH)
            sys.exit(Arbiter.APP_LOAD_ERROR if first else 1)
        return desk, doors

    def _is_first_start(self) -> bool:
        """gunicorn numbers its processes in the order in which they were started."""
        return bool(self.age <= self.app.number)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Ctrl-C reaches every process: each answers what is under way."""
        self.handle_exit(sig, frame)


class Master(Arbiter):  # type: ignore[misc]  # as above
    """gunicorn's master, which also keeps the children that are no servers: who draws, and who makes backups."""

    def __init__(self, app: Serving, listening: list[socket.socket]) -> None:
        super().__init__(app)
        self.LISTENERS = [
            (TCP6Socket if one.family == socket.AF_INET6 else TCPSocket)(
                one.getsockname(), app.cfg, self.log, fd=one.detach()
            )
            for one in listening
        ]
        self.children: list[tuple[list[str], subprocess.Popen[bytes] | None]] = [(one, None) for one in app.children]
        self.ending = False

    def manage_workers(self) -> None:
        """Once a second, and whenever a child has ended."""
        super().manage_workers()
        if not self.ending:
            settings = self.app.settings
            self.children = [
                (command, child if child is not None and child.poll() is None else start_child(command, settings))
                for command, child in self.children
            ]

    def reap_workers(self) -> None:
        """Whoever ended; a second one that could not start says nothing new while all are ended for the first."""
        try:
            super().reap_workers()
        except HaltServer:
            if not self.ending:
                raise

    def stop(self, graceful: bool = True) -> None:
        """End all of them."""
        self.ending = True
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        stop_child(*(child for _, child in self.children if child is not None))
        super().stop(graceful)
