"""The way from made-up hosts to loopback."""

import asyncio
import pickle
from collections.abc import Iterator
from pathlib import Path

import httpcore
import pytest

from demo.network import LoopbackNetwork, save_hosts
from demo.server import NewsroomServer
from pipeline.crawl.address_guard import forbidden

HOST = "harbour-post.example"


@pytest.fixture
def server() -> Iterator[NewsroomServer]:
    with NewsroomServer() as server:
        yield server


def first_line(network: LoopbackNetwork, host: str) -> bytes:
    """The status line of a host's front page."""

    async def ask() -> bytes:
        (address,) = await network.resolve(host, 80)
        stream = await network.connect(address, 80, 5.0)
        await stream.write(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        answer = await stream.read(4_096)
        await stream.aclose()
        return answer.partition(b"\r\n")[0]

    return asyncio.run(ask())


def test_every_host_has_a_public_address_of_its_own(server: NewsroomServer) -> None:
    network = LoopbackNetwork(server.hosts)
    addresses = [asyncio.run(network.resolve(host, 80))[0] for host in server.hosts]

    assert len(set(addresses)) == len(server.hosts) == 3
    assert [forbidden(address) for address in addresses] == [None] * 3


def test_it_leads_to_the_newsroom(server: NewsroomServer) -> None:
    assert first_line(LoopbackNetwork(server.hosts), HOST) == b"HTTP/1.1 200 OK"
    assert server.log[-1].host == HOST


def test_other_processes_find_the_same_hosts(server: NewsroomServer, tmp_path: Path) -> None:
    file = tmp_path / "new" / "hosts.json"
    save_hosts(file, server.hosts)

    assert first_line(LoopbackNetwork.load(file), HOST) == b"HTTP/1.1 200 OK"
    copy = pickle.loads(pickle.dumps(LoopbackNetwork(server.hosts)))
    assert first_line(copy, HOST) == b"HTTP/1.1 200 OK"


def test_no_other_name_and_no_other_port_leads_anywhere(server: NewsroomServer) -> None:
    network = LoopbackNetwork(server.hosts)
    with pytest.raises(OSError, match=r"example\.org is not a host of the newsroom"):
        asyncio.run(network.resolve("example.org", 80))
    (address,) = asyncio.run(network.resolve(HOST, 443))
    with pytest.raises(httpcore.ConnectError, match="port 443"):
        asyncio.run(network.connect(address, 443, 5.0))
