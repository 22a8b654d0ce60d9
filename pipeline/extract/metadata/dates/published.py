"""When an article was published: every date, with its provenance, in order of trust.

1. JSON-LD of the article,
2. meta tags that say it is the date of publication,
3. the date in the address,
4. what the feed or sitemap announced,
5. elements that are marked as a date near the headline, then dates that are shown there,
6. meta tags that say it is a date,
7. the only date on the page.

Those after the fourth are looked for when there is none before, for that is slow.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice

from lxml.etree import _Element

from pipeline.extract.metadata.dates.shown import Shown, shown_dates
from pipeline.extract.metadata.headings import find_headline
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.records import Evidence, Link
from pipeline.text.dates.reading import (
    DateStyle,
    read_date,
    read_local,
    style_of,
    with_zone,
)
from pipeline.text.month_names import month_of
from pipeline.urls import Url

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""Before it, there was hardly a news page; such dates are defaults of broken software
(1970-01-01)."""

LATEST_AHEAD = timedelta(days=2)
"""How far after its fetch a page may be dated: time zones and scheduled mistakes."""

# Meta names of dates, by what is in them: "article:published_time", "parsely-pub-date".
_PUBLISHED = re.compile(r"publi(?!sher)|pub-?_?date|issued|created|ptime|citation_date")
_MODIFIED = re.compile(r"modif|updated|lastmod|revised")
_DATED = re.compile(r"(?:^|[.:_])date$|original|first.?publi")
"""Names that also stand for a date of change, or for an edition long ago."""

# A date that begins a part of the path, or ends one: "/2026/11/24/", "/2026-11-24-ferries".
_IN_PATH = re.compile(
    r"/(\d{4})[/_-]?(\d{2}|\d(?=/)|[a-z]{3}(?=/))[/_-]?(\d{2}|\d(?=/))(?=[/_.-]|$)"
    r"|[_-](\d{4})-(\d{2})-(\d{2})(?=[/.]|$)",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(r"/(\d{2}-\d{2}-\d{4})(?=/|$)")

MAX_NEAR = 4
"""Dates near the headline of which one may be more exact than the nearest."""

_Found = tuple[str, datetime | None]  # a provenance and a date


def published_evidence(
    tree: _Element, data: StructuredData, link: Link, *, final_url: Url, fetched_at: datetime
) -> tuple[Evidence, ...]:
    """All credible dates that may be that of publication, the most trusted first."""
    style = _style(data, final_url)
    stated = [*_stated(data, style), *_around(link, final_url, style)]
    vague = [("meta", read_local(value, style)) for value in _in_meta(data, _DATED)]
    found = _exact_first(_credible([*stated, *vague], fetched_at))
    if _credible(stated, fetched_at):
        return found
    shown = shown_dates(tree, find_headline(tree, data))
    near = tuple(islice(_seen(next(shown), style, fetched_at), MAX_NEAR))
    if near:
        return (*_exact_first(near)[:1], *found)
    if found:
        return found
    anywhere = list(_seen(next(shown), style, fetched_at))
    return tuple(anywhere[:1]) if len({each.value.date() for each in anywhere}) == 1 else ()


def _style(data: StructuredData, url: Url) -> DateStyle:
    tags = (data.language or "", *data.all("content-language", "og:locale", "language"))
    dates = (value for names in (_PUBLISHED, _DATED, _MODIFIED) for value in _in_meta(data, names))
    return style_of(tags, url.host.rsplit(".", 1)[-1], dates)


def _stated(data: StructuredData, style: DateStyle) -> Iterator[_Found]:
    """What structured data says to be the date of publication."""
    for value in data.article_texts("datePublished", "dateCreated", "uploadDate"):
        yield "json-ld", read_local(value, style)
    for value in _in_meta(data, _PUBLISHED, but=_DATED):
        yield "meta", read_local(value, style)


def _in_meta(
    data: StructuredData, pattern: re.Pattern[str], *, but: re.Pattern[str] | None = None
) -> list[str]:
    """The values of meta tags whose names have the pattern, and not the other one."""
    names = (name for name in data.meta if pattern.search(name))
    return list(data.all(*(name for name in names if not (but and but.search(name)))))


def _seen(shown: Iterable[Shown], style: DateStyle, fetched_at: datetime) -> Iterator[Evidence]:
    """The credible ones among the dates that a page shows."""
    for each in shown:
        provenance = "time" if each.marked else "text"
        yield from _credible([(provenance, read_local(each.text, style))], fetched_at)


def _around(link: Link, final_url: Url, style: DateStyle) -> Iterator[_Found]:
    """The date in the address, and the announced one."""
    yield "url", _in_address(final_url, style)
    yield link.found_by.value, link.published


def _credible(found: Iterable[_Found], fetched_at: datetime) -> tuple[Evidence, ...]:
    """The credible ones, each date of a provenance once."""
    evidence: dict[tuple[str, datetime], Evidence] = {}
    named = [(provenance, date) for provenance, date in found if date]
    for provenance, local in named:
        date = with_zone(_in_publishers_time(local, [other for _, other in named]))
        if date and credible(date, fetched_at):
            evidence[provenance, date] = Evidence(provenance=provenance, value=date)
    return tuple(evidence.values())


def _exact_first(found: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """With the first date replaced by one that names its time of the same day, or its zone."""
    if not found:
        return found
    first = found[0]
    exact = (each for each in found[1:] if _is_exacter(each.value, first.value))
    best = next(exact, first)
    return (best, *(each for each in found if each is not best))


def _is_exacter(other: datetime, date: datetime) -> bool:
    """Whether a date is another one with its time of day, or the same time with its zone."""
    if date.utcoffset() or other.date() != date.date():
        return False
    if date.time() == time.min:
        return other.time() != time.min
    return bool(other.utcoffset()) and other.time() == date.time()


def _in_publishers_time(date: datetime, others: list[datetime]) -> datetime:
    """A date in UTC as the same moment where it was published, when another date tells its zone."""
    if date.utcoffset() != timedelta(0):
        return date
    zoned = (other.tzinfo for other in others if other.utcoffset() and other == date)
    return date.astimezone(next(zoned, date.tzinfo))


def modified_at(data: StructuredData, fetched_at: datetime) -> datetime | None:
    """The date of the last change, as structured data tells it."""
    for value in (*data.article_texts("dateModified"), *_in_meta(data, _MODIFIED)):
        date = read_date(value)
        if date and credible(date, fetched_at):
            return date
    return None


def credible(date: datetime, fetched_at: datetime) -> bool:
    """True for a date at which a page fetched then can have been published."""
    return EARLIEST <= date <= fetched_at + LATEST_AHEAD


def _in_address(url: Url, style: DateStyle) -> datetime | None:
    found = _IN_PATH.search(url.path)
    if found is None:
        day_first = _DAY_FIRST.search(url.path)
        return read_date(day_first[1], style) if day_first else None
    year, month, day = filter(None, found.groups())
    number = int(month) if month.isdigit() else month_of(month) or 0
    try:
        return datetime(int(year), number, int(day), tzinfo=UTC)
    except ValueError:
        return None
