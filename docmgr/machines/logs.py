"""The log as lines of JSON, which programs collect from several machines, with the id of the request that they are about."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import re
import secrets
from contextvars import ContextVar
from typing import Any

# What a balancer may send as the id of a request. Anything else could forge lines or fill them.
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")

request_id: ContextVar[str] = ContextVar("docmgr_request_id", default="")


def named(given: str | None) -> str:
    """The id of a request: the one that a trusted balancer gave, if it can be one; otherwise a new one."""
    return given if given and GIVEN.fullmatch(given) else secrets.token_hex(12)


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON: time, level, logger, process, message, the request's id, the fields that the record
    carries as `fields`, and the traceback of an error. Nothing in a message can begin a new line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write `record` as one line."""
        line: dict[str, Any] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "machine": os.uname().nodename,
            "process": record.process,
            "message": record.getMessage(),
        }
        if name := request_id.get():
            line["request"] = name
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        # ASCII alone: U+2028 would be a new line to some readers.
        return json.dumps(line, default=str)


def configure(json_log: bool, level: int = logging.WARNING, text: str = "%(levelname)s %(name)s: %(message)s") -> None:
    """Send the log of this process to stderr: as JSON, or as lines of the form `text`."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if json_log else logging.Formatter(text))
    logging.basicConfig(level=level, handlers=[handler])
