"""Search the articles, and find one by its id or URL."""

from pipeline.outcome import Duplicate, Indexed
from pipeline.records import EnrichedArticle
from pipeline.urls import BadUrl, Url, UrlId
from pipeline.urls.written import normalise_written
from search.query import parse
from search.request import SearchRequest, Sort
from search.results import SearchResult
from services.errors import ArticleNotFoundError
from services.names import id_of, is_id
from storage.index import Index
from storage.redis.ledger import Ledger


def search(  # noqa: PLR0913 - each is a choice of the user
    index: Index,
    query: str,
    *,
    limit: int = 10,
    offset: int = 0,
    sort: Sort = Sort.RELEVANCE,
    copies: bool = False,
) -> SearchResult:
    """Search the articles with a query in Lucene syntax.

    Args:
        index: what is searched.
        query: the text of the query; an empty one finds everything.
        limit: hits on the page, 0 to 100.
        offset: hits to skip.
        sort: the order of the hits.
        copies: also show near-copies of articles that are shown.

    Raises:
        QueryError: the query cannot be read.
        ValueError: ``limit`` or ``offset`` is out of range.
        IndexUnavailable: the index does not answer.
    """
    request = SearchRequest(
        query=parse(query), limit=limit, offset=offset, sort=sort, copies=copies
    )
    return index.search(request)


def find_article(ledger: Ledger, index: Index, name: str) -> EnrichedArticle:
    """The article with this id, or the one that this URL, or the URL with this id, became.

    Raises:
        ArticleNotFoundError: there is none.
    """
    article = index.get(UrlId(name)) or _article_at(ledger, index, name)
    if article is None:
        raise ArticleNotFoundError(f"{name} is not among the articles.")
    return article


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
