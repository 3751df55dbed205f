"""log record → one line: text for people, JSON for programs, both with the id of the request and never with a question.

The id is a value of the context: it reaches the threads that answer, so that what they log can be found by it."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

REQUEST_ID: ContextVar[str | None] = ContextVar("sitasi_request_id", default=None)

# What every record has; anything else was handed over by whoever logged it.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_TEXT = "%(levelname)s %(name)s: %(message)s"


class TextLine(logging.Formatter):
    """A line for people; what could drive their terminal or forge a line is written out."""

    def __init__(self) -> None:
        super().__init__(_TEXT)

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the traceback under it where there is one."""
        lines = super().format(record).split("\n")
        # A message is one line; only a traceback has more.
        kept = lines if record.exc_info or record.exc_text else ["\\n".join(lines)]
        return "\n".join("".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in line) for line in kept)


class JsonLine(logging.Formatter):
    """A JSON object on one line: time (UTC), level, logger, message, request id, and what else was handed over."""

    def format(self, record: logging.LogRecord) -> str:
        """The object."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        request_id = REQUEST_ID.get()
        if request_id is not None:
            told["request_id"] = request_id
        told |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


def write_logs(form: Literal["auto", "text", "json"], level: str) -> None:
    """Logs of the service on the error stream; `auto` is text for a terminal and JSON for everything else."""
    handler = logging.StreamHandler()
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    handler.setFormatter(JsonLine() if as_json else TextLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("sitasi").setLevel(level.upper())
