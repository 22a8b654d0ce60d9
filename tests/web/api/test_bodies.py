"""Bodies: bounded in size, time and number."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.support.running_api import Answer, Api, api_on, settings_in
from web.api import bodies
from workers.resources import Resources

HEAD = (
    "POST /api/v1/lookup HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    "Content-Type: application/json\r\nContent-Length: {}\r\n{}\r\n"
)


def opened(api: Api, length: int, *headers: str) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", api.port), timeout=20)
    client.sendall(HEAD.format(length, "".join(f"{each}\r\n" for each in headers)).encode())
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


@contextmanager
def silent(api: Api, number: int, *headers: str) -> Iterator[None]:
    """So many clients that announce a body and do not send it."""
    with ExitStack() as stack:
        for _ in range(number):
            stack.enter_context(opened(api, 100, *headers))
        time.sleep(0.5)
        yield
    time.sleep(0.5)


def looked_up(api: Api, key: str | None = None) -> Answer:
    return api("/lookup", method="POST", json_body={"urls": []}, key=key)


def bearer(key: str) -> str:
    return f"Authorization: Bearer {key}"


def test_few_bodies_of_one_caller_are_read_at_once(api: Api) -> None:
    with silent(api, bodies.MOST_OF_ONE):
        refused = looked_up(api)
        assert (refused.status, refused.headers["retry-after"]) == (503, "5")
        assert refused.headers["content-type"] == "application/problem+json"
        assert api("/search").status == 200
        assert looked_up(api, api.key()).status == 200  # it has places of its own
    assert looked_up(api).status == 200


def test_few_bodies_are_read_at_once(api: Api) -> None:
    keys = [api.key() for _ in range(bodies.MOST_AT_ONCE // bodies.MOST_OF_ONE)]
    with ExitStack() as stack:
        for key in keys:
            stack.enter_context(silent(api, bodies.MOST_OF_ONE, bearer(key)))
        assert looked_up(api, api.key()).status == 503
    assert looked_up(api, keys[0]).status == 200


def test_a_body_of_nobody_is_not_waited_for(tmp_path: Path, redis_url: str, namespace: str) -> None:
    public = settings_in(tmp_path, redis_url, namespace, public_url="https://localhost")
    with api_on(Resources(public)) as closed:
        for headers in ((), (bearer("wrong"),)):
            with opened(closed, 100, *headers) as client:
                client.settimeout(5)
                assert status_of(client) == 401
        assert looked_up(closed, closed.key()).status == 200


def test_who_asks_too_often_is_told_before_the_body_is_read(
    tmp_path: Path, redis_url: str, namespace: str
) -> None:
    few = settings_in(tmp_path, redis_url, namespace, web_rate=2)
    with api_on(Resources(few)) as running:
        assert [looked_up(running).status for _ in range(2)] == [200, 200]  # each counts once
        with opened(running, 100) as client:
            client.settimeout(5)
            assert status_of(client) == 429


def test_a_key_cannot_be_told_while_redis_is_away(tmp_path: Path, namespace: str) -> None:
    settings = settings_in(tmp_path, "redis://127.0.0.1:1/0", namespace)
    with api_on(Resources(settings, patience=0.5)) as running:
        answer = looked_up(running, "newsloom_a_b")
        assert (answer.status, answer.json["type"]) == (503, "urn:newsloom:problem:redis")


def test_a_defect_on_the_way_is_a_problem(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(bodies, "admit", broken)
    assert looked_up(api).json["status"] == 500
