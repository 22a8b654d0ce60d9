"""The words that set the articles of a result apart from all articles."""

from datetime import UTC, datetime

from search.language.groups import NO_GROUPS, Groups
from search.language.query import parse
from search.request import SearchRequest
from search.results import SignificantWord
from search.significance import MOST_WORDS
from storage.index import Index


def significant_words(  # noqa: PLR0913 - each is a choice of the user
    index: Index,
    query: str,
    *,
    size: int = 20,
    copies: bool = False,
    groups: Groups = NO_GROUPS,
    now: datetime | None = None,
) -> tuple[SignificantWord, ...]:
    """Words and phrases that the articles found have much more often than all articles.

    Args:
        index: what is searched.
        query: the text of the query.
        size: words that are wanted, 1 to ``MOST_WORDS``.
        copies: also count near-copies.
        groups: the tags and collections of sources that the query can name.
        now: what relative dates are reckoned from; the present by default.

    Raises:
        QueryError: the query cannot be read.
        SourcesError: the query names a tag or collection, and the sources file cannot be read.
        ValueError: ``size`` is out of range.
        IndexUnavailable: the index does not answer.
    """
    if not 1 <= size <= MOST_WORDS:
        raise ValueError(f"size must be 1 to {MOST_WORDS}, not {size}")
    asked = parse(query, groups, now=now or datetime.now(UTC))
    return index.significant(SearchRequest(asked, copies=copies), size)
