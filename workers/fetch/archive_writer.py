"""Pages on their way into the archive, which is best effort.

A disk that hangs must not hold the pages up.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from queue import SimpleQueue

import anyio

from config.logging import LogFields
from storage.archive.archive import Archive
from storage.archive.exchange import Exchange

log = logging.getLogger("newsloom.archive")


class ArchiveWriter:
    """Writes one page after another on a thread of its own; nobody waits long for that.

    A page waits until it is written, so that what a killed process loses is a record at most. Once
    a write has lasted longer than the patience the disk hangs: until that write comes back, pages
    go on at once and are counted as lost. No other thread is started meanwhile, for it would hang
    as well.
    """

    def __init__(self, archive: Archive, *, patience: float) -> None:
        """``patience``: seconds that a page waits at most, its own write included."""
        self._archive, self._patience = archive, patience
        self._waiting: SimpleQueue[tuple[Sequence[Exchange], Future[None]]] = SimpleQueue()
        self._writing_since: float | None = None
        self._given_up: set[Future[None]] = set()
        self._lock = threading.Lock()
        # A daemon: a thread that hangs in a write could not be asked to end with the process.
        threading.Thread(target=self._write, name="archive writer", daemon=True).start()

    async def keep(self, exchanges: Sequence[Exchange]) -> None:
        """Archive a page with the redirects that led to it, if that can be done in time."""
        if not self._hangs():
            written: Future[None] = Future()
            self._waiting.put((exchanges, written))
            with anyio.move_on_after(self._patience):
                await asyncio.wrap_future(written)
                return
            with self._lock:
                if not written.cancel():  # else it was not begun, and will never be written
                    if written.done():
                        return
                    self._given_up.add(written)
        await anyio.to_thread.run_sync(
            self._archive.lost, f"a page was not written within {self._patience:g} s"
        )

    def _hangs(self) -> bool:
        since = self._writing_since
        return since is not None and time.monotonic() - since > self._patience

    def _write(self) -> None:
        while True:
            exchanges, written = self._waiting.get()
            try:
                if written.set_running_or_notify_cancel():
                    self._write_one(exchanges)
                    self._end(written)
            except Exception:
                log.exception(
                    "the archive's thread goes on", extra=LogFields(event="archive_error")
                )

    def _write_one(self, exchanges: Sequence[Exchange]) -> None:
        self._writing_since = time.monotonic()
        try:
            self._archive.keep(exchanges)
        except Exception as error:
            log.exception(
                "%s was not archived",
                exchanges[-1].url,
                extra=LogFields(event="not_archived", url=exchanges[-1].url),
            )
            self._archive.lost(f"unexpected {type(error).__name__}")
        finally:
            self._writing_since = None

    def _end(self, written: Future[None]) -> None:
        with self._lock:
            written.set_result(None)
            late = written in self._given_up
            self._given_up.discard(written)
        if late:
            self._archive.found()
