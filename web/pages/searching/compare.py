"""Compare two to ten queries on one time axis, at one address."""

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from search.errors import QueryError
from services.counts.compare import FEWEST, MOST, Comparison, compare
from services.counts.intervals import Interval
from services.counts.timeline import Timeline, TimeRange
from services.errors import InvalidRangeError
from web.pages.formats import number, percent
from web.pages.searching.charts import HEIGHT, WIDTH
from web.pages.searching.search_address import SearchAddress
from web.pages.searching.timeline import counting_of, ends_in_query, label
from web.pages.site import Site

_EMPTY_ROWS = 2


def compare_page(site: Site, request: Request) -> Response:
    """``GET /compare``."""
    parameters = request.query_params
    queries = [text.strip() for text in parameters.getlist("q") if text.strip()][:MOST]
    share = parameters.get("share") == "1"
    interval = parameters.get("interval", "")
    context: dict[str, Any] = {
        "queries": queries,
        "fields": [*queries, *[""] * max(1, _EMPTY_ROWS - len(queries))][:MOST],
        "share": share,
        "interval": interval if interval in set(Interval) else "",
        "intervals": [each.value for each in Interval],
        "error": "",
        "chart": None,
        "switch_url": _url(queries, interval, share=not share),
        "api_url": f"/api/v1/compare?{urlencode([('q', text) for text in queries])}",
    }
    if len(queries) < FEWEST:
        return site.page(request, "compare.html", context)
    wanted = TimeRange(interval=Interval(interval) if interval in set(Interval) else None)
    try:
        found = compare(counting_of(site, SearchAddress(share=share)), queries, wanted)
    except (QueryError, InvalidRangeError) as error:
        return site.page(request, "compare.html", {**context, "error": str(error)}, status=400)
    context["chart"] = _chart(found, share=share)
    return site.page(request, "compare.html", context)


def _chart(found: Comparison, *, share: bool) -> dict[str, Any]:
    """Lines on one scale, and the same as a table."""
    values = [[_value(bar, share=share) for bar in each.bars] for each in found.timelines]
    most = max((max(row, default=0.0) for row in values), default=0.0)
    bars = found.timelines[0].bars
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "lines": [_points(row, most) for row in values],
        "most": percent(most, digits=2) if share else number(most),
        "first": label(found.interval, bars[0].start),
        "last": label(found.interval, bars[-1].start),
        "interval": found.interval.value,
        "totals": [each.total for each in found.timelines],
        "undated": [each.undated for each in found.timelines],
        "doubtful": [each.doubtful for each in found.timelines],
        "rows": _rows(found, share=share),
    }


def _rows(found: Comparison, *, share: bool) -> list[dict[str, Any]]:
    """The same as a table: an interval in each row, a query in each column."""
    return [
        {
            "label": label(found.interval, bar.start),
            "cells": [_cell(each, place, share=share) for each in found.timelines],
        }
        for place, bar in enumerate(found.timelines[0].bars)
    ]


def _value(bar: Any, *, share: bool) -> float:  # noqa: ANN401 - a bar of services.counts.timeline
    return (bar.share or 0.0) if share else float(bar.count)


def _cell(each: Timeline, place: int, *, share: bool) -> dict[str, str]:
    bar = each.bars[place]
    since, until = ends_in_query(each.interval, bar.start, bar.end)
    words = percent(bar.share or 0.0, digits=2) if share else number(bar.count)
    address = SearchAddress(each.query, since=since, until=until)
    if each.doubtful:  # which no bar counts
        address = address.with_filter("dated", "sure").with_filter("dated", "likely")
    return {"words": words, "url": address.url}


def _points(values: list[float], most: float) -> str:
    """The line through the middles of the intervals, as SVG's ``points``."""
    step = WIDTH / max(1, len(values))
    points = []
    for place, value in enumerate(values):
        y = HEIGHT - (HEIGHT * value / most if most else 0.0)
        points.append(f"{(place + 0.5) * step:.1f},{y:.1f}")
    return " ".join(points)


def _url(queries: list[str], interval: str, *, share: bool) -> str:
    pairs = [("q", text) for text in queries]
    pairs += [("interval", interval)] if interval else []
    pairs += [("share", "1")] if share else []
    return f"/compare?{urlencode(pairs)}"
