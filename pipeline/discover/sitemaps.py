"""Sitemaps to links: URL sets, news sitemaps, sitemap indexes and lists of addresses in plain text.

After https://www.sitemaps.org/protocol.html and Google's news extension. Two departures: a sitemap
may speak for all hosts of its registrable domain and for any path (the protocol says its own host
and folder, and hardly a publisher keeps to it), and an index may name another index.
"""

import io
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from lxml import etree
from pydantic import AwareDatetime

from pipeline.base import Record
from pipeline.discover.announced import RefusedEntry, title_of_markup
from pipeline.discover.dates import OLDEST, plausible_date
from pipeline.discover.xml import UnsafeXml, mended, name_of, namespace_of
from pipeline.outcome import Reason
from pipeline.records import FoundBy, Link
from pipeline.text.languages import language_code
from pipeline.urls import BadUrl, Url, normalise

MAX_URLS = 50_000
"""Entries of one sitemap, as the protocol has it; what follows is left out."""

MAX_BYTES = 52_428_800
"""Size of one sitemap when it is unpacked, as the protocol has it."""

_ROOTS = frozenset({"urlset", "sitemapindex"})
_HEAD_BYTES = 4_096
_DATE_ONLY = 10
_SAME_DATE_FROM = 10
_SAME_DATE_SHARE = 0.8


class NotASitemap(ValueError):  # noqa: N818 - named after what it is
    """A document that is no sitemap."""


class Child(Record):
    """A sitemap that an index names, and when it changed last."""

    url: Url
    modified: AwareDatetime | None


