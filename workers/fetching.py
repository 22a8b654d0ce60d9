"""The only module that opens a URL.

httpcore is used directly (it is the engine inside httpx): its network backend is the one place where every connection
is made, so the address guard sits there, on the pinned address, for the first request and for every redirect alike.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass

import anyio
import httpcore

from pipeline.crawl.guard import forbidden
from pipeline.outcome import Reason, Rejected, Retry
from pipeline.urls import BadUrl, normalise
from workers.decoding import BadCoding, Decoder
from workers.network import Network

ACCEPT_PAGE = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
ACCEPT_FEED = "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.1"

Turn = Callable[[str], AbstractAsyncContextManager[None]]
"""Entered with the URL around each request, redirects included: waits for the host's turn, may raise ``Refused``."""

_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_ERRORS = 400
_MOST_DIGITS = 18
_ADDRESSES_TRIED = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one fetch: seconds, bytes after decoding, hops, ports."""

    seconds: float = 25.0
    connect_seconds: float = 8.0
    max_bytes: int = 10_000_000
    max_redirects: int = 5
    ports: frozenset[int] = frozenset({80, 443})


@dataclass(frozen=True, slots=True)
class Response:
    """An answer with its body read and decoded. Header names are lower-case."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    moved_permanently: bool = False


class Refused(Exception):  # noqa: N818 - carries a rejection out of the depths
    """A fetch that must not be made, or whose answer must not be read."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.rejection = Rejected(reason=reason, detail=detail)


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, refuses it when any of its addresses is forbidden, and connects to what was checked."""

    def __init__(self, network: Network, ports: frozenset[int]) -> None:
        self._network = network
        self._ports = ports

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Connect to a host by name or by the text of its address."""
        if port not in self._ports:
            raise Refused(Reason.BLOCKED_ADDRESS, f"port {port} is not one of those allowed")
        name = host.strip("[]")
        try:
            addresses = [name] if _is_address(name) else await self._network.resolve(name, port)
        except (OSError, UnicodeError):
            raise httpcore.ConnectError(f"the name {name} cannot be resolved") from None
        for address in addresses:
            if why := forbidden(address):
                raise Refused(Reason.BLOCKED_ADDRESS, f"{name} leads to {address}, which must not be contacted ({why})")
        failure: Exception = httpcore.ConnectError(f"the name {name} has no address")
        for address in addresses[:_ADDRESSES_TRIED]:
            try:
                return await self._network.connect(address, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """For httpcore's own retries."""
        await anyio.sleep(seconds)


class Fetcher:
    """Fetches within limits. One per event loop; connections are kept and reused."""

    def __init__(self, network: Network, *, user_agent: str, limits: Limits) -> None:
        self._limits = limits
        self.user_agent = user_agent
        self._pool = httpcore.AsyncConnectionPool(
            http2=True,
            max_connections=256,
            max_keepalive_connections=64,
            keepalive_expiry=15,
            network_backend=_GuardedBackend(network, limits.ports),
        )

    async def get(
        self,
        url: str,
        *,
        accept: str = ACCEPT_PAGE,
        validators: Mapping[str, str] | None = None,
        turn: Turn = lambda _url: nullcontext(),
    ) -> Response | Rejected | Retry:
        """GET with redirects followed. What servers and networks do is a result, not an exception.

        Args:
            url: normalised.
            accept: the Accept header.
            validators: headers of a conditional request, verbatim.
            turn: entered around each single request.
        """
        headers = {
            "user-agent": self.user_agent,
            "accept": accept,
            "accept-encoding": "gzip",
            **(validators or {}),
        }
        try:
            with anyio.fail_after(self._limits.seconds) as deadline:
                return await self._follow(url, headers, turn, deadline)
        except TimeoutError:
            return Retry(error=f"no whole answer within {self._limits.seconds:g} s")
        except Refused as refused:
            return refused.rejection
        except BadUrl as error:
            return Rejected(reason=error.reason, detail=f"redirected to where we do not follow: {error}")
        except BadCoding as error:
            return Rejected(reason=Reason.BAD_ENCODING, detail=str(error))
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, EOFError, OSError) as error:
            return Retry(error=_in_words(error))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    async def _follow(self, url: str, headers: dict[str, str], turn: Turn, deadline: anyio.CancelScope) -> Response:
        current, permanent = url, True
        for _ in range(self._limits.max_redirects + 1):
            left = deadline.deadline - anyio.current_time()
            deadline.deadline = math.inf  # waiting for a turn is not the server's fault, and has its own bounds
            async with turn(current):
                deadline.deadline = anyio.current_time() + left
                try:
                    status, received, content = await self._request(current, headers)
                except httpcore.RemoteProtocolError as error:
                    if "buffer too long" not in str(error):
                        raise
                    raise Refused(Reason.TOO_LARGE, "the server's headers do not end within 100 KiB") from None
            if status not in _REDIRECTS or "location" not in received:
                moved = permanent and current != url
                return Response(url, current, status, received, content, moved_permanently=moved)
            permanent = permanent and status in _PERMANENT
            current = normalise(_latin_to_utf8(received["location"]), base=current)
        raise Refused(Reason.TOO_MANY_REDIRECTS, f"more than {self._limits.max_redirects} redirects")

    async def _request(self, url: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        limits = self._limits
        timeouts = dict.fromkeys(("read", "write", "pool"), limits.seconds) | {"connect": limits.connect_seconds}
        async with self._pool.stream("GET", url, headers=_encoded(headers), extensions={"timeout": timeouts}) as answer:
            received = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            if answer.status in _REDIRECTS or answer.status >= _ERRORS:  # nobody reads their bodies
                return answer.status, received, b""
            codings = [value.decode("latin-1") for name, value in answer.headers if name.lower() == b"content-encoding"]
            declared = received.get("content-length", "")
            if declared.isdecimal() and (len(declared) > _MOST_DIGITS or int(declared) > limits.max_bytes):
                raise Refused(Reason.TOO_LARGE, f"{declared} bytes are announced, {limits.max_bytes} are allowed")
            decoder = Decoder(", ".join(codings), limits.max_bytes)
            async for chunk in answer.aiter_stream():
                if not decoder.feed(chunk):
                    raise Refused(Reason.TOO_LARGE, f"the body unpacks to more than {decoder.limit} bytes")
            return answer.status, received, decoder.close()


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """As the bytes they came as: an ETag may hold more than ASCII."""
    return [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in headers.items()]


def _is_address(name: str) -> bool:
    return forbidden(name) != "not an IP address"


def _latin_to_utf8(header: str) -> str:
    """Servers put raw UTF-8 into Location."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return header


def _in_words(error: Exception) -> str:
    text = str(error).strip()
    name = {
        "ConnectTimeout": "the host does not accept connections in time",
        "ReadTimeout": "the server does not answer in time",
        "ReadError": "the connection broke",
        "EOFError": "the answer is cut off",
        "ConnectError": "no connection to the host",
        "RemoteProtocolError": "the server's answer is broken HTTP",
        "PoolTimeout": "too many requests are under way",
    }.get(type(error).__name__, type(error).__name__)
    return f"{name}: {text}" if text else name
