"""Search the articles, and find one by its id or URL."""

import re
from datetime import UTC, datetime

from pipeline.outcome import Duplicate, Indexed
from pipeline.records import EnrichedArticle
from pipeline.urls import BadUrl, Url, UrlId
from pipeline.urls.written import normalise_written
from search.language.groups import NO_GROUPS, Groups
from search.language.query import parse
from search.ordering.cursor import moment_of
from search.request import USUAL_FACETS, SearchRequest, Sort
from search.results import SearchResult
from services.errors import AmbiguousIdError, ArticleNotFoundError
from services.names import id_of, is_id
from storage.index import Index
from storage.redis.ledger import Ledger

_BEGINNING = re.compile(r"[0-9a-z]{6,64}")
"""What can be the beginning of an id, and is long enough to name an article."""

_NAMED = 5


def search(  # noqa: PLR0913 - each is a choice of the user
    index: Index,
    query: str,
    *,
    limit: int = 10,
    offset: int = 0,
    sort: Sort = Sort.BEST,
    copies: bool = False,
    groups: Groups = NO_GROUPS,
    facets: tuple[str, ...] = USUAL_FACETS,
    facet_size: int = 10,
    after: str | None = None,
    now: datetime | None = None,
) -> SearchResult:
    """Search the articles with a query in Lucene syntax.

    Args:
        index: what is searched.
        query: the text of the query; an empty one finds everything.
        limit: hits on the page, 0 to 100.
        offset: hits to skip.
        sort: the order of the hits.
        copies: also show near-copies of articles that are shown.
        groups: the tags and collections of sources that the query and the facets can name.
        facets: the fields whose most frequent values are counted.
        facet_size: values that each facet lists, 0 to 1,000.
        after: ``SearchResult.next`` of the page before, instead of an ``offset``.
        now: what relative dates are reckoned from; the present by default, and on later pages what
            it was on the first.

    Raises:
        QueryError: the query cannot be read, a facet is not known, or ``after`` is damaged or
            belongs to another query.
        SourcesError: the query names a tag or collection, and the sources file cannot be read.
        ValueError: a number is out of range.
        IndexUnavailable: the index does not answer.
    """
    moment = moment_of(after) or now or datetime.now(UTC)
    request = SearchRequest(
        query=parse(query, groups, now=moment),
        limit=limit,
        offset=offset,
        sort=sort,
        copies=copies,
        facet_size=facet_size,
        facets=facets,
        groups=groups,
        after=after,
        moment=moment,
    )
    return index.search(request)


def find_article(ledger: Ledger, index: Index, name: str) -> EnrichedArticle:
    """The article with this id, or the one that this URL, or the URL with this id, became.

    Args:
        ledger: knows what became of URLs.
        index: has the articles.
        name: an id, the beginning of one (at least six characters), or a URL in any of its forms,
            also without its scheme.

    Raises:
        ArticleNotFoundError: there is none.
        AmbiguousIdError: several ids begin so.
    """
    # An argument in another encoding has lone surrogates, which no index takes.
    text = name.encode(errors="replace").decode()
    article = (
        index.get(UrlId(text)) or _article_at(ledger, index, text) or _beginning_with(index, text)
    )
    if article is None:
        raise ArticleNotFoundError(f"{name} is not among the articles.")
    return article


def _beginning_with(index: Index, beginning: str) -> EnrichedArticle | None:
    if not _BEGINNING.fullmatch(beginning):
        return None
    ids = index.starting_with(beginning, _NAMED)
    if len(ids) > 1:
        raise AmbiguousIdError(
            f"Several articles have an id that begins with {beginning}: {', '.join(ids)}. "
            "Write more of it."
        )
    return index.get(ids[0]) if ids else None


def _article_at(ledger: Ledger, index: Index, address: str) -> EnrichedArticle | None:
    """The article of a URL. Its id comes from its canonical URL, which may be another."""
    try:
        entry_id = id_of(address)
    except BadUrl:
        return None
    article = index.get(_article_id(ledger, entry_id))
    if article or is_id(address):
        return article
    return _indexed_as(index, normalise_written(address))


def _article_id(ledger: Ledger, entry_id: UrlId) -> UrlId:
    """The id that the ledger has for a URL's article, else the one that the URL itself gives."""
    entry = ledger.entry(entry_id)
    outcome = entry.outcome if entry else None
    if isinstance(outcome, Indexed | Duplicate):
        return UrlId(outcome.article)
    return entry_id


def _indexed_as(index: Index, url: Url) -> EnrichedArticle | None:
    """The article with this URL according to the index, which keeps it longer than the ledger."""
    request = SearchRequest(query=parse(f'url:"{url}"'), limit=1, copies=True, facet_size=0)
    hits = index.search(request).hits
    return index.get(hits[0].id) if hits else None
