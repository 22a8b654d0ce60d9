"""A proxy is used when it is configured, and the address guard holds in front of it."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from pydantic import ValidationError

from config.settings import Settings
from pipeline.outcome import Fault, Reason, Rejected, Retry
from pipeline.urls import Url
from tests.support.fetch_once import fetch
from tests.support.servers.connect_proxy import ConnectProxy
from tests.support.servers.fault_server import ADDRESS, PAGE, PUBLIC, At, FaultServer, answer
from tests.support.servers.tls_site import secure_site
from workers.fetch.fetcher import Fetcher
from workers.fetch.network import SystemNetwork
from workers.fetch.proxy import ProxiedNetwork
from workers.fetch.records import FetchOptions, Limits, Response
from workers.fetch.web import network_of

NAMES = {"a.example": PUBLIC, "six.example": "2606:4700::1111", "inside.example": "10.0.0.1"}


def look_up(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
    if host not in NAMES:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (NAMES[host], port))]


@pytest.fixture
def proxy(server: FaultServer) -> Iterator[ConnectProxy]:
    with ConnectProxy(server, ADDRESS) as running:
        yield running


def through(proxy: ConnectProxy, user: str = "") -> ProxiedNetwork:
    return ProxiedNetwork(f"http://{user}127.0.0.1:{proxy.port}", look_up=look_up)


def test_pages_come_through_the_proxy_which_is_told_the_checked_address(
    server: FaultServer, proxy: ConnectProxy
) -> None:
    server.pages["/news"] = answer(PAGE, content_type="text/html")
    found, other = fetch(
        through(proxy, "al%3Ace:s%40lt@"), "http://a.example/news", "http://six.example/news"
    )
    assert isinstance(found, Response)
    assert isinstance(other, Response)
    assert found.content == PAGE
    assert [head[0] for head in proxy.heads] == [
        f"CONNECT {PUBLIC}:80 HTTP/1.1",
        "CONNECT [2606:4700::1111]:80 HTTP/1.1",
    ]
    assert f"host: {PUBLIC}:80" in proxy.heads[0]
    assert "proxy-authorization: Basic YWw6Y2U6c0BsdA==" in proxy.heads[0]
    assert [(asked.host, asked.path) for asked in server.asked] == [
        ("a.example", "/news"),
        ("six.example", "/news"),
    ]
    assert not any("proxy" in name for asked in server.asked for name in asked.headers)


def test_what_is_inside_is_not_asked_of_the_proxy(server: FaultServer, proxy: ConnectProxy) -> None:
    server.pages["/out"] = answer(b"", "302 Found", location="http://inside.example/")
    urls = (
        "http://inside.example/",
        "http://169.254.169.254/",
        "http://127.0.0.1/",
        "http://a.example/out",
    )
    for found in fetch(through(proxy), *urls):
        assert isinstance(found, Rejected)
        assert found.reason is Reason.BLOCKED_ADDRESS
    assert [head[0] for head in proxy.heads] == [f"CONNECT {PUBLIC}:80 HTTP/1.1"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (answer(b"", "407 Proxy Authentication Required"), "answers 407"),
        (answer(b"", "403 Forbidden"), "answers 403"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "its answer is none"),
        (b"", "its answer is none"),
    ],
)
def test_a_proxy_that_does_not_open_the_way(proxy: ConnectProxy, said: bytes, words: str) -> None:
    proxy.answer = said
    [found] = fetch(through(proxy), "http://a.example/news")
    assert isinstance(found, Retry)
    assert found.fault is Fault.CONNECT
    assert found.error.startswith("no way through the proxy: ")
    assert words in found.error


def test_a_proxy_that_is_not_there(proxy: ConnectProxy) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    [found] = fetch(
        ProxiedNetwork(f"http://127.0.0.1:{port}", look_up=look_up), "http://a.example/"
    )
    assert isinstance(found, Retry)
    assert "no way through the proxy: 127.0.0.1" in found.error
    assert not proxy.heads


def test_tls_is_spoken_with_the_site_and_not_with_the_proxy(certificate: tuple[Path, Path]) -> None:
    made, key = certificate
    found: list[object] = []

    async def run(network: ProxiedNetwork) -> None:
        trusted = ssl.create_default_context(cafile=made)
        fetcher = Fetcher(network, user_agent="Newsloom/0.1", limits=Limits(seconds=5), tls=trusted)
        found.append(await fetcher.get(Url("https://a.example/"), FetchOptions(record=True)))
        await fetcher.aclose()

    with (
        secure_site(made, key, ["h2", "http/1.1"]) as port,
        ConnectProxy(At(port), "127.0.0.1") as proxy,
    ):
        anyio.run(run, through(proxy))
    [page] = found
    assert isinstance(page, Response)
    assert page.content == b"2 a.example"
    assert page.exchanges[0].address == PUBLIC
    assert proxy.heads[0][0] == f"CONNECT {PUBLIC}:443 HTTP/1.1"


def test_only_the_setting_makes_a_proxy_be_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert type(network_of(Settings(data_dir=tmp_path))) is SystemNetwork
    monkeypatch.setenv("NEWSLOOM_PROXY", "http://user:geheim@proxy.example:3128")
    settings = Settings(data_dir=tmp_path)
    assert type(network_of(settings)) is ProxiedNetwork
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize(
    "address",
    [
        "proxy.example:3128",
        "socks5://p.example:1080",
        "http://",
        "http://p.example/x",
        "http://p:x",
    ],
)
def test_what_is_no_proxy_is_an_error(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NEWSLOOM_PROXY", address)
    with pytest.raises(ValidationError, match="proxy"):
        Settings()
