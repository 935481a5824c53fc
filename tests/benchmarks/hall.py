"""How a hall full of tablets is served: `python tests/benchmarks/hall.py 300` prints a table of measured times.

A real server on a fresh SQLite file and, on the same machine, N members at once: they join, open a socket and get their
first screen; a round opens; all vote; the round closes. Every ballot must be counted, or the script fails.
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def main(members: int) -> None:
    """Measure and print."""
    from gevent import monkey

    monkey.patch_all()
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    from halls import Hall, an_open_round, seat

    with tempfile.TemporaryDirectory() as folder:
        hall = Hall(f"sqlite:///{folder}/hall.sqlite", log=Path(folder) / "serve.log")
        hall.start("--no-worker")
        seats = seat(hall.database, members)
        tablets = [Tablet(hall, code) for code in seats.codes]
        print(f"{'':34}{'p50':>9}{'p99':>9}{'last':>9}")
        table("join, socket and first screen", at_once(tablets, Tablet.join))
        begun = time.monotonic()
        for tablet in tablets:
            tablet.listen()
        round_id = an_open_round(hall, seats)
        reached = at_once(tablets, lambda tablet: tablet.wait_for(round_id))
        table("an opened round reaches everyone", [at - begun for at in reached])
        table("a ballot is stored and answered", at_once(tablets, lambda tablet: tablet.vote(round_id)))
        hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
        result = hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json
        assert result["cast"] == result["counts"]["yes"] == members
        print(f"{members} ballots counted; memory of the server {memory(hall.process.pid)} MB")
        print(f"killed, it serves again after {restart(hall):.2f} s")
        hall.stop()


def restart(hall: Any) -> float:
    """Seconds from the start of a killed server to its first answer."""
    hall.stop(signal.SIGKILL)
    begun = time.monotonic()
    hall.start("--no-worker")
    assert hall.get("/api/openapi.json").status == 200
    return time.monotonic() - begun


class Tablet:
    """One member's tablet: HTTP for commands, a raw socket for screens."""

    def __init__(self, hall: Any, code: str) -> None:
        self.hall, self.code = hall, code
        self.token, self.socket, self.reached = "", None, {}

    def join(self) -> float:
        import websocket

        begun = time.monotonic()
        self.token = self.hall.post("/api/join", {"code": self.code}).json["token"]
        address = f"ws://127.0.0.1:{self.hall.port}/socket.io/?EIO=4&transport=websocket"
        self.socket = websocket.create_connection(address, timeout=30)
        self.socket.recv()
        self.socket.send("40" + json.dumps({"token": self.token}))
        while not self.socket.recv().startswith('42["screen"'):
            pass
        return time.monotonic() - begun

    def listen(self) -> None:
        import gevent

        gevent.spawn(self._read)

    def _read(self) -> None:
        import websocket

        with contextlib.suppress(websocket.WebSocketException, OSError):  # until the server is stopped
            while said := self.socket.recv():
                if said == "2":
                    self.socket.send("3")
                elif said.startswith('42["screen"'):
                    shown = json.loads(said[2:])[1]["round"]
                    self.reached.setdefault(shown and shown["id"], time.monotonic())

    def wait_for(self, round_id: str) -> float:
        while round_id not in self.reached:
            time.sleep(0.01)
        return self.reached[round_id]

    def vote(self, round_id: str) -> float:
        import uuid

        begun = time.monotonic()
        ballot = {"key": str(uuid.uuid4()), "choice": "yes"}
        answer = self.hall.post(f"/api/rounds/{round_id}/ballot", ballot, self.token)
        assert answer.status == 200, answer.body
        return time.monotonic() - begun


def at_once(tablets: list[Tablet], act: Any) -> list[float]:
    import gevent

    acts = [gevent.spawn(act, tablet) for tablet in tablets]
    gevent.joinall(acts, raise_error=True)
    return [one.value for one in acts]


def table(what: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    shown = (ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)], ordered[-1])
    print(f"{what:34}" + "".join(f"{one:8.2f}s" for one in shown))


def memory(pid: int) -> int:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
