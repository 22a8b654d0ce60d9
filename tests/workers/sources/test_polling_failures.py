"""Polls that fail: what came instead of a feed, whose fault it is, and what it costs."""

import threading
import time
from collections.abc import Callable

import anyio
import pytest
import redis

from config.sources import Source
from pipeline.urls import Url
from tests.support.polls import (
    ETAG,
    HARBOUR,
    feed,
    item,
    poll_now,
    polled,
    serve,
    wait_of,
)
from tests.support.servers.fault_server import FaultServer, LoopbackNetwork, answer
from workers.fetch.records import FetchOptions
from workers.resources import Resources
from workers.sources.checks import check
from workers.sources.polling import poll_due


@pytest.fixture
def resources(making: Callable[..., Resources]) -> Resources:
    return making(HARBOUR, max_entries=5)


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
    [
        b"",
        b"<html><body><p>moved</p></body></html>",
        b"<!DOCTYPE r [<!ENTITY a '&b;'>]><rss>&a;</rss>",
    ],
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

    monkeypatch.setattr("pipeline.discover.checked.parse_feed", broken)
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
    del resources.document_reader  # its processes have the defect
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
