"""One log format for all processes: a line a person can read, or JSON for a collector.

Facts go to the log in one way, ``log.info("…", extra=LogFields(url=url, stage="crawl"))``: the text
line has what its sentence says, and the JSON line has each field under its own name. A text line of
a stage ends with the fields by which lines of one batch, source or URL are found.
"""

import json
import logging
import re
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TypedDict

from config.log_repeats import RepeatFilter

_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))}

_CREDENTIALS = re.compile(r"(?<=://)[^/?#\s@]*:[^/?#\s]*(?=@)|(?<=[?&]password=)[^&\s]+")
"""``user:password`` in an address, and a password among its parameters."""

_HIDDEN = "***"

_NOISY = (
    "amqp",
    "courlan",
    "elastic_transport",
    "hpack",
    "htmldate",
    "httpcore",
    "kombu",
    "trafilatura",
)


class LogFields(TypedDict, total=False):
    """What a line can say beside its sentence. A field is there where it is known.

    Attributes:
        event: what happened, as one word.
        batch: its number.
        url: as it was announced.
        url_id: of ``url``.
        host: of ``url``.
        source: id of a source.
        stage: of the pipeline.
        role: of a process, such as ``crawl``.
        outcome: ``indexed``, ``duplicate``, ``rejected``, ``dead``, ``retry``, ``failed``.
        reason: why; a word of ``pipeline.outcome.Reason`` or a sentence.
        seconds: how long it took.
        duration_ms: how long it took, in milliseconds; of a stage, or of a URL since its batch was
            leased.
    """

    event: str
    batch: str
    url: str | None
    url_id: str
    host: str | None
    source: str | None
    stage: str
    role: str
    outcome: str
    reason: str | None
    seconds: float | None
    duration_ms: int | None


_FIELDS = tuple(LogFields.__annotations__)

_OF_STAGES = ("stage", "batch", "source", "url_id", "duration_ms")
"""Fields that a text line has too, in this order, where it tells of a stage."""


class _Text(logging.Formatter):
    """A line of text. Control characters from outside (CRLF, ANSI) are escaped.

    So nobody can forge a line.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        text = record.message.strip() + _fields_of_stage(record)
        record.message = _without_credentials(text).translate(_ESCAPES)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802 - logging's
        """Indented, as an error's text may hold line breaks from outside too."""
        text = _without_credentials(super().formatException(ei))
        return "\n".join("    " + line.translate(_ESCAPES) for line in text.split("\n"))


def _fields_of_stage(record: logging.LogRecord) -> str:
    """`` [stage=crawl batch=7]``; nothing where a line does not tell of a stage."""
    if getattr(record, "stage", None) is None:
        return ""
    values = ((name, getattr(record, name, None)) for name in _OF_STAGES)
    return f" [{' '.join(f'{name}={value}' for name, value in values if value is not None)}]"


class _Json(logging.Formatter):
    """One object a line. Only our own fields are taken over from a record.

    Libraries add others: Celery a task's arguments, uvicorn a coloured copy of the message.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _without_credentials(record.getMessage().strip()),
        }
        for name in _FIELDS:
            value = getattr(record, name, None)
            if value is not None:
                line[name] = _without_credentials(value) if isinstance(value, str) else value
        if record.exc_info:
            line["exception"] = _without_credentials(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=True, default=str)


def configure(level: str, style: str) -> None:
    """Send the log to stderr, with the warnings and uncaught errors of this process.

    Args:
        level: of the least important lines that are written.
        style: ``"text"`` or ``"json"``.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if style == "json" else _Text())
    handler.addFilter(RepeatFilter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    sys.unraisablehook = _log_unraisable


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    message = f"the process ends by an unexpected {kind.__name__}"
    logging.getLogger("newsloom").critical(message, exc_info=(kind, error, trace))


def _log_uncaught_in_thread(caught: threading.ExceptHookArgs) -> None:
    if caught.exc_value is None:
        return
    name = caught.thread.name if caught.thread else "unnamed"
    logging.getLogger("newsloom").error(
        "the thread %s ends by an unexpected %s",
        name,
        caught.exc_type.__name__,
        exc_info=(caught.exc_type, caught.exc_value, caught.exc_traceback),
    )


def _log_unraisable(caught: Any) -> None:  # noqa: ANN401 - sys.UnraisableHookArgs is for type checkers only
    logging.getLogger("newsloom").error(
        "%s: %r",
        caught.err_msg or "an error that nothing could handle",
        caught.object,
        exc_info=(caught.exc_type, caught.exc_value, caught.exc_traceback),
    )


def _without_credentials(text: str) -> str:
    return _CREDENTIALS.sub(_HIDDEN, text)
