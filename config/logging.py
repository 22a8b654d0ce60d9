"""One log format for all processes: a line a person can read, or JSON for a collector."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))}


class _Text(logging.Formatter):
    """A line of text. Control characters from outside (CRLF, ANSI) are escaped.

    So nobody can forge a line.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        record.message = record.message.translate(_ESCAPES)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802 - logging's
        """Indented, as an error's text may hold line breaks from outside too."""
        return "\n".join(
            "    " + line.translate(_ESCAPES) for line in super().formatException(ei).split("\n")
        )


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)


def configure(level: str, style: str) -> None:
    """Send the log to stderr. ``style`` is ``"text"`` or ``"json"``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if style == "json" else _Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in (
        "httpcore",
        "hpack",
        "trafilatura",
        "htmldate",
        "courlan",
        "elastic_transport",
        "kombu",
        "amqp",
    ):
        logging.getLogger(noisy).setLevel(logging.ERROR)
