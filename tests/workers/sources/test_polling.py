"""Polls: what goes out, what is remembered, and when the next one is due."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from config.sources import Source
from pipeline.outcome import Indexed
from pipeline.priority import Priority
from pipeline.sources.state import SourceState
from pipeline.urls import url_id
from tests.support.polls import (
    ETAG,
    HARBOUR,
    MODIFIED,
    feed,
    item,
    poll_now,
    polled,
    serve,
    wait_of,
)
from tests.support.servers.fault_server import FaultServer, answer
from workers.resources import Resources
from workers.sources.polling import poll


@pytest.fixture
def resources(making: Callable[..., Resources]) -> Resources:
    return making(HARBOUR, max_entries=5)


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


def test_the_first_poll_brings_a_backlog_and_the_next_ones_news(
    resources: Resources, server: FaultServer
) -> None:
    frontier = resources.stores.frontier
    serve(server, feed(item("1"), item("2")))
    assert polled(resources)[0] == 2
    serve(server, feed(item("3"), item("2"), item("1")))
    assert polled(resources)[0] == 1
    leases = [frontier.lease(9, default_delay=0.0, max_batches=9) for _ in range(2)]
    found = [(lease.priority, len(lease.url_ids)) for lease in leases if lease]
    assert found == [(Priority.URGENT, 1), (Priority.BULK, 2)]


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
    assert wait_of(resources) == pytest.approx(5000, abs=10)


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
    frontier.finish(lease.batch, [(url, Indexed(article=url)) for url in lease.url_ids])
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


def test_a_feed_that_is_never_modified_is_asked_for_the_whole_document_after_a_day(
    making: Callable[..., Resources], server: FaultServer
) -> None:
    now = time.time()
    resources = making(HARBOUR, clock=lambda: now)
    serve(server, feed(item("1")), etag=ETAG, last_modified=MODIFIED)
    server.unmodified.add("/feed")
    resources.loop.run(poll(resources, HARBOUR))
    serve(server, feed(item("1"), item("2")), etag=ETAG, last_modified=MODIFIED)
    for hours, fresh in ((1, 0), (23, 0), (24, 1)):
        begun, now = now, now + hours * 3_600
        assert resources.loop.run(poll(resources, HARBOUR)) == fresh
        now = begun if hours < 24 else now
    serve(server, feed(item("1"), item("2"), item("3")), etag=ETAG, last_modified=MODIFIED)
    assert resources.loop.run(poll(resources, HARBOUR)) == 1  # the validators are distrusted


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_a_large_document_without_entries_is_a_failure(
    making: Callable[..., Resources], server: FaultServer, kind: str
) -> None:
    source = Source.model_validate({"id": "harbour", kind: "http://a.example/feed"})
    resources = making(source)
    root = "rss" if kind == "feed" else "urlset"
    serve(server, f"<{root}>{'<story><at>/1</at></story>' * 300}</{root}>".encode())
    resources.loop.run(poll(resources, source))
    state = resources.stores.sources.state("harbour")
    assert (state.failure, state.failures) == ("empty", 1)
    assert "no entry was found in its 7,8" in (state.error or "")
    serve(server, f"<{root}></{root}>".encode())
    resources.loop.run(poll(resources, source))
    assert resources.stores.sources.state("harbour").failures == 0
