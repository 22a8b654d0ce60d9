"""What became of a list of URLs: the articles that they are, or why they are none."""

from collections.abc import Sequence
from datetime import datetime

from pipeline.base import Record
from pipeline.outcome import Duplicate, Indexed, Rejected, sentence_of
from pipeline.records import EnrichedArticle
from pipeline.urls import BadUrl, UrlId
from services.errors import InvalidRangeError
from services.names import id_of
from storage.index import Index
from storage.redis.ledger import Entry, Ledger

MOST_URLS = 1_000
"""URLs that can be looked up at once."""

UNKNOWN, REFUSED = "unknown", "refused"
"""States beside those of the ledger: never announced; no URL that can be fetched."""

_NEVER_SEEN = "It was never announced by a source or given to `newsloom crawl`."


class ArticleLine(Record):
    """An article in a list."""

    id: UrlId
    title: str
    url: str
    source: str
    published: datetime | None


class LookedUp(Record):
    """What became of one URL.

    Attributes:
        url: as it was given.
        state: that of the ledger (``indexed``, ``duplicate``, ``rejected``, ``dead``, ``queued``,
            ``leased``), ``refused`` as a link, or ``unknown``.
        article: the article that it is, when there is one.
        reason: why it was rejected, by a name of ``pipeline.outcome.Reason``.
        why: the same as a sentence, or what there is to say of another state.
    """

    url: str
    state: str
    article: ArticleLine | None = None
    reason: str | None = None
    why: str | None = None


def lookup(ledger: Ledger, index: Index, urls: Sequence[str]) -> tuple[LookedUp, ...]:
    """What became of each URL, in their order.

    Articles whose URL the ledger has forgotten are found too, when their URL is canonical.

    Args:
        ledger: knows what became of URLs.
        index: has the articles.
        urls: at most 1,000, in any of their forms, also without a scheme; or ids of URLs.

    Raises:
        InvalidRangeError: too many.
        IndexUnavailable: the index does not answer.
        redis.RedisError: Redis does not answer.
    """
    if len(urls) > MOST_URLS:
        raise InvalidRangeError(f"{MOST_URLS} URLs can be looked up at once, not {len(urls)}.")
    ids = [_id_of(url) for url in urls]
    known = [url_id for url_id in ids if isinstance(url_id, str)]
    entries = dict(zip(known, ledger.entries(known), strict=True))
    return tuple(
        LookedUp(url=url, state=REFUSED, why=f"{url_id}.")
        if isinstance(url_id, BadUrl)
        else _looked_up(ledger, index, url, url_id, entries[url_id])
        for url, url_id in zip(urls, ids, strict=True)
    )


def _id_of(url: str) -> UrlId | BadUrl:
    try:
        return id_of(url)
    except BadUrl as error:
        return error


def _looked_up(
    ledger: Ledger, index: Index, url: str, url_id: UrlId, entry: Entry | None
) -> LookedUp:
    if entry is None:
        return _without_entry(ledger, index, url, url_id)
    outcome = entry.outcome
    article_id = entry.article
    if isinstance(outcome, Indexed | Duplicate):
        article_id = outcome.article
    article = index.get(UrlId(article_id)) if article_id else None
    return LookedUp(
        url=url,
        state=entry.state,
        article=_line(article) if article else None,
        reason=outcome.reason.value if isinstance(outcome, Rejected) else None,
        why=sentence_of(outcome) if outcome else None,
    )


def _without_entry(ledger: Ledger, index: Index, url: str, url_id: UrlId) -> LookedUp:
    article = index.get(url_id)
    if article:
        return LookedUp(url=url, state="indexed", article=_line(article))
    refusal = ledger.refusal(url)
    if refusal:
        return LookedUp(url=url, state=REFUSED, why=refusal)
    return LookedUp(url=url, state=UNKNOWN, why=_NEVER_SEEN)


def _line(article: EnrichedArticle) -> ArticleLine:
    return ArticleLine(
        id=article.id,
        title=article.title,
        url=article.url,
        source=article.source,
        published=article.published,
    )
