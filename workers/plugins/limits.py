"""A bound in time on code of others, and a log that does not repeat itself."""

import asyncio
import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from config.logging import LogFields

log = logging.getLogger("newsloom.plugins")

RAISED_BY_PLUGINS = (Exception, SystemExit, asyncio.CancelledError)
"""What ends a plug-in and must not end its caller: ``sys.exit`` and coroutines raise more."""

_AGAIN_EVERY = 0.5
"""Seconds between two interruptions of code that goes on after the first one."""


class PluginTimeoutError(Exception):
    """A plug-in did not return in time."""


class _Over(BaseException):
    """Raised inside of the plug-in; no ``except Exception`` of its own keeps it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End what takes longer, by the timer signal: it also interrupts ``time.sleep`` and regexes.

    Signals reach the main thread only, where the workers of the role ``process`` run their tasks.
    On other threads there is no limit but that of the task.

    Raises:
        PluginTimeoutError: it took longer.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: object) -> None:
        raise _Over

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_EVERY)
    try:
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _Over:
        raise PluginTimeoutError(f"it did not return within {seconds:g} s") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class FailureLog:
    """Logs the first failure of each kind, until the plug-in has worked again."""

    def __init__(self) -> None:
        self._said: set[tuple[str, str]] = set()

    def failed(self, plugin: str, error: BaseException, consequence: str) -> None:
        """Note a failure; ``consequence`` says in a clause what follows from it."""
        kind = (plugin, type(error).__name__)
        if kind in self._said:
            return
        self._said.add(kind)
        log.error(
            "the plug-in %s failed: %s: %s; %s (said once for each kind of error)",
            plugin,
            type(error).__name__,
            error,
            consequence,
            exc_info=error,
            extra=LogFields(event="plugin_failed", reason=f"{plugin}: {error}"),
        )

    def worked(self, plugin: str) -> None:
        """Failures of it are news again."""
        self._said = {kind for kind in self._said if kind[0] != plugin}
