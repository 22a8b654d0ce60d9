"""Count the articles that match a query: in all, and by day, source, language and more."""

from collections.abc import Sequence
from datetime import UTC, datetime

from search.counting import CountRequest, dimensions
from search.language.groups import NO_GROUPS, Groups
from search.language.query import parse
from search.results import CountResult
from storage.index import Index


def count(  # noqa: PLR0913 - each is a choice of the user
    index: Index,
    query: str,
    by: Sequence[str] = (),
    *,
    copies: bool = False,
    groups: Groups = NO_GROUPS,
    now: datetime | None = None,
    most_cells: int | None = None,
) -> CountResult:
    """How many articles match; in all the same number as ``services.articles.search.search`` gives.

    Args:
        index: what is searched.
        query: the text of the query; an empty one finds everything.
        by: names of fields, ``hour``, ``day``, ``week``, ``month``, ``year``, or
            ``first_seen.week``.
        copies: also count near-copies of articles that are counted.
        groups: the tags and collections of sources that the query and ``by`` can name.
        now: what relative dates are reckoned from; the present by default.
        most_cells: combinations of values that there may be; as many as can be by default.

    Raises:
        QueryError: the query or a name in ``by`` cannot be read, or there is too much to count.
        SourcesError: a tag or collection is named, and the sources file cannot be read.
        IndexUnavailable: the index does not answer.
    """
    asked = parse(query, groups, now=now or datetime.now(UTC))
    request = CountRequest(asked, dimensions(by, groups), copies, most_cells)
    return index.count_by(request)
