"""The program's log: everything the standard library's loggers are told, formatted by structlog."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor


def configure_logging(level: str) -> None:
    """Write messages of a level and above to standard error, coloured on a terminal."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    coloured = sys.stderr.isatty()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.dev.ConsoleRenderer(
                colors=coloured, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
    )
    handler = _StandardError()
    handler.setFormatter(formatter)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # Every beat of the scheduler is worth a line only to somebody who debugs it.
    logging.getLogger("apscheduler").setLevel(max(logging.WARNING, logging.root.level))


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at the time: a prompt puts itself in its place."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, stream: TextIO) -> None:
        raise AttributeError("the stream is standard error, whatever that is")
