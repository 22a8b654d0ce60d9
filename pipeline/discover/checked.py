"""Documents with links whose ids can be worked out.

A reader with limits is given these functions. A link whose id takes too long is then a fault of its
document, and never met where the link is taken in.
"""

from collections.abc import Iterable
from datetime import datetime

from pipeline.discover.dates import OLDEST
from pipeline.discover.feeds import Feed, parse_feed
from pipeline.discover.listings import Teaser, parse_listing
from pipeline.discover.sitemaps import Sitemap, parse_sitemap
from pipeline.urls import Url, url_id


def checked_feed(  # noqa: PLR0913 - all by name
    content: bytes, *, url: str, source: str, now: datetime, content_type: str, max_entries: int
) -> Feed:
    """As ``parse_feed``."""
    feed = parse_feed(
        content,
        url=url,
        source=source,
        now=now,
        content_type=content_type,
        max_entries=max_entries,
    )
    try_ids(link.url for link in feed.links)
    return feed


def checked_teasers(
    content: bytes, content_type: str, *, url: Url, source: str
) -> tuple[Teaser, ...]:
    """As ``parse_listing``."""
    teasers = parse_listing(content, content_type, url=url, source=source)
    try_ids(teaser.link.url for teaser in teasers)
    return teasers


def checked_sitemap(
    content: bytes, *, url: Url, source: str, now: datetime, since: datetime = OLDEST
) -> Sitemap:
    """As ``parse_sitemap``."""
    sitemap = parse_sitemap(content, url=url, source=source, now=now, since=since)
    try_ids(link.url for link in (*sitemap.links, *sitemap.undated))
    return sitemap


def try_ids(urls: Iterable[Url]) -> None:
    """Work out the id of each URL, for the time that it takes."""
    for url in urls:
        url_id(url)
