"""The drawing of a timeline, and the gaps behind its bars."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.sources.gaps import Gap, GapCause
from pipeline.sources.state import SourceState
from services.counts.intervals import Interval
from tests.support.data.pages_corpus import SOURCES, made
from tests.support.running_api import settings_in
from web.pages.searching.search_address import SearchAddress
from web.pages.searching.timeline import ends_in_query, label, range_of, timeline_html
from web.pages.site import Site
from workers.resources import Resources

DAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path, redis_url: str, namespace: str) -> Iterator[Site]:
    settings = settings_in(tmp_path, redis_url, namespace)
    settings.sources.write_text(SOURCES)
    resources = Resources(settings, clock=(DAY + timedelta(days=2)).timestamp)
    resources.index.put(
        [
            *(
                made(f"h{hour}", "Tide", "High water.", published=DAY + timedelta(hours=hour))
                for hour in (6, 7, 7, 12)
            ),
            made("undated", "Tide", "High water.", published=None),
        ]
    )
    outage = Gap(
        start=(DAY + timedelta(hours=9)).timestamp(),
        end=(DAY + timedelta(hours=10)).timestamp(),
        cause=GapCause.NOT_POLLED,
    )
    resources.stores.sources.record("harbour", SourceState(), next_poll=0.0, gaps=[outage])
    yield Site(resources)
    resources.index.close()


def attributes(html: str, name: str) -> list[str]:
    return re.findall(rf'{name}="([^"]*)"', html)


def test_the_hour_of_an_outage_is_shaded_and_no_other(site: Site) -> None:
    html = timeline_html(site, SearchAddress("tide", since="2026-03-02", until="2026-03-02"))
    assert attributes(html, "data-since") == ["2026-03-02T09:00:00+00:00"]
    assert attributes(html, "data-until") == ["2026-03-02T10:00:00+00:00"]
    (shade,) = re.findall(r'<rect class="gap" x="([\d.]+)" y="0" width="([\d.]+)"', html)
    assert float(shade[0]) == pytest.approx(1000 * 9 / 24, abs=0.01)
    assert float(shade[1]) == pytest.approx(1000 / 24, abs=0.01)
    assert (
        "The Harbour Post was not asked from 2026-03-02 09:00 UTC to 2026-03-02 10:00 UTC" in html
    )


def test_every_hour_has_its_bar_and_undated_articles_stand_beside(site: Site) -> None:
    html = timeline_html(site, SearchAddress("tide", since="2026-03-02", until="2026-03-02"))
    assert len(re.findall(r'class="bar-fill"', html)) == 24
    html = timeline_html(site, SearchAddress("tide"))
    assert "1 without a date" in html
    assert "by hour" in html


def test_what_has_no_date_at_all_is_not_drawn(site: Site) -> None:
    assert not timeline_html(site, SearchAddress("title:nothing"))


@pytest.mark.parametrize(
    ("interval", "start", "end", "since", "until"),
    [
        (Interval.HOUR, DAY, DAY, "2026-03-02T00:00:00Z", "2026-03-02T00:59:59.999Z"),
        (Interval.DAY, DAY, DAY + timedelta(days=1), "2026-03-02", "2026-03-02"),
        (Interval.WEEK, DAY, DAY + timedelta(days=7), "2026-03-02", "2026-03-08"),
    ],
)
def test_a_bar_narrows_to_its_interval(
    interval: Interval, start: datetime, end: datetime, since: str, until: str
) -> None:
    assert ends_in_query(interval, start, end) == (since, until)
    assert label(interval, start)


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2026-03-02", "2026-03-02", 1),
        ("2026-03-02", "2026-03-08", 7),
        ("2026-03-02T00:00:00Z", "2026-03-02T12:00:00Z", 0.5),
        ("2026-03-08", "2026-03-02", None),
        ("now-7d", "now", None),
        ("", "2026-03-02", None),
    ],
)
def test_the_chosen_range_is_the_axis(since: str, until: str, days: float | None) -> None:
    wanted = range_of(SearchAddress(since=since, until=until))
    if days is None:
        assert wanted.start is None
        return
    assert wanted.start is not None
    assert wanted.end is not None
    assert wanted.end - wanted.start == timedelta(days=days)
