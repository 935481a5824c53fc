"""A bad line between a tablet and the server: slow by chance, or dead without a word, as lines are after a sleep."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from halls import Hall


@dataclass
class Line:
    """What goes over it; `delay` is the least and the longest time of one way, in seconds."""

    server: int
    delay: tuple[float, float] = (0.0, 0.0)
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    listening: socket.socket = field(default_factory=socket.socket)
    dark: bool = False
    dead: set[socket.socket] = field(default_factory=set)
    through: set[socket.socket] = field(default_factory=set)
    sockets: set[socket.socket] = field(default_factory=set)
    """Both ends of what has become a WebSocket."""

    @property
    def url(self) -> str:
        """Where the tablet finds the server."""
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    def goes_dark(self) -> None:
        """WebSockets stay connected, and nothing comes through them ever again; so is it with whatever connects now.

        Connections for requests are closed, as browsers do with those that were idle for some minutes.
        """
        self.dark = True
        self.dead |= self.sockets
        for one in self.through - self.dead:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def is_back(self) -> None:
        """What connects from now on is well."""
        self.dark = False

    def serve(self) -> None:
        """Take connections until it is closed."""
        self.listening.bind(("127.0.0.1", 0))
        self.listening.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listening.accept()
                far = socket.create_connection(("127.0.0.1", self.server))
                self.through |= {near, far}
                self.dead |= {near, far} if self.dark else set()
                for from_, to in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(from_, to), daemon=True).start()

    def _carry(self, from_: socket.socket, to: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := from_.recv(65536):
                if from_ in self.dead:
                    continue
                if data.startswith(b"HTTP/1.1 101"):
                    self.sockets |= {from_, to}
                time.sleep(self.chance.uniform(*self.delay))
                to.sendall(data)
        if from_ not in self.dead:
            with contextlib.suppress(OSError):
                to.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def a_line(hall: Hall, delay: tuple[float, float] = (0.0, 0.0)) -> Iterator[Line]:
    """A line to this hall, closed at the end."""
    line = Line(hall.port, delay)
    line.serve()
    try:
        yield line
    finally:
        for one in (line.listening, *line.through):
            one.close()
