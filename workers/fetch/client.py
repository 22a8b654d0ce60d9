"""The only module that opens a URL.

httpcore is used directly (it is the engine inside httpx): its network backend is the one place
where every connection is made (``workers.fetch.connections``), so the address guard sits there, on
the pinned address, for the first request and for every redirect alike.
"""

import math
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

import anyio
import httpcore

from pipeline.crawl.content_decoding import BadCoding, Decoder
from pipeline.outcome import Fault, Reason, Rejected, Retry
from pipeline.urls import BadUrl, Url, normalise
from storage.archive.exchange import Exchange
from workers.fetch.connections import FetchRefused, GuardedBackend, Pools
from workers.fetch.errors import fault, in_words
from workers.fetch.network import Network
from workers.fetch.recording import exchange_of

ACCEPT_PAGE = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
ACCEPT_FEED = (
    "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.1"
)

Arrived = Callable[[], Awaitable[None]]
Turn = Callable[[Url], AbstractAsyncContextManager[Arrived | None]]
"""Entered with the URL around each request, redirects included: waits for the host's turn, may raise ``FetchRefused``.

What it gives is called when the answer begins: by then the server has the request.
"""

_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_METHOD_KEPT = {307, 308}
_ERRORS = 400
_MOST_DIGITS = 18
_UNREAD_SECONDS = 2.0
_UNREAD_BYTES = 65_536


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
    """An answer with its body read and decoded. Header names are lower-case.

    ``exchanges``, where they were to be recorded, are what went over the wire: the redirects, then
    the answer.
    """

    url: Url
    final_url: Url
    status: int
    headers: Mapping[str, str]
    content: bytes
    moved_permanently: bool = False
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How to GET something.

    Attributes:
        accept: the Accept header.
        validators: headers of a conditional request, verbatim.
        max_bytes: of the body, as it is sent and unpacked, where it is not the usual limit.
        record: give the response its exchanges, for the archive.
        patience: seconds to wait for a host's turn, where they are not the usual ones.
    """

    accept: str = ACCEPT_PAGE
    validators: Mapping[str, str] = field(default_factory=dict)
    max_bytes: int | None = None
    record: bool = False
    patience: float | None = None


PAGE = FetchOptions()


@dataclass(frozen=True, slots=True)
class _Sending:
    """What each hop is asked with.

    Headers, the form of a POST, the bytes that the answer may have.
    """

    headers: Mapping[str, str]
    form: bytes | None
    most: int
    record: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    """One hop's answer; ``exchange`` when it is recorded."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    exchange: Exchange | None


class _Stale(Exception):  # noqa: N818 - named after what the connection was
    """A kept connection was closed before anything of the answer came."""

    def __init__(self, failure: Exception) -> None:
        super().__init__(str(failure))
        self.failure = failure


