"""A simulated day of sixty feeds on twelve hosts; ``benchmarks/polling.py`` plays two thousand."""

import sys

import pytest

from tests.support.servers.feed_server import HOUR, KINDS, START, make_feeds
from tests.support.world_of_feeds import World, conditional_requests, too_close, too_early


@pytest.fixture(scope="module")
def world(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world after its day."""
    feeds = make_feeds(60, 12)
    played = World(
        feeds, tmp_path_factory.mktemp("world"), redis_url, "day-of-feeds", tick=15.0, timeout=1.0
    )
    played.play()
    return played


def test_every_source_ends_the_day_in_its_right_state(world: World) -> None:
    assert {feed.kind for feed in world.feeds} == set(KINDS)
    assert world.wrong() == []


def test_no_request_comes_within_a_host_s_delay_or_before_retry_after(world: World) -> None:
    log = world.server.log
    assert len(log) > 1_000
    assert any(request.status == 429 for request in log)
    assert too_close(log, world.delay) == []
    assert too_early(log) == []


def test_requests_are_conditional_where_there_are_validators(world: World) -> None:
    could, did = conditional_requests(world.server.log, world.feeds)
    assert could > 500
    assert did >= 0.97 * could  # a few ask for the whole document, since a 304 may be wrong


def test_what_is_gone_is_left_alone_and_what_moved_is_asked_where_it_is(world: World) -> None:
    (gone,) = (feed for feed in world.feeds if feed.kind == "gone")
    assert sum(request.path == gone.path for request in world.server.log) == 1
    (moved,) = (feed for feed in world.feeds if feed.kind == "moved")
    late = [
        request.path
        for request in world.server.log
        if request.at > START + 24.5 * HOUR and moved.name in request.path
    ]
    assert late
    assert set(late) == {f"{moved.path}?new"}


def test_articles_come_sooner_for_fewer_requests_than_by_a_fixed_interval(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = world.figures()
    with capsys.disabled():
        sys.stdout.write(f"\n[day of feeds] {figures}\n")
    middle = figures.latencies[len(figures.latencies) // 2]
    assert middle < 450  # the middle of fifteen minutes
    assert figures.requests < 0.85 * 96 * len(world.feeds)


def test_what_somebody_must_know_was_told_once(world: World) -> None:
    told = [(event.source, event.kind) for event in world.resources.stores.events.recent(200)]
    assert len(told) == len(set(told))
    ill = {
        feed.name
        for feed in world.feeds
        if KINDS[feed.kind][1] in {"silent", "blocked", "failing", "gone"}
    }
    assert ill <= {source for source, _ in told}
    assert {kind for source, kind in told if source.startswith("stopped")} == {"silent"}
    assert {kind for source, kind in told if source.startswith("moved")} == {"moved"}
