"""Hosts that want long rests between requests, by a clock that leaps.

Nobody waits, and the seconds are real ones.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from config.sources import Source
from pipeline.outcome import Retry
from pipeline.urls import Url
from tests.support.servers.fault_server import PAGE, FaultServer, LoopbackNetwork, answer
from tests.workers.conftest import Making
from workers.fetch.records import Response
from workers.resources import Resources
from workers.sources.discovery import discover
from workers.sources.polling import poll

MAP = Source(id="map", sitemap="http://a.example/sitemap.xml", interval=100)
FEED = Source(id="feed", feed="http://a.example/feed", interval=100)
Starting = Callable[..., Resources]


class Leaping:
    """A clock on which whoever sleeps is awake at once, and it is later."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).timestamp()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += max(seconds, 0.0)


@pytest.fixture
def clock() -> Leaping:
    return Leaping()


@pytest.fixture
def starting(
    making: Making, network: LoopbackNetwork, server: FaultServer, clock: Leaping
) -> Starting:
    """Starts resources by this clock, and a host with this ``Crawl-delay``."""

    def start(*sources: Source, delay: float) -> Resources:
        server.pages["/robots.txt"] = answer(f"User-agent: *\nCrawl-delay: {delay}\n".encode())
        resources = Resources(
            making(*sources, fetch_timeout=25).settings, network, clock=clock, sleep=clock.sleep
        )
        resources.registry.apply_to(resources.stores)
        return resources

    return start


def serve_index(server: FaultServer, clock: Leaping, count: int) -> None:
    names = "".join(
        f"<sitemap><loc>http://a.example/{number}.xml</loc></sitemap>" for number in range(count)
    )
    server.pages["/sitemap.xml"] = answer(f"<sitemapindex>{names}</sitemapindex>".encode())
    date = (datetime.fromtimestamp(clock.now, UTC) - timedelta(hours=1)).isoformat()
    for number in range(count):
        page = f"<url><loc>http://a.example/page-{number}</loc><lastmod>{date}</lastmod></url>"
        server.pages[f"/{number}.xml"] = answer(f"<urlset>{page}</urlset>".encode())


def asked(server: FaultServer) -> list[str]:
    """What was asked for since the last call, robots.txt aside."""
    paths = [path for path in server.paths() if path != "/robots.txt"]
    server.asked.clear()
    return paths


def test_a_page_that_moved_within_a_slow_host_is_read_at_the_first_try(
    starting: Starting, server: FaultServer
) -> None:
    resources = starting(delay=30)
    server.pages |= {"/a": answer(status="301 Moved", location="/a/"), "/a/": answer(PAGE)}
    assert isinstance(
        resources.loop.run(resources.web.get(Url("http://a.example/a"), "x")), Response
    )
    assert asked(server) == ["/a", "/a/"]


def test_a_page_whose_redirect_would_outlast_its_lease_ends_after_its_attempts(
    starting: Starting, server: FaultServer, clock: Leaping
) -> None:
    resources = starting(delay=50)
    server.pages |= {"/a": answer(status="301 Moved", location="/a/"), "/a/": answer(PAGE)}
    found = resources.loop.run(resources.web.get(Url("http://a.example/a"), "x"))
    assert isinstance(found, Retry)
    assert found.counts
    assert found.after == pytest.approx(50, abs=1)
    assert found.error.startswith(
        "it redirects to http://a.example/a/, and a.example may be asked again in"
    )
    clock.now += 1
    found = resources.loop.run(resources.web.get(Url("http://a.example/a"), "x"))
    assert isinstance(found, Retry)
    assert not found.counts  # nothing was sent


def test_a_poll_waits_for_the_longest_rest_that_we_follow(
    starting: Starting, server: FaultServer
) -> None:
    resources = starting(FEED, delay=3_600)
    item = b"<rss><channel><title>T</title><item><link>http://a.example/1</link></item></channel></rss>"
    server.pages |= {"/feed": answer(status="301 Moved", location="/rss"), "/rss": answer(item)}
    assert resources.loop.run(poll(resources, FEED)) == 1
    assert resources.stores.sources.state("feed").failures == 0
    assert asked(server) == ["/feed", "/rss"]


def test_of_an_index_on_a_slow_host_each_look_reads_what_gets_its_turn(
    starting: Starting, server: FaultServer, clock: Leaping, caplog: pytest.LogCaptureFixture
) -> None:
    resources = starting(MAP, delay=12)
    serve_index(server, clock, 5)
    fresh, looks = [], []
    for _ in range(4):
        fresh.append(resources.loop.run(poll(resources, MAP)))
        looks.append(asked(server))
        clock.now += 100
    state = resources.stores.sources.state("map")
    assert (state.failures, state.error, state.etag) == (0, None, None)
    assert looks[0] == ["/sitemap.xml", "/4.xml", "/3.xml"]
    assert {path for look in looks for path in look[1:]} == {
        f"/{number}.xml" for number in range(5)
    }
    assert sum(fresh) == 5
    assert "3 sitemaps of the index wait for the next look" in caplog.text


def test_however_slow_a_host_is_one_sitemap_of_its_index_is_read_at_a_time(
    starting: Starting, server: FaultServer, clock: Leaping
) -> None:
    resources = starting(MAP, delay=60)
    serve_index(server, clock, 3)
    looks = []
    for _ in range(4):
        resources.loop.run(poll(resources, MAP))
        looks.append(asked(server)[1:])
        clock.now += 100
    # The newest by turns with those that waited.
    assert looks == [["/2.xml"], ["/1.xml"], ["/2.xml"], ["/0.xml"]]


def test_the_error_of_a_sitemap_is_told_and_not_that_others_wait(
    starting: Starting, server: FaultServer, clock: Leaping
) -> None:
    resources = starting(MAP, delay=60)
    serve_index(server, clock, 3)
    server.pages["/2.xml"] = answer(status="404 Not Found")
    resources.loop.run(poll(resources, MAP))
    state = resources.stores.sources.state("map")
    assert (state.failures, state.error) == (
        1,
        "http://a.example/2.xml: the server has no such page (404)",
    )


def test_discovery_waits_for_each_turn_and_says_so(starting: Starting, server: FaultServer) -> None:
    resources = starting(delay=20)
    server.pages["/"] = answer(
        b'<html><link rel="alternate" type="application/rss+xml" href="/rss"></html>'
    )
    server.pages["/rss"] = answer(
        b"<rss><channel><title>T</title><item><link>/1</link></item></channel></rss>"
    )
    said: list[str] = []
    found = resources.loop.run(
        discover(resources, Url("http://a.example/"), now=datetime.now(UTC), say=said.append)
    ).found
    assert [each.address for each in found] == ["http://a.example/rss"]
    assert said[:2] == [
        "http://a.example/",
        "http://a.example/rss (its host wants 20 s between two requests)",
    ]
