"""Dumps by a real server, in both of its ways, and by servers that break off."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from storage.backup.redis_dump import dump_redis
from storage.backup.redis_restore import copy_keys, served
from storage.open import Stores
from storage.redis.connection import Keyspace, StoreUnavailable, connect
from storage.redis.keys import Key
from tests.support.contents import contents
from tests.support.data.ledger_entries import one_in_each_state
from tests.support.servers.redis_server import PASSWORD, redis_server

MARK = b"m" * 40


def keyspace(url: str, namespace: str) -> Keyspace:
    return Keyspace(connect(url, decode=False), namespace)


@pytest.mark.parametrize("diskless", ["yes", "no"])
def test_a_dump_holds_all_at_one_moment(
    stores: Stores, redis_url: str, namespace: str, tmp_path: Path, diskless: str
) -> None:
    client = stores.keyspace.client
    before = client.config_get("repl-diskless-*")
    client.config_set("repl-diskless-sync", diskless, "repl-diskless-sync-delay", "0")
    one_in_each_state(stores)
    client.set(stores.keyspace.key(Key.ROBOTS, "a"), "x" * 300_000, ex=1_000)
    try:
        size = dump_redis(redis_url, tmp_path / "dump.rdb")
    finally:
        client.config_set("repl-diskless-sync", before["repl-diskless-sync"])
    assert size == (tmp_path / "dump.rdb").stat().st_size
    with served(tmp_path / "dump.rdb") as url:
        assert contents(url, namespace) == contents(redis_url, namespace)
        ttl = keyspace(url, namespace).client.ttl(stores.keyspace.key(Key.ROBOTS, "a"))
        assert 900 < ttl <= 1_000


def test_keys_are_copied_with_their_time_and_those_of_processes_are_not(
    stores: Stores, redis_url: str, namespace: str, tmp_path: Path
) -> None:
    one_in_each_state(stores)
    keys, client = stores.keyspace, stores.keyspace.client
    client.set(keys.key(Key.ROBOTS, "a"), "x", ex=1_000)
    client.hset(keys.key(Key.HEARTBEAT), "crawl@host", "1")
    client.rpush(keys.key(Key.CELERY, "crawl"), "message")
    expected = contents(redis_url, namespace)
    with redis_server(tmp_path / "other") as other:
        target = keyspace(other.url, namespace)
        copied = copy_keys(keyspace(redis_url, namespace), target)
        found = contents(other.url, namespace)
        assert copied == len(found) == len(expected) - 2
        assert all(expected[key] == value for key, value in found.items())
        assert 900 < target.client.ttl(keys.key(Key.ROBOTS, "a")) <= 1_000
        assert target.client.ttl(keys.key(Key.TOTALS)) == -1


def test_a_wrong_password_is_said(tmp_path: Path) -> None:
    with redis_server(tmp_path / "own") as server:
        wrong = server.url.replace(PASSWORD, "wrong")
        with pytest.raises(redis.AuthenticationError, match="refuses the password"):
            dump_redis(wrong, tmp_path / "dump.rdb")


@contextmanager
def saying(answer: bytes) -> Iterator[str]:
    """A server that agrees to every command, gives this to SYNC, and closes the connection."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            while b"SYNC" not in (asked := connection.recv(4096)):
                commands = len(re.findall(rb"\*\d+\r\n", asked))
                connection.sendall(b"+PONG\r\n" if b"PING" in asked else b"+OK\r\n" * commands)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}?protocol=2"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"-ERR no SYNC here\r\n", "no SYNC here"),
        (b"$100\r\nREDIS0011", "broke off"),
        (b"$EOF:" + MARK + b"\r\nREDIS0011", "broke off"),
        (b"$5\r\nhello", "is no dump"),
        (b"", "closed"),
    ],
)
def test_a_dump_that_is_refused_or_breaks_off_is_none(
    tmp_path: Path, answer: bytes, error: str
) -> None:
    with saying(answer) as url, pytest.raises(StoreUnavailable, match=error):
        dump_redis(url, tmp_path / "dump.rdb")


def test_a_mark_may_come_in_pieces_after_signs_of_life(tmp_path: Path) -> None:
    body = b"REDIS" + bytes(200_000)
    answer = b"\n\n$EOF:" + MARK + b"\r\n" + body + MARK
    with saying(answer) as url:
        assert dump_redis(url, tmp_path / "dump.rdb") == len(body)
    assert (tmp_path / "dump.rdb").read_bytes() == body
