"""The timeline of a search: its bars as links that narrow the range, and the gaps behind them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from services.counts.days import Counting
from services.counts.intervals import Interval
from services.counts.timeline import Bar as CountedBar
from services.counts.timeline import Timeline, TimeRange, timeline
from services.coverage.gaps import SourceGap, known_gaps
from services.errors import InvalidRangeError
from web.pages.formats import exact, number, percent, plural
from web.pages.searching.charts import Bar, Chart, Shade, across, heights, place
from web.pages.searching.search_address import SearchAddress
from web.pages.site import Site

_FORMS = {
    Interval.HOUR: "%Y-%m-%d %H:00",
    Interval.DAY: "%Y-%m-%d",
    Interval.WEEK: "week from %Y-%m-%d",
    Interval.MONTH: "%B %Y",
    Interval.YEAR: "%Y",
}
_LEAST_SHADE = 2.0
_MOST_SHADES = 300


def timeline_html(site: Site, address: SearchAddress) -> str:
    """The drawing of what a search finds; empty where nothing has a date.

    Raises:
        QueryError: the query cannot be read.
        IndexUnavailable: the index does not answer.
    """
    counting = counting_of(site, address)
    try:
        found = timeline(counting, address.effective_query, range_of(address))
    except InvalidRangeError:
        found = timeline(counting, address.effective_query)
    if not any(bar.count for bar in found.bars):
        return ""
    chart = chart_of(found, address, site.names())
    return site.renderer.html("timeline.html", {"chart": chart})


def counting_of(site: Site, address: SearchAddress) -> Counting:
    """What timelines of this page count."""
    return Counting(
        site.index,
        site.now,
        copies=address.copies,
        groups=site.groups,
        share=address.share,
        gaps=partial(known_gaps, site.resources),
    )


def range_of(address: SearchAddress) -> TimeRange:
    """The range that was chosen, as far as both of its ends are dates."""
    start, end = _moment(address.since), _moment(address.until)
    if end is not None and _is_date(address.until):
        end += timedelta(days=1)
    return TimeRange(start, end) if start and end and start < end else TimeRange()


def chart_of(found: Timeline, address: SearchAddress, names: Mapping[str, str]) -> Chart:
    """The geometry and the words of a timeline."""
    first, last = found.bars[0].start, found.bars[-1].end
    counted = [(bar.share or 0.0) if address.share else float(bar.count) for bar in found.bars]
    tall = heights(counted)
    bars = tuple(
        _bar(position, bar, tall[position], found, address)
        for position, bar in enumerate(found.bars)
    )
    most = max(counted)
    words = (
        f"{plural(found.total - found.undated - found.doubtful, 'article')} between"
        f" {label(found.interval, first)} and {label(found.interval, found.bars[-1].start)}."
    )
    undated = found.undated + found.doubtful
    return Chart(
        title="Articles over time",
        words=words,
        first=label(found.interval, first),
        last=label(found.interval, found.bars[-1].start),
        interval=found.interval.value,
        most=percent(most, digits=2) if address.share else number(most),
        bars=bars,
        gaps=tuple(_shade(gap, first, last, names) for gap in (found.gaps or ())[-_MOST_SHADES:]),
        undated=undated,
        undated_url=address.with_filter("dated", "none").url,
        switches=(
            ("Counts", replace(address, share=False).url, not address.share),
            ("Share of all articles", replace(address, share=True).url, address.share),
        ),
        has_share=address.share,
    )


def label(interval: Interval, start: datetime) -> str:
    """What an interval is called."""
    return start.strftime(_FORMS[interval])


def ends_in_query(interval: Interval, start: datetime, end: datetime) -> tuple[str, str]:
    """The first and the last moment of an interval, as the query language has them."""
    if interval is Interval.HOUR:
        return start.strftime("%Y-%m-%dT%H:%M:%SZ"), start.strftime("%Y-%m-%dT%H:59:59.999Z")
    return start.date().isoformat(), (end - timedelta(days=1)).date().isoformat()


def _bar(
    position: int, bar: CountedBar, height: float, found: Timeline, address: SearchAddress
) -> Bar:
    x, width = place(position, len(found.bars))
    name = label(found.interval, bar.start)
    gap = _gap_words(bar)
    words = f"{name}: {plural(bar.count, 'article')}"
    if bar.share is not None:
        words += f", {percent(bar.share, digits=2)} of all"
    since, until = ends_in_query(found.interval, bar.start, bar.end)
    return Bar(
        label=name,
        words=f"{words}; {gap}" if gap else words,
        url=address.in_range(since, until).url,
        count=bar.count,
        share=bar.share,
        x=x,
        width=width,
        height=round(height, 2),
        gap_words=gap,
    )


def _gap_words(bar: CountedBar) -> str:
    if not bar.missed:
        return ""
    part = bar.missed / (bar.end - bar.start).total_seconds()
    return f"a source could not be read for {percent(part, digits=0)} of it"


def _shade(gap: SourceGap, first: datetime, last: datetime, names: Mapping[str, str]) -> Shade:
    left, right = across(gap.start, first, last), across(gap.end, first, last)
    return Shade(
        words=gap_sentence(gap, names),
        x=left,
        width=max(_LEAST_SHADE, round(right - left, 2)),
        since=gap.start,
        until=gap.end,
    )


def gap_sentence(gap: SourceGap, names: Mapping[str, str]) -> str:
    """Why a source was not seen, and when."""
    name = names.get(gap.source, gap.source)
    until = "now" if gap.lasts else exact(gap.end)
    why = f"did not answer ({gap.failure.value})" if gap.failure else "was not asked"
    return f"{name} {why} from {exact(gap.start)} to {until}"


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
