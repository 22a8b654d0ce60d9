"""What a client can hold or fill at the server."""

import http.client
import time

import pytest

import web.server
from tests.support.running_api import Api
from tests.support.servers.raw_http import connected, raw, status_of
from tests.support.subscriber import Subscriber


@pytest.mark.parametrize(
    "pieces", [[b""], [b"GET /websub/"], [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /again"]]
)
def test_headers_that_do_not_end_are_not_waited_for(
    subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch, pieces: list[bytes]
) -> None:
    monkeypatch.setattr(web.server, "HEADER_SECONDS", 0.5)
    with connected(subscriber.base) as connection:
        for piece in pieces[:-1]:
            connection.sendall(piece)
            answer = b""
            while not answer.endswith(b"}"):  # a problem: there is no host of this name
                answer += connection.recv(65_536)
        started = time.monotonic()
        connection.sendall(pieces[-1])
        assert connection.recv(65_536) == b""
        assert 0.3 < time.monotonic() - started < 3


def test_endless_headers_are_refused(subscriber: Subscriber) -> None:
    try:
        answer = raw(subscriber.base, b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 1_000_000)
    except ConnectionError:
        return
    assert status_of(answer) in {400, 431}


def test_a_response_does_not_say_what_serves(subscriber: Subscriber) -> None:
    answer = raw(subscriber.base, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert status_of(answer) == 421
    assert b"server:" not in answer.lower()


def test_a_request_within_the_limits_of_time_may_come_in_pieces(
    subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.server, "HEADER_SECONDS", 2.0)
    with connected(subscriber.base) as connection:
        for piece in (b"GET / HTTP/1.1\r\n", b"Host: x\r\n", b"Connection: close\r\n\r\n"):
            connection.sendall(piece)
            time.sleep(0.1)
        assert status_of(connection.recv(65_536)) == 421


def test_answers_on_one_connection_do_not_wait_for_acknowledgements(api: Api) -> None:
    """Forty milliseconds each, by Linux' delayed acknowledgements."""
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    begun = time.monotonic()
    for _ in range(30):
        connection.request("GET", "/api/v1/nothing", headers={"Host": "localhost"})
        assert connection.getresponse().read()
    assert time.monotonic() - begun < 30 * 0.04
    connection.close()
