"""The embedded Redis as long-running commands watch it: started again when it is gone or hangs."""

import logging
import subprocess
import time
from pathlib import Path

from config.logging import LogFields
from storage.embedded_redis import EmbeddedRedisError, socket_path, start_if_gone
from storage.redis_server import State, ask, kill, process_of

log = logging.getLogger("newsloom.processes")

HANGS_SECONDS = 20.0
"""Without an answer for so long, it hangs.

Longer than a rewrite of its file or a slow disk holds it up. While it loads its file it answers
that it does, and to a slow script's waiting callers that it is busy.
"""

_ASK_EVERY = 1.0
_ANSWER_SECONDS = 1.0
_BACKOFF = (0.0, 1.0, 5.0, 15.0, 30.0)


class RedisWatch:
    """Watches over the server of a data folder, for a process that uses it."""

    def __init__(self, data_dir: Path, hangs_seconds: float = HANGS_SECONDS) -> None:
        self._data_dir, self._hangs_seconds = data_dir, hangs_seconds
        self._server: subprocess.Popen[bytes] | None = None
        self._process: int | None = None
        self._next = self._answered = time.monotonic()
        self._failures = 0

    def check(self) -> None:
        """Ask the server once a second; start it again when it is gone or hangs."""
        now = time.monotonic()
        if now < self._next:
            return
        if now - self._next > self._hangs_seconds / 2:
            self._answered = now  # it was we who did not look, such as in a machine that slept
        self._next = now + _ASK_EVERY
        address = socket_path(self._data_dir)
        match ask(address, _ANSWER_SECONDS):
            case State.GONE:
                self._start_again(now)
            case State.SILENT:
                self._end_if_it_hangs(now)
            case _:
                self._answered, self._failures = now, 0
                self._process = process_of(address, _ANSWER_SECONDS)

    def _start_again(self, now: float) -> None:
        if self._server:
            self._server.poll()  # or it would stay behind as a zombie
        try:
            started = start_if_gone(self._data_dir)
        except EmbeddedRedisError as error:
            delay = _BACKOFF[min(self._failures, len(_BACKOFF) - 1)]
            self._failures += 1
            self._next = now + delay
            log.error(  # noqa: TRY400 - the sentence says all
                "the embedded Redis has ended and cannot be started: %s; tried again in %g s",
                error,
                delay,
                extra=LogFields(event="ended", role="redis", reason=str(error), seconds=delay),
            )
            return
        self._answered = time.monotonic()
        if started:
            self._server = started
            log.error(
                "the embedded Redis has ended; it was started again",
                extra=LogFields(event="ended", role="redis"),
            )

    def _end_if_it_hangs(self, now: float) -> None:
        if now - self._answered < self._hangs_seconds or self._process is None:
            return
        log.error(
            "the embedded Redis has not answered for %g s; it is restarted",
            self._hangs_seconds,
            extra=LogFields(event="stalled", role="redis"),
        )
        kill(self._process)
        self._next = now
