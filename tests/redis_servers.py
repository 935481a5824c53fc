"""A Redis of the tests' own: on a free port of this machine, in a private folder, ended and removed after."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from halls import free_port
from redis import Redis, RedisError

REMEDY = "Remedy: install it as an administrator with `apt-get install redis-server`."


@dataclass
class RedisServer:
    """A server that can be stopped, frozen, emptied and started again on its port."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def ask(self) -> Redis:
        """A client, for the tests themselves."""
        return Redis.from_url(self.url, socket_timeout=5)

    def start(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.fail(f"Redis is missing. {REMEDY}", pytrace=False)
        private = ["--dir", str(self.folder), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(
                [program, "--port", str(self.port), *private], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        for _ in range(200):
            with contextlib.suppress(RedisError):
                if self.ask().ping():
                    return
            assert self.process.poll() is None, (self.folder / "redis.log").read_text()
            time.sleep(0.02)
        pytest.fail(f"Redis did not come up: {(self.folder / 'redis.log').read_text()}", pytrace=False)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait(timeout=20)
            self.process = None


@contextlib.contextmanager
def a_redis() -> Iterator[RedisServer]:
    """Start one, and end it."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
