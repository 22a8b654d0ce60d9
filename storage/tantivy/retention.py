"""Takes old articles out of the embedded index."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import tantivy

from pipeline.urls import UrlId
from storage.documents import milliseconds
from storage.tantivy.folder import unavailable_on_failure
from storage.tantivy.reading import article, by_id, total_of
from storage.tantivy.versions import History


def count_before(index: tantivy.Index, moment: datetime) -> int:
    """How many articles were first seen before a moment."""
    with unavailable_on_failure():
        index.reload()
        return total_of(index.searcher(), _before(index, moment))


def remove_before(
    index: tantivy.Index,
    opened: tantivy.IndexWriter,
    history: History,
    note: Callable[[Iterable[UrlId]], None],
    moment: datetime,
) -> int:
    """Remove these articles, then their older versions; gives how many articles there were.

    Their room on the disk is free when their segments are merged with others, or hold nothing else.

    Args:
        index: what they are removed from.
        opened: its writer.
        history: the older versions.
        note: called with their ids before they go.
        moment: the first at which an article stays.
    """
    found = count_before(index, moment)
    if not found:
        return 0
    note(_ids(index.searcher(), _before(index, moment), found))
    opened.delete_documents_by_query(_before(index, moment))
    opened.commit()
    index.reload()
    searcher = index.searcher()
    history.keep_only(lambda key: by_id(searcher, index.schema, key) is not None)
    opened.garbage_collect_files()
    return found


def _ids(searcher: tantivy.Searcher, asked: tantivy.Query, count: int) -> Iterator[UrlId]:
    for _, address in searcher.search(asked, count).hits:
        yield article(searcher, address).id


def _before(index: tantivy.Index, moment: datetime) -> tantivy.Query:
    return tantivy.Query.range_query(
        index.schema,
        "first_seen",
        tantivy.FieldType.Integer,
        None,
        milliseconds(moment),
        include_upper=False,
    )
