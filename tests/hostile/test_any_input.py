"""Whatever bytes come: the documented errors only, in a bounded time, with a well-formed result."""

import gzip
import math
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.opml import NotOpml, read_opml
from pipeline.crawl.robots import from_response
from pipeline.discover.candidates import named_in
from pipeline.discover.feeds.parse import NotAFeed, parse_feed
from pipeline.discover.listings import NotAPage, parse_listing
from pipeline.discover.sitemaps import NotASitemap, parse_sitemap
from pipeline.discover.websub import links_of_header
from pipeline.outcome import Rejected
from pipeline.text.charset import decode
from pipeline.urls import BadUrl, normalise, url_id
from search.language.query import QueryError, parse
from storage.archive.warc import WarcReader
from tests.hostile.cases.feeds import ITEM, rss
from tests.hostile.cases.opml import FEED, opml
from tests.hostile.cases.sitemaps import ENTRY, urlset
from tests.hostile.cases.warc import record
from tests.support.processes.hostile_pages import TEXT, html, outcome

URL = "https://a.example/feed"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECONDS = 3
"""Of CPU for one small document."""

quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
MARKS = [b"<", b">", b"&", b'"', b"'", b"\0", b"]]>", b"<!--", b"<![CDATA[", b"<?xml", b"\xff\xfe"]


def documents(sample: bytes) -> st.SearchStrategy[bytes]:
    """Any bytes, and the sample with pieces that are cut out, doubled or replaced."""

    def spoiled(edits: list[tuple[int, int, bytes, int]]) -> bytes:
        content = sample
        for start, length, piece, times in edits:
            at = start % (len(content) + 1)
            content = content[:at] + piece * times + content[at + length :]
        return content

    piece = st.sampled_from(MARKS) | st.binary(max_size=8)
    places, lengths, times = st.integers(0, 10_000), st.integers(0, 60), st.integers(0, 50)
    edits = st.lists(st.tuples(places, lengths, piece, times), min_size=1, max_size=6)
    return st.binary(max_size=500) | edits.map(spoiled)


def in_time(read: Callable[[], object]) -> None:
    begun = time.process_time()
    read()
    assert time.process_time() - begun < SECONDS


@quick
@given(documents(html(TEXT * 2, '<title>x</title><meta charset="utf-8">')), st.text(max_size=40))
def test_any_page_is_an_article_or_rejected(content: bytes, content_type: str) -> None:
    def read() -> None:
        found = outcome(content, content_type)
        if isinstance(found, Rejected):
            assert found.reason
        else:
            assert found.body.strip()
            assert found.title
            found.model_dump_json()

    in_time(read)


@quick
@given(documents(rss(ITEM.format(1) + ITEM.format("&amp;2"))), st.text(max_size=40))
def test_any_feed_is_read_or_none(content: bytes, content_type: str) -> None:
    def read() -> None:
        try:
            feed = parse_feed(content, url=URL, source="a", now=NOW, content_type=content_type)
        except NotAFeed:
            return
        assert all(normalise(link.url, tracking=True) == link.url for link in feed.links)
        feed.model_dump_json()

    in_time(read)


@quick
@given(documents(urlset(ENTRY.format(1) + ENTRY.format(2))))
def test_any_sitemap_is_read_or_none(content: bytes) -> None:
    def read() -> None:
        try:
            found = parse_sitemap(content, url=URL, source="a", now=NOW)
        except NotASitemap:
            return
        assert all(link.url.startswith("http") for link in (*found.links, *found.undated))

    in_time(read)


@quick
@given(documents(html('<a href="/news/a-long-headline-1">x</a>' * 5)))
def test_any_section_page_is_read_or_none(content: bytes) -> None:
    def read() -> None:
        named_in(content, "text/html", URL)
        try:
            teasers = parse_listing(content, "text/html", url=URL, source="a")
        except NotAPage:
            return
        assert all(teaser.link.url.startswith("http") for teaser in teasers)

    in_time(read)


@quick
@given(documents(b"User-agent: *\nDisallow: /news\nCrawl-delay: 5\nSitemap: https://a.example/s\n"))
def test_any_robots_txt_allows_or_not(content: bytes) -> None:
    def read() -> None:
        robots = from_response(200, content)
        assert robots.allows(URL, "newsloom") in {True, False}
        delay = robots.crawl_delay("newsloom")
        assert delay is None or 0 < delay < math.inf
        assert all(isinstance(address, str) for address in robots.sitemaps)

    in_time(read)


@quick
@given(documents(opml(FEED.format(1) + FEED.format(2))))
def test_any_opml_is_read_or_refused(content: bytes) -> None:
    def read() -> None:
        try:
            found = read_opml(content)
        except NotOpml:
            return
        assert len({source.id for source in found.sources}) == len(found.sources)

    in_time(read)


@quick
@given(st.text(max_size=300) | documents(b"https://a.example/x?a=1&b=2").map(repr))
def test_any_text_is_an_address_or_bad(text: str) -> None:
    def read() -> None:
        try:
            url = normalise(text)
        except BadUrl:
            return
        assert normalise(url) == url
        assert len(url_id(url)) == len(url_id("https://a.example/"))

    in_time(read)


@quick
@given(st.text(max_size=300), st.text(alphabet='()[]{}"\\:*?~^+-/ ANDORTO', max_size=300))
def test_any_query_is_understood_or_refused(text: str, marks: str) -> None:
    def read() -> None:
        for query in (text, marks):
            with suppress(QueryError):
                parse(query)

    in_time(read)


@quick
@given(st.binary(max_size=500), st.text(max_size=60))
def test_any_bytes_are_decoded(content: bytes, content_type: str) -> None:
    in_time(lambda: decode(content, content_type).encode("utf-8"))


@quick
@given(st.text(alphabet='<>;=", \\ahtps:/.rel', max_size=300))
def test_any_link_header_is_read(value: str) -> None:
    in_time(lambda: list(links_of_header(value)))


@quick
@given(
    content=documents(record(0) + record(1) + record(2)),
    cut=st.integers(0, 400),
    packed=st.booleans(),
)
def test_any_warc_is_read_to_its_end(
    tmp_path: Path, content: bytes, cut: int, *, packed: bool
) -> None:
    path = tmp_path / "x.warc"
    if packed:
        content = gzip.compress(content[:cut]) + gzip.compress(content[cut:])
        content = content[: len(content) - cut % 7]
    path.write_bytes(content)

    def read() -> None:
        reader = WarcReader(max_bytes=100_000)
        found = [*reader.read(path), *reader.revisits()]
        assert len(found) < 1_000

    in_time(read)
