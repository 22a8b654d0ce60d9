"""No packet goes inside, with a trap where Python hands packets to the kernel.

The trap is an audit hook (PEP 578): CPython raises ``socket.connect``, ``socket.sendto`` and
``socket.sendmsg`` before the system call, whatever library asks for it, and a hook that raises
prevents the call. Beside it, a server listens on every loopback address and must see nobody.
"""

import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

import httpcore
import pytest

import workers.fetch.connections
from config.sources import Source
from pipeline.crawl.address_guard import forbidden
from pipeline.outcome import Reason, Rejected
from pipeline.records import FoundBy, Link
from pipeline.urls import BadUrl, Url, normalise
from tests.support.data.addresses import INSIDE
from tests.support.fetch_once import LIMITS, Answer, fetch
from tests.support.servers.fault_server import ADDRESS, PUBLIC, FaultServer, LoopbackNetwork, answer
from tests.workers.chain.test_run import again, page
from tests.workers.chain.test_run import through as stages
from tests.workers.conftest import Making
from tests.workers.fetch.test_client_inside import DISGUISES, INSIDE_URLS
from workers.chain.run import CRAWL, EXTRACT
from workers.fetch.records import Limits, Response
from workers.resources import Resources
from workers.sources.polling import poll

PACKETS = {"socket.connect", "socket.sendto", "socket.sendmsg"}


class Trap:
    """What reached the kernel's door while the trap was set.

    ``passes``: addresses that are let through.
    """

    caught: list[str]
    passes: set[tuple[str, int]]
    set_up = False

    @classmethod
    @contextmanager
    def armed(cls, *passes: tuple[str, int]) -> Iterator[list[str]]:
        cls.caught, cls.passes, cls.set_up = [], set(passes), True
        try:
            yield cls.caught
        finally:
            cls.set_up = False


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if event not in PACKETS or not Trap.set_up:
        return
    sock, address = args
    if sock.family == socket.AF_UNIX or (address is not None and tuple(address[:2]) in Trap.passes):
        return  # Redis, and the server that plays the public internet
    Trap.caught.append(f"{event} {address}")
    raise PermissionError(f"a packet to {address}")


sys.addaudithook(_hook)  # cannot be taken back; it does nothing while no trap is set


@dataclass
class Inside:
    """Listens on every loopback address, IPv4's and IPv6's; ``seen`` counts who came."""

    seen: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.seen += 1
                connection.close()


class RealSockets(LoopbackNetwork):
    """Real TCP to whatever passed the guard; the public address leads to the fault server."""

    async def connect(
        self, address: str, port: int, seconds: float | None
    ) -> httpcore.AsyncNetworkStream:
        if address == PUBLIC:
            return await super().connect(address, port, seconds)
        return await self._backend.connect_tcp(address, port, timeout=seconds)


