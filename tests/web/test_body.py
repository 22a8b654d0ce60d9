"""Bodies of requests: how large, and how long in coming."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

import web.websub
from pipeline.sources.subscription import Subscription
from tests.support.servers.raw_http import post, raw, status_of
from tests.support.subscriber import Subscriber
from web.body import read_body

MOST = 10
END: dict[str, Any] = {"type": "http.request", "body": b"", "more_body": False}


def piece(body: bytes) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": True}


def request(messages: Sequence[dict[str, Any]], declared: str | None = None) -> Request:
    """A request whose body comes in these messages and, after them, not at all."""
    waiting = list(messages)

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.sleep(60)
        return waiting.pop(0)

    headers = [(b"content-length", declared.encode())] if declared else []
    return Request({"type": "http", "headers": headers}, receive)


def read(messages: Sequence[dict[str, Any]], declared: str | None = None) -> bytes:
    return asyncio.run(read_body(request(messages, declared), MOST, seconds=0.1))


def status(messages: Sequence[dict[str, Any]], declared: str | None = None) -> int:
    with pytest.raises(HTTPException) as raised:
        read(messages, declared)
    return raised.value.status_code


@pytest.mark.parametrize("declared", [None, "10"])
def test_a_body_of_the_allowed_size_is_read_whole(declared: str | None) -> None:
    assert read([piece(b"12345"), piece(b"67890"), END], declared) == b"1234567890"


def test_an_empty_body_is_empty() -> None:
    assert read([END]) == b""


def test_one_byte_more_is_too_large() -> None:
    assert status([piece(b"12345"), piece(b"678901"), END]) == 413


@pytest.mark.parametrize("declared", ["11", "9" * 19, "9" * 5_000])
def test_a_declared_size_is_refused_before_anything_is_read(declared: str) -> None:
    assert status([], declared) == 413


def test_a_body_that_stops_is_408() -> None:
    assert status([piece(b"123")]) == 408


def test_a_client_that_hangs_up_is_400() -> None:
    assert status([piece(b"123"), {"type": "http.disconnect"}]) == 400


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (["Content-Length: 10000001"], b""),
        ([f"Content-Length: {'9' * 18}"], b""),
        (["Transfer-Encoding: chunked"], b"989681\r\n" + b"x" * 10_000_001 + b"\r\n"),
    ],
)
def test_a_body_that_is_too_large_is_refused(
    subscriber: Subscriber, active: Subscription, headers: list[str], body: bytes
) -> None:
    try:
        answer = raw(subscriber.base, post(active.token, *headers, body=body))
    except ConnectionError:  # closed while we still sent
        answer = b"HTTP/1.1 413 "
    assert status_of(answer) == 413
    assert subscriber.known().bad_signatures == 0


def test_a_body_that_does_not_come_is_not_waited_for(
    subscriber: Subscriber, active: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.websub, "BODY_SECONDS", 0.3)
    assert (
        status_of(raw(subscriber.base, post(active.token, "Content-Length: 10", body=b"abc")))
        == 408
    )
