"""Connections are reused, closed when old, renewed when the server closed them, HTTP/2 or not."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpcore
import pytest

from pipeline.outcome import Fault, Reason, Rejected, Retry
from pipeline.urls import Url
from tests.support.fetch_once import LIMITS, Answer, RecordingSlots
from tests.support.servers.fault_server import ADDRESS, PAGE, PUBLIC, At, LoopbackNetwork, answer
from tests.support.servers.tls_site import secure_site
from workers.fetch.connections import IDLE_SECONDS, GuardedBackend, Pools
from workers.fetch.fetcher import Fetcher
from workers.fetch.records import Limits, Response
from workers.fetch.slots import Slots

KEPT = answer(PAGE, content_type="text/html").replace(b"Connection: close\r\n", b"")


class KeepingServer:
    """Keeps connections; closes one instead of answering its request ``patience`` + 1."""

    def __init__(self, patience: int) -> None:
        self.port = 0
        self.connections: list[list[str]] = []
        self.first = KEPT
        self._patience = patience

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with await asyncio.start_server(self._serve, ADDRESS, 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked: list[str] = []
        self.connections.append(asked)
        while head := await reader.read(65_536):
            asked.append(head.decode("latin-1").split(" ")[1])
            if len(asked) > self._patience:
                break
            writer.write(self.first if sum(map(len, self.connections)) == 1 else KEPT)
        writer.close()


Work = Callable[[Fetcher], Awaitable[list[Answer]]]


def with_server(server: KeepingServer, work: Work, slots: Slots | None = None) -> list[Answer]:
    async def run() -> list[Answer]:
        async with server.running():
            fetcher = Fetcher(
                LoopbackNetwork(server), user_agent="Newsloom/0.1", limits=LIMITS, slots=slots
            )
            try:
                return await work(fetcher)
            finally:
                await fetcher.aclose()

    return anyio.run(run)


def test_a_connection_is_used_again() -> None:
    server = KeepingServer(patience=10)

    async def work(fetcher: Fetcher) -> list[Answer]:
        return [await fetcher.get(Url(f"http://a.example/{number}")) for number in range(5)]

    assert all(isinstance(found, Response) for found in with_server(server, work))
    assert server.connections == [["/0", "/1", "/2", "/3", "/4"]]


@pytest.mark.parametrize(
    "unread",
    [answer(b"gone" * 5_000, "404 Not Found"), answer(b"moved", "302 Found", location="/1")],
)
def test_a_connection_is_kept_after_an_answer_whose_body_nobody_reads(unread: bytes) -> None:
    server = KeepingServer(patience=10)
    server.first = unread.replace(b"Connection: close\r\n", b"")

    async def work(fetcher: Fetcher) -> list[Answer]:
        return [await fetcher.get(Url(f"http://a.example/{number}")) for number in range(2)]

    assert all(isinstance(found, Response) for found in with_server(server, work))
    assert len(server.connections) == 1


def test_a_body_that_nobody_reads_and_that_does_not_end_is_left() -> None:
    server = KeepingServer(patience=10)
    server.first = answer(b"x" * 1_000_000, "404 Not Found", length=100_000_000_000)

    async def work(fetcher: Fetcher) -> list[Answer]:
        return [
            await fetcher.get(Url("http://a.example/0")),
            await fetcher.get(Url("http://a.example/1")),
        ]

    assert [found.status for found in with_server(server, work) if isinstance(found, Response)] == [
        404,
        200,
    ]
    assert len(server.connections) == 2


def test_a_kept_connection_that_the_server_closes_costs_no_attempt() -> None:
    server, slots = KeepingServer(patience=1), RecordingSlots()

    async def work(fetcher: Fetcher) -> list[Answer]:
        return [await fetcher.get(Url(f"http://a.example/{number}")) for number in range(2)]

    found = with_server(server, work, slots)
    assert all(isinstance(each, Response) for each in found)
    assert server.connections == [["/0", "/1"], ["/1"]]
    # The repeat has a slot of its own.
    assert slots.taken == ["http://a.example/0", "http://a.example/1", "http://a.example/1"]


def test_a_form_is_never_sent_twice() -> None:
    server = KeepingServer(patience=1)

    async def work(fetcher: Fetcher) -> list[Answer]:
        return [
            await fetcher.get(Url("http://a.example/0")),
            await fetcher.post(Url("http://a.example/1"), {"a": "b"}),
        ]

    _, posted = with_server(server, work)
    assert isinstance(posted, Retry)
    assert posted.fault is Fault.CONNECT
    assert server.connections == [["/0", "/1"]]


def test_a_fresh_connection_without_an_answer_is_an_attempt() -> None:
    server = KeepingServer(patience=0)

    async def work(fetcher: Fetcher) -> list[Answer]:
        return [await fetcher.get(Url("http://a.example/0"))]

    assert isinstance(with_server(server, work)[0], Retry)
    assert server.connections == [["/0"]]


def test_idle_connections_are_closed_and_so_are_the_oldest_of_too_many() -> None:
    server, now = KeepingServer(patience=10), [1000.0]

    async def run() -> None:
        async with server.running():
            backend = GuardedBackend(LoopbackNetwork(server), frozenset({80}))
            pools = Pools(backend, most=5, clock=lambda: now[0])
            lent: dict[str, httpcore.AsyncConnectionPool] = {}

            async def ask(host: str) -> None:
                async with pools.lend(f"http://{host}") as pool:
                    lent[host] = pool
                    await pool.request("GET", f"http://{host}/")

            await ask("old.example")
            now[0] += IDLE_SECONDS + 1
            assert lent["old.example"].connections
            await ask("new.example")
            assert not lent["old.example"].connections
            assert lent["new.example"].connections
            for number in range(5):
                await ask(f"h{number}.example")
            assert not lent["new.example"].connections
            assert lent["h0.example"].connections
            await pools.aclose()
            assert not any(pool.connections for pool in lent.values())

    anyio.run(run)


def test_no_more_requests_are_under_way_than_is_bearable() -> None:
    async def run() -> None:
        backend = GuardedBackend(LoopbackNetwork(KeepingServer(0)), frozenset({80}))
        pools, under_way, most = Pools(backend, under_way=3), 0, 0

        async def hold(number: int) -> None:
            nonlocal under_way, most
            async with pools.lend(f"http://h{number}.example"):
                under_way += 1
                most = max(most, under_way)
                await anyio.sleep(0.01)
                under_way -= 1

        async with anyio.create_task_group() as group:
            for number in range(12):
                group.start_soon(hold, number)
        assert most == 3

    anyio.run(run)


@pytest.mark.parametrize(
    ("protocols", "spoken"), [(["h2", "http/1.1"], "2"), (["http/1.1"], "1.1")]
)
def test_http_2_is_spoken_where_it_is_offered(
    certificate: tuple[Path, Path], protocols: list[str], spoken: str
) -> None:
    made, key = certificate
    trusted = ssl.create_default_context(cafile=made)
    found: list[Answer] = []

    async def run(network: LoopbackNetwork) -> None:
        fetcher = Fetcher(network, user_agent="Newsloom/0.1", limits=Limits(seconds=5), tls=trusted)
        found.append(await fetcher.get(Url("https://a.example/first")))

        async def one(number: int) -> None:
            found.append(await fetcher.get(Url(f"https://a.example/{number}")))

        async with anyio.create_task_group() as group:
            for number in range(6):
                group.start_soon(one, number)
        found.append(await fetcher.get(Url("https://inside.example/")))
        await fetcher.aclose()

    with secure_site(made, key, protocols) as port:
        network = LoopbackNetwork(At(port), {"inside.example": ["10.0.0.1"]}, address="127.0.0.1")
        anyio.run(run, network)
    *pages, blocked = found
    assert [page.content for page in pages if isinstance(page, Response)] == [
        f"{spoken} a.example".encode()
    ] * 7
    connections = 1 if spoken == "2" else 6  # HTTP/2 carries them all at once over one
    assert network.dialled == [f"{PUBLIC}:443"] * connections
    assert isinstance(blocked, Rejected)
    assert blocked.reason is Reason.BLOCKED_ADDRESS
