"""What a process writes beside its log becomes lines of the log.

Celery prints some sentences past Python's logging, and an interpreter that crashes writes where it
was. With ``NEWSLOOM_LOG_FORMAT=json`` a collector reads all of it, so each line must be JSON.
"""

import json
import logging
import os
import select
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection

from config.logging import LogFields

log = logging.getLogger("newsloom.output")

_SILENCE = 0.2
"""Seconds after which lines that follow are no part of the same text, such as a traceback."""

_MOST_LINES = 200
_LONGEST_LINE = 1_000_000
_AT_ONCE = 65_536


class OutputRelay:
    """Passes a process's lines of JSON on to stderr, and logs everything else.

    It ends when the process and its children have closed their end of the pipe.
    """

    def __init__(self, role: str, pipe: Connection) -> None:
        self._role, self._pipe = role, pipe
        self._text: list[str] = []
        self._thread = threading.Thread(target=self._run, name=f"output of {role}", daemon=True)
        self._thread.start()

    def join(self, seconds: float) -> None:
        """Wait until the last line has been passed on."""
        self._thread.join(seconds)

    def _run(self) -> None:
        rest = b""
        with self._pipe:
            while True:
                if not self._has_more():
                    self._log_text()
                    continue
                piece = os.read(self._pipe.fileno(), _AT_ONCE)
                if not piece:
                    break
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    self._take(line)
                if len(rest) > _LONGEST_LINE:
                    self._take(rest)
                    rest = b""
        self._take(rest)
        self._log_text()

    def _has_more(self) -> bool:
        """Wait for output; while a text is collected, only for a moment."""
        wait = _SILENCE if self._text else None
        ready, _, _ = select.select([self._pipe], [], [], wait)
        return bool(ready)

    def _take(self, line: bytes) -> None:
        if _is_object(line):
            self._log_text()
            _pass_on(line.decode())
        elif line.strip():
            self._text.append(line.decode(errors="replace"))
            if len(self._text) >= _MOST_LINES:
                self._log_text()

    def _log_text(self) -> None:
        if self._text:
            text = "\n".join(self._text)
            log.warning(text, extra=LogFields(event="output", role=self._role))
            self._text.clear()


def _is_object(line: bytes) -> bool:
    try:
        return line.startswith(b"{") and isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _pass_on(line: str) -> None:
    # In one piece, so that no other thread's line gets in between.
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
