"""Looks at sitemaps: what is fetched, what is taken, what is remembered."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from config.sources import Source
from pipeline.discover.sitemaps import MAX_BYTES
from pipeline.records import FoundBy
from pipeline.sources.state import SourceState
from pipeline.urls import url_id
from storage.redis.keys import Key
from tests.support.servers.fault_server import BOMB, FaultServer, answer
from workers.resources import Resources
from workers.sources.polling import poll
from workers.sources.sitemaps.crawl import MAX_DEPTH, MOST_FETCHED

HARBOUR = Source(id="harbour", sitemap="http://a.example/sitemap.xml", interval=100)
NOW = datetime.now(UTC)


def ago(**units: float) -> str:
    return (NOW - timedelta(**units)).isoformat(timespec="seconds")


def urlset(*pages: tuple[str, str]) -> bytes:
    entries = (
        f"<url><loc>http://a.example/{path}</loc>{_lastmod(date)}</url>" for path, date in pages
    )
    return f"<urlset>{''.join(entries)}</urlset>".encode()


def index(*children: tuple[str, str]) -> bytes:
    entries = (
        f"<sitemap><loc>http://a.example/{path}</loc>{_lastmod(date)}</sitemap>"
        for path, date in children
    )
    return f"<sitemapindex>{''.join(entries)}</sitemapindex>".encode()


def _lastmod(date: str) -> str:
    return f"<lastmod>{date}</lastmod>" if date else ""


def serve(
    server: FaultServer, path: str, body: bytes = b"", status: str = "200 OK", **headers: str
) -> None:
    server.pages[f"/{path}"] = answer(body, status, **headers)


@pytest.fixture
def resources(making: Callable[..., Resources]) -> Resources:
    return making(HARBOUR)


def polled(resources: Resources, source: Source = HARBOUR) -> tuple[int, SourceState]:
    fresh = resources.loop.run(poll(resources, source))
    return fresh, resources.stores.sources.state(source.id)


def end_pauses(resources: Resources) -> None:
    """As if the time had passed for which hosts asked to be left alone."""
    keyspace = resources.stores.keyspace
    for kind in (Key.NEXT, Key.PAUSED):
        keyspace.client.delete(keyspace.key(kind, "a.example"), keyspace.key(kind, "b.example"))


def accepted(resources: Resources, path: str) -> bool:
    return resources.stores.ledger.entry(url_id(f"http://a.example/{path}")) is not None


def asked(server: FaultServer) -> list[str]:
    """What was asked for since the last call, robots.txt aside."""
    paths = [path for path in server.paths() if path != "/robots.txt"]
    server.asked.clear()
    return paths


def test_the_first_look_takes_what_is_recent(resources: Resources, server: FaultServer) -> None:
    serve(
        server,
        "sitemap.xml",
        urlset(("old", ago(days=3)), ("new", ago(hours=3)), ("newer", ago(days=1))),
        etag='"1"',
    )
    fresh, state = polled(resources)
    assert (fresh, state.etag, state.failures, state.error) == (2, '"1"', 0, None)
    assert [accepted(resources, path) for path in ("old", "new", "newer")] == [False, True, True]
    entry = resources.stores.ledger.entry(url_id("http://a.example/new"))
    assert entry is not None
    assert (entry.link.found_by, entry.link.found_in) == (
        FoundBy.SITEMAP,
        "http://a.example/sitemap.xml",
    )


def test_how_far_back_is_the_source_s_to_say(resources: Resources, server: FaultServer) -> None:
    serve(server, "sitemap.xml", urlset(("old", ago(days=3)), ("older", ago(days=9))))
    assert polled(resources, HARBOUR.model_copy(update={"recent": 7 * 86_400.0}))[0] == 1


def test_after_a_long_silence_nothing_in_between_is_lost(
    resources: Resources, server: FaultServer
) -> None:
    week_ago = (NOW - timedelta(days=7)).timestamp()
    resources.registry.apply_to(resources.stores)
    resources.stores.sources.record(
        "harbour", SourceState(address=HARBOUR.address, last_success=week_ago), next_poll=0
    )
    serve(
        server, "sitemap.xml", urlset(("a", ago(days=6)), ("b", ago(days=8)), ("c", ago(days=10)))
    )
    assert polled(resources)[0] == 2


def test_what_is_not_modified_is_neither_sent_nor_read_again(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, "sitemap.xml", index(("one.xml", ago(hours=1))), etag='"1"')
    serve(server, "one.xml", urlset(("a", ago(hours=1))))
    assert polled(resources)[0] == 1
    server.pages["/sitemap.xml"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    asked(server)
    fresh, state = polled(resources)
    assert (fresh, state.etag, state.failures) == (0, '"1"', 0)
    assert server.asked[-1].headers["if-none-match"] == '"1"'
    assert asked(server) == ["/sitemap.xml"]


def test_a_child_whose_date_did_not_move_is_not_fetched_again(
    resources: Resources, server: FaultServer
) -> None:
    still, moving = ago(hours=5), ago(hours=4)
    serve(
        server,
        "sitemap.xml",
        index(("still.xml", still), ("moving.xml", moving), ("past.xml", ago(days=400))),
    )
    serve(server, "still.xml", urlset(("a", ago(hours=5))))
    serve(server, "moving.xml", urlset(("b", ago(hours=4))), etag='"b1"')
    assert polled(resources)[0] == 2
    assert asked(server) == ["/sitemap.xml", "/moving.xml", "/still.xml"]
    serve(
        server,
        "sitemap.xml",
        index(("still.xml", still), ("moving.xml", ago(hours=1)), ("past.xml", ago(days=400))),
    )
    serve(server, "moving.xml", urlset(("b", ago(hours=4)), ("c", ago(hours=1))))
    assert polled(resources)[0] == 1
    assert server.asked[-1].headers["if-none-match"] == '"b1"'
    assert asked(server) == ["/sitemap.xml", "/moving.xml"]


def test_children_without_a_date_are_asked_each_time_and_their_index_too(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, "sitemap.xml", index(("one.xml", "")), etag='"1"')
    serve(server, "one.xml", urlset(("a", ago(hours=1))), etag='"2"')
    assert polled(resources)[1].etag is None  # a 304 for the index would hide a change in its child
    server.pages["/one.xml"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    for _ in range(2):
        assert polled(resources)[0] == 0
        assert server.asked[-1].headers["if-none-match"] == '"2"'


def test_entries_without_a_date_are_new_when_they_were_not_there_before(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, "sitemap.xml", b"http://a.example/1\nhttp://a.example/2\n")
    assert polled(resources)[0] == 0
    serve(server, "sitemap.xml", b"http://a.example/1\nhttp://a.example/2\nhttp://a.example/3\n")
    assert polled(resources)[0] == 1
    assert [accepted(resources, path) for path in "123"] == [False, False, True]
    assert polled(resources)[0] == 0


def test_undated_entries_beyond_the_bound_come_with_the_next_look(
    making: Callable[..., Resources], server: FaultServer
) -> None:
    resources = making(HARBOUR, max_entries=2)
    serve(server, "sitemap.xml", urlset())
    polled(resources)
    serve(server, "sitemap.xml", urlset(*((str(number), "") for number in range(5))))
    assert [polled(resources)[0] for _ in range(4)] == [2, 2, 1, 0]


def test_of_too_many_entries_the_newest_are_taken(
    making: Callable[..., Resources], server: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    resources = making(HARBOUR, max_entries=2)
    serve(
        server, "sitemap.xml", urlset(("a", ago(hours=9)), ("b", ago(hours=1)), ("c", ago(hours=2)))
    )
    assert polled(resources)[0] == 2
    assert [accepted(resources, path) for path in "abc"] == [False, True, True]
    assert "1 entries beyond the newest 2" in caplog.text


def test_of_too_many_children_the_newest_come_first_and_the_others_later(
    resources: Resources, server: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    count = MOST_FETCHED + 5
    dates = [ago(minutes=30 + number) for number in range(count)]
    serve(
        server,
        "sitemap.xml",
        index(*((f"{n}.xml", date) for n, date in enumerate(dates))),
        etag='"1"',
    )
    for number, date in enumerate(dates):
        serve(server, f"{number}.xml", urlset((f"page-{number}", date)))
    fresh, state = polled(resources)
    assert (fresh, state.etag) == (MOST_FETCHED, None)
    assert asked(server) == ["/sitemap.xml", *(f"/{number}.xml" for number in range(MOST_FETCHED))]
    assert "5 sitemaps of the index wait" in caplog.text
    fresh, state = polled(resources)
    assert (fresh, state.etag) == (5, '"1"')


def test_children_without_dates_go_by_name_and_number(
    resources: Resources, server: FaultServer
) -> None:
    names = ["post-9.xml", "post-10.xml", "news.xml", "2025-12.xml"]
    serve(server, "sitemap.xml", index(*((name, "") for name in names)))
    polled(resources)
    assert asked(server) == [
        "/sitemap.xml",
        "/news.xml",
        "/post-10.xml",
        "/post-9.xml",
        "/2025-12.xml",
    ]


def test_an_index_that_names_itself_or_its_parent_ends(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, "sitemap.xml", index(("sitemap.xml", ""), ("inner.xml", "")))
    serve(server, "inner.xml", index(("sitemap.xml", ""), ("inner.xml", ""), ("pages.xml", "")))
    serve(server, "pages.xml", urlset(("a", ago(hours=1))))
    assert polled(resources)[0] == 1
    assert asked(server) == ["/sitemap.xml", "/inner.xml", "/pages.xml"]


def test_indexes_inside_each_other_end_at_a_depth(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, "sitemap.xml", index(("1.xml", "")))
    for depth in range(1, 9):
        serve(server, f"{depth}.xml", index((f"{depth + 1}.xml", "")))
    polled(resources)
    assert asked(server) == [
        "/sitemap.xml",
        *(f"/{depth}.xml" for depth in range(1, MAX_DEPTH + 1)),
    ]


def test_a_child_that_fails_leaves_the_others_alone(
    resources: Resources, server: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    serve(
        server,
        "sitemap.xml",
        index(("gone.xml", ago(hours=1)), ("html.xml", ago(hours=2)), ("ok.xml", ago(hours=3))),
    )
    serve(server, "html.xml", b"<html><p>sorry")
    serve(server, "ok.xml", urlset(("a", ago(hours=3))))
    fresh, state = polled(resources)
    assert (fresh, state.failures, state.error) == (1, 0, None)
    assert "gone.xml: the server has no such page" in caplog.text
    assert "html.xml: the document's root is html" in caplog.text
    asked(server)
    polled(resources)
    # What will not be better is not asked for until its date moves.
    assert asked(server) == ["/sitemap.xml"]


def test_a_child_that_fails_for_the_moment_is_asked_for_again(
    resources: Resources, server: FaultServer
) -> None:
    serve(
        server,
        "sitemap.xml",
        index(("ok.xml", ago(hours=1)), ("slow.xml", ago(hours=2))),
        etag='"1"',
    )
    serve(server, "ok.xml", urlset(("a", ago(hours=1))))
    serve(server, "slow.xml", b"", "503 x", retry_after="5000")
    resources.registry.apply_to(resources.stores)
    fresh, state = polled(resources)
    assert (fresh, state.etag, state.failures) == (1, None, 0)
    due = resources.stores.sources.next_poll("harbour")
    assert due is not None
    assert state.last_poll is not None
    assert due - state.last_poll == pytest.approx(5000, abs=1)
    serve(server, "slow.xml", urlset(("b", ago(hours=2))))
    end_pauses(resources)
    assert polled(resources)[0] == 1


def test_an_index_of_which_nothing_can_be_read_is_a_failure(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, "sitemap.xml", index(("gone.xml", ago(hours=1))), etag='"1"')
    for failures in (1, 2):
        _, state = polled(resources)
        assert (state.failures, state.etag) == (failures, None)
        assert state.error is not None
        assert "gone.xml" in state.error


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>moved",
        b"<!DOCTYPE r [<!ENTITY a '<b/>'>]><urlset>&a;</urlset>",
        b"<x/>",
        BOMB,
    ],
)
def test_what_is_no_sitemap_is_a_failure(
    resources: Resources, server: FaultServer, body: bytes
) -> None:
    serve(server, "sitemap.xml", body, etag='"1"')
    fresh, state = polled(resources)
    assert (fresh, state.failures, state.etag) == (0, 1, None)
    assert state.error is not None


LARGE = 100_000
FILLED = b"<!--" + b"x" * 2 * LARGE + b"-->"


def test_a_sitemap_and_those_of_an_index_may_be_larger_than_a_page(
    making: Callable[..., Resources], server: FaultServer
) -> None:
    resources = making(HARBOUR, max_page_bytes=LARGE)
    plain, packed = (urlset((path, ago(hours=1))) + FILLED for path in ("a", "b"))
    serve(
        server,
        "sitemap.xml",
        index(("plain.xml", ago(hours=1)), ("packed.xml.gz", ago(hours=2))) + FILLED,
    )
    serve(server, "plain.xml", plain)
    serve(server, "packed.xml.gz", gzip.compress(packed))
    fresh, state = polled(resources)
    assert (fresh, state.failures) == (2, 0)


def test_a_feed_may_not_be_larger_than_a_page(
    making: Callable[..., Resources], server: FaultServer
) -> None:
    feed = Source(id="harbour", feed="http://a.example/feed")
    serve(
        server,
        "feed",
        b"<rss><channel><item><link>http://a.example/1</link></item></channel></rss>" + FILLED,
    )
    fresh, state = polled(making(feed, max_page_bytes=LARGE), feed)
    assert (fresh, state.failures) == (0, 1)
    assert f"{LARGE} are allowed" in str(state.error)


def test_a_sitemap_beyond_what_the_protocol_allows_is_refused(
    resources: Resources, server: FaultServer
) -> None:
    for length in (MAX_BYTES + 1, MAX_BYTES):  # the second one breaks off
        server.pages["/sitemap.xml"] = answer(b"<urlset>", length=length)
        fresh, state = polled(resources)
        assert (fresh, state.failures > 0) == (0, True)
        assert (f"{MAX_BYTES} are allowed" in str(state.error)) is (length > MAX_BYTES)


def test_a_gzip_file_is_unpacked(resources: Resources, server: FaultServer) -> None:
    packed = gzip.compress(urlset(("a", ago(hours=1))))
    serve(
        server,
        "sitemap.xml",
        gzip.compress(index(("one.xml.gz", ago(hours=1)))),
        content_type="application/x-gzip",
    )
    serve(server, "one.xml.gz", gzip.compress(packed), content_encoding="gzip")
    assert polled(resources)[0] == 1


def test_pages_and_sitemaps_of_other_sites_are_refused(
    resources: Resources, server: FaultServer
) -> None:
    elsewhere = b"<sitemap><loc>http://b.example/s.xml</loc></sitemap>"
    serve(
        server,
        "sitemap.xml",
        index(("one.xml", "")).replace(b"</sitemapindex>", elsewhere + b"</sitemapindex>"),
    )
    page = f"<url><loc>http://b.example/x</loc><lastmod>{ago(hours=1)}</lastmod></url>".encode()
    serve(server, "one.xml", urlset(("a", ago(hours=1))).replace(b"</urlset>", page + b"</urlset>"))
    assert polled(resources)[0] == 1
    assert not any(request.host == "b.example" for request in server.asked)
    why = resources.stores.ledger.refusal("http://b.example/x")
    assert why is not None
    assert "does not speak for b.example" in why


def test_robots_hold_for_each_sitemap(resources: Resources, server: FaultServer) -> None:
    serve(server, "robots.txt", b"User-agent: *\nDisallow: /private")
    serve(server, "sitemap.xml", index(("private.xml", ago(hours=1)), ("one.xml", ago(hours=2))))
    serve(server, "one.xml", urlset(("a", ago(hours=1))))
    assert polled(resources)[0] == 1
    assert "/private.xml" not in asked(server)
