"""Every wrong answer gets its outcome, in bounded time and memory."""

import ssl
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.outcome import Fault, Reason, Rejected, Retry
from tests.support.data.wrong_answers import OUTCOMES
from tests.support.fetch_once import LIMITS, MAX_BYTES, Answer, RecordingSlots, fetch
from tests.support.servers.fault_server import PAGE, PUBLIC, FaultServer, LoopbackNetwork, answer
from workers.fetch.records import PAGE as USUAL
from workers.fetch.records import FetchOptions, Limits, Response
from workers.fetch.slots import Slots

SLACK = 12_000_000
"""Bytes that the kernel's buffers may swallow on both sides."""


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(server: FaultServer) -> None:
    server.asked.clear()
    server.pages.clear()
    server.sent = 0


def get(
    server: FaultServer,
    path: str,
    *,
    limits: Limits = LIMITS,
    options: FetchOptions = USUAL,
    slots: Slots | None = None,
) -> Answer:
    url = f"http://a.example/{path}"
    (found,) = fetch(LoopbackNetwork(server), url, limits=limits, options=options, slots=slots)
    return found


@pytest.mark.parametrize(("path", "expected"), OUTCOMES)
def test_every_wrong_answer_has_its_outcome_soon_and_cheaply(
    server: FaultServer, path: str, expected: Reason | str
) -> None:
    network = LoopbackNetwork(server, {"inside.example": ["10.0.0.1"]})
    started = time.monotonic()
    tracemalloc.start()
    try:
        (found,) = fetch(network, f"http://a.example/{path}")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not isinstance(found, Response)
    if isinstance(found, Rejected):
        assert (found.reason, bool(found.detail)) == (expected, True)
    else:
        assert expected == "retry"
        assert found.counts
        assert not found.host_wide
        assert len(found.error) > 10
    assert time.monotonic() - started < LIMITS.seconds + 5
    assert peak < 4 * MAX_BYTES
    assert server.sent < MAX_BYTES + SLACK
    assert set(network.dialled) == {f"{PUBLIC}:80"}


@pytest.mark.parametrize("path", ["page", "hop/5", "gzip", "two-members", "padded-gzip", "long"])
def test_good_answers(server: FaultServer, path: str) -> None:
    found = get(server, path)
    assert isinstance(found, Response)
    assert (found.status, found.content) == (200, PAGE)
    assert found.url == f"http://a.example/{path}"


@pytest.mark.parametrize(
    ("path", "status", "retry_after"),
    [
        ("status/429/120", 429, "120"),
        ("status/503", 503, None),
        ("status/404", 404, None),
        ("status/500", 500, None),
    ],
)
def test_an_error_is_an_answer_whatever_its_body(
    server: FaultServer, path: str, status: int, retry_after: str | None
) -> None:
    found = get(server, path)
    assert isinstance(found, Response)
    assert (found.status, found.headers.get("retry-after"), found.content) == (
        status,
        retry_after,
        b"",
    )


def test_validators_go_out_verbatim_and_not_modified_comes_back(server: FaultServer) -> None:
    validators = {
        "if-none-match": 'W/"caf\xe9, \\"',
        "if-modified-since": "Fri, 2 Jan 2026 9:00:00 GMT",
    }
    found = get(server, "not-modified", options=FetchOptions(validators=validators))
    assert isinstance(found, Response)
    assert (found.status, found.headers["etag"]) == (304, 'W/"1"')
    (asked,) = server.asked
    assert {name: asked.headers[name] for name in validators} == validators
    assert asked.headers["accept-encoding"] == "gzip"
    assert asked.headers["user-agent"].startswith("Newsloom/0.1")


def test_where_redirects_led_and_whether_for_good(server: FaultServer) -> None:
    permanent = get(server, "to/" + quote("/page"))
    passing = get(server, "hop/1")
    plain = get(server, "page")
    assert isinstance(permanent, Response)
    assert isinstance(passing, Response)
    assert isinstance(plain, Response)
    assert (permanent.final_url, permanent.moved_permanently) == ("http://a.example/page", True)
    assert (passing.final_url, passing.moved_permanently) == ("http://a.example/hop/0", False)
    assert (plain.final_url, plain.moved_permanently) == ("http://a.example/page", False)


def test_a_redirect_to_tracking_parameters_is_followed_to_the_letter_and_then_forgotten(
    server: FaultServer,
) -> None:
    server.pages["/a"] = answer(b"", "302 Found", location="/a?utm_source=rss&id=1")
    server.pages["/a?utm_source=rss&id=1"] = answer(PAGE, content_type="text/html")
    found = get(server, "a")
    assert isinstance(found, Response)
    assert server.paths() == ["/a", "/a?utm_source=rss&id=1"]
    assert (found.content, found.final_url) == (PAGE, "http://a.example/a?id=1")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_location_with_raw_letters_is_understood(server: FaultServer, encoding: str) -> None:
    get(server, "to/" + quote("/café".encode(encoding)))
    assert server.paths()[1] == "/caf%C3%A9"


def test_limits_are_the_caller_s(server: FaultServer) -> None:
    assert isinstance(get(server, "hop/1", limits=Limits(max_redirects=0)), Rejected)
    assert isinstance(get(server, "page", limits=Limits(max_bytes=len(PAGE))), Response)
    for path in ("page", "gzip"):
        found = get(server, path, limits=Limits(max_bytes=len(PAGE) - 1))
        assert isinstance(found, Rejected)
        assert found.reason is Reason.TOO_LARGE


def test_waiting_for_a_turn_does_not_use_up_the_deadline(server: FaultServer) -> None:
    slots = RecordingSlots(seconds=0.4)
    limits = Limits(seconds=0.35)
    assert isinstance(get(server, "hop/1", limits=limits, slots=slots), Response)
    assert slots.taken == ["http://a.example/hop/1", "http://a.example/hop/0"]
    assert isinstance(get(server, "slow", limits=limits, slots=slots), Retry)


def test_a_name_that_nobody_knows_is_tried_again(server: FaultServer) -> None:
    (found,) = fetch(LoopbackNetwork(server), "http://unknown.invalid/")
    assert isinstance(found, Retry)
    assert "unknown.invalid" in found.error


def test_other_ports_where_they_are_allowed(server: FaultServer) -> None:
    (found,) = fetch(
        LoopbackNetwork(server),
        "http://a.example:8080/page",
        limits=Limits(ports=frozenset({8080})),
    )
    assert isinstance(found, Response)


def test_a_certificate_that_nobody_signed_is_not_trusted(certificate: tuple[Path, Path]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with FaultServer(tls=context) as secure:
        (found,) = fetch(LoopbackNetwork(secure), "https://a.example/page")
        assert isinstance(found, Retry)
        assert "certificate" in found.error
        assert found.fault is Fault.TLS
        assert secure.asked == []
