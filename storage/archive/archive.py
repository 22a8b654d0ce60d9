"""Keeps fetched pages as WARC, and never stands in the way of the pipeline."""

import atexit
import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from socket import gethostname

import redis

from pipeline.base import Record
from storage.archive.exchange import Exchange
from storage.archive.files import MAX_BYTES, MAX_SECONDS, WarcFiles
from storage.archive.records import Kept, exchange_records, warc_date, warcinfo
from storage.archive.repeats import Repeats
from storage.redis.connection import Clock, Keyspace
from storage.redis.keys import Key

log = logging.getLogger("newsloom.archive")

_CLOSING_SECONDS = 2.0

_FORMAT = (
    ("format", "WARC File Format 1.1"),
    (
        "conformsTo",
        "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    ),
)


class ArchiveState(Record):
    """What ``newsloom status`` says.

    Pages kept and lost so far, and the failure that lasts, if there is one.

    ``failed_at`` is in seconds since the epoch.
    """

    kept: int = 0
    lost: int = 0
    error: str | None = None
    failed_at: float | None = None


class Archive:
    """Of one process; several processes may share the folder. Safe from several threads."""

    def __init__(  # noqa: PLR0913 - each has its default but what names the place
        self,
        folder: Path,
        keyspace: Keyspace,
        *,
        prefix: str = "newsloom",
        about: Sequence[tuple[str, str]] = (),
        max_bytes: int = MAX_BYTES,
        max_seconds: float = MAX_SECONDS,
        clock: Clock = time.time,
    ) -> None:
        """``about``: more fields for the warcinfo record of each file, such as ``software``."""
        self._keys, self._clock = keyspace, clock
        self._repeats = Repeats(keyspace)
        self._about = (*about, ("hostname", gethostname()), *_FORMAT)
        self._files = WarcFiles(
            folder,
            prefix=prefix,
            begin=self._begin,
            max_bytes=max_bytes,
            max_seconds=max_seconds,
            clock=clock,
        )
        self._lock = threading.Lock()
        self._info = ""
        self._failing, self._failing_lock = False, threading.Lock()
        atexit.register(self.close)

    def keep(self, exchanges: Sequence[Exchange]) -> bool:
        """Archive a page with the redirects that led to it; False when it could not be written.

        It never raises for what the disk or Redis does.
        """
        with self._lock:
            try:
                for exchange in exchanges:
                    self._keep(exchange)
            except OSError as error:
                self.lost(error.strerror or str(error))
                return False
            self._succeeded()
            return True

    def lost(self, why: str) -> None:
        """A page is not archived: logged once until it works again, and counted.

        It never waits for the disk.
        """
        with self._failing_lock:
            first, self._failing = not self._failing, True
        if first:
            log.error(
                "pages are not archived, until this ends: %s",
                why,
                extra={"event": "archive_stopped", "reason": why},
            )
        with suppress(redis.RedisError):
            state = {"error": f"{gethostname()}: {why}", "failed_at": self._clock()}
            self._keys.client.hset(self._keys.key(Key.ARCHIVE), mapping=state)
            self._keys.client.hincrby(self._keys.key(Key.ARCHIVE), "lost", 1)

    def found(self) -> None:
        """The write of a page that was counted as lost has come back, and was counted by itself."""
        with suppress(redis.RedisError):
            self._keys.client.hincrby(self._keys.key(Key.ARCHIVE), "lost", -1)

    def close(self) -> None:
        """Close the file in use; a later page begins a new one.

        A disk that hangs leaves it to the next process.
        """
        if self._lock.acquire(timeout=_CLOSING_SECONDS):
            try:
                with suppress(OSError):
                    self._files.close()
            finally:
                self._lock.release()

    def _keep(self, exchange: Exchange) -> None:
        known = self._known(exchange)
        self._files.append(lambda: exchange_records(exchange, info=self._info, repeats=known))
        if exchange.whole and exchange.body and not known:
            with suppress(redis.RedisError):
                self._repeats.note(
                    exchange.body, Kept(url=exchange.url, date=warc_date(exchange.started))
                )

    def _known(self, exchange: Exchange) -> Kept | None:
        if exchange.whole and exchange.body:
            with suppress(redis.RedisError):  # without it, the page is kept whole
                return self._repeats.find(exchange.body)
        return None

    def _begin(self, name: str) -> bytes:
        self._info, data = warcinfo(name, self._about, datetime.fromtimestamp(self._clock(), UTC))
        return data

    def _succeeded(self) -> None:
        if self._failing:
            log.warning("pages are archived again", extra={"event": "archive_resumed"})
        with suppress(redis.RedisError):
            self._keys.client.hincrby(self._keys.key(Key.ARCHIVE), "kept", 1)
            if self._failing:
                self._keys.client.hdel(self._keys.key(Key.ARCHIVE), "error", "failed_at")
        self._failing = False


def archive_state(keyspace: Keyspace) -> ArchiveState:
    """How archiving goes, over all processes."""
    return ArchiveState.model_validate(keyspace.client.hgetall(keyspace.key(Key.ARCHIVE)))
