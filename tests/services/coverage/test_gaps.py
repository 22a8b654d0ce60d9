"""Gaps in coverage, of feeds that a real poller asks in a simulated night."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from pipeline.sources.gaps import Gap, GapCause
from pipeline.sources.state import SourceState
from services.counts.days import Counting
from services.counts.intervals import Interval
from services.counts.timeline import TimeRange, timeline
from services.coverage.gaps import (
    MOST_GIVEN,
    SourceGap,
    gaps_between,
    known_gaps,
    seconds_missed,
    whether_polled,
)
from services.sources import change_source
from storage.open import Stores
from storage.tantivy.index import TantivyIndex
from tests.support.servers.feed_server import HOUR, START, Feed
from tests.support.world_of_feeds import World

POLL = 300.0
DAY_BEGAN = datetime.fromtimestamp(START, UTC)


def at(hours: float) -> datetime:
    return DAY_BEGAN + timedelta(hours=hours)


def feed(name: str) -> Feed:
    moments = [START + number * 600 for number in range(-100, 60)]
    return Feed(name, "busy", f"{name}.example", moments, 30)


def gaps_of(world: World, *names: str) -> tuple[SourceGap, ...]:
    now = datetime.fromtimestamp(world.time.now, UTC)
    states = world.resources.stores.sources
    polled = whether_polled(world.resources, names)
    return gaps_between(states, polled, start=at(-24), end=at(24), now=now).last


@pytest.fixture
def played(tmp_path: Path, redis_url: str, namespace: str) -> Callable[..., World]:
    """Plays hours of two feeds; ``at_hour`` is called at the end of each."""

    def play(hours: float, at_hour: Callable[[World, int], None]) -> World:
        feeds = [feed("stopped"), feed("steady")]
        world = World(feeds, tmp_path, redis_url, namespace, interval=POLL, tick=5.0)

        def say(now: float) -> None:
            at_hour(world, round((now - START) / HOUR))

        world.play(hours * HOUR, say=say)
        return world

    return play


def test_an_hour_in_which_a_source_did_not_answer_is_a_gap(played: Callable[..., World]) -> None:
    def stop_for_an_hour(world: World, hour: int) -> None:
        world.feeds[0].kind = "blocked" if hour == 2 else "busy"

    world = played(5, stop_for_an_hour)
    [gap] = gaps_of(world, "stopped", "steady")
    assert (gap.source, gap.cause, gap.failure) == ("stopped", GapCause.FAILING, "blocked")
    assert not gap.lasts
    assert abs((gap.start - at(2)).total_seconds()) <= POLL
    # It was asked more rarely while it failed.
    assert 0 <= (gap.end - at(3)).total_seconds() <= 16 * POLL


def test_a_timeline_shades_the_hour_in_which_the_source_did_not_answer(
    played: Callable[..., World],
) -> None:
    def stop_for_an_hour(world: World, hour: int) -> None:
        world.feeds[0].kind = "blocked" if hour == 2 else "busy"

    world = played(5, stop_for_an_hour)
    gaps = partial(known_gaps, world.resources)
    counting = Counting(TantivyIndex(None), at(5), sources=("stopped",), gaps=gaps)
    hours = TimeRange(at(0), at(5), Interval.HOUR)
    missed = [bar.missed or 0.0 for bar in timeline(counting, "", hours).bars]
    assert missed[2] >= HOUR - POLL
    # Until the poll that found it to answer again.
    assert missed[3] <= HOUR / 2
    assert [missed[hour] for hour in (0, 1, 4)] == [0, 0, 0]
    steady = timeline(replace(counting, sources=("steady",)), "", hours)
    assert {bar.missed for bar in steady.bars} == {0}


def test_a_source_that_does_not_answer_now_has_a_gap_that_lasts(
    played: Callable[..., World],
) -> None:
    def stop(world: World, hour: int) -> None:
        world.feeds[0].kind = "blocked" if hour >= 2 else "busy"

    world = played(4, stop)
    [gap] = gaps_of(world, "stopped", "steady")
    assert (gap.source, gap.lasts) == ("stopped", True)
    assert gap.end == datetime.fromtimestamp(world.time.now, UTC)


def test_an_hour_in_which_newsloom_did_not_run_is_a_gap_of_all_sources(
    played: Callable[..., World],
) -> None:
    def sleep_for_an_hour(world: World, hour: int) -> None:
        if hour == 2:
            world.time.advance(world.time.now + HOUR)

    world = played(5, sleep_for_an_hour)
    gaps = gaps_of(world, "stopped", "steady")
    assert [(gap.source, gap.cause) for gap in gaps] == [
        ("steady", GapCause.NOT_POLLED),
        ("stopped", GapCause.NOT_POLLED),
    ]
    for gap in gaps:
        assert abs((gap.start - at(2)).total_seconds()) <= 2 * POLL
        assert abs((gap.end - at(3)).total_seconds()) <= 2 * POLL


def test_the_last_200_gaps_of_a_source_are_kept(stores: Stores) -> None:
    for hour in range(250):
        gap = Gap(start=hour * HOUR, end=hour * HOUR + 60, cause=GapCause.FAILING)
        stores.sources.record("a", SourceState(), next_poll=0.0, gaps=[gap])
    [kept] = stores.sources.gaps(["a"])
    assert [gap.start / HOUR for gap in kept] == list(range(50, 250))


def of(*names: str) -> dict[str, bool]:
    return dict.fromkeys(names, True)


def recorded(stores: Stores, source: str, *hours: tuple[float, float]) -> None:
    gaps = [
        Gap(start=START + first * HOUR, end=START + last * HOUR, cause=GapCause.FAILING)
        for first, last in hours
    ]
    stores.sources.record(source, SourceState(), next_poll=0.0, gaps=gaps)


def test_only_gaps_within_the_range_are_given(stores: Stores) -> None:
    recorded(stores, "a", (0, 1), (2, 4), (6, 7))
    found = gaps_between(stores.sources, of("a", "b"), start=at(1), end=at(3), now=at(9))
    assert [(gap.start, gap.end) for gap in found.last] == [(at(2), at(4))]
    assert gaps_between(stores.sources, {}, start=at(1), end=at(3), now=at(9)).last == ()
    [after, none] = stores.sources.gaps(["a", "b"], since=START + HOUR)
    assert ([gap.start for gap in after], none) == ([START + 2 * HOUR, START + 6 * HOUR], ())


def test_overlapping_gaps_count_once(stores: Stores) -> None:
    recorded(stores, "a", (0, 2), (5, 9))
    recorded(stores, "b", (1, 1.5), (1.5, 3))
    found = gaps_between(stores.sources, of("a", "b"), start=at(0), end=at(24), now=at(24))
    assert found.spans == ((START, START + 3 * HOUR), (START + 5 * HOUR, START + 9 * HOUR))

    def missed(*hours: float) -> list[float]:
        return [each / HOUR for each in seconds_missed(found.spans, [at(hour) for hour in hours])]

    assert missed(1, 4) == [2]
    assert missed(0, 6) == [4]
    assert missed(0, 1, 2.5, 4, 6, 7, 9, 10) == [1, 1.5, 0.5, 1, 1, 2, 0]
    assert missed(3, 4) == [0]
    assert seconds_missed((), [at(0), at(1)]) == (0,)


def test_the_last_gaps_are_given_and_all_count(stores: Stores) -> None:
    names = [f"source-{number}" for number in range(6)]
    for name in names:
        recorded(stores, name, *((hour, hour + 0.5) for hour in range(200)))
    found = gaps_between(stores.sources, of(*names), start=at(0), end=at(300), now=at(300))
    assert len(found.last) == MOST_GIVEN < 6 * 200
    assert found.last[-1].start == at(199)
    starts = [gap.start for gap in found.last]
    assert starts == sorted(starts)
    assert len(found.spans) == 200
    assert sum(seconds_missed(found.spans, [at(0), at(300)])) == 100 * HOUR


def test_a_source_that_is_paused_has_no_gap_that_lasts(
    tmp_path: Path, redis_url: str, namespace: str
) -> None:
    world = World([feed("paused"), feed("steady")], tmp_path, redis_url, namespace, interval=POLL)
    world.play(HOUR)
    now = world.time.now + 6 * HOUR
    world.time.advance(now)
    resources = world.resources
    asked = (at(-24), at(24))

    def lasting(sources: list[str] | None) -> list[str]:
        gaps = known_gaps(resources, sources, *asked)
        assert gaps is not None
        return [gap.source for gap in gaps.last if gap.lasts]

    assert lasting(None) == lasting(["paused", "steady"]) == ["paused", "steady"]
    change_source(resources.settings.sources, "paused", enabled=False)
    assert lasting(None) == lasting(["paused", "steady"]) == ["steady"]
