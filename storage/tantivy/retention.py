"""Takes old articles out of the embedded index."""

from datetime import datetime

import tantivy

from storage.documents import milliseconds
from storage.tantivy.folder import unavailable_on_failure, writer
from storage.tantivy.reading import by_id, total_of
from storage.tantivy.versions import History


def count_before(index: tantivy.Index, moment: datetime) -> int:
    """How many articles were first seen before a moment."""
    with unavailable_on_failure():
        index.reload()
        return total_of(index.searcher(), _before(index, moment))


def remove_before(
    index: tantivy.Index, history: History, moment: datetime, *, patience: float
) -> int:
    """Remove these articles, then their older versions; gives how many articles there were.

    Their room on the disk is free when their segments are merged with others, or hold nothing else.

    Args:
        index: whose writer is waited for.
        history: the older versions.
        moment: the first at which an article stays.
        patience: seconds to wait for others who write.

    Raises:
        IndexUnavailable: others write all the time, or the disk fails.
    """
    with writer(index, patience) as opened:
        found = count_before(index, moment)
        if not found:
            return 0
        opened.delete_documents_by_query(_before(index, moment))
        opened.commit()
        index.reload()
        searcher = index.searcher()
        history.keep_only(lambda article: by_id(searcher, index.schema, article) is not None)
        opened.garbage_collect_files()
    return found


def _before(index: tantivy.Index, moment: datetime) -> tantivy.Query:
    return tantivy.Query.range_query(
        index.schema,
        "first_seen",
        tantivy.FieldType.Integer,
        None,
        milliseconds(moment),
        include_upper=False,
    )
