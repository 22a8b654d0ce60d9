"""When an article was published: every date, with its provenance, in order of trust.

1. JSON-LD of the article,
2. meta tags,
3. microdata and ``<time>`` in the article,
4. the date in the address,
5. what the feed or sitemap announced,
6. what htmldate reads in the text; only when there is no other, for it is slow.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from htmldate import find_date
from lxml.etree import _Element

from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.extract.tree import tree_of
from pipeline.records import Evidence, Link
from pipeline.text.cleaning import text_of
from pipeline.urls import Url

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""Before it, there was hardly a news page; such dates are defaults of broken software
(1970-01-01)."""

LATEST_AHEAD = timedelta(days=2)
"""How far after its fetch a page may be dated: time zones and scheduled mistakes."""

# Meta names that carry a publication date, most specific first, by who defined them.
PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time",  # OpenGraph
    "datepublished", "datecreated", "parsely-pub-date", "sailthru.date", "cxenseparse:publishtime",
    "cxenseparse:recs:publishtime", "article.published", "publish-date", "publishdate",
    "publish_date",
    "publication_date", "pubdate", "pub_date", "published_time", "published-date", "published_at",
    "dcterms.created", "dcterms.issued", "dc.date.issued", "dc.date.created", "dcterms.date",
    "dc.date", "dc.created",
    "citation_publication_date", "citation_date", "article_date_original",
    "originalpublicationdate",
    "iso-8601-publish-date", "vr:published_time", "ptime", "creation_date", "rnews:datepublished",
    "date",
)  # fmt: skip

MODIFIED_META = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "last-modified",
    "lastmod", "revised", "vr:updated_time",
)  # fmt: skip

_IN_URL = re.compile(
    r"(?<!\d)((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)"
)
_IN_PATH = re.compile(r"/((?:19|20)\d{2})/(\d{1,2}|[a-z]{3})/(\d{1,2})/", re.IGNORECASE)
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
MIN_DATE, MAX_DATE = 8, 60
"""Characters of a date, from "20171213" on."""

# Zone abbreviations with one meaning in news; RFC 5322's American ones, and the European and Asian
# ones met.
ZONE_NAMES = {
    "UTC": "+0000", "GMT": "+0000", "Z": "+0000", "EST": "-0500", "EDT": "-0400", "CST": "-0600",
    "CDT": "-0500",
    "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700", "CET": "+0100",
    "CEST": "+0200", "BST": "+0100",
    "EET": "+0200", "EEST": "+0300", "MSK": "+0300", "JST": "+0900", "KST": "+0900",
    "AEST": "+1000", "AEDT": "+1100",
}  # fmt: skip

# Formats beside ISO 8601 and RFC 5322, once commas and names of days are gone; none leaves day and
# month in doubt.
_DATES = (
    "%Y/%m/%d",
    "%Y-%m-%d",
    "%Y.%m.%d",
    "%d.%m.%Y",
    "%B %d %Y",
    "%b %d %Y",
    "%d %B %Y",
    "%d %b %Y",
)
_CLOCKS = (" %H:%M:%S", " %H:%M", "T%H:%M:%S", " %I:%M %p", " %I:%M:%S %p", "")
FORMATS = (
    *(f"{date}{clock}{zone}" for date in _DATES for clock in _CLOCKS for zone in (" %z", "")),
    *("%Y%m%d%H%M%S", "%Y%m%d%H%M", "%a %b %d %H:%M:%S %z %Y", "%b %d %H:%M:%S %z %Y"),
)

# A date as readers see it, in any order of day and month: enough to find it in a line, not to read
# it.
SHOWN_DATE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}|\b\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}\b|\d{4}年\d{1,2}月\d{1,2}日"
    r"|\b\d{1,2}(?:st|nd|rd|th|er|º)?\.?\s+(?:de\s+|d['’])?[^\W\d_]{3,10}\.?,?\s+(?:de\s+|del\s+)?\d{4}\b"
    r"|\b[^\W\d_]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}\b"
)

_ZONE = re.compile(r"\b([A-Z]{1,4})$", re.IGNORECASE)
_TIME_CLASS = re.compile(r"publish|entry-date|post-date|article[-_]*date", re.IGNORECASE)
_DAY_NAME = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\s+", re.IGNORECASE)

_Found = tuple[str, datetime | None]  # a provenance and a date


def published_evidence(
    tree: _Element, data: StructuredData, link: Link, *, final_url: Url, fetched_at: datetime
) -> tuple[Evidence, ...]:
    """All credible dates that may be that of publication, the most trusted first."""
    found = [*_structured(tree, data), *_around(link, final_url)]
    credible_ones = _credible(found, fetched_at)
    if not credible_ones:
        guessed = _guessed(tree, final_url, fetched_at)
        credible_ones = _credible([("text", guessed)], fetched_at)
    return credible_ones


