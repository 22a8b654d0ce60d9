"""One HTTP request and its response, within limits; no redirects, no politeness.

httpcore is used directly (it is the engine inside httpx): its network backend is the one place
where every connection is made (``workers.fetch.connections``). So the address guard sits there, on
the pinned address, for the first request and for every redirect alike.
"""

import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio
import httpcore

from pipeline.crawl.content_decoding import Decoder
from pipeline.crawl.private_access import PrivateAccess
from pipeline.outcome import Reason
from pipeline.urls import Url
from storage.archive.exchange import Exchange
from workers.fetch.connections import FetchRefused, GuardedBackend, Pools
from workers.fetch.network import Network
from workers.fetch.recording import exchange_of
from workers.fetch.records import Limits

REDIRECTS = frozenset({301, 302, 303, 307, 308})

ResponseStarted = Callable[[], Awaitable[None]]
"""Called when the response begins: by then the server has the request."""

_ERRORS = 400
_MOST_DIGITS = 18
_UNREAD_SECONDS = 2.0
_UNREAD_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Request:
    """What each hop of a fetch is asked with.

    Attributes:
        headers: by name, in lower case.
        max_bytes: that the body may have, as it is sent and unpacked.
        form: the body of a POST; None for a GET.
        record: keep what goes over the wire, for the archive.
    """

    headers: Mapping[str, str]
    max_bytes: int
    form: bytes | None = None
    record: bool = False


@dataclass(frozen=True, slots=True)
class HopResponse:
    """The response to one request.

    Header names are lower-case; ``size`` is the bytes of the body that were read, as they came;
    ``exchange`` where recorded.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    size: int
    exchange: Exchange | None


class StaleConnection(Exception):  # noqa: N818 - named after what the connection was
    """A kept connection was closed before anything of the response came."""

    def __init__(self, failure: Exception) -> None:
        super().__init__(str(failure))
        self.failure = failure


class HttpClient:
    """Sends requests over guarded connections, which are kept and reused. One per event loop."""

    def __init__(
        self, network: Network, limits: Limits, *, tls: ssl.SSLContext | None = None
    ) -> None:
        """Nothing is contacted before the first request.

        Args:
            network: resolves and connects.
            limits: of each fetch.
            tls: whom to trust; the usual authorities when there is none.
        """
        self.limits = limits
        self._backend = GuardedBackend(network, limits.ports)
        self._pools = Pools(self._backend, tls=tls)

    async def send(
        self,
        url: Url,
        request: Request,
        response_started: ResponseStarted | None,
        access: PrivateAccess | None = None,
    ) -> HopResponse:
        """Send a request to a URL, and read the body of a response that is no redirect or error.

        ``access`` is to the private network that the request may enter.

        Raises:
            FetchRefused: the address must not be contacted, or the response must not be read.
            StaleConnection: a kept connection ended before the response began.
            BadCoding: the body is not coded as its header says.
            httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError: as they say.
        """
        try:
            return await self._send(url, request, response_started, access)
        except httpcore.RemoteProtocolError as error:
            if "buffer too long" not in str(error):
                raise
            detail = "the server's headers do not end within 100 KiB"
            raise FetchRefused(Reason.TOO_LARGE, detail) from None

    async def _send(
        self,
        url: Url,
        request: Request,
        response_started: ResponseStarted | None,
        access: PrivateAccess | None,
    ) -> HopResponse:
        started = datetime.now(UTC)
        sent = _wire_headers(url, request)
        async with self._pools.lend(url.origin, access) as pool:
            response = await self._begin(pool, self._wire_request(url, request, sent))
            try:
                if response_started:
                    await response_started()
                headers = _headers_of(response)
                whole = response.status not in REDIRECTS and response.status < _ERRORS
                raw, content = b"", b""
                if whole:
                    raw, content, size = await _read_body(response, headers, request)
                else:
                    size = await _drain(response)
                exchange = None
                if request.record:
                    exchange = exchange_of(url, started, sent, response, raw, whole=whole)
                return HopResponse(response.status, headers, content, size, exchange)
            finally:
                await response.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pools.aclose()

    def _wire_request(
        self, url: Url, request: Request, headers: list[tuple[bytes, bytes]]
    ) -> httpcore.Request:
        timeouts = dict.fromkeys(("read", "write", "pool"), self.limits.seconds)
        timeouts["connect"] = self.limits.connect_seconds
        return httpcore.Request(
            "GET" if request.form is None else "POST",
            url,
            headers=headers,
            content=request.form,
            extensions={"timeout": timeouts},
        )

    async def _begin(
        self, pool: httpcore.AsyncConnectionPool, request: httpcore.Request
    ) -> httpcore.Response:
        """The response as soon as it begins."""
        self._backend.expect()
        try:
            return await pool.handle_async_request(request)
        except (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError) as error:
            if self._backend.connected or not _is_closed(error):
                raise
            raise StaleConnection(error) from error


def _wire_headers(url: Url, request: Request) -> list[tuple[bytes, bytes]]:
    """As the bytes they came as: an ETag may hold more than ASCII."""
    headers = [(b"Host", url.host.encode("ascii"))]
    for name, value in request.headers.items():
        headers.append((name.encode("ascii"), value.encode("latin-1", "replace")))
    if request.form is not None:
        headers.append((b"Content-Length", str(len(request.form)).encode("ascii")))
    return headers


def _headers_of(response: httpcore.Response) -> dict[str, str]:
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
    }
    links = _values_of(response, b"link")
    if links:
        headers["link"] = ", ".join(links)  # publishers send one line for each (RFC 9110 §5.3)
    return headers


def _values_of(response: httpcore.Response, wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in response.headers if name.lower() == wanted]


async def _read_body(
    response: httpcore.Response, headers: Mapping[str, str], request: Request
) -> tuple[bytes, bytes, int]:
    """The body as it came (empty where not recorded), decoded, and its size as it came."""
    most = request.max_bytes
    declared = headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > _MOST_DIGITS or int(declared) > most):
        detail = f"{declared} bytes are announced, {most} are allowed"
        raise FetchRefused(Reason.TOO_LARGE, detail)
    decoder = Decoder(", ".join(_values_of(response, b"content-encoding")), most)
    raw, size = bytearray(), 0
    async for chunk in response.aiter_stream():
        size += len(chunk)
        if request.record:
            raw += chunk
        if not decoder.feed(chunk):
            detail = f"the body unpacks to more than {decoder.limit} bytes"
            raise FetchRefused(Reason.TOO_LARGE, detail)
    return bytes(raw), decoder.close(), size


async def _drain(response: httpcore.Response) -> int:
    """Let a short body that nobody reads end; returns how many bytes came.

    The connection is kept, and the server is done when the host's slot is given back.
    """
    size = 0
    with (
        anyio.move_on_after(_UNREAD_SECONDS),
        suppress(httpcore.NetworkError, httpcore.ProtocolError),
    ):
        async for chunk in response.aiter_stream():
            size += len(chunk)
            if size > _UNREAD_BYTES:
                break
    return size


def _is_closed(error: Exception) -> bool:
    """Whether the connection ended, rather than brought broken HTTP."""
    if not isinstance(error, httpcore.RemoteProtocolError):
        return True
    ended = ("Server disconnected", "ConnectionTerminated")
    return any(words in str(error) for words in ended)
