"""An HTTP proxy on the way to every site, where the operator has one."""

import socket
import ssl
from base64 import b64encode
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore

from pipeline.crawl.private_access import is_private
from workers.fetch.network import LookUp, SystemNetwork

_SUCCESS = range(200, 300)


class ProxyRefused(httpcore.ConnectError):
    """The proxy does not open the way."""


class ProxiedNetwork(SystemNetwork):
    """TCP through a proxy's CONNECT (RFC 9110 §9.3.6), to an address that passed the guard here.

    So the guard holds with a proxy as it does without: if the proxy got the name, it would
    resolve it by itself.
    """

    def __init__(self, proxy: str, *, look_up: LookUp = socket.getaddrinfo) -> None:
        """``proxy`` is ``http://[user:password@]host:port``.

        It may be anywhere, inside too: the operator chose it.
        """
        super().__init__(look_up=look_up)
        parts = urlsplit(proxy)
        self._proxy = httpcore.Origin(
            b"http", (parts.hostname or "").encode("ascii"), parts.port or 80
        )
        self._headers = {"accept": "*/*"}
        if parts.username is not None:
            credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._headers["proxy-authorization"] = f"Basic {b64encode(credentials).decode()}"

    async def connect(
        self, address: str, port: int, seconds: float | None
    ) -> httpcore.AsyncNetworkStream:
        """A stream to an address, through the proxy.

        Raises:
            ProxyRefused: it cannot be reached, or answers otherwise than with 2xx.
            httpcore.ConnectTimeout: it cannot be reached, or does not answer, within ``seconds``
            each.
        """
        host = self._proxy.host.decode()
        try:
            stream = await super().connect(host, self._proxy.port, seconds)
        except httpcore.ConnectError as error:
            raise ProxyRefused(f"{host}:{self._proxy.port} cannot be reached ({error})") from None
        try:
            return await self._through(stream, address, port, seconds)
        except BaseException:
            await stream.aclose()
            raise

    async def _through(
        self, stream: httpcore.AsyncNetworkStream, address: str, port: int, seconds: float | None
    ) -> httpcore.AsyncNetworkStream:
        connection = httpcore.AsyncHTTP11Connection(self._proxy, stream)
        try:
            response = await connection.handle_async_request(self._request(address, port, seconds))
        except httpcore.TimeoutException:
            raise httpcore.ConnectTimeout("the proxy does not answer") from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise ProxyRefused(f"its answer is none ({error})") from None
        if response.status not in _SUCCESS:
            of_network = "; it is asked for private networks too" if is_private(address) else ""
            raise ProxyRefused(
                f"it answers {response.status} to a CONNECT to {address}, port {port}{of_network}"
            )
        return _Tunnel(response.extensions["network_stream"], (address, port))

    def _request(self, address: str, port: int, seconds: float | None) -> httpcore.Request:
        target = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        headers = [("host", target), *self._headers.items()]
        return httpcore.Request(
            "CONNECT",
            httpcore.URL(
                scheme="http", host=self._proxy.host, port=self._proxy.port, target=target
            ),
            headers=headers,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds)},
        )


class _Tunnel(httpcore.AsyncNetworkStream):
    """A stream through the proxy, which knows the site's address and not the proxy's.

    The archive names it.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream, server: tuple[str, int]) -> None:
        self._stream, self._server = stream, server

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        return _Tunnel(
            await self._stream.start_tls(ssl_context, server_hostname, timeout), self._server
        )

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore has it
        return self._server if info == "server_addr" else self._stream.get_extra_info(info)
