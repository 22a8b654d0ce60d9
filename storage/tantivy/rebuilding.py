"""Builds the embedded index anew beside the one in use, and swaps them.

The articles of one commit are copied while others write. What they write is noted
(``storage.tantivy.changes``) and copied again, the last of it while nobody else may write; then the
new index takes the place of the old one. The old one may be of another version of Newsloom, as long
as it keeps articles under the same names.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import tantivy

from pipeline.records import EnrichedArticle
from pipeline.urls import UrlId
from storage.index import IndexUnavailable, Rebuilt
from storage.rebuilding import catch_up
from storage.tantivy import schema
from storage.tantivy.changes import Changes
from storage.tantivy.folder import is_written, open_index, unavailable_on_failure, writer
from storage.tantivy.generations import current, following, remove_others, switch
from storage.tantivy.reading import article, by_id

_TOLD_EVERY = 500


def rebuild(path: Path, patience: float, progress: Callable[[int], None]) -> Rebuilt:
    """Build the index anew; see ``storage.index.Index.rebuild``.

    Args:
        path: the folder of the index.
        patience: seconds to wait for others who write.
        progress: called with the number of articles copied so far.

    Raises:
        IndexUnavailable: others write all the time, the disk fails, or the index is damaged.
    """
    with unavailable_on_failure():
        remove_others(path)
        if not is_written(current(path)):
            return Rebuilt(articles=0, changed=0)
        changes = Changes(path)
        source = tantivy.Index.open(str(current(path)))
        source.config_reader("manual")
        try:
            done = _Rebuild(path, source, changes, patience).run(progress)
        finally:
            changes.end()
            remove_others(path)
    return done


class _Rebuild:
    """One run, from the index in use to the following one."""

    def __init__(
        self, path: Path, source: tantivy.Index, changes: Changes, patience: float
    ) -> None:
        self._path = path
        self._source = source
        self._changes = changes
        self._patience = patience
        self._folder = following(path)
        self._target = open_index(self._folder, patience)

    def run(self, progress: Callable[[int], None]) -> Rebuilt:
        with writer(self._source, self._patience):
            self._changes.begin()
            searcher = self._searcher()
        with writer(self._target, self._patience) as opened:
            copied = self._copy_all(opened, searcher, progress)
            changed = catch_up(lambda: self._copy_changes(opened))
            opened.commit()
        return Rebuilt(articles=copied, changed=changed + self._finish())

    def _finish(self) -> int:
        """The last changes, and the swap; merges have ended, so that writers wait for little."""
        with writer(self._source, self._patience):
            changed = self._changes.take()
            with writer(self._target, self._patience) as opened:
                self._copy(opened, self._searcher(), changed)
                opened.commit()
            switch(self._path, self._folder)
        return len(changed)

    def _copy_all(
        self,
        opened: tantivy.IndexWriter,
        searcher: tantivy.Searcher,
        progress: Callable[[int], None],
    ) -> int:
        copied = 0
        for each in _articles(searcher, self._source.schema):
            opened.add_document(schema.document(each, self._target.schema))
            copied += 1
            if copied % _TOLD_EVERY == 0:
                progress(copied)
        if copied != searcher.num_docs:
            raise IndexUnavailable(
                f"the embedded index: {copied} of {searcher.num_docs} articles can be read:"
                f" {current(self._path)} is damaged; the old index stays in use"
            )
        progress(copied)
        return copied

    def _copy_changes(self, opened: tantivy.IndexWriter) -> int:
        # Nobody else is between the note of a change and its commit.
        with writer(self._source, self._patience):
            changed, searcher = self._changes.take(), self._searcher()
        self._copy(opened, searcher, changed)
        return len(changed)

    def _copy(
        self, opened: tantivy.IndexWriter, searcher: tantivy.Searcher, ids: Iterable[UrlId]
    ) -> None:
        """The articles as they are now; those that are gone go."""
        for key in ids:
            opened.delete_documents_by_term("id", key)
            there = by_id(searcher, self._source.schema, key)
            if there:
                found = article(searcher, there)
                opened.add_document(schema.document(found, self._target.schema))

    def _searcher(self) -> tantivy.Searcher:
        self._source.reload()
        return self._source.searcher()


def _articles(searcher: tantivy.Searcher, fields: tantivy.Schema) -> Iterator[EnrichedArticle]:
    """All articles, a document at a time; a segment also gives what was removed from it."""
    for address in _addresses(searcher):
        found = article(searcher, address)
        there = by_id(searcher, fields, found.id)
        if there and _place(there) == _place(address):
            yield found


def _addresses(searcher: tantivy.Searcher) -> Iterator[tantivy.DocAddress]:
    for segment in range(searcher.num_segments):
        number = 0
        while _is_there(searcher, address := tantivy.DocAddress(segment, number)):
            yield address
            number += 1


def _is_there(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> bool:
    """Whether the segment has so many documents; it does not say how many it has."""
    try:
        searcher.doc(address)
    except ValueError:
        return False
    return True


def _place(address: tantivy.DocAddress) -> tuple[int, int]:
    return address.segment_ord, address.doc
