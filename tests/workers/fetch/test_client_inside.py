"""No packet goes inside, whatever the URL, the redirect or the name server says."""

from collections.abc import Callable, Iterator

import httpcore
import pytest

from pipeline.outcome import Reason, Rejected
from pipeline.urls import BadUrl, normalise
from tests.support.data.addresses import INSIDE
from tests.support.fetch_once import fetch
from tests.support.servers.fault_server import PUBLIC, FaultServer, LoopbackNetwork, TrapNetwork
from workers.fetch.network import SystemNetwork
from workers.fetch.records import Response

INSIDE_URLS = [
    f"http://[{address}]/" if ":" in address else f"http://{address}/" for address in INSIDE
]
DISGUISES = [
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://①②⑦.0.0.1/",
    "http://１２７.0.0.1/",
    "http://127。0。0。1/",
    "http://%31%32%37.0.0.1/",
    "http://0/",
    "https://[::ffff:7f00:1]/",
    "http://localhost/",
    "http://localhost./",
    "http://both.example/",
    "http://six.example/",
    "http://zone.example/",
    "http://nonsense.example/",
    "http://public.example:22/",
    "http://public.example:8080/",
    "http://public.example:6379/",
    f"http://{PUBLIC}:9200/",
    "http://user:pass@public.example/",
    "http://public.example\\@127.0.0.1/",
    "http://127.0.0.1\t/",
    "http://127.0.0.1\n.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "ftp://public.example/",
]
NAMES = {
    "localhost": ["127.0.0.1"],
    "localhost.": ["127.0.0.1"],
    "both.example": [PUBLIC, "10.0.0.1"],
    "six.example": ["2606:4700::1111", "::1"],
    "zone.example": ["fe80::1%eth0"],
    "nonsense.example": ["not an address"],
    "public.example": [PUBLIC],
}


@pytest.mark.parametrize("url", [*INSIDE_URLS, *DISGUISES])
def test_no_packet_goes_inside(url: str) -> None:
    trap = TrapNetwork(NAMES)
    try:
        normal = normalise(url)
    except BadUrl:
        return  # it gets no further than this
    (found,) = fetch(trap, normal)
    assert isinstance(found, Rejected)
    assert found.reason is Reason.BLOCKED_ADDRESS
    assert trap.dialled == []


@pytest.mark.parametrize(
    "url", ["http://0177.0.0.1/", "http://0x7f.1/", "http://2130706433/", "http://127.1/"]
)
def test_not_even_a_url_that_nobody_normalised_goes_inside_by_the_system_s_resolver(
    url: str,
) -> None:
    class Trap(SystemNetwork):
        async def connect(
            self, address: str, port: int, seconds: float | None
        ) -> httpcore.AsyncNetworkStream:
            raise AssertionError(f"a packet to {address}:{port} within {seconds} s")

    (found,) = fetch(Trap(), url)
    assert not isinstance(found, Response)


def test_the_trap_itself_works() -> None:
    trap = TrapNetwork(NAMES)
    with pytest.raises(AssertionError, match="a packet to"):
        fetch(trap, "http://public.example/")


def test_a_name_is_checked_again_at_each_connection(server: FaultServer) -> None:
    """DNS rebinding: the second answer leads inside."""
    answers: Iterator[list[str]] = iter([[PUBLIC], ["127.0.0.1"]])
    rebinding: Callable[[], list[str]] = lambda: next(answers)  # noqa: E731
    network = LoopbackNetwork(server, {"a.example": rebinding})
    first, second = fetch(network, "http://a.example/page", "http://a.example/page")
    assert isinstance(first, Response)
    assert isinstance(second, Rejected)
    assert second.reason is Reason.BLOCKED_ADDRESS
    assert network.dialled == [f"{PUBLIC}:80"]


def test_a_name_is_resolved_once_for_a_connection_and_the_checked_address_is_dialled(
    server: FaultServer,
) -> None:
    network = LoopbackNetwork(server, {"a.example": ["93.184.216.99"]})
    fetch(network, "http://a.example/page")
    assert network.resolved == ["a.example"]
    assert network.dialled == ["93.184.216.99:80"]