class Sitemap(Record):
    """What one document announces.

    Attributes:
        links: with a date that is believed and not older than asked for, newest first.
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


class _Entry(NamedTuple):
    """An entry as it is written."""

    address: str
    modified: str = ""
    published: str = ""
    title: str = ""
    publication: str = ""
    language: str = ""


def parse_sitemap(
    content: bytes, *, url: str, source: str, now: datetime, since: datetime = OLDEST
) -> Sitemap:
    """Reads a sitemap fetched from ``url`` and unpacked.

    Args:
        content: the document.
        url: where redirects led.
        source: id of the source.
        now: the time of the poll.
        since: dated entries that are older are only counted; one that names a day counts until its
            end.

    Raises:
        NotASitemap: neither form of a sitemap, or one that declares XML entities.
    """
    if len(content) > MAX_BYTES:
        raise NotASitemap(
            f"the document is larger than the {MAX_BYTES} bytes that a sitemap may have"
        )
    if not content.strip():
        raise NotASitemap("the document is empty")
    entries = _entries_of_lines(content) if _is_list(content) else _entries_of_xml(content)
    reader = _SitemapReader(url, source, now, since)
    for number, (kind, entry) in enumerate(entries):
        if number >= MAX_URLS:
            reader.cut += 1
        elif kind == "sitemap":
            reader.take_child(entry)
        else:
            reader.take(entry)
    return reader.result()


class _SitemapReader:
    """What has been read of a document so far. Only what is new becomes a link."""

    def __init__(self, url: str, source: str, now: datetime, since: datetime) -> None:
        self._url, self._source, self._now, self._since = url, source, now, since
        self._host, self._domain = Url(url).host, Url(url).registrable_domain
        self._dated: list[tuple[datetime, _Entry]] = []
        self._undated: list[_Entry] = []
        self._children: dict[str, Child] = {}
        self._refused: list[RefusedEntry] = []
        self._stamps: Counter[str] = Counter()
        self._publications: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()
        self._older = 0
        self.cut = 0

    def take(self, entry: _Entry) -> None:
        """One page."""
        self._count_names(entry)
        newest, until = self._dates_of(entry)
        if newest is None:
            self._undated.append(entry)
            return
        if entry.modified and not entry.published:
            self._stamps[entry.modified] += 1
        if until < self._since:
            self._older += 1
        else:
            self._dated.append((newest, entry))

    def _count_names(self, entry: _Entry) -> None:
        if entry.publication:
            self._publications[entry.publication] += 1
        if entry.language:
            self._languages[entry.language.lower()] += 1

    def _dates_of(self, entry: _Entry) -> tuple[datetime | None, datetime]:
        """The newest date of an entry, and the last time that one of its dates may mean."""
        newest, until = None, OLDEST
        for text in (entry.modified, entry.published):
            if date := plausible_date(text, self._now):
                newest = max(newest or date, date)
                until = max(until, _until(date, text))
        return newest, until

    def take_child(self, entry: _Entry) -> None:
        """One sitemap of an index."""
        if url := self._usable(entry):
            self._children.setdefault(
                url, Child(url=url, modified=plausible_date(entry.modified, self._now))
            )

    def result(self) -> Sitemap:
        """All that was read."""
        stamp = self._made_up_stamp()
        dated: list[tuple[datetime, _Entry]] = []
        for date, entry in self._dated:
            if entry.modified == stamp and not entry.published:
                self._undated.append(entry)
            else:
                dated.append((date, entry))
        dated.sort(key=lambda pair: pair[0], reverse=True)
        return Sitemap(
            links=self._links(entry for _, entry in dated),
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

    def _links(self, entries: Iterable[_Entry]) -> tuple[Link, ...]:
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

    def _usable(self, entry: _Entry) -> Url | None:
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


def _is_list(content: bytes) -> bool:
    """Whether it is the plain form: one absolute address a line, UTF-8."""
    return (
        content[:_HEAD_BYTES].removeprefix(BOM_UTF8).lstrip().startswith((b"http://", b"https://"))
    )


def _entries_of_lines(content: bytes) -> Iterator[tuple[str, _Entry]]:
    """The entries of the plain form."""
    for line in io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", "replace"):
        if address := line.strip():
            yield "url", _Entry(address)


def _entries_of_xml(content: bytes) -> Iterator[tuple[str, _Entry]]:
    """The entries of the XML form with their kinds, each freed once it is read."""
    try:
        content = mended(content)
    except UnsafeXml as error:
        raise NotASitemap(str(error)) from None
    if not content.startswith(b"<"):
        raise NotASitemap("the document is neither XML nor a list of addresses")
    parser = etree.iterparse(
        io.BytesIO(content),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    last: tuple[str, _Entry] | None = None
    try:
        for _, element in parser:
            if not _is_entry(element):
                continue
            if last:
                yield last
            last = name_of(element.tag), _read(element)
            _free(element)
    except etree.LxmlError as error:
        raise NotASitemap(f"the document is no XML ({error})") from None
    _check_root(parser.root)
    if last:
        whole = content.endswith(b">")
        yield last if whole else (last[0], _Entry(""))  # half an address would lead elsewhere


def _is_entry(element: etree._Element) -> bool:
    """Whether it is a child of the root."""
    parent = element.getparent()
    return parent is not None and parent.getparent() is None


def _check_root(root: etree._Element | None) -> None:
    """Raises NotASitemap for the root of another kind of document."""
    name = "nothing" if root is None else name_of(root.tag)
    if name not in _ROOTS:
        raise NotASitemap(f"the document's root is {name[:50]}, not urlset or sitemapindex")


def _free(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _read(element: etree._Element) -> _Entry:
    """The fields that count: children of the entry itself and of its news part.

    An image has a ``loc`` of its own.
    """
    own: dict[str, str] = {}
    namespace = namespace_of(str(element.tag))
    for child in element:
        name = name_of(child.tag)
        if name == "news":
            own |= {f"news:{name_of(part.tag)}": _text(part) for part in child.iter("{*}*")}
        elif name and namespace_of(str(child.tag)) == namespace:
            own.setdefault(name, _text(child))
    return _Entry(
        address=own.get("loc", ""),
        modified=own.get("lastmod", ""),
        published=own.get("news:publication_date", ""),
        title=own.get("news:title", ""),
        publication=own.get("news:name", ""),
        language=own.get("news:language", ""),
    )


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _until(date: datetime, text: str) -> datetime:
    """The last time that a date may mean: a day lasts until its end."""
    return date + timedelta(days=1) if len(text.strip()) == _DATE_ONLY else date


def _commonest(counts: Counter[str]) -> str | None:
    return next((value for value, _ in counts.most_common(1)), None)
