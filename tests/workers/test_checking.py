"""What ``newsloom sources check`` says, with sources and sites on loopback."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from config.sources import Source
from pipeline.discover.health import Level, Verdict
from pipeline.discover.state import FeedState
from tests.fault_server import FaultServer, answer
from workers.checking import check
from workers.polling import poll
from workers.resources import Resources

SOURCE = Source(id="harbour", feed="http://a.example/feed")
NOW = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)


@pytest.fixture
def resources(making: Callable[..., Resources]) -> Resources:
    made = making(SOURCE, clock=NOW.timestamp)
    made.apply_sources()
    return made


def feed(*ages: float) -> bytes:
    """Articles that are so many hours old."""
    items = "".join(
        f"<item><link>http://a.example/{age}</link><title>{age}</title>"
        f"<pubDate>{format_datetime(NOW - timedelta(hours=age))}</pubDate></item>"
        for age in ages
    )
    return f'<rss version="2.0"><channel><title>Harbour</title>{items}</channel></rss>'.encode()


def steadily(first: float, *, every: float = 2 / 3, count: int = 400) -> list[float]:
    return [first + number * every for number in range(count)]


def sitemap(ages: Sequence[float]) -> bytes:
    urls = "".join(
        f"<url><loc>http://a.example/article-{number}</loc>"
        f"<lastmod>{(NOW - timedelta(hours=age)).isoformat()}</lastmod></url>"
        for number, age in enumerate(ages)
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


def checked(resources: Resources, source: Source = SOURCE) -> Verdict:
    return resources.wait_for(check(resources, source))


def test_a_healthy_source(resources: Resources, server: FaultServer) -> None:
    server.pages["/feed"] = answer(feed(*steadily(0.2)))
    verdict = checked(resources)
    assert (verdict.level, verdict.ill) == (Level.HEALTHY, False)
    assert verdict.sentence == "healthy: last article 12 min ago, usually every 40 min"


def test_a_silent_source_is_compared_with_its_sitemap(resources: Resources, server: FaultServer) -> None:
    server.pages["/feed"] = answer(feed(*steadily(9)))
    server.pages["/robots.txt"] = answer(b"Sitemap: http://a.example/map.xml")
    server.pages["/map.xml"] = answer(sitemap([1, 2, 3, 4, 5, 6, 7, 9.5, 30]))
    verdict = checked(resources)
    assert (verdict.level, verdict.ill) == (Level.SILENT, True)
    assert verdict.sentence == (
        "silent for 9 h, usually every 39 min; it answers 200 with the same 400 items; "
        "the site's sitemap has 7 newer articles"
    )


def test_a_silent_source_without_a_sitemap_is_compared_with_its_front_page(
    resources: Resources, server: FaultServer
) -> None:
    known, new = "/the-ferry-is-late-again", "/the-bridge-opens-at-last"
    links = "".join(f'<a href="{path}">x</a>' for path in (known, new, new + "#comments", "/sport", "/"))
    server.pages["/"] = answer(f"<html><body>{links}</body></html>".encode(), content_type="text/html")
    announced = feed(*steadily(9)).replace(b"a.example/9.0<", f"a.example{known}<".encode())
    server.pages["/feed"] = answer(announced)
    resources.wait_for(poll(resources, SOURCE))
    verdict = checked(resources)
    assert verdict.sentence.endswith("; the site's front page links to 1 article that the source never announced")


def test_a_silent_source_of_a_silent_site(resources: Resources, server: FaultServer) -> None:
    server.pages["/feed"] = answer(feed(*steadily(9)))
    assert checked(resources).sentence.endswith("with the same 400 items")


def test_a_moved_source_is_well(resources: Resources, server: FaultServer) -> None:
    server.pages["/feed"] = answer(b"", "301 x", location="http://b.example/new")
    server.pages["b.example/new"] = answer(feed(*steadily(0.2)))
    verdict = checked(resources)
    assert (verdict.level, verdict.ill) == (Level.MOVED, False)
    assert "moved for good to http://b.example/new (seen 1 time" in verdict.sentence


@pytest.mark.parametrize("status", ["403 Forbidden", "429 Too Many Requests"])
def test_a_blocked_source(resources: Resources, server: FaultServer, status: str) -> None:
    server.pages["/feed"] = answer(b"", status)
    verdict = checked(resources)
    assert (verdict.level, verdict.ill) == (Level.BLOCKED, True)
    assert verdict.sentence.startswith("blocked: ")
    assert status in verdict.sentence


def test_checking_takes_nothing_in_and_the_next_poll_still_finds_it(resources: Resources, server: FaultServer) -> None:
    server.pages["/feed"] = answer(feed(1, 2, 3), etag='"1"')
    before = resources.stores.feeds.state("harbour")
    checked(resources)
    assert resources.stores.feeds.state("harbour") == before
    assert resources.stores.ledger.totals().accepted == 0
    assert resources.wait_for(poll(resources, SOURCE)) == 3


def test_a_source_that_is_no_longer_gone_is_polled_again(resources: Resources, server: FaultServer) -> None:
    server.pages["/feed"] = answer(b"", "410 Gone")
    resources.wait_for(poll(resources, SOURCE))
    assert checked(resources).level is Level.GONE
    due = resources.stores.feeds.next_poll("harbour")
    assert due is not None
    assert due > NOW.timestamp() + 300 * 86_400
    server.pages["/feed"] = answer(feed(*steadily(0.2)))
    assert checked(resources).level is Level.HEALTHY
    assert resources.stores.feeds.next_poll("harbour") == NOW.timestamp()


def test_a_host_that_rests_is_not_asked_and_the_last_state_is_said(resources: Resources, server: FaultServer) -> None:
    resources.stores.feeds.record("harbour", FeedState(), next_poll=0)
    resources.stores.politeness.pause("a.example", 5_000)
    verdict = checked(resources)
    assert verdict.sentence.startswith("new: not polled yet; it cannot be asked now: a.example may be asked again in ")
    assert server.asked == []
