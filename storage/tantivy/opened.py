"""The embedded index as one object has it open, also when another one takes its place."""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock

import tantivy

from pipeline.urls import UrlId
from storage.index import IndexUnavailable
from storage.tantivy.changes import Changes
from storage.tantivy.folder import is_written, open_index, unavailable_on_failure, writer
from storage.tantivy.generations import current


class OpenedIndex:
    """Opens the index that is in use, and again when a rebuild has put another in its place.

    Args:
        path: the folder of the index; None keeps it in memory.
        patience: seconds to wait for others who open it or write.

    Raises:
        IndexIncompatible: by any method; another version wrote it.
        IndexUnavailable: by any method; it cannot be read or written.
    """

    def __init__(self, path: Path | None, patience: float) -> None:
        self._path = path
        self._patience = patience
        self._index: tantivy.Index | None = None
        self._folder: Path | None = None
        self._opening = Lock()

    def index(self) -> tantivy.Index:
        """The index, created when needed; anew when its folder was emptied or another is in use."""
        with self._opening:
            while self._index is None or self._folder != self._in_use() or not self.is_there():
                self._folder = self._in_use()
                self._index = open_index(self._folder, self._patience)
            return self._index

    def readable(self) -> tantivy.Index:
        """The index, or an empty one in memory where there is none: to read creates nothing."""
        return self.index() if self.is_there() else open_index(None, self._patience)

    def is_there(self) -> bool:
        """Whether anything was written."""
        folder = self._in_use()
        return folder is None or is_written(folder)

    def searcher(self) -> tantivy.Searcher:
        """A view of what is committed now, by whichever process."""
        while True:
            folder = self._in_use()
            try:
                with unavailable_on_failure():
                    index = self.readable()
                    index.reload()
                    searcher = index.searcher()
                if folder == self._in_use():
                    return searcher
            except IndexUnavailable:
                if folder == self._in_use():
                    raise

    @contextlib.contextmanager
    def writing(self) -> Iterator[tantivy.IndexWriter]:
        """The one writer of the index in use, which stays in use as long."""
        with contextlib.ExitStack() as stack:
            while (opened := self._enter(stack)) is None:
                stack.close()
            yield opened

    def note(self, articles: Iterable[UrlId]) -> None:
        """Tell a rebuild what is about to be written or removed; called by whoever writes."""
        if self._path is not None and Changes(self._path).wanted:
            Changes(self._path).note(articles)

    def close(self) -> None:
        """Forget what is open."""
        self._index = None

    def _in_use(self) -> Path | None:
        with unavailable_on_failure():
            return None if self._path is None else current(self._path)

    def _enter(self, stack: contextlib.ExitStack) -> tantivy.IndexWriter | None:
        """The writer; None when another index was put into use while it was waited for."""
        folder = self._in_use()
        try:
            opened = stack.enter_context(writer(self.index(), self._patience))
        except IndexUnavailable:
            if folder == self._in_use():
                raise
            return None
        return opened if folder == self._in_use() else None
