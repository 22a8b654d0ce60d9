"""One request and its response, without redirects and politeness."""

from collections.abc import Awaitable, Callable

import anyio
import pytest

from pipeline.urls import Url
from tests.support.servers.fault_server import FaultServer, LoopbackNetwork, answer
from workers.fetch.client import HopResponse, HttpClient, Request
from workers.fetch.connections import FetchRefused
from workers.fetch.records import Limits

GET = Request({"user-agent": "Newsloom/0.1", "accept": "*/*"}, max_bytes=1_000)


def send(
    server: FaultServer,
    path: str,
    request: Request = GET,
    started: Callable[[], Awaitable[None]] | None = None,
) -> HopResponse:
    async def run() -> HopResponse:
        client = HttpClient(LoopbackNetwork(server), Limits(seconds=2))
        try:
            return await client.send(Url(f"http://a.example/{path}"), request, started)
        finally:
            await client.aclose()

    return anyio.run(run)


def test_a_redirect_is_a_response_like_any_other(server: FaultServer) -> None:
    server.pages["/old"] = answer(b"moved", "301 Moved", location="/new")
    response = send(server, "old")
    assert (response.status, response.headers["location"]) == (301, "/new")
    assert response.content == b""  # nobody reads it
    assert server.paths() == ["/old"]


def test_several_link_headers_become_one(server: FaultServer) -> None:
    body = b"HTTP/1.1 200 OK\r\nLink: <a>; rel=hub\r\nLink: <b>; rel=self\r\n\r\n"
    server.pages["/feed"] = body
    assert send(server, "feed").headers["link"] == "<a>; rel=hub, <b>; rel=self"


def test_a_form_is_posted_with_its_length(server: FaultServer) -> None:
    server.pages["/hub"] = answer(b"ok")
    form = Request({"user-agent": "x"}, max_bytes=1_000, form=b"hub.mode=subscribe")
    assert send(server, "hub", form).content == b"ok"
    assert server.asked[0].headers["content-length"] == "18"


def test_whoever_waits_for_the_response_hears_when_it_begins(server: FaultServer) -> None:
    server.pages["/page"] = answer(b"ok")
    calls: list[str] = []

    async def started() -> None:
        calls.append("started")

    send(server, "page", started=started)
    assert calls == ["started"]


def test_a_body_that_is_announced_as_too_large_is_not_read(server: FaultServer) -> None:
    server.pages["/page"] = answer(b"x", length=1_001)
    with pytest.raises(FetchRefused) as refused:
        send(server, "page")
    assert refused.value.rejection.detail == "1001 bytes are announced, 1000 are allowed"


def test_an_exchange_is_kept_only_where_it_is_wanted(server: FaultServer) -> None:
    server.pages["/page"] = answer(b"ok")
    assert send(server, "page").exchange is None
    recorded = send(server, "page", Request(GET.headers, max_bytes=1_000, record=True))
    assert recorded.exchange is not None
    assert recorded.exchange.body == b"ok"
