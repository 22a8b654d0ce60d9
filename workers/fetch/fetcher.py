"""A fetch, hop by hop: robots.txt, the host's slot, the request, its body."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

import anyio
import httpcore

from pipeline.crawl.content_decoding import BadCoding
from pipeline.outcome import Fault, Reason, Rejected, Retry
from pipeline.urls import BadUrl, Url, normalise
from storage.archive.exchange import Exchange
from storage.redis.health.counters import Counted, Tally
from workers.fetch.client import (
    REDIRECTS,
    HopResponse,
    HttpClient,
    Request,
    StaleConnection,
)
from workers.fetch.connections import FetchRefused
from workers.fetch.errors import fault, in_words
from workers.fetch.network import Network
from workers.fetch.records import PAGE, FetchOptions, Limits, PolitenessPolicy, Response
from workers.fetch.robots import RobotsCache
from workers.fetch.slots import FreeSlots, HostSlots, Slots, TryLater, Waiting
from workers.processes.isolation import PatientReader

AT_ONCE = PolitenessPolicy(delay=0.0, concurrency=1, robots=False)
"""For a fetch that shares its host with nobody."""

_PERMANENT = {301, 308}
_METHOD_KEPT = frozenset({307, 308})
_KNOWN_STATUSES = frozenset(HTTPStatus)
_ROBOTS = FetchOptions(accept="text/plain")


class Fetcher:
    """Fetches politely and within limits. One per event loop; connections are kept and reused."""

    def __init__(  # noqa: PLR0913 - all by name
        self,
        network: Network,
        *,
        user_agent: str,
        limits: Limits,
        slots: Slots | None = None,
        reader: PatientReader | None = None,
        tls: ssl.SSLContext | None = None,
        tally: Tally | None = None,
    ) -> None:
        """Nothing is contacted before the first fetch.

        Args:
            network: resolves and connects.
            user_agent: sent with each request.
            limits: of each fetch.
            slots: of the hosts; without them every fetch begins at once. robots.txt is followed
                with those that other workers share.
            reader: parses robots.txt; needed where it is followed.
            tls: whom to trust; the usual authorities when there is none.
            tally: counts responses, their bytes, and errors.

        Raises:
            ValueError: robots.txt is to be followed, and there is no reader.
        """
        self._client = HttpClient(network, limits, tls=tls)
        self._limits = limits
        self._tally = tally or Tally()
        self._user_agent = user_agent
        self._slots = slots or FreeSlots()
        self._robots: RobotsCache | None = None
        if isinstance(slots, HostSlots):
            if reader is None:
                raise ValueError("robots.txt is followed with these slots: a reader is needed")
            self._robots = RobotsCache(slots, self._get_robots, user_agent, reader)

    async def get(
        self, url: Url, options: FetchOptions = PAGE, policy: PolitenessPolicy = AT_ONCE
    ) -> Response | Rejected | Retry:
        """GET with redirects followed. What servers and networks do is a result, not an exception.

        Args:
            url: normalised.
            options: how.
            policy: of its host; a page that robots.txt disallows is rejected.
        """
        waiting = self._slots.waiting(options.patience)
        return await self._fetch(url, self._get_request(options), policy, waiting)

    async def post(
        self, url: Url, form: Mapping[str, str], policy: PolitenessPolicy = AT_ONCE
    ) -> Response | Rejected | Retry:
        """POST a form within the same limits.

        Only redirects that keep the method are followed (307, 308). robots.txt is about crawling
        (RFC 9309 §1), so it is not asked.

        Args:
            url: normalised.
            form: fields, sent as ``application/x-www-form-urlencoded``.
            policy: of its host.
        """
        headers = self._headers("text/plain,*/*;q=0.1")
        headers["content-type"] = "application/x-www-form-urlencoded"
        body = urlencode(form).encode("ascii")
        request = Request(headers, self._limits.max_bytes, form=body)
        return await self._fetch(url, request, policy, self._slots.waiting(None))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _get_robots(
        self, url: Url, policy: PolitenessPolicy, waiting: Waiting
    ) -> Response | Rejected | Retry:
        request = self._get_request(_ROBOTS)
        return await self._fetch(url, request, policy, waiting, ask_robots=False)

    def _headers(self, accept: str) -> dict[str, str]:
        return {"user-agent": self._user_agent, "accept": accept, "accept-encoding": "gzip"}

    def _get_request(self, options: FetchOptions) -> Request:
        headers = {**self._headers(options.accept), **options.validators}
        max_bytes = options.max_bytes or self._limits.max_bytes
        return Request(headers, max_bytes, record=options.record)

    async def _fetch(  # noqa: PLR0911 - one for each kind of failure
        self,
        url: Url,
        request: Request,
        policy: PolitenessPolicy,
        waiting: Waiting,
        *,
        ask_robots: bool = True,
    ) -> Response | Rejected | Retry:
        """What goes wrong is a result."""
        robots = self._robots if ask_robots and policy.robots and request.form is None else None
        run = _Run(request, policy, waiting, robots, _RequestTime(self._limits.seconds))
        try:
            return await self._follow(url, run)
        except TryLater as later:
            return waiting.retry_of(later, url)
        except TimeoutError:
            words = f"no whole answer within {self._limits.seconds:g} s"
            return self._failed(words, Fault.TIMEOUT)
        except FetchRefused as refused:
            self._tally.add(Counted.FETCH_ERRORS, refused.rejection.reason)
            return refused.rejection
        except BadUrl as error:
            detail = f"redirected to where we do not follow: {error}"
            self._tally.add(Counted.FETCH_ERRORS, error.reason)
            return Rejected(reason=error.reason, detail=detail)
        except BadCoding as error:
            self._tally.add(Counted.FETCH_ERRORS, Reason.BAD_ENCODING)
            return Rejected(reason=Reason.BAD_ENCODING, detail=str(error))
        except _NETWORK_FAILURES as error:
            return self._failed(in_words(error), fault(error))

    def _failed(self, words: str, why: Fault) -> Retry:
        self._tally.add(Counted.FETCH_ERRORS, why)
        return Retry(error=words, fault=why)

    async def _follow(self, url: Url, run: "_Run") -> Response:
        """From hop to hop until a response that is no redirect."""
        current = url
        permanent = True
        exchanges: list[Exchange] = []
        for _ in range(self._limits.max_redirects + 1):
            response = await self._hop(current, run)
            if response.exchange:
                exchanges.append(response.exchange)
            target = _redirect_target(response, current, run.request)
            if target is None:
                return _whole(url, current, response, exchanges, permanent=permanent)
            permanent = permanent and response.status in _PERMANENT
            current = target
        detail = f"more than {self._limits.max_redirects} redirects"
        raise FetchRefused(Reason.TOO_MANY_REDIRECTS, detail)

    async def _hop(self, url: Url, run: "_Run") -> HopResponse:
        """One request. A GET whose kept connection had ended is repeated, in a slot of its own.

        That is allowed by RFC 9110 §9.2.2 and RFC 9112 §9.3.1.
        """
        try:
            return await self._send(url, run)
        except StaleConnection as stale:
            if run.request.form is not None:
                raise stale.failure from None
        try:
            return await self._send(url, run)
        except StaleConnection as stale:
            raise stale.failure from None

    async def _send(self, url: Url, run: "_Run") -> HopResponse:
        run.waiting.hop = url
        policy = run.policy
        if run.robots:
            policy = await run.robots.policy_for(url, policy, run.waiting)
        async with self._slots.hold(url, policy, run.waiting) as response_started:
            with run.time.running():
                response = await self._client.send(
                    url, run.request, response_started, policy.access
                )
        self._tally.add(Counted.FETCH_RESPONSES, _status_label(response.status))
        self._tally.add(Counted.FETCHED_BYTES, by=response.size)
        return response


_NETWORK_FAILURES = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    EOFError,
    OSError,
)


@dataclass
class _RequestTime:
    """Seconds that the requests of one fetch may still take, waits for slots not counted."""

    left: float

    @contextmanager
    def running(self) -> Iterator[None]:
        """The time of this block is taken off.

        Raises:
            TimeoutError: nothing is left.
        """
        began = anyio.current_time()
        try:
            with anyio.fail_after(self.left):
                yield
        finally:
            self.left = max(self.left - (anyio.current_time() - began), 0.0)


@dataclass(frozen=True, slots=True)
class _Run:
    """One fetch: what is asked, how its hosts are treated, and what it may still wait and take."""

    request: Request
    policy: PolitenessPolicy
    waiting: Waiting
    robots: RobotsCache | None
    time: _RequestTime


def _status_label(status: int) -> str:
    """Servers may answer with any number; unknown ones count together."""
    return str(status) if status in _KNOWN_STATUSES else "other"


def _redirect_target(response: HopResponse, url: Url, request: Request) -> Url | None:
    """Where a response redirects to, if it does and the request may follow.

    Raises:
        BadUrl: it leads to what cannot be fetched.
    """
    followed = REDIRECTS if request.form is None else _METHOD_KEPT
    location = response.headers.get("location")
    if response.status not in followed or location is None:
        return None
    return normalise(_latin_to_utf8(location), base=url, tracking=True)


def _whole(
    url: Url, last: Url, response: HopResponse, exchanges: list[Exchange], *, permanent: bool
) -> Response:
    final = url if last == url else normalise(last)
    return Response(
        url=url,
        final_url=final,
        status=response.status,
        headers=response.headers,
        content=response.content,
        moved_permanently=permanent and final != url,
        exchanges=tuple(exchanges),
    )


def _latin_to_utf8(header: str) -> str:
    """Servers put raw UTF-8 into Location."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return header
