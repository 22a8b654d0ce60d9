"""The WARC files of one process.

Begun, filled, closed, and those that a killed process left open.
"""

import fcntl
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from socket import gethostname

MAX_BYTES = 1_000_000_000
"""WARC 1.1, annex C: files of about one gigabyte."""

MAX_SECONDS = 86_400.0

OPEN = ".open"
"""Ends the name of a file that is being written; it is renamed when it is closed."""

_ORPHANED_AFTER = 60.0

Begin = Callable[[str], bytes]
"""Gives the first record of the file of that name."""


class WarcFiles:
    """Appends whole records to one file after another. Not for several threads at once.

    Files are called ``PREFIX-TIMESTAMP-SERIAL-PID~HOST.warc.gz`` (annex C's recommendation, with
    the process id, since several processes of one machine write at once). The file in use is
    locked, so that others see who left one behind.
    """

    def __init__(  # noqa: PLR0913 - each has its default but what names the files
        self,
        folder: Path,
        *,
        prefix: str,
        begin: Begin,
        max_bytes: int = MAX_BYTES,
        max_seconds: float = MAX_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """A file is closed before the next record when it is large or old enough.

        Args:
            folder: where the files are.
            prefix: how their names begin.
            begin: gives a file's first record.
            max_bytes: size at which a file is closed.
            max_seconds: age at which it is closed.
            clock: seconds since the epoch.
        """
        self._folder, self._prefix, self._begin = folder, prefix, begin
        self._max_bytes, self._max_seconds, self._clock = max_bytes, max_seconds, clock
        self._serial = 0
        self._file: int | None = None
        self._path = folder
        self._begun = 0.0
        self._size = 0

    def append(self, make: Callable[[], bytes]) -> None:
        """Write what ``make`` gives, which is called when its file stands.

        All of it, or nothing is kept.

        Raises:
            OSError: it cannot be written; what was there before is as it was.
        """
        if self._file is not None and (
            self._size >= self._max_bytes or self._clock() - self._begun >= self._max_seconds
        ):
            self.close()
        if self._file is None:
            self._open()
        self._write(make())

    def close(self) -> None:
        """Close the file in use and give it its final name."""
        if self._file is None:
            return
        file, self._file = self._file, None
        try:
            os.fsync(file)
            self._path.rename(_closed(self._path))
        finally:
            os.close(file)  # the lock goes last

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        close_orphans(self._folder, self._clock())
        name = self._free_name()
        self._path = self._folder / (name + OPEN)
        self._file = os.open(
            self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644
        )
        self._begun, self._size = self._clock(), 0
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._write(self._begin(name))
        except OSError:
            file, self._file = self._file, None
            self._path.unlink(missing_ok=True)
            os.close(file)
            raise

    def _free_name(self) -> str:
        """A name that no file has: another writer of this process may have begun one just now."""
        stamp = datetime.fromtimestamp(self._clock(), UTC).strftime("%Y%m%d%H%M%S")
        while True:
            number = f"{self._serial:05d}-{os.getpid()}"
            name = f"{self._prefix}-{stamp}-{number}~{gethostname()}.warc.gz"
            self._serial += 1
            taken = (self._folder / name, self._folder / (name + OPEN))
            if not any(path.exists() for path in taken):
                return name

    def _write(self, data: bytes) -> None:
        assert self._file is not None  # noqa: S101 - the callers see to it
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, self._size)  # half a record would hide all that follow
            raise
        self._size += len(data)


def close_orphans(folder: Path, now: float) -> None:
    """Give their final names to files whose writer was killed.

    Readable up to their last whole record.
    """
    for path in folder.glob(f"*{OPEN}"):
        with suppress(OSError):  # another process may be at the same
            if now - path.stat().st_mtime < _ORPHANED_AFTER:
                continue  # it may be so new that its writer has not locked it yet
            file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.rename(_closed(path))
            finally:
                os.close(file)


def _closed(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(OPEN))
