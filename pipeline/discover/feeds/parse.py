"""RSS, Atom, RDF and JSON feeds to links.

``rss_atom`` and ``json_feed`` read the document, once; here what they read is interpreted, each
entry alone.
"""

from datetime import datetime

from pipeline.base import Record
from pipeline.crawl.content_decoding import BadCoding, without_gzip
from pipeline.discover.announced import RefusedEntry
from pipeline.discover.dates import plausible_date
from pipeline.discover.feeds.entries import Address, NotAFeed, RawEntry, RawFeed
from pipeline.discover.feeds.json_feed import read_json
from pipeline.discover.feeds.rss_atom import read_xml
from pipeline.discover.hints import NO_HINTS, Hints, read_hints
from pipeline.discover.websub import DeclaredHubs, declared_hubs
from pipeline.discover.xml import UnsafeXml, in_utf8, mended_utf8
from pipeline.outcome import Reason
from pipeline.records import FoundBy, Link
from pipeline.text.languages import language_code
from pipeline.urls import BadUrl, Url, normalise, resolve

__all__ = ["Feed", "NotAFeed", "declared_in_feed", "parse_feed"]

MAX_BYTES = 10_000_000
"""Size of a feed that comes as a gzip file, when it is unpacked."""

_MAX_ENTRIES = 5_000


class Feed(Record):
    """What one feed document announces.

    Attributes:
        title: as plain text.
        site: the page that the feed says it belongs to, normalised; None where it names none that
            could be fetched.
        language: by ``pipeline.text.languages.language_code``.
        links: in the document's order, each URL once.
        refused: entries that cannot be followed.
        cut: how many entries were left out because there were too many.
        hints: what the feed says of when to poll it again.
        websub: the hubs and the topic that it declares; ``pipeline.discover.websub.hub_offer``
            joins them with the Link header.
    """

    title: str | None
    site: Url | None = None
    language: str | None = None
    links: tuple[Link, ...]
    refused: tuple[RefusedEntry, ...]
    cut: int
    hints: Hints = NO_HINTS
    websub: DeclaredHubs = DeclaredHubs()


def parse_feed(  # noqa: PLR0913 - all by name
    content: bytes,
    *,
    url: str,
    source: str,
    now: datetime,
    content_type: str = "",
    max_entries: int = _MAX_ENTRIES,
) -> Feed:
    """Reads a feed fetched from ``url``.

    Args:
        content: the document as it was fetched; it may be in a gzip file.
        url: where redirects led.
        source: id of the source.
        now: the time of the poll.
        content_type: the header, verbatim; its charset counts.
        max_entries: entries to keep, the newest; the others are counted.

    Raises:
        NotAFeed: not a feed, one that uses XML entities of its own, or a gzip file that cannot be
            unpacked.
    """
    content = _document(content, content_type)
    raw = _read(content, url, max_entries)
    language = language_code(raw.language)
    site = resolve(raw.site.text, raw.site.base) if raw.site else None
    base = _base_of_links(url, site)
    entries = (_rebased(entry, url, base) for entry in raw.entries)
    announced = [_announced(entry, url, source, now, language) for entry in entries]
    links: dict[str, Link] = {}
    for link in announced:
        if isinstance(link, Link):
            links.setdefault(link.url, link)
    return Feed(
        title=raw.title,
        site=site,
        language=language,
        links=tuple(links.values()),
        refused=tuple(each for each in announced if isinstance(each, RefusedEntry)),
        cut=raw.cut,
        hints=read_hints(raw.hints),
        websub=_declared(raw, content, url),
    )


def declared_in_feed(content: bytes, *, url: str, content_type: str = "") -> DeclaredHubs:
    """The hubs and the topic that a feed declares, when nothing else of it is needed.

    Args:
        content: the document as it was fetched.
        url: where redirects led.
        content_type: the header, verbatim; its charset counts.

    Raises:
        NotAFeed: as ``parse_feed`` does.
    """
    content = _document(content, content_type)
    return _declared(_read(content, url, _MAX_ENTRIES), content, url)


def _declared(raw: RawFeed, content: bytes, url: str) -> DeclaredHubs:
    """Links count only where the document mentions a hub: others need no topic."""
    if not raw.links or b"hub" not in content.lower():
        return DeclaredHubs()
    return declared_hubs(raw.links, url)


def _document(content: bytes, content_type: str) -> bytes:
    """The document in UTF-8, taken out of its gzip file if it is in one."""
    try:
        return in_utf8(without_gzip(content, MAX_BYTES), content_type)
    except BadCoding as error:
        raise NotAFeed(str(error)) from None


def _read(content: bytes, url: str, most: int) -> RawFeed:
    """Reads a document in UTF-8, by the format that its first character tells."""
    if not content:
        raise NotAFeed("the document is empty")
    if content.startswith(b"{"):
        return read_json(content.decode("utf-8", "replace"), url=url, most=most)
    try:
        return read_xml(mended_utf8(content), url=url, most=most)
    except UnsafeXml as error:
        raise NotAFeed(str(error)) from None


def _base_of_links(url: str, site: Url | None) -> str:
    """What links are relative to where the document does not say so.

    A feed's own address; but the host of feeds has no articles, so its site where that is another.
    """
    return site if site and site.host != Url(url).host else url


def _rebased(entry: RawEntry, url: str, base: str) -> RawEntry:
    """The entry with links relative to ``base`` where they were relative to the feed."""
    if base == url:
        return entry
    addresses = [
        address._replace(base=base) if address.base == url else address
        for address in entry.addresses
    ]
    return entry._replace(addresses=tuple(addresses))


def _announced(
    entry: RawEntry, feed_url: str, source: str, now: datetime, language: str | None
) -> Link | RefusedEntry:
    """The link of an entry, or why it cannot be followed."""
    url = _usable(entry.addresses)
    if isinstance(url, RefusedEntry):
        return url
    return Link(
        url=url,
        source=source,
        found_by=FoundBy.FEED,
        found_in=feed_url,
        title=entry.title,
        published=_best_date(entry.published, now),
        modified=_best_date(entry.updated, now),
        language=language,
    )


def _usable(addresses: tuple[Address, ...]) -> Url | RefusedEntry:
    """The best address that can be followed, normalised; else what is wrong with the best one."""
    refused: RefusedEntry | None = None
    for text, base in addresses:
        try:
            # Escaped twice, or within CDATA.
            return normalise(text.replace("&amp;", "&"), base=base)
        except BadUrl as error:
            refused = refused or RefusedEntry.of(text, error.reason, str(error))
    return refused or RefusedEntry(url=None, reason=Reason.BAD_URL, detail="the entry has no link")


def _best_date(texts: tuple[str, ...], now: datetime) -> datetime | None:
    """The first of the dates that can be read."""
    for text in texts:
        if date := plausible_date(text, now):
            return date
    return None
