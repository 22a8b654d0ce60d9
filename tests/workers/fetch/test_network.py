"""Names are looked up once for many, kept for a bounded time, and never longer."""

import socket
import threading
import time
from typing import Any

import anyio
import pytest

from workers.fetch.network import NAME_SECONDS, UNKNOWN_SECONDS, SystemNetwork


class Resolver:
    """Stands for ``getaddrinfo``: its addresses change, and it may not know a name."""

    def __init__(self, *addresses: str, seconds: float = 0.0) -> None:
        self.addresses = addresses
        self.asked: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self.error = socket.EAI_NONAME
        self._seconds = seconds
        self._lock = threading.Lock()

    def __call__(self, host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        with self._lock:
            self.asked.append(host)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(self._seconds)
        with self._lock:
            self.at_once -= 1
        if not self.addresses:
            raise socket.gaierror(self.error, "no")
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in self.addresses
        ]


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_name_is_kept_for_a_minute_and_then_asked_again() -> None:
    clock, resolver = Clock(), Resolver("1.1.1.1", "1.0.0.1", "1.1.1.1")

    async def run() -> None:
        network = SystemNetwork(clock=clock, look_up=resolver)
        assert await network.resolve("a.example", 443) == ["1.1.1.1", "1.0.0.1"]
        resolver.addresses = ("9.9.9.9",)
        clock.now += NAME_SECONDS - 1
        assert await network.resolve("a.example", 443) == ["1.1.1.1", "1.0.0.1"]
        clock.now += 2
        assert await network.resolve("a.example", 443) == ["9.9.9.9"]

    anyio.run(run)
    assert len(resolver.asked) == 2


def test_many_at_once_ask_for_a_name_once_and_names_do_not_wait_for_each_other() -> None:
    resolver = Resolver("1.1.1.1", seconds=0.1)

    async def run() -> None:
        network = SystemNetwork(look_up=resolver)
        async with anyio.create_task_group() as group:
            for number in range(90):
                group.start_soon(network.resolve, f"h{number % 30}.example", 80)

    started = time.monotonic()
    anyio.run(run)
    assert len(resolver.asked) == 30
    assert resolver.most_at_once >= 20
    assert time.monotonic() - started < 1.5  # one after the other takes 3 s


def test_an_unknown_name_is_known_to_be_so_for_some_seconds() -> None:
    clock, resolver = Clock(), Resolver()

    async def run() -> None:
        network = SystemNetwork(clock=clock, look_up=resolver)
        for _ in range(2):
            with pytest.raises(OSError, match="nobody knows"):
                await network.resolve("a.example", 80)
        assert len(resolver.asked) == 1
        resolver.addresses = ("1.1.1.1",)
        clock.now += UNKNOWN_SECONDS + 1
        assert await network.resolve("a.example", 80) == ["1.1.1.1"]

    anyio.run(run)


def test_a_resolver_that_does_not_answer_is_asked_again_at_once() -> None:
    resolver = Resolver()
    resolver.error = socket.EAI_AGAIN

    async def run() -> None:
        network = SystemNetwork(look_up=resolver)
        for _ in range(2):
            with pytest.raises(socket.gaierror):
                await network.resolve("a.example", 80)

    anyio.run(run)
    assert len(resolver.asked) == 2


def test_the_system_s_own_resolver_knows_localhost() -> None:
    async def run() -> None:
        assert set(await SystemNetwork().resolve("localhost", 80)) & {"127.0.0.1", "::1"}

    anyio.run(run)
