"""Bodies: bounded in size, time and number."""

import socket
import time

import pytest

from tests.support.running_api import Api
from web.api import bodies

HEAD = (
    "POST /api/v1/lookup HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n"
)


def opened(api: Api, length: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", api.port), timeout=20)
    client.sendall(HEAD.format(length).encode())
    return client


def status_of(client: socket.socket) -> int:
    return int(client.recv(100).split()[1])


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(api: Api) -> None:
    with opened(api, 4_000_001) as client:
        assert status_of(client) == 413


def test_a_body_that_does_not_come_is_not_waited_for(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.3)
    with opened(api, 100) as client:
        client.sendall(b"{")
        assert status_of(client) == 408


def test_few_bodies_are_read_at_once(api: Api) -> None:
    waiting = [opened(api, 100) for _ in range(bodies.MOST_AT_ONCE)]
    time.sleep(0.5)
    refused = api("/lookup", method="POST", json_body={"urls": []})
    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    assert refused.headers["content-type"] == "application/problem+json"
    assert api("/search").status == 200
    for client in waiting:
        client.close()
    time.sleep(0.5)
    assert api("/lookup", method="POST", json_body={"urls": []}).status == 200
