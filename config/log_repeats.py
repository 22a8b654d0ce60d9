"""Keeps libraries from filling the log with one outage.

While Redis is away, Celery's beat logs each tick that it could not send, twice a second and with
its stack; a worker's timers do the same. One line in half a minute says as much.
"""

import logging
import time
from collections.abc import Callable, Mapping

_LIBRARIES = ("celery.", "kombu.", "opentelemetry.")
_KNOWN = ("redis.", "kombu.", "celery.beat", "storage.")
"""Modules whose errors say that a part is away or cannot write, and all there is to say of it."""

_EVERY_SECONDS = 30.0

_Kind = tuple[str, str, object, type[BaseException] | None]
"""Logger, template, task and type of error."""


class RepeatFilter(logging.Filter):
    """Lets a library's warning or error through once in half a minute.

    Those that differ in their values only count as the same; failures of two tasks, or by two types
    of error, never do. The error of a part that is away or cannot write has no traceback, whoever
    logs it: what it says is enough, and the traceback leads through libraries.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._last: dict[_Kind, float] = {}
        self._held_back: dict[_Kind, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        if record.levelno < logging.WARNING:
            return True
        if not record.name.startswith(_LIBRARIES):
            _drop_traceback(record)
            return True
        kind, now = _kind(record), self._clock()
        if now < self._last.get(kind, now - _EVERY_SECONDS) + _EVERY_SECONDS:
            self._held_back[kind] = self._held_back.get(kind, 0) + 1
            return False
        self._last[kind] = now
        _tidy(record, self._held_back.pop(kind, 0))
        return True


def _kind(record: logging.LogRecord) -> _Kind:
    """Celery logs every failed task with one template; its values have the task's name."""
    task = record.args.get("name") if isinstance(record.args, Mapping) else None
    error = record.exc_info[0] if isinstance(record.exc_info, tuple) else None
    return record.name, str(record.msg), task, error


def _tidy(record: logging.LogRecord, held_back: int) -> None:
    if record.name == "celery.beat" and isinstance(record.args, tuple) and len(record.args) > 1:
        # Beat adds the stack of its own call as a text.
        record.msg, record.args = "%s", record.args[:1]
    _drop_traceback(record)
    if held_back:
        message = record.getMessage()
        record.msg = f"{message} ({held_back} more like this were not logged)"
        record.args = None


def _drop_traceback(record: logging.LogRecord) -> None:
    """Put the text of a known error into the line in place of its traceback."""
    error = _known_error(record)
    if error:
        message = record.getMessage()
        record.exc_info = record.exc_text = None
        record.msg = message if error in message else f"{message}: {error}"
        record.args = None


def _known_error(record: logging.LogRecord) -> str | None:
    """The text of the error that a record has, if it is of a part that is away."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if error is None or not type(error).__module__.startswith(_KNOWN):
        return None
    return str(error)
