"""Hosts that ask for a pause have it, at once and from all, whatever they were asked for."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from config.sources import Source
from pipeline.outcome import Retry
from pipeline.urls import Url
from storage.redis.keys import Key
from tests.support.servers.fault_server import PAGE, FaultServer, answer
from workers.fetch.records import Response
from workers.resources import Resources
from workers.sources.checks import check
from workers.sources.discovery import discover
from workers.sources.polling import poll

MAP = Source(id="map", sitemap="http://a.example/sitemap.xml", interval=100)
FEEDS = [
    Source(id=f"feed-{number}", feed=f"http://a.example/{number}", interval=100)
    for number in range(3)
]
Making = Callable[..., Resources]


def serve_index(server: FaultServer, *addresses: str) -> None:
    names = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    server.pages["/sitemap.xml"] = answer(f"<sitemapindex>{names}</sitemapindex>".encode())


def asked(server: FaultServer) -> list[str]:
    """What was asked for, robots.txt aside."""
    return [path for path in server.paths() if path != "/robots.txt"]


@pytest.mark.parametrize(
    ("status", "failure"), [("429 Slow", "blocked"), ("503 Busy", "http_error")]
)
def test_a_look_asks_no_more_of_a_host_whose_sitemap_asks_for_a_rest(
    making: Making, server: FaultServer, status: str, failure: str
) -> None:
    resources = making(MAP)
    serve_index(server, *(f"http://a.example/{number}.xml" for number in range(15)))
    server.pages |= {f"/{number}.xml": answer(status=status) for number in range(15)}
    resources.loop.run(poll(resources, MAP))
    state = resources.stores.sources.state("map")
    assert asked(server) == ["/sitemap.xml", "/14.xml"]
    assert (state.failures, state.failure, state.throttled) == (1, failure, 1)
    assert str(state.error).startswith(f"http://a.example/14.xml: the server answered {status[:3]}")


def test_other_hosts_of_the_index_are_asked_on(making: Making, server: FaultServer) -> None:
    resources = making(MAP)
    serve_index(
        server, "http://www.a.example/3.xml", "http://a.example/2.xml", "http://www.a.example/1.xml"
    )
    server.pages |= {"/3.xml": answer(status="429 Slow"), "/2.xml": answer(b"<urlset/>")}
    resources.loop.run(poll(resources, MAP))
    assert asked(server) == ["/sitemap.xml", "/3.xml", "/2.xml"]
    assert resources.stores.sources.state("map").failures == 0


def test_the_time_that_a_sitemap_asks_for_holds_for_pages_too(
    making: Making, server: FaultServer
) -> None:
    resources = making(MAP)
    resources.registry.apply_to(resources.stores)
    serve_index(server, "http://a.example/1.xml")
    server.pages |= {"/1.xml": answer(status="503 Busy", retry_after="3600"), "/page": answer(PAGE)}
    resources.loop.run(poll(resources, MAP))
    found = resources.loop.run(resources.web.get(Url("http://a.example/page"), "x"))
    assert isinstance(found, Retry)
    assert not found.counts
    assert found.after == pytest.approx(3600, abs=5)
    state, due = resources.stores.sources.state("map"), resources.stores.sources.next_poll("map")
    assert due is not None
    assert state.last_poll is not None
    assert due - state.last_poll == pytest.approx(3600, abs=5)
    assert asked(server) == ["/sitemap.xml", "/1.xml"]


def test_a_source_waits_longer_each_time_where_no_time_is_given(
    making: Making, server: FaultServer
) -> None:
    resources = making(*FEEDS)
    server.pages |= {f"/{number}": answer(status="429 Slow") for number in range(3)}
    resources.loop.run(poll(resources, FEEDS[0]))
    politeness = resources.stores.politeness
    assert 55 < politeness.slow_down("a.example", None) <= 60
    keys = resources.stores.keyspace
    keys.client.delete(keys.key(Key.PAUSED, "a.example"), keys.key(Key.NEXT, "a.example"))
    resources.loop.run(poll(resources, FEEDS[1]))
    assert 110 < politeness.slow_down("a.example", None) <= 120


def test_no_source_of_a_host_asks_again_for_a_robots_that_wants_a_rest(
    making: Making, server: FaultServer
) -> None:
    server.pages["/robots.txt"] = answer(status="503 Busy", retry_after="3600")
    for source in FEEDS:
        resources = making(*FEEDS)  # as in a process of its own
        resources.registry.apply_to(resources.stores)
        resources.loop.run(poll(resources, source))
        state, due = (
            resources.stores.sources.state(source.id),
            resources.stores.sources.next_poll(source.id),
        )
        assert (state.failures, state.failure) == (1, "robots")
        assert due is not None
        assert state.last_poll is not None
        assert due - state.last_poll == pytest.approx(3600, abs=5)
    assert server.paths() == ["/robots.txt"]


def test_discovery_leaves_a_host_alone_that_asks_for_it(
    making: Making, server: FaultServer
) -> None:
    resources = making()
    server.pages["/"] = answer(
        b'<a href="/rss/1.xml">RSS</a><a href="/rss/2.xml">RSS</a>', content_type="text/html"
    )
    server.pages |= {
        f"/rss/{number}.xml": answer(status="429 Slow", retry_after="600") for number in (1, 2)
    }
    found = resources.loop.run(discover(resources, Url("http://a.example/"), now=datetime.now(UTC)))
    assert found.found == ()
    assert asked(server) == ["/", "/rss/1.xml"]


def test_a_check_leaves_a_host_alone_that_asks_for_it(making: Making, server: FaultServer) -> None:
    resources = making(*FEEDS)
    server.pages |= {
        f"/{number}": answer(status="429 Slow", retry_after="600") for number in range(3)
    }
    for source in FEEDS:
        resources.loop.run(check(resources, source))
    assert asked(server) == ["/0"]
    assert not isinstance(
        resources.loop.run(resources.web.get(Url("http://a.example/page"), "x")), Response
    )
