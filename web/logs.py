"""Logs: one JSON object a line on stderr. Ids only, never people, tokens, codes or choices."""

from __future__ import annotations

import logging
import sys

import structlog


def configure_logs(level: int = logging.INFO) -> None:
    """Set structlog up for this process; libraries' own warnings go the same way, without their text's arguments."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    for library in ("huey", "huey.consumer", "engineio.server", "socketio.server"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
