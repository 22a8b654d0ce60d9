"""Documents with links whose ids can be worked out."""

from datetime import UTC, datetime

import pytest

from pipeline.discover import checked
from pipeline.discover.checked import checked_feed, checked_sitemap, checked_teasers, try_ids
from pipeline.urls import Url

NOW = datetime(2026, 5, 4, tzinfo=UTC)
URL = Url("http://a.example/")
LINKS = ["http://a.example/2026/05/04/harbour-plans", "http://a.example/2026/05/03/bread-price"]

ITEMS = "".join(f"<item><title>A</title><link>{link}</link></item>" for link in LINKS)
FEED = f"<rss><channel><title>A</title>{ITEMS}</channel></rss>".encode()
SITEMAP = f"<urlset>{''.join(f'<url><loc>{link}</loc></url>' for link in LINKS)}</urlset>".encode()
ANCHORS = "".join(f'<p><a href="{link}">The harbour council plans</a></p>' for link in LINKS)
PAGE = f"<html><body>{ANCHORS}</body></html>".encode()


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The URLs whose ids were worked out."""
    urls: list[str] = []
    monkeypatch.setattr(checked, "url_id", urls.append)
    return urls


def test_the_id_of_each_link_is_worked_out(tried: list[str]) -> None:
    checked_feed(FEED, url=URL, source="a", now=NOW, content_type="", max_entries=10)
    checked_sitemap(SITEMAP, url=URL, source="a", now=NOW)
    checked_teasers(PAGE, "text/html", url=URL, source="a")
    try_ids([URL])
    assert tried == [*LINKS, *LINKS, *LINKS, URL]
