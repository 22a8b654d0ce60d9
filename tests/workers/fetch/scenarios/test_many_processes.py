"""Four crawl workers in processes of their own keep to a host's limits, by the server's own log.

``python benchmarks/crawl.py --polite 1000`` does the same with a thousand URLs.
"""

from collections.abc import Iterator

import pytest

from tests.support.servers.polite_site import (
    PoliteSite,
    crawl_by_processes,
    most_at_once,
    shortest_gap,
)

HOST = "a.example"
OTHER = "b.example"


@pytest.fixture
def site() -> Iterator[PoliteSite]:
    with PoliteSite() as running:
        yield running


def pages(count: int, path: str = "") -> list[str]:
    return [f"http://{HOST}/{path}{number}" for number in range(count)]


def test_no_two_requests_begin_closer_than_the_delay(
    site: PoliteSite, redis_url: str, namespace: str
) -> None:
    fetched = crawl_by_processes(site, redis_url, namespace, pages(100), delay=0.02, concurrency=2)
    visits = site.of(HOST)
    assert fetched == 100
    assert len({visit.path for visit in visits}) == 101  # with robots.txt
    assert shortest_gap(visits) >= 0.02
    assert most_at_once(visits) <= 2


def test_no_more_than_the_concurrency_are_under_way(
    site: PoliteSite, redis_url: str, namespace: str
) -> None:
    fetched = crawl_by_processes(site, redis_url, namespace, pages(200), delay=0.0, concurrency=4)
    visits = site.of(HOST)
    assert fetched == 200
    assert most_at_once(visits) == 4  # as many as are allowed, and never more


def test_a_crawl_delay_is_followed_where_it_is_longer(
    site: PoliteSite, redis_url: str, namespace: str
) -> None:
    site.robots[HOST] = b"User-agent: *\nCrawl-delay: 0.15\n"
    fetched = crawl_by_processes(site, redis_url, namespace, pages(16), delay=0.01, concurrency=4)
    # It is not known before it was read.
    visits = [visit for visit in site.of(HOST) if visit.path != "/robots.txt"]
    assert fetched == 16
    assert shortest_gap(visits) >= 0.15


def test_a_redirect_to_another_host_waits_for_that_one_s_turn(
    site: PoliteSite, redis_url: str, namespace: str
) -> None:
    urls = pages(24, f"to/{OTHER}/") + [f"http://{OTHER}/direct/{number}" for number in range(24)]
    fetched = crawl_by_processes(site, redis_url, namespace, urls, delay=0.02, concurrency=1)
    assert fetched == 48
    for host, least in ((HOST, 24), (OTHER, 48)):
        visits = site.of(host)
        assert len(visits) > least
        assert shortest_gap(visits) >= 0.02
        assert most_at_once(visits) == 1
