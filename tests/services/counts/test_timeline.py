"""Timelines: no article is lost on the way to a bar, and none is put where it does not belong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.sources.gaps import GapCause
from search.counting import CountRequest
from search.errors import QueryError
from search.language.query import parse
from search.results import CountResult
from services.articles.search import search
from services.counts.days import Counting, chosen_sources, count_days
from services.counts.intervals import Interval
from services.counts.timeline import Timeline, TimeRange, timeline
from services.coverage.gaps import Gaps, SourceGap
from tests.services.counts.conftest import MONTHS, NOW
from tests.support.data.articles import article

MONTHLY = TimeRange(interval=Interval.MONTH)


def bars_of(shown: Timeline, form: str = "%Y-%m") -> dict[str, int]:
    return {bar.start.strftime(form): bar.count for bar in shown.bars}


def sum_of(shown: Timeline) -> int:
    bars = sum(bar.count for bar in shown.bars)
    return bars + shown.undated + shown.doubtful + shown.outside


def test_every_month_has_a_bar_and_no_article_is_lost(counting: Counting) -> None:
    shown = timeline(counting, "fox", MONTHLY)
    assert bars_of(shown) == MONTHS
    assert (shown.undated, shown.doubtful, shown.outside, shown.copies_left_out) == (1, 3, 0, 1)
    assert sum_of(shown) == shown.total == search(counting.index, "fox").total == 12


@pytest.mark.parametrize("interval", [Interval.DAY, Interval.WEEK, Interval.MONTH, Interval.YEAR])
@pytest.mark.parametrize("copies", [False, True])
@pytest.mark.parametrize("query", ["fox", "", "source:post", "cat OR fox", "nothing"])
def test_the_sum_is_always_the_total_of_the_search(
    counting: Counting, query: str, interval: Interval, *, copies: bool
) -> None:
    shown = timeline(replace(counting, copies=copies), query, TimeRange(interval=interval))
    assert sum_of(shown) == shown.total == search(counting.index, query, copies=copies).total


def test_a_range_leaves_the_others_outside(counting: Counting) -> None:
    start, end = datetime(2017, 12, 1, tzinfo=UTC), datetime(2017, 12, 10, tzinfo=UTC)
    shown = timeline(counting, "fox", TimeRange(start, end, Interval.DAY))
    assert bars_of(shown, "%d") == {f"{day:02}": {1: 1, 2: 3}.get(day, 0) for day in range(1, 10)}
    assert (shown.outside, shown.undated, shown.doubtful) == (4, 1, 3)
    assert sum_of(shown) == shown.total == 12


def test_bars_are_whole_where_the_range_cuts_them(counting: Counting) -> None:
    cut = TimeRange(datetime(2017, 10, 10, tzinfo=UTC), NOW, Interval.MONTH)
    assert bars_of(timeline(counting, "fox", cut)) == MONTHS


def test_an_interval_is_chosen_for_the_dates_that_are_right(counting: Counting) -> None:
    shown = timeline(counting, "fox")
    assert shown.interval is Interval.DAY
    assert len(shown.bars) == 80
    assert shown.bars[0].start == datetime(2017, 10, 1, tzinfo=UTC)


def test_nothing_found_is_one_empty_bar(counting: Counting) -> None:
    shown = timeline(counting, "nothing")
    assert [bar.count for bar in shown.bars] == [0]
    assert shown.total == 0


def test_a_share_is_of_all_that_the_chosen_sources_published(counting: Counting) -> None:
    shown = timeline(replace(counting, share=True), "fox AND source:post", MONTHLY)
    assert shown.sources == ("post",)
    assert [(bar.count, bar.published, bar.share) for bar in shown.bars] == [
        (1, 1, 1.0),
        (0, 0, None),
        (3, 6, 0.5),
    ]
    others = timeline(replace(counting, share=True, sources=("press",)), "fox", MONTHLY)
    assert others.sources == ("press",)
    assert [bar.published for bar in others.bars] == [2, 0, 2]
    everybody = timeline(replace(counting, share=True), "fox", MONTHLY)
    assert everybody.sources is None
    assert [bar.published for bar in everybody.bars] == [3, 0, 8]


@pytest.mark.parametrize("interval", [Interval.HOUR, Interval.DAY])
def test_a_share_of_copies_is_of_all_copies_too(counting: Counting, interval: Interval) -> None:
    day = datetime(2017, 10, 1, tzinfo=UTC)
    wanted = TimeRange(day, day + timedelta(days=1), interval)
    shown = timeline(replace(counting, share=True), "is:copy", wanted)
    [bar] = [bar for bar in shown.bars if bar.count]
    assert (bar.count, bar.published, bar.share) == (1, 2, 0.5)


@pytest.mark.parametrize(
    ("query", "sources"),
    [
        ("fox", None),
        ("source:post", ("post",)),
        ("fox source:post", ("post",)),
        ("source:post OR source:press", ("post", "press")),
        ("(source:post OR source:press) AND source:post", ("post",)),
        ("source:post OR fox", None),
        ("-source:post", None),
        ("source:po*", None),
    ],
)
def test_the_sources_are_those_that_every_match_comes_from(
    query: str, sources: tuple[str, ...] | None
) -> None:
    assert chosen_sources(parse(query)) == sources


def test_gaps_stand_beside_the_bars(counting: Counting) -> None:
    asked: list[object] = []
    noon = datetime(2017, 12, 2, 12, tzinfo=UTC)
    gap = SourceGap(
        source="post", start=noon, end=noon + timedelta(hours=18), cause=GapCause.FAILING
    )

    def gaps(*given: object) -> Gaps:
        asked.append(given)
        return Gaps(((gap.start.timestamp(), gap.end.timestamp()),), (gap,))

    wanted = TimeRange(datetime(2017, 12, 1, tzinfo=UTC), datetime(2017, 12, 5, tzinfo=UTC))
    wanted = replace(wanted, interval=Interval.DAY)
    shown = timeline(replace(counting, gaps=gaps), "source:post", wanted)
    assert asked == [(("post",), wanted.start, wanted.end)]
    assert [bar.missed for bar in shown.bars] == [0, 12 * 3_600, 6 * 3_600, 0]
    assert shown.gaps == (gap,)
    assert timeline(counting, "fox").gaps is None


def test_days_come_without_what_cannot_be_right(counting: Counting) -> None:
    days = count_days(counting, "fox")
    assert sum(days.counts.values()) == 8
    assert max(days.counts) == datetime(2017, 12, 19, tzinfo=UTC)


@pytest.mark.parametrize("interval", [Interval.HOUR, Interval.DAY])
def test_a_date_is_impossible_by_its_moment(counting: Counting, interval: Interval) -> None:
    early = replace(counting, now=NOW.replace(hour=6))
    hours = {"fine": 20.0, "edge": 24.0, "beyond": 24 + 1 / 3_600, "later": 40.0, "far": 90.0}
    counting.index.put(
        [
            article(name, body="A gnu.", published=early.now + timedelta(hours=ahead))
            for name, ahead in hours.items()
        ]
        + [article("zero-2", body="A gnu.", published=datetime(1970, 1, 1, 23, tzinfo=UTC))]
    )
    wanted = TimeRange(early.now, early.now + timedelta(days=5), interval)
    shown = timeline(replace(early, share=True), "gnu", wanted)
    assert sum(bar.count for bar in shown.bars) == 2
    assert (shown.doubtful, shown.outside, shown.total) == (4, 0, 6)
    assert all(bar.count <= (bar.published or 0) for bar in shown.bars)
    assert timeline(early, "gnu", TimeRange(interval=interval)).doubtful == 4
    ahead = TimeRange(NOW + timedelta(days=3), NOW + timedelta(days=4), interval)
    assert sum(bar.count for bar in timeline(early, "gnu", ahead).bars) == 0


def test_articles_that_come_between_two_counts_are_not_missing(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = counting.index.count_by, []

    def growing(request: CountRequest) -> CountResult:
        calls.append(request)
        if len(calls) == 2:
            counting.index.put([article("new", body="A gnu.", published=NOW)])
        return real(request)

    monkeypatch.setattr(counting.index, "count_by", growing)
    day = TimeRange(NOW, NOW + timedelta(hours=3), Interval.HOUR)
    shown = timeline(counting, "gnu", day)
    assert (shown.total, sum(bar.count for bar in shown.bars), shown.outside) == (0, 1, 0)


def test_a_query_that_cannot_be_read_is_an_error(counting: Counting) -> None:
    with pytest.raises(QueryError):
        timeline(counting, "fox AND")