def _structured(tree: _Element, data: StructuredData) -> Iterator[_Found]:
    """Dates in structured data and marked elements."""
    for value in data.article_texts("datePublished", "dateCreated", "uploadDate"):
        yield "json-ld", read_date(value)
    for value in data.all(*PUBLISHED_META):
        yield "meta", read_date(value)
    for value in _marked_times(tree):
        yield "time", read_date(value)


def _around(link: Link, final_url: Url) -> Iterator[_Found]:
    """The date in the address, and the announced one."""
    yield "url", _in_address(final_url)
    yield link.found_by.value, link.published


def _credible(found: Iterable[_Found], fetched_at: datetime) -> tuple[Evidence, ...]:
    """The credible ones, each date of a provenance once."""
    evidence: dict[tuple[str, datetime], Evidence] = {}
    for provenance, date in found:
        if date and credible(date, fetched_at):
            evidence[provenance, date] = Evidence(provenance=provenance, value=date)
    return tuple(evidence.values())


def modified_at(data: StructuredData, fetched_at: datetime) -> datetime | None:
    """The date of the last change, as structured data tells it."""
    for value in (*data.article_texts("dateModified"), *data.all(*MODIFIED_META)):
        date = read_date(value)
        if date and credible(date, fetched_at):
            return date
    return None


def credible(date: datetime, fetched_at: datetime) -> bool:
    """True for a date at which a page fetched then can have been published."""
    return EARLIEST <= date <= fetched_at + LATEST_AHEAD


def read_date(text: str) -> datetime | None:
    """A date as written by machines: ISO 8601, RFC 5322 or close to them.

    Without a zone, UTC is assumed.
    """
    text = text.strip()
    if not MIN_DATE <= len(text) <= MAX_DATE:
        return _epoch(text)
    date: datetime | None
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        date = _epoch(text) or _loosely(text)
    return _with_zone(date) if date else None


def _with_zone(date: datetime) -> datetime | None:
    """The date with its zone, else UTC; None where it is out of range there."""
    zone = date.tzinfo or UTC
    try:
        return date.replace(tzinfo=zone).astimezone(zone)
    except (OverflowError, ValueError):
        return None


def date_in(text: str, url: str, fetched_at: datetime) -> datetime | None:
    """The date in a short text: as machines write it, or as people do."""
    return read_date(text) or _guessed(tree_of([text]), url, fetched_at)


def _epoch(text: str) -> datetime | None:
    """Seconds or milliseconds since 1970."""
    if not re.fullmatch(r"\d{10}|\d{13}", text):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _loosely(text: str) -> datetime | None:
    """RFC 5322, or one of the formats that publishers write; day and month are never guessed."""
    with suppress(ValueError, TypeError, IndexError):
        return parsedate_to_datetime(text)
    name = _ZONE.search(text)
    if name and name[1].upper() in ZONE_NAMES:
        text = f"{text[: name.start()]} {ZONE_NAMES[name[1].upper()]}".strip()
    text = _DAY_NAME.sub("", " ".join(text.replace(",", " ").split()))
    for form in FORMATS:
        with suppress(ValueError):
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added by the caller
    return None


def _marked_times(tree: _Element) -> Iterator[str]:
    """Machine-readable times of the article, rather than of a teaser or a comment beside it."""
    for element in tree.iter():
        if element.get("itemprop") == "datePublished":
            yield element.get("datetime") or element.get("content") or text_of(element)
    times = [element for element in tree.iter("time") if element.get("datetime")]
    own = _own_time(times)
    if own is not None:
        yield own.get("datetime") or ""


def _own_time(times: list[_Element]) -> _Element | None:
    """The element that is marked as the date, else the first in the article, else the only one."""
    for element in times:
        if element.get("pubdate") is not None or _TIME_CLASS.search(element.get("class") or ""):
            return element
    for element in times:
        if next(element.iterancestors("article", "main"), None) is not None:
            return element
    return times[0] if len(times) == 1 else None


def _in_address(url: Url) -> datetime | None:
    path = url.path
    named = _IN_PATH.search(path)
    match = named or _IN_URL.search(path)
    if not match:
        return None
    year, month, day = match.groups()
    number = int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0)
    try:
        return datetime(int(year), number, int(day), tzinfo=UTC)
    except ValueError:
        return None


def _guessed(tree: _Element, url: str, fetched_at: datetime) -> datetime | None:
    """The date that htmldate reads in the visible text.

    Barbaresi 2020, https://doi.org/10.21105/joss.02439.
    """
    latest = (fetched_at + LATEST_AHEAD).date().isoformat()
    try:
        found = find_date(
            tree,
            url=url,
            original_date=True,
            extensive_search=False,
            max_date=latest,
            deferred_url_extractor=False,
        )
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    return read_date(found) if found else None
