"""Polls: what goes out, what is remembered, and when the next one is due."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

import anyio
import pytest
import redis

from config.sources import Source
from pipeline.outcome import Indexed
from pipeline.sources.state import SourceState
from pipeline.urls import Url, url_id
from tests.support.servers.fault_server import FaultServer, LoopbackNetwork, answer
from workers.fetch.records import FetchOptions
from workers.resources import Resources
from workers.sources.checks import check
from workers.sources.polling import poll, poll_due

HARBOUR = Source(id="harbour", feed="http://a.example/feed", interval=100)
ETAG, MODIFIED = 'W/"caf\xe9, \\"', "Fri, 2 Jan 2026 9:00:00 GMT"


def poll_now(resources: Resources) -> int:
    """Poll what is due and wait for it; how many links were new or changed."""
    return sum(poll.result(20) for poll in poll_due(resources, found=lambda: None))


def feed(*items: str) -> bytes:
    return (
        f'<rss version="2.0"><channel><title>Harbour</title>{"".join(items)}</channel></rss>'
    ).encode()


def item(path: str, date: str = "Fri, 02 Jan 2026 10:00:00 GMT") -> str:
    return f"<item><link>http://a.example/{path}</link><title>{path}</title><pubDate>{date}</pubDate></item>"


def serve(server: FaultServer, body: bytes = b"", status: str = "200 OK", **headers: str) -> None:
    server.pages["/feed"] = answer(body, status, **headers)


@pytest.fixture
def resources(making: Callable[..., Resources]) -> Resources:
    return making(HARBOUR, max_entries=5)


def polled(resources: Resources, source: Source = HARBOUR) -> tuple[int, SourceState]:
    fresh = resources.loop.run(poll(resources, source))
    return fresh, resources.stores.sources.state(source.id)


def wait_of(resources: Resources) -> float:
    """Seconds until the next poll, from the start of the last one."""
    due, state = (
        resources.stores.sources.next_poll("harbour"),
        resources.stores.sources.state("harbour"),
    )
    assert due is not None
    assert state.last_poll is not None
    return due - state.last_poll


def test_new_links_go_into_the_frontier_and_the_next_poll_is_an_interval_away(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, feed(item("1"), item("2")), etag=ETAG, last_modified=MODIFIED)
    assert poll_now(resources) == 2
    assert poll_now(resources) == 0  # nothing is due now
    state = resources.stores.sources.state("harbour")
    assert (state.etag, state.last_modified, state.failures, state.error) == (
        ETAG,
        MODIFIED,
        0,
        None,
    )
    assert state.last_poll == state.last_success == state.last_new
    assert wait_of(resources) == pytest.approx(100, abs=0.01)
    entry = resources.stores.ledger.entry(url_id("http://a.example/1"))
    assert entry is not None
    assert (entry.state, entry.link.source, entry.link.found_in, entry.link.title) == (
        "queued",
        "harbour",
        "http://a.example/feed",
        "1",
    )
    assert server.paths() == ["/robots.txt", "/feed"]


def test_validators_go_back_verbatim_and_not_modified_keeps_them(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, feed(item("1")), etag=ETAG, last_modified=MODIFIED)
    polled(resources)
    assert "if-none-match" not in server.asked[-1].headers
    server.pages["/feed"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    for _ in range(2):
        fresh, state = polled(resources)
        assert (fresh, state.etag, state.last_modified, state.failures) == (0, ETAG, MODIFIED, 0)
        headers = server.asked[-1].headers
        assert (headers["if-none-match"], headers["if-modified-since"]) == (ETAG, MODIFIED)
    assert state.last_success is not None
    assert state.last_new is not None
    assert state.last_success > state.last_new


def test_a_source_with_a_new_address_begins_anew(resources: Resources, server: FaultServer) -> None:
    serve(server, feed(item("1")), etag=ETAG, last_modified=MODIFIED)
    polled(resources)
    server.pages["/other"] = answer(feed(item("2")))
    fresh, state = polled(resources, HARBOUR.model_copy(update={"feed": "http://a.example/other"}))
    assert (fresh, state.address, state.etag) == (1, "http://a.example/other", None)
    assert "if-none-match" not in server.asked[-1].headers
    assert "if-modified-since" not in server.asked[-1].headers


def test_validators_that_the_server_no_longer_sends_are_forgotten(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, feed(item("1")), etag=ETAG)
    polled(resources)
    serve(server, feed(item("1")))
    _, state = polled(resources)
    assert state.etag is None


@pytest.mark.parametrize("status", ["500 x", "404 x", "403 x", "502 x"])
def test_failures_wait_twice_as_long_each_time_up_to_a_bound_and_success_forgives(
    resources: Resources, server: FaultServer, status: str
) -> None:
    resources.registry.apply_to(resources.stores)
    serve(server, b"", status)
    for failures in (1, 2, 3):
        fresh, state = polled(resources)
        assert (fresh, state.failures, state.gone) == (0, failures, False)
        assert state.error is not None
        assert status[:3] in state.error
        assert wait_of(resources) == pytest.approx(100 * 2**failures, abs=0.01)
    resources.stores.sources.record(
        "harbour", SourceState(address=HARBOUR.address, failures=500), next_poll=0
    )
    polled(resources)
    assert wait_of(resources) == pytest.approx(6400, abs=0.01)
    serve(server, feed(item("1")))
    _, state = polled(resources)
    assert (state.failures, state.error) == (0, None)
    assert wait_of(resources) == pytest.approx(100, abs=0.01)


def test_the_pause_that_a_server_asks_for_is_kept(
    resources: Resources, server: FaultServer
) -> None:
    resources.registry.apply_to(resources.stores)
    serve(server, b"", "429 x", retry_after="5000")
    polled(resources)
    assert wait_of(resources) == pytest.approx(5000, abs=1)


def test_a_short_pause_does_not_make_a_failing_feed_due_sooner(
    resources: Resources, server: FaultServer
) -> None:
    resources.registry.apply_to(resources.stores)
    serve(server, b"", "503 x", retry_after="1")
    polled(resources)
    assert wait_of(resources) == pytest.approx(200, abs=0.01)


def test_a_server_that_asks_for_a_pause_has_its_whole_host_left_alone(
    making: Callable[..., Resources], server: FaultServer
) -> None:
    second = Source(id="second", feed="http://a.example/second", interval=100)
    resources = making(HARBOUR, second)
    resources.registry.apply_to(resources.stores)
    serve(server, b"", "429 x", retry_after="700")
    _, state = polled(resources)
    assert (state.failure, state.throttled, state.status) == ("blocked", 1, 429)
    asked = len(server.asked)
    before = resources.stores.sources.state("second")
    assert resources.loop.run(poll(resources, second)) == 0
    assert len(server.asked) == asked
    assert (
        resources.stores.sources.state("second") == before
    )  # it was not asked, so it did not fail
    due = resources.stores.sources.next_poll("second")
    assert due is not None
    assert time.time() + 690 < due <= time.time() + 700


def test_a_document_that_did_not_change_is_not_read_again(
    resources: Resources, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(server, feed(item("1")))
    polled(resources)
    monkeypatch.setattr("workers.sources.poll_outcome.read", None)
    fresh, state = polled(resources)
    assert (fresh, state.failures, state.status) == (0, 0, 200)
    monkeypatch.undo()
    serve(server, feed(item("1"), item("2")))
    assert polled(resources)[0] == 1


def test_the_interval_is_learned_where_none_is_given(
    making: Callable[..., Resources], server: FaultServer
) -> None:
    source = Source(id="harbour", feed="http://a.example/feed")
    resources = making(source)
    resources.registry.apply_to(resources.stores)
    now = time.time()
    dates = [
        format_datetime(datetime.fromtimestamp(now - 600 * number, UTC)) for number in range(100)
    ]
    serve(
        server,
        feed(*(item(str(number), date) for number, date in enumerate(dates))),
        cache_control="max-age=1",
    )
    _, state = polled(resources, source)
    assert state.paced_by in {"rhythm", "objective"}
    assert state.interval is not None
    assert 270 <= state.interval <= 600
    assert state.newest == pytest.approx(now, abs=2)
    serve(server, feed(item("1", dates[1]), item("2", dates[2])), cache_control="max-age=1500")
    _, state = polled(resources, source)
    assert (state.paced_by, state.hints.fresh) == ("Cache-Control", 1500)
    assert wait_of(resources) == pytest.approx(1500, rel=0.02)


def test_one_interval_can_be_set_for_all(
    making: Callable[..., Resources], server: FaultServer
) -> None:
    source = Source(id="harbour", feed="http://a.example/feed")
    resources = making(source, poll_interval=77)
    resources.registry.apply_to(resources.stores)
    serve(server, feed(item("1")))
    assert polled(resources, source)[1].paced_by == "interval"
    assert wait_of(resources) == pytest.approx(77, abs=0.01)


def test_a_feed_that_moved_for_good_is_polled_there_after_a_day_and_somebody_is_told(
    making: Callable[..., Resources], server: FaultServer
) -> None:
    now = [1_800_000_000.0]
    resources = making(HARBOUR, clock=lambda: now[0])
    resources.registry.apply_to(resources.stores)
    serve(server, b"", "308 x", location="http://b.example/feed")
    server.pages["b.example/feed"] = answer(feed(item("1")))
    for hours in (0, 12, 12):
        now[0] += hours * 3_600
        polled(resources)
    assert resources.stores.sources.state("harbour").kept == "http://b.example/feed"
    event, _ = resources.stores.events.recent()  # the other one: its only entry is a year old
    assert (event.kind, event.source, event.at) == ("moved", "harbour", now[0])
    server.asked.clear()
    polled(resources)
    assert [(asked.host, asked.path) for asked in server.asked] == [("b.example", "/feed")]


def test_a_temporary_redirect_is_never_kept(
    making: Callable[..., Resources], server: FaultServer
) -> None:
    now = [1_800_000_000.0]
    resources = making(HARBOUR, clock=lambda: now[0])
    serve(server, b"", "307 x", location="http://b.example/feed")
    server.pages["b.example/feed"] = answer(feed(item("1")))
    for _ in range(5):
        now[0] += 86_400
        _, state = polled(resources)
    assert (state.kept, state.redirect, state.failures) == (None, None, 0)


def test_a_source_that_fails_for_long_is_told_once_and_so_is_its_recovery(
    making: Callable[..., Resources], server: FaultServer
) -> None:
    now = [1_800_000_000.0]
    resources = making(HARBOUR, clock=lambda: now[0])
    serve(server, b"", "500 x")
    for _ in range(5):
        now[0] += 1_800
        polled(resources)
    assert [event.kind for event in resources.stores.events.recent()] == ["failing"]
    serve(server, feed(item("1")))
    polled(resources)
    assert [event.kind for event in resources.stores.events.recent()] == ["recovered", "failing"]


CAPTCHA = (
    b"<!doctype html><html><head><title>Just a moment...</title></head>"
    b"<body><p>Checking your browser</body></html>"
)
LOGIN = (
    b"<!doctype html><html><head><title>Log in</title></head>"
    b"<body><form><input type=password></form></body></html>"
)


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (CAPTCHA, "blocked"),
        (LOGIN, "paywall"),
        (b"<html><body><p>Welcome to our new site</body></html>", "parse"),
        (b"  ", "empty"),
        (b"mysql_connect() failed", "parse"),
    ],
)
def test_what_comes_instead_of_a_feed_is_told_apart(
    resources: Resources, server: FaultServer, body: bytes, failure: str
) -> None:
    serve(server, body, content_type="text/html")
    assert polled(resources)[1].failure == failure


def test_an_address_that_leads_to_a_web_page_has_moved(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, b"", "302 x", location="/home")
    server.pages["/home"] = answer(
        b"<html><body><p>Welcome to our new site</body></html>", content_type="text/html"
    )
    _, state = polled(resources)
    assert state.failure == "moved"
    assert (
        state.error == "its address leads to http://a.example/home, which is a web page and no feed"
    )


def test_names_and_connections_that_fail_are_told_apart(
    making: Callable[..., Resources], server: FaultServer, network: LoopbackNetwork
) -> None:
    source = HARBOUR.model_copy(update={"robots": False})
    resources = making(source)
    network.names = {"a.example": ()}
    assert polled(resources, source)[1].failure == "dns"
    network.names = {"a.example": ("10.0.0.1",)}
    assert polled(resources, source)[1].failure == "connect"
    network.names = {}
    server.pages.pop("/feed", None)
    silent = Source(id="silent", feed="http://a.example/silent", robots=False)
    assert polled(resources, silent)[1].failure == "timeout"


def test_a_feed_that_is_gone_is_left_alone_until_somebody_asks(
    resources: Resources, server: FaultServer
) -> None:
    resources.registry.apply_to(resources.stores)
    serve(server, b"", "410 Gone")
    _, state = polled(resources)
    assert state.gone
    assert wait_of(resources) > 300 * 86_400
    serve(server, feed(item("1")))
    resources.stores.sources.poll_now("harbour")
    assert poll_now(resources) == 1
    assert not resources.stores.sources.state("harbour").gone
    assert wait_of(resources) == pytest.approx(100, abs=0.01)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body><p>moved</p></body></html>", b"<!DOCTYPE r [<!ENTITY a 'b'>]><rss/>"],
)
def test_what_is_no_feed_is_a_failure_and_its_validators_are_not_kept(
    resources: Resources, server: FaultServer, body: bytes
) -> None:
    serve(server, body, etag=ETAG)
    fresh, state = polled(resources)
    assert (fresh, state.failures, state.etag) == (0, 1, None)
    assert state.error is not None


@pytest.mark.parametrize("body", [b"", b"\x00"])
def test_a_broken_answer_is_a_failure(
    resources: Resources, server: FaultServer, body: bytes
) -> None:
    server.pages["/feed"] = body
    _, state = polled(resources)
    assert state.failures == 1


def test_robots_holds_for_feeds_unless_the_publisher_said_otherwise(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, feed(item("1")))
    server.pages["/robots.txt"] = answer(b"User-agent: *\nDisallow: /feed")
    fresh, state = polled(resources)
    assert (fresh, state.failures) == (0, 1)
    assert state.error is not None
    assert "robots.txt" in state.error


def test_refused_entries_are_remembered_and_the_others_accepted(
    resources: Resources, server: FaultServer
) -> None:
    bad = "<item><link>javascript:alert(1)</link></item>"
    serve(server, feed(item("1"), bad, item("2")))
    assert polled(resources)[0] == 2
    assert polled(resources)[0] == 0
    ledger = resources.stores.ledger
    why = ledger.refusal("javascript:alert(1)")
    assert why is not None
    assert "javascript" in why
    assert "harbour" in why
    assert ledger.refused_count() == 1


def test_a_changed_entry_opens_its_url_again_and_a_known_one_does_not(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, feed(item("1"), item("2")))
    polled(resources)
    frontier = resources.stores.frontier
    lease = frontier.lease(10, default_delay=0, max_batches=5)
    assert lease is not None
    frontier.finish(
        lease.batch, [(url, Indexed(article=url)) for url in lease.url_ids], remember=100
    )
    serve(server, feed(item("1"), item("2", "Fri, 02 Jan 2026 11:00:00 GMT")))
    assert polled(resources)[0] == 1
    states = [resources.stores.ledger.entry(url_id(f"http://a.example/{path}")) for path in "12"]
    assert [entry.state for entry in states if entry] == ["indexed", "queued"]


def test_a_feed_of_too_many_entries_is_cut(resources: Resources, server: FaultServer) -> None:
    serve(server, feed(*(item(str(number)) for number in range(50))))
    assert polled(resources)[0] == 5


def test_links_are_relative_to_where_a_redirect_led(
    resources: Resources, server: FaultServer
) -> None:
    serve(server, b"", "301 Moved", location="http://b.example/feeds/main")
    server.pages["b.example/feeds/main"] = answer(feed("<item><link>news/1</link></item>"))
    assert polled(resources)[0] == 1
    assert resources.stores.ledger.entry(url_id("http://b.example/feeds/news/1")) is not None


def test_one_poll_that_fails_unexpectedly_leaves_the_others_alone(
    making: Callable[..., Resources], server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = Source(id="second", feed="http://b.example/feed")
    resources = making(HARBOUR, second)
    serve(server, feed(item("1")))
    whole = resources.web.get

    async def broken(url: str, source_id: str, *more: FetchOptions) -> object:
        if source_id == "second":
            raise RuntimeError("a defect")
        return await whole(Url(url), source_id, *more)

    monkeypatch.setattr(resources.web, "get", broken)
    assert poll_now(resources) == 1
    state = resources.stores.sources.state("second")
    assert (state.failures, state.error) == (1, "unexpected RuntimeError: a defect")


def test_a_document_on_which_our_reading_breaks_is_a_failure_and_asked_for_ever_more_rarely(
    resources: Resources, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr("workers.sources.documents.parse_feed", broken)
    serve(server, feed(item("1")))
    for failures in (1, 2, 3):
        resources.stores.sources.poll_now("harbour")
        assert poll_now(resources) == 0
        state = resources.stores.sources.state("harbour")
        assert (state.failures, state.failure, state.error) == (
            failures,
            "parse",
            "unexpected ValueError: a defect",
        )
        assert wait_of(resources) == pytest.approx(100 * 2**failures, abs=0.01)
    verdict = resources.loop.run(check(resources, HARBOUR))
    assert verdict.unhealthy
    assert "unexpected ValueError: a defect" in verdict.sentence
    monkeypatch.undo()
    assert polled(resources)[0] == 1


def test_a_store_that_is_away_is_no_fault_of_the_source(
    resources: Resources, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise redis.ConnectionError("a broken pipe")

    monkeypatch.setattr(resources.stores.frontier, "accept", away)
    serve(server, feed(item("1")))
    before = time.time()
    assert poll_now(resources) == 0
    assert resources.stores.sources.state("harbour").failures == 0
    due = resources.stores.sources.next_poll("harbour")
    assert due is not None
    assert before < due <= time.time() + 60


def test_no_second_poll_of_a_source_begins_while_one_is_under_way(
    making: Callable[..., Resources], server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in another process, nor after the claim's first minute, nor because of a hint."""
    now = [1_800_000_000.0]
    first, second = (making(HARBOUR, clock=lambda: now[0]) for _ in range(2))
    monkeypatch.setattr("workers.sources.polling.CLAIMED", 0.2)  # renewed each 50 ms
    arrived, goes_on, whole = threading.Event(), threading.Event(), first.web.get

    async def slow(url: str, source_id: str, asking: FetchOptions) -> object:
        arrived.set()
        await anyio.to_thread.run_sync(goes_on.wait)
        return await whole(Url(url), source_id, asking)

    monkeypatch.setattr(first.web, "get", slow)
    serve(server, feed(item("1")))
    (under_way,) = poll_due(first, found=lambda: None)
    assert arrived.wait(10)
    for _ in range(3):
        now[0] += 50
        time.sleep(0.3)
        second.stores.sources.poll_now("harbour")
        assert poll_due(second, found=lambda: None) == []
    goes_on.set()
    assert under_way.result(20) == 1
    second.stores.sources.poll_now("harbour")
    assert len(poll_due(second, found=lambda: None)) == 1


def test_a_disabled_source_is_not_polled(
    making: Callable[..., Resources], server: FaultServer
) -> None:
    resources = making(HARBOUR.model_copy(update={"enabled": False}))
    assert poll_now(resources) == 0
    assert server.asked == []
