"""A source that lives in a private network is fetched from there, and nobody else is.

The double beneath the guard leads every address that the guard lets through to the fault server.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import anyio
import pytest

from config.sources import Source
from pipeline.crawl.private_access import PrivateAccess, private_access
from pipeline.outcome import Reason, Rejected, Retry
from pipeline.urls import Url
from tests.support.fetch_once import LIMITS, Answer
from tests.support.servers.connect_proxy import ConnectProxy
from tests.support.servers.fault_server import (
    ADDRESS,
    PAGE,
    PUBLIC,
    FaultServer,
    LoopbackNetwork,
    answer,
)
from tests.workers.conftest import Making
from tests.workers.fetch.test_connections import KeepingServer
from workers.fetch.fetcher import AT_ONCE, Fetcher
from workers.fetch.network import Network
from workers.fetch.proxy import ProxiedNetwork
from workers.fetch.records import PAGE as PAGE_OPTIONS
from workers.fetch.records import PolitenessPolicy, Response
from workers.sources.polling import poll

HOME = private_access("192.168.1.0/24", 1200)
RSSHUB = "http://192.168.1.5:1200/page"


def policy(access: PrivateAccess | None) -> PolitenessPolicy:
    return PolitenessPolicy(0.0, 1, robots=False, access=access)


def fetched(network: Network, *asked: tuple[str, PrivateAccess | None]) -> list[Answer]:
    """Fetches over one client, one after another, each with its own access."""

    async def run() -> list[Answer]:
        fetcher = Fetcher(network, user_agent="Newsloom/0.1", limits=LIMITS)
        try:
            return [
                await fetcher.get(Url(url), PAGE_OPTIONS, policy(access)) for url, access in asked
            ]
        finally:
            await fetcher.aclose()

    return anyio.run(run)


def is_read(found: Answer) -> bool:
    return isinstance(found, Response) and found.content == PAGE


def is_refused(found: Answer) -> bool:
    return isinstance(found, Rejected) and found.reason is Reason.BLOCKED_ADDRESS


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        (RSSHUB, []),
        ("http://rsshub.lan:1200/page", ["192.168.1.5"]),
        ("http://rsshub:1200/page", ["192.168.1.5"]),
        ("http://intranet.lan/page", ["192.168.1.6"]),
        ("http://both.example/page", ["192.168.1.6", PUBLIC]),
        ("http://public.example/page", [PUBLIC]),
    ],
)
def test_the_network_and_the_public_internet_can_be_reached(
    server: FaultServer, url: str, addresses: list[str]
) -> None:
    network = LoopbackNetwork(server, {Url(url).hostname: addresses})
    (found,) = fetched(network, (url, HOME))
    assert is_read(found)


@pytest.mark.parametrize("url", [RSSHUB, "http://192.168.1.5/page", "http://intranet.lan/page"])
def test_without_a_network_the_guard_is_as_strict_as_ever(server: FaultServer, url: str) -> None:
    network = LoopbackNetwork(server, {"intranet.lan": ["192.168.1.6"]})
    (found,) = fetched(network, (url, None))
    assert is_refused(found)
    assert network.dialled == []


@pytest.mark.parametrize("network", ["10.0.0.0/8", "192.168.1.0/24", "100.64.0.0/10", "fc00::/7"])
@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "127.0.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "172.17.0.1",
        "192.168.2.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "ff02::1",
        "fd00:ec2::254",
        "fd12::1%eth0",
        "::ffff:10.0.0.1",
        "::ffff:192.168.1.5",
        "64:ff9b::10.0.0.1",
        "2002:c0a8:105::",
    ],
)
def test_nothing_else_inside_is_contacted(server: FaultServer, network: str, address: str) -> None:
    lan = LoopbackNetwork(server, {"named.lan": [address], "mixed.lan": [PUBLIC, address]})
    access = private_access(network, 80)
    for found in fetched(lan, ("http://named.lan/", access), ("http://mixed.lan/", access)):
        assert is_refused(found)
    assert lan.dialled == []


def test_a_name_that_leads_elsewhere_the_next_time_is_checked_again(server: FaultServer) -> None:
    answers = iter([[PUBLIC], ["192.168.1.5"], ["192.168.2.5"], ["127.0.0.1"], [PUBLIC, "::1"]])
    network = LoopbackNetwork(server, {"rebinds.example": lambda: next(answers)})
    found = fetched(network, *[("http://rebinds.example/page", HOME)] * 5)
    assert [is_read(one) for one in found] == [True, True, False, False, False]
    assert all(map(is_refused, found[2:]))
    assert network.dialled == [f"{PUBLIC}:80", "192.168.1.5:80"]


def test_a_name_that_turns_private_is_refused_to_who_names_no_network(
    server: FaultServer,
) -> None:
    answers = iter([[PUBLIC], ["192.168.1.5"]])
    network = LoopbackNetwork(server, {"rebinds.example": lambda: next(answers)})
    first, second = fetched(network, *[("http://rebinds.example/page", None)] * 2)
    assert (is_read(first), is_refused(second)) == (True, True)


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("http://public.example:1200/page", [PUBLIC]),
        ("http://mixed.lan:1200/page", ["192.168.1.5", PUBLIC]),
        ("http://192.168.1.5:6379/page", []),
        ("http://other.lan:1200/page", ["192.168.2.5"]),
    ],
)
def test_the_source_s_own_port_is_open_in_its_network_only(
    server: FaultServer, url: str, addresses: Sequence[str]
) -> None:
    network = LoopbackNetwork(server, {Url(url).hostname: addresses})
    (found,) = fetched(network, (url, HOME))
    assert is_refused(found)
    assert network.dialled == []


@pytest.mark.parametrize(
    ("start", "target", "may"),
    [
        (PUBLIC, "http://192.168.1.9/page", True),
        ("192.168.1.5", "http://192.168.1.9:1200/page", True),
        ("192.168.1.5", "http://public.example/page", True),
        ("192.168.1.5", "http://192.168.2.1/page", False),
        ("192.168.1.5", "http://127.0.0.1/page", False),
        ("192.168.1.5", "http://169.254.169.254/page", False),
        ("192.168.1.5", "http://192.168.1.9:6379/page", False),
        ("192.168.1.5", "http://[::ffff:192.168.1.9]/page", False),
    ],
)
def test_a_redirect_stays_within_what_the_source_may_reach(
    server: FaultServer, start: str, target: str, *, may: bool
) -> None:
    network = LoopbackNetwork(server, {"start.lan": [start]})
    url = f"http://start.lan/to/{quote(target, '')}"
    allowed, refused = fetched(network, (url, HOME), (url, None))
    assert is_read(allowed) is may
    assert is_refused(allowed) is not may
    leaves = start == PUBLIC or target.startswith("http://public")
    assert is_refused(refused) or leaves
    assert not (is_read(refused) and "192.168" in f"{start}{target}")


def test_a_kept_connection_is_not_lent_to_another_source() -> None:
    server = KeepingServer(patience=10)
    office = private_access("192.168.0.0/16", 1200)

    async def run() -> list[Answer]:
        async with server.running():
            network = LoopbackNetwork(server)
            fetcher = Fetcher(network, user_agent="Newsloom/0.1", limits=LIMITS)
            try:
                return [
                    await fetcher.get(Url(RSSHUB), PAGE_OPTIONS, policy(access))
                    for access in (HOME, HOME, None, office)
                ]
            finally:
                await fetcher.aclose()

    first, again, stranger, other = anyio.run(run)
    assert is_read(first)
    assert is_read(again)
    assert is_refused(stranger)
    assert is_read(other)
    assert server.connections == [["/page", "/page"], ["/page"]]


def test_the_usual_policy_enters_no_network() -> None:
    assert AT_ONCE.access is None


FEED = b"""<rss version="2.0"><channel><title>Hub</title>
<item><title>One</title><link>http://192.168.1.5:1200/1</link></item>
<item><title>Two</title><link>http://stranger.example/2</link></item></channel></rss>"""


