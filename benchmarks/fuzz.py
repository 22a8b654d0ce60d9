"""Fuzzes one parser with Atheris, which looks for new paths through the code.

``pip install -e '.[fuzz]'``, then ``python -m benchmarks.fuzz PARSER -max_total_time=60``; more
options are libFuzzer's. It ends at the first error that is not documented, and writes the input to
a file ``crash-…``.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["pipeline", "search", "config"]):
    from config.opml import NotOpml, read_opml
    from pipeline.crawl.robots import from_response
    from pipeline.discover.feeds.parse import NotAFeed, parse_feed
    from pipeline.discover.listings import NotAPage, parse_listing
    from pipeline.discover.sitemaps import NotASitemap, parse_sitemap
    from pipeline.extract import extract
    from pipeline.records import FoundBy, Link, Page
    from pipeline.text.charset import decode
    from pipeline.urls import BadUrl, Url, normalise, url_id
    from search.language.query import QueryError, parse

URL = Url("https://a.example/news/1")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def feed(content: bytes) -> None:
    with suppress(NotAFeed):
        parse_feed(content, url=URL, source="a", now=NOW)


def sitemap(content: bytes) -> None:
    with suppress(NotASitemap):
        parse_sitemap(content, url=URL, source="a", now=NOW)


def listing(content: bytes) -> None:
    with suppress(NotAPage):
        parse_listing(content, "text/html", url=URL, source="a")


def page(content: bytes) -> None:
    fetched = Page(
        url=URL,
        final_url=URL,
        status=200,
        content_type="text/html",
        content=content,
        fetched_at=NOW,
    )
    link = Link(url=URL, source="a", found_by=FoundBy.FEED)
    extract(fetched, link=link, first_seen=NOW)


def robots(content: bytes) -> None:
    from_response(200, content).allows(URL, "newsloom")


def opml(content: bytes) -> None:
    with suppress(NotOpml):
        read_opml(content)


def url(content: bytes) -> None:
    with suppress(BadUrl):
        url_id(normalise(content.decode("utf-8", "surrogateescape")))


def query(content: bytes) -> None:
    with suppress(QueryError):
        parse(content.decode("utf-8", "surrogateescape"))


def charset(content: bytes) -> None:
    head, _, body = content.partition(b"\n")
    decode(body, head.decode("latin-1"))


PARSERS: dict[str, Callable[[bytes], None]] = {
    parser.__name__: parser
    for parser in (feed, sitemap, listing, page, robots, opml, url, query, charset)
}


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in PARSERS:
        raise SystemExit(f"name a parser: {', '.join(PARSERS)}")
    atheris.Setup([sys.argv[0], *sys.argv[2:]], PARSERS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
