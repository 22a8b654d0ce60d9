"""What the site of a silent source has that the source has not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from config.sources import Source
from pipeline.records import FoundBy, Link
from pipeline.sources.state import SourceState
from pipeline.urls import Url
from tests.support.servers.fault_server import FaultServer, answer
from workers.resources import Resources
from workers.sources.site_comparison import newer_on_site

SOURCE = Source(id="harbour", feed="http://a.example/feed")
NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
STATE = SourceState(address=SOURCE.address, newest=(NOW - timedelta(days=2)).timestamp())


@pytest.fixture
def resources(making: Callable[..., Resources]) -> Resources:
    return making(SOURCE, clock=NOW.timestamp)


def newer(resources: Resources, *announced: str) -> str | None:
    links = [
        Link(url=Url(f"http://a.example/{path}"), source="harbour", found_by=FoundBy.FEED)
        for path in announced
    ]
    work = newer_on_site(resources, SOURCE, STATE, links, NOW.timestamp())
    return resources.loop.run(work)


def sitemap(*entries: tuple[str, int]) -> bytes:
    urls = "".join(
        f"<url><loc>http://a.example/news/{path}</loc>"
        f"<lastmod>{(NOW - timedelta(hours=hours)).isoformat()}</lastmod></url>"
        for path, hours in entries
    )
    return answer(f"<urlset>{urls}</urlset>".encode())


def test_newer_articles_of_a_sitemap_are_counted(resources: Resources, server: FaultServer) -> None:
    server.pages["/sitemap.xml"] = sitemap(
        ("the-ferry-is-late-again", 3), ("the-fire-is-out-now", 5), ("an-older-story-of-june", 99)
    )
    assert newer(resources) == "a.example's sitemap has 2 newer articles"
    announced = newer(resources, "news/the-ferry-is-late-again")
    assert announced == "a.example's sitemap has 1 newer article"


def test_a_front_page_may_show_what_was_never_announced(
    resources: Resources, server: FaultServer
) -> None:
    links = '<a href="/news/the-ferry-is-late-again">Late</a><a href="/about">About</a>'
    server.pages["/"] = answer(f"<html><body>{links}".encode(), content_type="text/html")
    assert (
        newer(resources)
        == "a.example's front page links to 1 article that the source never announced"
    )


def test_a_site_with_nothing_new_is_silent_itself(
    resources: Resources, server: FaultServer
) -> None:
    server.pages["/sitemap.xml"] = sitemap(("an-older-story-of-june", 99))
    assert newer(resources) is None