def private_source(**more: Any) -> Source:
    fields = {"id": "hub", "feed": "http://rsshub.lan:1200/feed", "network": "192.168.1.0/24"}
    return Source.model_validate({**fields, **more})


def test_a_source_is_polled_in_its_network_with_its_robots_txt(
    making: Making, server: FaultServer, network: LoopbackNetwork
) -> None:
    network.names = {"rsshub.lan": ["192.168.1.5"]}
    server.pages["/feed"] = answer(FEED, content_type="application/rss+xml")
    resources = making(private_source())
    assert resources.loop.run(poll(resources, private_source())) == 2
    assert server.paths() == ["/robots.txt", "/feed"]
    assert set(network.dialled) == {"192.168.1.5:1200"}

    article = resources.loop.run(resources.web.get(Url("http://192.168.1.5:1200/page"), "hub"))
    assert isinstance(article, Response)
    for stranger in ("command", "discovery", "nobody"):
        refused = resources.loop.run(resources.web.get(Url(RSSHUB), stranger))
        assert is_refused(refused)


def test_a_hub_in_the_network_is_asked_for_that_source_only(
    making: Making, server: FaultServer, network: LoopbackNetwork
) -> None:
    del server
    network.names = {"hub.lan": ["192.168.1.7"]}
    resources = making(private_source(), Source(id="other", feed="http://other.example/feed"))
    hub, form = Url("http://hub.lan/page"), {"hub.mode": "subscribe"}
    assert is_read(resources.loop.run(resources.web.post(hub, form, "hub")))
    assert is_refused(resources.loop.run(resources.web.post(hub, form, "other")))


def test_with_a_proxy_the_private_network_is_asked_for_through_it(server: FaultServer) -> None:
    with ConnectProxy(server, ADDRESS) as proxy:
        network = ProxiedNetwork(f"http://127.0.0.1:{proxy.port}")
        through, stranger = fetched(network, (RSSHUB, HOME), (RSSHUB, None))
        proxy.answer = b"HTTP/1.1 403 Forbidden\r\n\r\n"
        (denied,) = fetched(network, (RSSHUB, HOME))
    assert (is_read(through), is_refused(stranger)) == (True, True)
    assert {head[0] for head in proxy.heads} == {"CONNECT 192.168.1.5:1200 HTTP/1.1"}
    assert isinstance(denied, Retry)
    assert denied.error.endswith(
        "a CONNECT to 192.168.1.5, port 1200; it is asked for private networks too"
    )
