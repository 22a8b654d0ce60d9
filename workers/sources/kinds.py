"""The kinds of source: how each is fetched and read, and what it is called. A new kind is a row."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from config.sources import Source, SourceKind
from pipeline.discover.feeds import NotAFeed
from pipeline.discover.listings import NotAPage
from pipeline.discover.sitemaps import MAX_BYTES, NotASitemap
from pipeline.outcome import Rejected, Retry
from pipeline.sources.state import SourceState
from pipeline.urls import Url
from workers.fetch.records import ACCEPT_PAGE, FetchOptions, Response
from workers.resources import Resources
from workers.sources.documents import read_feed, read_section
from workers.sources.poll_result import PollResult, Unreadable
from workers.sources.sitemaps.crawl import ACCEPT_SITEMAP, crawl_sitemap
from workers.sources.unreadable import explain

ACCEPT_FEED = (
    "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.1"
)

Reader = Callable[
    [Resources, Source, SourceState, Response, datetime],
    Awaitable[PollResult],
]


@dataclass(frozen=True, slots=True)
class KindSpec:
    """How one kind of source is polled.

    Attributes:
        name: for messages.
        accept: the Accept header.
        read: from a response to what it says.
        max_bytes: of a document, where it is not the usual limit.
        lists_pages: whether its document is a web page itself.
        lists_years: whether it may list articles of many years.
    """

    name: str
    accept: str
    read: Reader
    max_bytes: int | None = None
    lists_pages: bool = False
    lists_years: bool = False


KINDS: Mapping[SourceKind, KindSpec] = {
    "feed": KindSpec("feed", ACCEPT_FEED, read_feed),
    "sitemap": KindSpec(
        "feed", ACCEPT_SITEMAP, crawl_sitemap, max_bytes=MAX_BYTES, lists_years=True
    ),
    "section": KindSpec("section page", ACCEPT_PAGE, read_section, lists_pages=True),
}


def kind_of(source: Source) -> KindSpec:
    """The kind of a source."""
    return KINDS[source.kind]


async def fetch(
    resources: Resources,
    source: Source,
    url: Url,
    *,
    validators: Mapping[str, str],
    patience: float,
) -> Response | Rejected | Retry:
    """GET a source's document from a URL, which is its address or where that moved to."""
    kind = kind_of(source)
    options = FetchOptions(
        accept=kind.accept, validators=validators, max_bytes=kind.max_bytes, patience=patience
    )
    return await resources.web.get(url, source.id, options)


async def read(
    resources: Resources, source: Source, before: SourceState, response: Response, now: datetime
) -> PollResult:
    """Reads what a source answered.

    Raises:
        Unreadable: it is not what the source should be.
    """
    kind = kind_of(source)
    try:
        return await kind.read(resources, source, before, response, now)
    except (NotAFeed, NotASitemap, NotAPage) as error:
        failure, words = await resources.document_reader.read_async(
            explain, response, str(error), kind.name, kind.lists_pages
        )
        raise Unreadable(failure, words) from None
