"""A server that loads what it uses: packages that libraries would take, were they there, stay out of its memory.

python-socketio loads Redis' clients and its own (requests, websocket-client, aiohttp) wherever they are installed, huey
loads Redis' and PostgreSQL's, and structlog loads rich to colour tracebacks that a server writes as JSON. That is a
second of every start, and forty megabytes of a laptop that has the hall's browser open, too.
"""

from __future__ import annotations

import importlib
import sys

NEVER = ("requests", "websocket", "aiohttp", "rich", "better_exceptions", "psycopg", "psycopg2")
REDIS = ("redis", "valkey")
TAKERS = ("flask_socketio", "huey", "structlog")


def load_lean(*, redis: bool) -> None:
    """Load the libraries that look around as if what a server does not use were not installed; `redis`: this is used.

    Afterwards whoever imports one of these packages by name gets it; only those who looked first did not find it.
    """
    others = NEVER if redis else (*NEVER, *REDIS)
    hidden = [name for name in others if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: the import system says it is not there
    try:
        for name in TAKERS:
            importlib.import_module(name)
    finally:
        for name in hidden:
            del sys.modules[name]
