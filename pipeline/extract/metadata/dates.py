"""When an article was published: every witness, in order of trust.

1. JSON-LD of the article, 2. meta tags, 3. microdata and ``<time>`` in the article, 4. the date in
    the address,
5. what the feed or sitemap announced, 6. htmldate's reading of the text, asked only when 1 to 3 say
nothing, for it is slow.
"""

import re
from collections.abc import Iterator
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
"""Before it, there was hardly a news page; such dates are defaults of broken software (1970-01-01)."""

LATEST_AHEAD = timedelta(days=2)
"""How far after its fetch a page may be dated: time zones and scheduled mistakes."""

# Meta names that carry a publication date, most specific first, by who defined them.
PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time",  # OpenGraph
    "datepublished", "datecreated", "parsely-pub-date", "sailthru.date", "cxenseparse:publishtime",
    "cxenseparse:recs:publishtime", "article.published", "publish-date", "publishdate", "publish_date",
    "publication_date", "pubdate", "pub_date", "published_time", "published-date", "published_at",
    "dcterms.created", "dcterms.issued", "dc.date.issued", "dc.date.created", "dcterms.date", "dc.date", "dc.created",
    "citation_publication_date", "citation_date", "article_date_original", "originalpublicationdate",
    "iso-8601-publish-date", "vr:published_time", "ptime", "creation_date", "rnews:datepublished", "date",
)  # fmt: skip

MODIFIED_META = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified",
    "lastmod", "revised", "vr:updated_time",
)  # fmt: skip

_IN_URL = re.compile(
    r"(?<!\d)((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)"
)
_IN_PATH = re.compile(r"/((?:19|20)\d{2})/(\d{1,2}|[a-z]{3})/(\d{1,2})/", re.IGNORECASE)
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_MAX_DATE = 60

# Zone abbreviations with one meaning in news; RFC 5322's American ones, and the European and Asian
# ones met.
ZONE_NAMES = {
    "UTC": "+0000", "GMT": "+0000", "Z": "+0000", "EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500",
    "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700", "CET": "+0100", "CEST": "+0200", "BST": "+0100",
    "EET": "+0200", "EEST": "+0300", "MSK": "+0300", "JST": "+0900", "KST": "+0900", "AEST": "+1000", "AEDT": "+1100",
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
_DAY_NAME = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\s+", re.IGNORECASE)


def published_evidence(
    tree: _Element, facts: StructuredData, link: Link, *, final_url: str, fetched_at: datetime
) -> tuple[Evidence, ...]:
    """All credible witnesses of the publication date, the most trusted first."""
    structured = [
        *(("json-ld", value) for value in facts.said("datePublished", "dateCreated", "uploadDate")),
        *(("meta", value) for value in facts.all(*PUBLISHED_META)),
        *(("time", value) for value in _marked_times(tree)),
    ]
    found = [
        Evidence(witness=witness, value=moment)
        for witness, value in structured
        if (moment := read_moment(value)) and credible(moment, fetched_at)
    ]
    address = _in_address(final_url)
    if address and credible(address, fetched_at):
        found.append(Evidence(witness="url", value=address))
    if link.published and credible(link.published, fetched_at):
        found.append(Evidence(witness=link.found_by.value, value=link.published))
    if not found:
        guessed = _guessed(tree, final_url, fetched_at)
        found += (
            [Evidence(witness="text", value=guessed)]
            if guessed and credible(guessed, fetched_at)
            else []
        )
    return _distinct(found)


def modified_at(facts: StructuredData, fetched_at: datetime) -> datetime | None:
    """The date of the last change, as structured data tells it."""
    said = (
        read_moment(value) for value in (*facts.said("dateModified"), *facts.all(*MODIFIED_META))
    )
    return next((moment for moment in said if moment and credible(moment, fetched_at)), None)


def credible(moment: datetime, fetched_at: datetime) -> bool:
    """True for a moment in which a page fetched then can have been published."""
    return EARLIEST <= moment <= fetched_at + LATEST_AHEAD


def read_moment(text: str) -> datetime | None:
    """A date as written by machines: ISO 8601, RFC 5322 or close to them.

    Without a zone, UTC is assumed.
    """
    text = text.strip()
    if not 8 <= len(text) <= _MAX_DATE:  # noqa: PLR2004 - from "20171213" on
        return _epoch(text)
    moment: datetime | None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _epoch(text) or _loosely(text)
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(
            moment.tzinfo or UTC
        )
    except (OverflowError, ValueError):
        return None


def moment_in(text: str, url: str, fetched_at: datetime) -> datetime | None:
    """The date in a short text: as machines write it, or as people do."""
    return read_moment(text) or _guessed(tree_of([text]), url, fetched_at)


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
    """Machine-readable times that belong to the article rather than to a teaser or a comment beside it."""
    for element in tree.iter():
        if element.get("itemprop") == "datePublished":
            yield element.get("datetime") or element.get("content") or text_of(element)
    times = [element for element in tree.iter("time") if element.get("datetime")]
    marked = [
        element
        for element in times
        if _TIME_CLASS.search(element.get("class") or "") or element.get("pubdate") is not None
    ]
    body = [
        element
        for element in times
        if next(element.iterancestors("article", "main"), None) is not None
    ]
    for element in [*marked[:1], *body[:1], *(times if len(times) == 1 else [])][:1]:
        yield element.get("datetime") or ""


_TIME_CLASS = re.compile(r"publish|entry-date|post-date|article[-_]*date", re.IGNORECASE)


def _in_address(url: str) -> datetime | None:
    path = Url(url).path
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
    """What htmldate reads (Barbaresi 2020, https://doi.org/10.21105/joss.02439) in the visible text."""
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
    return read_moment(found) if found else None


def _distinct(evidence: list[Evidence]) -> tuple[Evidence, ...]:
    """Each witness once for each thing it says."""
    return tuple({(item.witness, item.value): item for item in evidence}.values())
