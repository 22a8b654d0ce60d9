"""RSS, Atom, RDF and JSON feeds to links.

What is read is in ``feed_xml`` and ``feed_json``; here each entry is judged, alone.
"""

from datetime import datetime

from pipeline.base import Record
from pipeline.discover.announced import RefusedEntry
from pipeline.discover.dates import moment
from pipeline.discover.feeds.entries import Address, NotAFeed, RawEntry, RawFeed
from pipeline.discover.feeds.json_feed import read_json
from pipeline.discover.feeds.rss_atom import read_xml
from pipeline.discover.hints import Hints, hints_in
from pipeline.discover.xml import UnsafeXml, in_utf8, mended_utf8
from pipeline.outcome import Reason
from pipeline.records import FoundBy, Link
from pipeline.text.languages import language_code
from pipeline.urls import BadUrl, Url, normalise, resolve

__all__ = ["Feed", "NotAFeed", "parse_feed"]


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
        hints: what the feed says of when to ask again.
    """

    title: str | None
    site: Url | None = None
    language: str | None = None
    links: tuple[Link, ...]
    refused: tuple[RefusedEntry, ...]
    cut: int
    hints: Hints = Hints()


def parse_feed(  # noqa: PLR0913 - all by name
    content: bytes,
    *,
    url: str,
    source: str,
    now: datetime,
    content_type: str = "",
    max_entries: int = 5_000,
) -> Feed:
    """Reads a feed fetched from ``url``.

    Args:
        content: the document as it was fetched.
        url: where redirects led.
        source: id of the source.
        now: the time of the look.
        content_type: the header, verbatim; its charset counts.
        max_entries: entries to read; what follows is only counted.

    Raises:
        NotAFeed: not a feed, or one that declares XML entities.
    """
    content = in_utf8(content, content_type)
    if not content:
        raise NotAFeed("the document is empty")
    raw = _read(content, url, max_entries)
    language = language_code(raw.language)
    links: dict[str, Link] = {}
    refused: list[RefusedEntry] = []
    for entry in raw.entries:
        judged = _judge(entry, url, source, now, language)
        if isinstance(judged, Link):
            links.setdefault(judged.url, judged)
        else:
            refused.append(judged)
    return Feed(
        title=raw.title,
        site=resolve(raw.site.text, raw.site.base) if raw.site else None,
        language=language,
        links=tuple(links.values()),
        refused=tuple(refused),
        cut=raw.cut,
        hints=hints_in(content),
    )


def _read(content: bytes, url: str, most: int) -> RawFeed:
    if content.startswith(b"{"):
        return read_json(content.decode("utf-8", "replace"), url=url, most=most)
    try:
        return read_xml(mended_utf8(content), url=url, most=most)
    except UnsafeXml as error:
        raise NotAFeed(str(error)) from None


def _judge(
    entry: RawEntry, feed_url: str, source: str, now: datetime, language: str | None
) -> Link | RefusedEntry:
    url = _usable(entry.addresses)
    if isinstance(url, RefusedEntry):
        return url
    return Link(
        url=url,
        source=source,
        found_by=FoundBy.FEED,
        found_in=feed_url,
        title=entry.title,
        published=_date(entry.published, now),
        modified=_date(entry.updated, now),
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


def _date(texts: tuple[str, ...], now: datetime) -> datetime | None:
    """The best date that can be read."""
    return next((date for text in texts if (date := moment(text, now))), None)
