"""Opens the index's folder, for reading and for its one writer at a time."""

import contextlib
import errno
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import tantivy

from search.errors import QueryError
from storage.index import IndexIncompatible, IndexUnavailable
from storage.locks import exclusive
from storage.tantivy import schema
from storage.words import analyzer

_HEAP = 15_000_000
"""Bytes the writer may hold before it writes a segment, about 3,000 articles.

Tantivy's least is 15 MB a thread.
"""

_RETRY_EVERY = 0.01

_PROBE_BYTES = 65_536
_FULL = "its disk is full; what waits is written when there is room"
_FORBIDDEN = (
    "its folder may not be written; what waits is written when it may be:"
    " let the user of Newsloom write in {path}"
)
_DISK_FAULTS = {
    errno.ENOSPC: f"{_FULL}: make room for {{path}}",
    errno.EDQUOT: (
        "the disk quota of its user is used up; what waits is written when there is room:"
        " make room for {path}, or raise the quota"
    ),
    errno.EROFS: (
        "its disk is mounted read-only; what waits is written when it can be:"
        " check the disk with {path} and mount it for writing"
    ),
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
}


def open_index(path: Path | None, patience: float) -> tantivy.Index:
    """The index in ``path``, created when needed; None makes one in memory.

    Args:
        path: its folder.
        patience: seconds to wait for another process that is opening it.

    Raises:
        IndexIncompatible: another version wrote it.
        IndexUnavailable: the folder cannot be read or written.
    """
    with unavailable_on_failure():
        index = tantivy.Index(schema.build()) if path is None else _open_folder(path, patience)
        index.register_tokenizer(schema.WORDS, analyzer())
        spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer(schema.STEMS, spaces)
        index.config_reader("manual")
    return index


def is_written(path: Path) -> bool:
    """Whether there is an index in a folder. Cheap: it is asked before each use."""
    return (path / "meta.json").exists()


def disk_fault(path: Path) -> str | None:
    """Why nothing can be written in the folder, as a sentence, found by writing a little there.

    None when it can be, and for faults of other kinds: writing the index tells those.
    """
    try:
        with tempfile.TemporaryFile(dir=path) as probe:
            probe.write(bytes(_PROBE_BYTES))
    except OSError as error:
        fault = _DISK_FAULTS.get(error.errno or 0)
        return f"the embedded index: {fault.format(path=path)}" if fault else None
    return None


@contextlib.contextmanager
def writer(index: tantivy.Index, patience: float) -> Iterator[tantivy.IndexWriter]:
    """The one writer; ``patience`` is how many seconds to wait for another one to finish.

    Ended by waiting for merges, or segments would pile up for the searches to visit.

    Raises:
        IndexUnavailable: somebody else writes all the time, or writing fails.
    """
    deadline = time.monotonic() + patience
    with unavailable_on_failure():
        while (opened := _try_writer(index)) is None:
            if time.monotonic() >= deadline:
                raise IndexUnavailable(
                    f"the embedded index: others have been writing for {patience:g} s"
                )
            time.sleep(_RETRY_EVERY)
        try:
            yield opened
        finally:
            opened.wait_merging_threads()


@contextlib.contextmanager
def unavailable_on_failure() -> Iterator[None]:
    """Tantivy raises ValueError or OSError for full disks and unreadable files.

    Raises:
        IndexUnavailable: one of these.
        QueryError: as it is; it is a ValueError too, and the fault of the question.
    """
    try:
        yield
    except QueryError:
        raise
    except (ValueError, OSError) as error:
        raise IndexUnavailable(f"the embedded index: {_words(error)}") from error


def _words(error: ValueError | OSError) -> str:
    """Tantivy passes on what its own error looks like to a Rust programmer."""
    text = str(error)
    if "StorageFull" in text or "No space left" in text:
        return _FULL
    return text


def _try_writer(index: tantivy.Index) -> tantivy.IndexWriter | None:
    try:
        return index.writer(heap_size=_HEAP, num_threads=1)
    except ValueError as error:
        if "LockBusy" in str(error):
            return None
        raise


def _open_folder(path: Path, patience: float) -> tantivy.Index:
    path.mkdir(parents=True, exist_ok=True)
    # Two processes that create the folder at once would each write its first files.
    with exclusive(path / "newsloom.lock", patience):
        _check_version(path)
        return tantivy.Index(schema.build(), str(path))


def _check_version(path: Path) -> None:
    file = path / "newsloom-version"
    if not tantivy.Index.exists(str(path)):
        file.write_text(f"{schema.VERSION}\n")
        return
    known = file.read_text().strip() if file.exists() else "unknown"
    if known != str(schema.VERSION) or not tantivy.Index.is_compatible(str(path)):
        raise IndexIncompatible(
            f"The index in {path} has version {known}, "
            f"this Newsloom writes version {schema.VERSION}. "
            "`newsloom index rebuild` makes it anew while people search."
        )