NAMES: dict[str, Sequence[str]] = {
    "localhost": ["127.0.0.1"],
    "localhost.": ["127.0.0.1"],
    "both.example": [PUBLIC, "127.0.0.1"],
    "both-the-other-way.example": ["127.0.0.1", PUBLIC],
    "six.example": ["2606:4700::1111", "::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "zone.example": ["fe80::1%eth0"],
    "nonsense.example": ["not an address"],
    "metadata.example": ["169.254.169.254"],
}
TARGETS = [
    *INSIDE_URLS,
    *DISGUISES,
    *(f"http://{name}/" for name in NAMES),
    "dict://127.0.0.1:11211/stat",
    "data:text/html,<p>inside",
    "javascript:alert(1)",
    "//127.0.0.1/",
    "///127.0.0.1/",
    "http:127.0.0.1",
    "http://127.0.0.1:1/",
    f"http://{PUBLIC}:25/",
    "http://127.0.0.1%00.example/",
    "http://public.example@127.0.0.1/",
    "http://127.0.0.1#@public.example/",
    "http://127.0.0.1\r.example/",
]
BENT = {target for target in TARGETS if set(target) & set("\t\r\n")} | {"http:127.0.0.1"}
"""As a Location header these are a path at the host that redirects, or cut at the line's end."""


@pytest.fixture
def inside() -> Iterator[Inside]:
    with Inside() as listening:
        yield listening


@pytest.fixture
def network(server: FaultServer) -> RealSockets:  # in the place of conftest's
    return RealSockets(server, NAMES)


def limits_with(inside: Inside) -> Limits:
    """An operator's who allows the very port that listens inside.

    Only the address stands in the way.
    """
    return Limits(
        seconds=2, connect_seconds=1, max_bytes=LIMITS.max_bytes, ports=LIMITS.ports | {inside.port}
    )


def at_port(url: str, port: int) -> str:
    """The URL with the port that listens inside, where it names none."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    named = host.rpartition("]")[2] if "[" in host else host
    return (
        f"{scheme}{mark}{host}:{port}{slash}{path}"
        if mark and ":" not in named and "@" not in host
        else url
    )


def refused(found: Answer) -> bool:
    return isinstance(found, Rejected) and found.reason in {
        Reason.BLOCKED_ADDRESS, Reason.BAD_URL, Reason.UNSUPPORTED_SCHEME,
    }  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_no_packet_for_a_url_inside(target: str, network: RealSockets, inside: Inside) -> None:
    for url in (target, at_port(target, inside.port)):
        try:
            normal = normalise(url)
        except BadUrl:
            continue  # it gets no further than this
        with Trap.armed() as caught:
            [found] = fetch(network, normal, limits=limits_with(inside))
        assert refused(found), found
        assert caught == []
    assert inside.seen == 0


@pytest.mark.parametrize("target", TARGETS)
def test_no_packet_for_a_redirect_inside(
    target: str, network: RealSockets, server: FaultServer, inside: Inside
) -> None:
    for url in (target, at_port(target, inside.port)):
        leads = f"http://start.example/to/{quote(url.encode('utf-8'), safe='')}"
        with Trap.armed((ADDRESS, server.port)) as caught:
            [found] = fetch(network, leads, limits=limits_with(inside))
        assert refused(found) or target in BENT, found
        assert caught == []
    assert inside.seen == 0


def test_no_packet_when_the_second_resolution_differs(server: FaultServer, inside: Inside) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"], [PUBLIC, "::1"]])
    network = RealSockets(server, {"rebound.example": lambda: next(answers)})
    with Trap.armed((ADDRESS, server.port)) as caught:
        found = fetch(network, *["http://rebound.example/page"] * 3)
    assert isinstance(found[0], Response)
    assert refused(found[1])
    assert refused(found[2])
    assert caught == []
    assert inside.seen == 0


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
def test_no_packet_to_a_proxy_of_the_environment(
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    network: RealSockets,
    server: FaultServer,
    inside: Inside,
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    for each in (name, name.lower()):
        monkeypatch.setenv(each, f"http://127.0.0.1:{inside.port}")
    with Trap.armed((ADDRESS, server.port)) as caught:
        [found] = fetch(network, "http://start.example/page", limits=limits_with(inside))
    assert isinstance(found, Response)
    assert caught == []
    assert inside.seen == 0


@pytest.fixture
def resources(making: Making, inside: Inside) -> Resources:
    return making(
        Source(id="harbour", feed="http://a.example/feed"),
        Source(id="map", sitemap="http://a.example/sitemap.xml"),
        Source(id="inner", feed=f"http://127.0.0.1:{inside.port}/feed"),
        allowed_ports=frozenset({80, 443, inside.port}),
        public_url="https://news.example",
    )


def through(resources: Resources, server: FaultServer, work: Callable[[], object]) -> list[str]:
    # The pool's first connection, should it not be a Unix socket.
    resources.stores.keyspace.client.ping()
    with Trap.armed((ADDRESS, server.port)) as caught:
        work()
    return caught


# A zone makes no URL.
@pytest.mark.parametrize("address", [address for address in INSIDE if "%" not in address])
def test_no_packet_for_the_robots_txt_of_a_host_inside(
    address: str, resources: Resources, server: FaultServer, inside: Inside
) -> None:
    url = f"http://[{address}]/" if ":" in address else f"http://{address}/"
    url = normalise(at_port(url, inside.port))
    found: list[Answer] = []
    caught = through(
        resources,
        server,
        lambda: found.append(resources.loop.run(resources.web.get(url, "harbour"))),
    )
    assert refused(found[0])
    assert (caught, inside.seen) == ([], 0)


def test_no_packet_when_a_robots_txt_redirects_inside(
    resources: Resources, server: FaultServer, inside: Inside
) -> None:
    server.pages["a.example/robots.txt"] = answer(
        status="302 x", location=f"http://127.0.0.1:{inside.port}/robots.txt"
    )
    found: list[Answer] = []
    caught = through(
        resources,
        server,
        lambda: found.append(
            resources.loop.run(resources.web.get(Url("http://a.example/page"), "harbour"))
        ),
    )
    assert refused(found[0])
    assert server.paths() == ["/robots.txt"]
    assert (caught, inside.seen) == ([], 0)


def test_no_packet_for_a_feed_inside_or_one_that_redirects_there(
    resources: Resources, server: FaultServer, inside: Inside
) -> None:
    server.pages["/feed"] = answer(status="301 x", location=f"http://localhost:{inside.port}/feed")
    sources = resources.registry.all()
    caught = through(
        resources,
        server,
        lambda: [
            resources.loop.run(poll(resources, sources[name])) for name in ("harbour", "inner")
        ],
    )
    for name in ("harbour", "inner"):
        error = resources.stores.sources.state(name).error
        assert error is not None
        assert "must not be contacted" in error
    assert (caught, inside.seen) == ([], 0)


def test_no_packet_for_the_links_of_a_feed(
    resources: Resources, server: FaultServer, inside: Inside
) -> None:
    links = [
        f"http://127.0.0.1:{inside.port}/",
        f"http://[::1]:{inside.port}/",
        "http://2130706433/",
        "http://10.0.0.1/",
    ]
    items = "".join(f"<item><title>x</title><link>{link}</link></item>" for link in links)
    feed = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
    server.pages["/feed"] = answer(feed.encode(), content_type="application/rss+xml")
    reasons = []

    def work() -> None:
        assert resources.loop.run(poll(resources, resources.registry.all()["harbour"])) == len(
            links
        )
        batch = resources.stores.frontier.lease(10, default_delay=0, max_batches=5)
        assert batch is not None
        for leased in resources.stores.frontier.leased(batch.batch):
            found = resources.loop.run(resources.web.get(leased.link.url, "harbour"))
            reasons.append(found.reason if isinstance(found, Rejected) else found)

    caught = through(resources, server, work)
    assert reasons == [Reason.BLOCKED_ADDRESS] * len(links)
    assert (caught, inside.seen) == ([], 0)


def test_no_packet_for_a_hub_inside(
    resources: Resources, server: FaultServer, inside: Inside
) -> None:
    hubs = [f"http://127.0.0.1:{inside.port}/hub", f"http://both.example:{inside.port}/hub"]
    found: list[Answer] = []
    caught = through(
        resources,
        server,
        lambda: found.extend(
            resources.loop.run(resources.web.post(Url(hub), {"a": "b"}, "any")) for hub in hubs
        ),
    )
    assert all(refused(each) for each in found)
    assert (caught, inside.seen) == ([], 0)


def test_no_packet_for_the_sitemaps_of_an_index(
    resources: Resources, server: FaultServer, inside: Inside
) -> None:
    children = [
        f"http://127.0.0.1:{inside.port}/sitemap.xml",
        f"http://localhost:{inside.port}/sitemap.xml",
        f"http://a.example:{inside.port + 1 if inside.port < 65535 else 1}/sitemap.xml",
        "file:///etc/passwd",
    ]
    entries = "".join(f"<sitemap><loc>{child}</loc></sitemap>" for child in children)
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'
    server.pages["/sitemap.xml"] = answer(index.encode(), content_type="application/xml")
    caught = through(
        resources,
        server,
        lambda: resources.loop.run(poll(resources, resources.registry.all()["map"])),
    )
    assert set(server.paths()) == {"/robots.txt", "/sitemap.xml"}
    assert (caught, inside.seen) == ([], 0)


def test_no_packet_for_a_canonical_address(
    resources: Resources, server: FaultServer, inside: Inside
) -> None:
    canonical = f'<link rel="canonical" href="http://127.0.0.1:{inside.port}/inside">'
    server.pages["/news/1"] = page("harbour", canonical)
    resources.stores.frontier.accept(
        [Link(url=Url("http://a.example/news/1"), source="harbour", found_by=FoundBy.FEED)]
    )
    articles: list[Any] = []

    def work() -> None:
        _, message = again(resources)
        articles.append(stages(resources, message, CRAWL, EXTRACT))

    caught = through(resources, server, work)
    [item] = articles[0]["items"]
    assert item["payload"]["canonical_url"] == "http://a.example/news/1"
    assert json.dumps(articles).count("127.0.0.1") == 0
    assert (caught, inside.seen) == ([], 0)


def unguarded(address: str) -> str | None:
    """The guard, asleep: it still tells names from addresses."""
    why = forbidden(address)
    return why if why == "not an IP address" else None


def test_the_trap_catches_what_the_guard_would_let_through(
    monkeypatch: pytest.MonkeyPatch, network: RealSockets, inside: Inside
) -> None:
    monkeypatch.setattr(workers.fetch.connections, "forbidden", unguarded)
    for host in ("127.0.0.1", "[::1]", "localhost", "both-the-other-way.example"):
        with Trap.armed() as caught:
            [found] = fetch(network, f"http://{host}:{inside.port}/", limits=limits_with(inside))
        assert not isinstance(found, Response)
        assert caught != []
    assert inside.seen == 0


def test_the_server_inside_sees_who_comes(
    monkeypatch: pytest.MonkeyPatch, network: RealSockets, inside: Inside
) -> None:
    monkeypatch.setattr(workers.fetch.connections, "forbidden", unguarded)
    for number, host in enumerate(("127.0.0.1", "[::1]", "127.9.9.9"), 1):
        fetch(network, f"http://{host}:{inside.port}/", limits=limits_with(inside))
        assert inside.seen == number


def test_the_trap_catches_datagrams() -> None:
    with Trap.armed() as caught, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        with pytest.raises(PermissionError):
            sock.sendto(b"x", ("127.0.0.1", 9))
        with pytest.raises(PermissionError):
            sock.sendmsg([b"x"], [], 0, ("127.0.0.1", 9))
    assert len(caught) == 2
