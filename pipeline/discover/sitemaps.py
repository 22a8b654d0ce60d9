"""Sitemaps to links: URL sets, news sitemaps, sitemap indexes, lists of addresses, and feeds.

After https://www.sitemaps.org/protocol.html and Google's news extension. Two departures: a sitemap
may speak for all hosts of its registrable domain and for any path (the protocol says its own host
and folder, and hardly a publisher keeps to it), and an index may name another index.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from pipeline.base import Record
from pipeline.crawl.content_decoding import BadCoding, without_gzip
from pipeline.discover.announced import RefusedEntry, title_of_markup
from pipeline.discover.dates import OLDEST, plausible_date
from pipeline.discover.sitemap_entries import NotASitemap, SitemapEntry, read_entries
from pipeline.outcome import Reason
from pipeline.records import FoundBy, Link
from pipeline.text.languages import language_code
from pipeline.urls import BadUrl, Url, normalise

MAX_URLS = 50_000
"""Entries of one sitemap, as the protocol has it; what follows is left out."""

MAX_BYTES = 52_428_800
"""Size of one sitemap when it is unpacked, as the protocol has it."""

_DATE_ONLY = 10
_SAME_DATE_FROM = 10
_SAME_DATE_SHARE = 0.8


__all__ = ["MAX_BYTES", "MAX_URLS", "Child", "NotASitemap", "Sitemap", "parse_sitemap"]


class Child(Record):
    """A sitemap that an index names, and when it changed last."""

    url: Url
    modified: AwareDatetime | None


class Sitemap(Record):
    """What one document announces.

    Attributes:
        links: with a date that is believed and not older than asked for, newest first; then those
            of a feed that have none.
        undated: without such a date, in the document's order; whether they are new only memory can
            tell.
        children: the sitemaps of an index, each once.
        refused: entries that cannot be followed.
        older: how many entries were older than asked for.
        cut: how many entries were left out because there were too many.
        publication: the publication that most news entries name.
        language: its language, as most news entries give it.
    """

    links: tuple[Link, ...] = ()
    undated: tuple[Link, ...] = ()
    children: tuple[Child, ...] = ()
    refused: tuple[RefusedEntry, ...] = ()
    older: int = 0
    cut: int = 0
    publication: str | None = None
    language: str | None = None


def parse_sitemap(
    content: bytes, *, url: str, source: str, now: datetime, since: datetime = OLDEST
) -> Sitemap:
    """Reads a sitemap fetched from ``url``: a URL set, an index, a list of addresses, or a feed.

    Args:
        content: the document, which may be in a gzip file.
        url: where redirects led.
        source: id of the source.
        now: the time of the poll.
        since: dated entries that are older are only counted; one that names a day counts until its
            end.

    Raises:
        NotASitemap: no form of a sitemap, one that uses XML entities of its own, or a gzip file
            that cannot be unpacked.
    """
    try:
        content = without_gzip(content, MAX_BYTES)
    except BadCoding as error:
        raise NotASitemap(str(error)) from None
    if len(content) > MAX_BYTES:
        raise NotASitemap(
            f"the document is larger than the {MAX_BYTES} bytes that a sitemap may have"
        )
    if not content.strip():
        raise NotASitemap("the document is empty")
    reader = _SitemapReader(url, source, now, since)
    for number, (kind, entry) in enumerate(read_entries(content, url)):
        if number >= MAX_URLS:
            reader.cut += 1
        elif kind == "sitemap":
            reader.take_child(entry)
        else:
            reader.take(entry, of_feed=kind == "item")
    return reader.result()


class _SitemapReader:
    """What has been read of a document so far. Only what is new becomes a link."""

    def __init__(self, url: str, source: str, now: datetime, since: datetime) -> None:
        self._url, self._source, self._now, self._since = url, source, now, since
        self._host, self._domain = Url(url).host, Url(url).registrable_domain
        self._dated: list[tuple[datetime, SitemapEntry]] = []
        self._new: list[SitemapEntry] = []
        self._undated: list[SitemapEntry] = []
        self._children: dict[str, Child] = {}
        self._refused: list[RefusedEntry] = []
        self._stamps: Counter[str] = Counter()
        self._publications: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()
        self._older = 0
        self.cut = 0

    def take(self, entry: SitemapEntry, *, of_feed: bool = False) -> None:
        """One page. A feed lists what is new, so that its entries need no date."""
        self._count_names(entry)
        newest, until = self._dates_of(entry)
        if newest is None:
            (self._new if of_feed else self._undated).append(entry)
            return
        if entry.modified and not entry.published:
            self._stamps[entry.modified] += 1
        if until < self._since:
            self._older += 1
        else:
            self._dated.append((newest, entry))

    def _count_names(self, entry: SitemapEntry) -> None:
        if entry.publication:
            self._publications[entry.publication] += 1
        if entry.language:
            self._languages[entry.language.lower()] += 1

    def _dates_of(self, entry: SitemapEntry) -> tuple[datetime | None, datetime]:
        """The newest date of an entry, and the last time that one of its dates may mean."""
        newest, until = None, OLDEST
        for text in (entry.modified, entry.published):
            if date := plausible_date(text, self._now):
                newest = max(newest or date, date)
                until = max(until, _until(date, text))
        return newest, until

    def take_child(self, entry: SitemapEntry) -> None:
        """One sitemap of an index."""
        if url := self._usable(entry):
            self._children.setdefault(
                url, Child(url=url, modified=plausible_date(entry.modified, self._now))
            )

    def result(self) -> Sitemap:
        """All that was read."""
        stamp = self._made_up_stamp()
        dated: list[tuple[datetime, SitemapEntry]] = []
        for date, entry in self._dated:
            if entry.modified == stamp and not entry.published:
                self._undated.append(entry)
            else:
                dated.append((date, entry))
        dated.sort(key=lambda pair: pair[0], reverse=True)
        return Sitemap(
            links=self._links([*(entry for _, entry in dated), *self._new]),
            undated=self._links(entry._replace(modified="") for entry in self._undated),
            children=tuple(self._children.values()),
            refused=tuple(self._refused),
            older=self._older,
            cut=self.cut,
            publication=title_of_markup(_commonest(self._publications)),
            language=_commonest(self._languages),
        )

    def _made_up_stamp(self) -> str | None:
        """The time that nearly all entries claim: that of the file, not of the pages."""
        stamp = _commonest(self._stamps)
        if stamp is None or len(stamp.strip()) == _DATE_ONLY or "T00:00" in stamp:
            return None
        least = max(_SAME_DATE_FROM, _SAME_DATE_SHARE * self._stamps.total())
        return stamp if self._stamps[stamp] >= least else None

    def _links(self, entries: Iterable[SitemapEntry]) -> tuple[Link, ...]:
        links: dict[str, Link] = {}
        for entry in entries:
            if not (url := self._usable(entry)):
                continue
            link = Link(
                url=url,
                source=self._source,
                found_by=FoundBy.SITEMAP,
                found_in=self._url,
                title=title_of_markup(entry.title),
                published=plausible_date(entry.published, self._now),
                modified=plausible_date(entry.modified, self._now),
                language=language_code(entry.language),
            )
            links.setdefault(url, link)
        return tuple(links.values())

    def _usable(self, entry: SitemapEntry) -> Url | None:
        """The entry's address, normalised, if it may be followed; else the refusal is noted."""
        if not entry.address:
            self._refused.append(
                RefusedEntry(url=None, reason=Reason.BAD_URL, detail="the entry has no address")
            )
            return None
        try:
            url = normalise(entry.address, base=self._url)
        except BadUrl as error:
            self._refused.append(RefusedEntry.of(entry.address, error.reason, str(error)))
            return None
        if not self._speaks_for(url):
            detail = f"a sitemap of {self._host} does not speak for {url.host}"
            self._refused.append(RefusedEntry.of(entry.address, Reason.BAD_URL, detail))
            return None
        return url

    def _speaks_for(self, url: Url) -> bool:
        if url.host == self._host:
            return True
        return self._domain is not None and url.registrable_domain == self._domain


def _until(date: datetime, text: str) -> datetime:
    """The last time that a date may mean: a day lasts until its end."""
    return date + timedelta(days=1) if len(text.strip()) == _DATE_ONLY else date


def _commonest(counts: Counter[str]) -> str | None:
    return next((value for value, _ in counts.most_common(1)), None)