class Fetcher:
    """Fetches within limits. One per event loop; connections are kept and reused."""

    def __init__(
        self,
        network: Network,
        *,
        user_agent: str,
        limits: Limits,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Nothing is contacted before the first fetch.

        Args:
            network: resolves and connects.
            user_agent: sent with each request.
            limits: of each fetch.
            tls: whom to trust; the usual authorities when there is none.
        """
        self._limits = limits
        self.user_agent = user_agent
        self._backend = GuardedBackend(network, limits.ports)
        self._pools = Pools(self._backend, tls=tls)

    async def get(
        self,
        url: Url,
        asking: FetchOptions = PAGE,
        *,
        turn: Turn = lambda _url: nullcontext(),
    ) -> Response | Rejected | Retry:
        """GET with redirects followed. What servers and networks do is a result, not an exception.

        Args:
            url: normalised.
            asking: how.
            turn: entered around each single request.
        """
        headers = {
            "user-agent": self.user_agent,
            "accept": asking.accept,
            "accept-encoding": "gzip",
            **asking.validators,
        }
        sending = _Sending(headers, None, asking.max_bytes or self._limits.max_bytes, asking.record)
        return await self._bounded(lambda deadline: self._follow(url, sending, turn, deadline))

    async def post(
        self, url: Url, form: Mapping[str, str], *, turn: Turn = lambda _url: nullcontext()
    ) -> Response | Rejected | Retry:
        """POST a form within the same limits.

        Only redirects that keep the method are followed (307, 308).

        Args:
            url: normalised.
            form: fields, sent as ``application/x-www-form-urlencoded``.
            turn: entered around each single request.
        """
        headers = {
            "user-agent": self.user_agent,
            "accept": "text/plain,*/*;q=0.1",
            "accept-encoding": "gzip",
            "content-type": "application/x-www-form-urlencoded",
        }
        sending = _Sending(headers, urlencode(form).encode("ascii"), self._limits.max_bytes)
        return await self._bounded(lambda deadline: self._follow(url, sending, turn, deadline))

    async def _bounded(
        self, work: Callable[[anyio.CancelScope], Awaitable[Response]]
    ) -> Response | Rejected | Retry:
        """One deadline over it all, and what goes wrong as a result."""
        try:
            with anyio.fail_after(self._limits.seconds) as deadline:
                return await work(deadline)
        except TimeoutError:
            return Retry(
                error=f"no whole answer within {self._limits.seconds:g} s", fault=Fault.TIMEOUT
            )
        except FetchRefused as refused:
            return refused.rejection
        except BadUrl as error:
            return Rejected(
                reason=error.reason, detail=f"redirected to where we do not follow: {error}"
            )
        except BadCoding as error:
            return Rejected(reason=Reason.BAD_ENCODING, detail=str(error))
        except (
            httpcore.NetworkError,
            httpcore.TimeoutException,
            httpcore.ProtocolError,
            EOFError,
            OSError,
        ) as error:
            return Retry(error=in_words(error), fault=fault(error))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pools.aclose()

    async def _follow(
        self, url: Url, sending: _Sending, turn: Turn, deadline: anyio.CancelScope
    ) -> Response:
        current, permanent, hops, renewed = url, True, 0, False
        followed = _REDIRECTS if sending.form is None else _METHOD_KEPT
        exchanges: list[Exchange] = []
        while hops <= self._limits.max_redirects:
            left = deadline.deadline - anyio.current_time()
            # Waiting for a turn is not the server's fault, and has its own bounds.
            deadline.deadline = math.inf
            try:
                async with turn(current) as arrived:
                    deadline.deadline = anyio.current_time() + left
                    answer = await self._request(current, sending, arrived)
            except _Stale as stale:
                if renewed or sending.form is not None:
                    raise stale.failure from None
                # A GET may be repeated (RFC 9110 §9.2.2, RFC 9112 §9.3.1), in a turn of its own.
                renewed = True
                continue
            except httpcore.RemoteProtocolError as error:
                if "buffer too long" not in str(error):
                    raise
                raise FetchRefused(
                    Reason.TOO_LARGE, "the server's headers do not end within 100 KiB"
                ) from None
            hops += 1
            if answer.exchange:
                exchanges.append(answer.exchange)
            if answer.status not in followed or "location" not in answer.headers:
                final = url if current == url else normalise(current)
                moved = permanent and final != url
                return Response(
                    url,
                    final,
                    answer.status,
                    answer.headers,
                    answer.content,
                    moved,
                    tuple(exchanges),
                )
            permanent = permanent and answer.status in _PERMANENT
            current = normalise(
                _latin_to_utf8(answer.headers["location"]), base=current, tracking=True
            )
        raise FetchRefused(
            Reason.TOO_MANY_REDIRECTS, f"more than {self._limits.max_redirects} redirects"
        )

    async def _request(self, url: Url, sending: _Sending, arrived: Arrived | None) -> _Answer:
        limits, form, started = self._limits, sending.form, datetime.now(UTC)
        timeouts = dict.fromkeys(("read", "write", "pool"), limits.seconds) | {
            "connect": limits.connect_seconds
        }
        sent = [(b"Host", url.host.encode("ascii")), *_encoded(sending.headers)]
        if form is not None:
            sent.append((b"Content-Length", str(len(form)).encode("ascii")))
        request = httpcore.Request(
            "GET" if form is None else "POST",
            url,
            headers=sent,
            content=form,
            extensions={"timeout": timeouts},
        )
        async with self._pools.lend(url.origin) as pool:
            answer = await self._answer(pool, request)
            try:
                if arrived:
                    await arrived()
                received = {
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in answer.headers
                }
                if links := [
                    value.decode("latin-1")
                    for name, value in answer.headers
                    if name.lower() == b"link"
                ]:
                    # Publishers send one line for each (RFC 9110 §5.3)
                    received["link"] = ", ".join(links)
                # Nobody reads their bodies.
                unread = answer.status in _REDIRECTS or answer.status >= _ERRORS
                raw, content = (b"", b"") if unread else await self._body(answer, received, sending)
                if unread:
                    await _run_out(answer)
                exchange = (
                    exchange_of(url, started, sent, answer, raw, whole=not unread)
                    if sending.record
                    else None
                )
                return _Answer(answer.status, received, content, exchange)
            finally:
                await answer.aclose()

    async def _answer(
        self, pool: httpcore.AsyncConnectionPool, request: httpcore.Request
    ) -> httpcore.Response:
        """The answer as soon as it begins.

        Raises:
            _Stale: a kept connection broke before that.
        """
        self._backend.expect()
        try:
            return await pool.handle_async_request(request)
        except (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError) as error:
            if self._backend.connected or not _closed(error):
                raise
            raise _Stale(error) from error

    async def _body(
        self, answer: httpcore.Response, received: Mapping[str, str], sending: _Sending
    ) -> tuple[bytes, bytes]:
        """The body as it came (empty where that is not recorded) and decoded."""
        most = sending.most
        codings = [
            value.decode("latin-1")
            for name, value in answer.headers
            if name.lower() == b"content-encoding"
        ]
        declared = received.get("content-length", "")
        if declared.isdecimal() and (len(declared) > _MOST_DIGITS or int(declared) > most):
            raise FetchRefused(
                Reason.TOO_LARGE, f"{declared} bytes are announced, {most} are allowed"
            )
        decoder, raw = Decoder(", ".join(codings), most), bytearray()
        async for chunk in answer.aiter_stream():
            if sending.record:
                raw += chunk
            if not decoder.feed(chunk):
                raise FetchRefused(
                    Reason.TOO_LARGE, f"the body unpacks to more than {decoder.limit} bytes"
                )
        return bytes(raw), decoder.close()


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """As the bytes they came as: an ETag may hold more than ASCII."""
    return [
        (name.encode("ascii"), value.encode("latin-1", "replace"))
        for name, value in headers.items()
    ]


async def _run_out(answer: httpcore.Response) -> None:
    """Let a short body that nobody reads end.

    The connection is kept, and the server is done when the slot is given.
    """
    size = 0
    with (
        anyio.move_on_after(_UNREAD_SECONDS),
        suppress(httpcore.NetworkError, httpcore.ProtocolError),
    ):
        async for chunk in answer.aiter_stream():
            size += len(chunk)
            if size > _UNREAD_BYTES:
                return


def _closed(error: Exception) -> bool:
    """Whether the connection ended, rather than brought broken HTTP."""
    ended = ("Server disconnected", "ConnectionTerminated")
    return not isinstance(error, httpcore.RemoteProtocolError) or any(
        word in str(error) for word in ended
    )


def _latin_to_utf8(header: str) -> str:
    """Servers put raw UTF-8 into Location."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return header
