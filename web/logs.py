"""Logs: one JSON object a line on stderr. Ids only, never people, tokens, codes or choices."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from types import TracebackType
from typing import TextIO, cast

import structlog


class Lines:
    """Where log lines go, as structlog needs it: a full disk may cost lines of the log, and never an answer."""

    def write(self, text: str) -> None:
        """A line, or part of one."""
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """What was written is to be seen."""
        with suppress(OSError):
            sys.stderr.flush()


def configure_logs(level: int = logging.INFO) -> None:
    """Set structlog up for this process; libraries' own warnings go the same way, without their text's arguments."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, Lines())),
        cache_logger_on_first_use=True,
    )
    for library in ("huey", "huey.consumer", "engineio.server", "socketio.server"):
        logging.getLogger(library).setLevel(logging.CRITICAL)


def last_place(trace: TracebackType | None) -> str:
    """Where something broke: all that a log may tell of a traceback besides its type."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "unknown" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
