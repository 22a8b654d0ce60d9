"""What the endpoints work with, and who may call them."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Annotated

import anyio
import redis
from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from config.logging import LogFields
from services.articles.source_groups import SourceGroups
from storage.index import Index
from storage.redis.access.api_keys import Scope
from storage.redis.access.rate_limits import MINUTE, Allowance
from storage.redis.connection import StoreUnavailable
from web.access import Access, Caller, Via, address_of
from web.clock import query_time
from web.guard import MORE_HEADERS
from workers.chain.breaker import Breaker
from workers.resources import Resources

log = logging.getLogger("newsloom.web")

READING_KEY = "readingKey"
"""The security scheme of what needs no key on loopback."""

_KEY = HTTPBearer(
    scheme_name="key",
    auto_error=False,
    description="A key with the scope `write`, as `newsloom keys add NAME --scope write` makes it.",
)
_READING_KEY = HTTPBearer(
    scheme_name=READING_KEY,
    auto_error=False,
    description="A key that `newsloom keys add` has made; on loopback none is needed.",
)
COSTLY_AT_ONCE = 4
"""Of ``web.app.THREADS``, so many may be busy with counts, samples and look-ups."""

BATCHES_AT_ONCE = 2
"""And so many with batches, which may take minutes."""

PLACE_SECONDS = 10.0
"""To wait for a place among those that are busy."""

UNCOUNTED_SECONDS = 10.0
"""For so long requests are not counted after Redis has not answered: nobody else waits for it."""

_CALLER = "caller_of_api"
"""Where the request's state has its caller, once that is known."""

_AWAY = (redis.RedisError, StoreUnavailable)


class Places:
    """A few places for work that takes seconds, so that pages and sign-in always have threads.

    Args:
        number: how many.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._free = anyio.Semaphore(number)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """A place for the length of the block. To wait for it takes no thread.

        Raises:
            HTTPException: 503; all places remain taken.
        """
        try:
            with anyio.fail_after(PLACE_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            raise HTTPException(
                503,
                f"{self._number} requests that take long are being answered. Try again in some"
                " seconds.",
                {"Retry-After": "5"},
            ) from None
        try:
            yield
        finally:
            self._free.release()


@dataclass(frozen=True)
class Context:
    """What the endpoints work with.

    Attributes:
        resources: of this process.
        access: tells callers from each other.
        counting: whether it is worth asking Redis just now how many requests a caller made.
        costly: places for work that takes seconds.
        batches: places for batches.
    """

    resources: Resources
    access: Access
    counting: Breaker = field(default_factory=lambda: Breaker(UNCOUNTED_SECONDS))
    costly: Places = field(default_factory=lambda: Places(COSTLY_AT_ONCE))
    batches: Places = field(default_factory=lambda: Places(BATCHES_AT_ONCE))

    @cached_property
    def index(self) -> Index:
        """The index as it is; nothing is created."""
        return self.resources.open_index()

    @property
    def now(self) -> datetime:
        """What queries are reckoned from."""
        return query_time(self.resources.clock())

    @cached_property
    def groups(self) -> SourceGroups:
        """The tags and collections that queries can name, as the sources file has them now."""
        return SourceGroups(self.resources.settings.sources)


def context_of(request: Request) -> Context:
    """The context of the application that answers a request."""
    context: Context = request.app.state.context
    return context


InContext = Annotated[Context, Depends(context_of)]
"""The context, for an endpoint."""


def counted_as(request: Request, caller: Caller | None) -> str:
    """Whose a request is, where requests are counted: a key's or a user's, else an address'."""
    return (caller and caller.counted_as) or f"address:{address_of(request)}"


def charge(request: Request, context: Context, caller: Caller | None, cost: int = 1) -> None:
    """Count a request as its caller's; one more than the limit is refused.

    While Redis is away requests are not counted, and few wait for it: search needs no Redis.

    Raises:
        HTTPException: 429, with the seconds to wait.
    """
    limit = context.resources.settings.web_rate
    if not limit or not cost or context.counting.open:
        return
    name = counted_as(request, caller)
    try:
        left = context.resources.stores.rate_limits.take(name, per_minute=limit, cost=cost)
    except _AWAY as error:
        context.counting.failed()
        fields = LogFields(event="not_counted", reason=str(error))
        log.warning(
            "requests are not counted for %.0f s: %s", UNCOUNTED_SECONDS, error, extra=fields
        )
        return
    getattr(request.state, MORE_HEADERS).update(_rate_headers(left, limit))
    if not left.allowed:
        raise HTTPException(
            429,
            f"{limit} requests a minute are allowed. Try again in {left.retry_after:.0f} s.",
            {"Retry-After": str(max(1, round(left.retry_after + 0.5)))},
        )


def _rate_headers(left: Allowance, limit: int) -> dict[str, str]:
    """As draft-ietf-httpapi-ratelimit-headers-10 has them."""
    return {
        "RateLimit-Policy": f'"default";q={limit};w={MINUTE:.0f}',
        "RateLimit": f'"default";r={left.remaining};t={left.reset:.0f}',
    }


def admit(request: Request, context: Context, wanted: Scope) -> Caller:
    """Who makes a request, if that caller may; it is identified and counted once a request.

    Raises:
        HTTPException: 401, 403 or 429.
        redis.RedisError: there is a key, and Redis does not answer.
    """
    if not hasattr(request.state, _CALLER):
        setattr(request.state, _CALLER, _identified(request, context))
    caller: Caller | None = getattr(request.state, _CALLER)
    if caller is None or (caller.via is Via.LOOPBACK and not caller.may(wanted)):
        option = "" if wanted is Scope.READ else f" --scope {wanted}"
        raise HTTPException(
            401,
            f"This needs an API key: `newsloom keys add NAME{option}` makes one, to be sent as"
            " `Authorization: Bearer KEY`.",
            {"WWW-Authenticate": "Bearer"},
        )
    if not caller.may(wanted):
        raise HTTPException(
            403,
            f"This needs the scope {wanted}; {caller.name} has {caller.scope}."
            f" `newsloom keys add NAME --scope {wanted}` makes a key with it.",
        )
    return caller


def _identified(request: Request, context: Context) -> Caller | None:
    try:
        caller = context.access.identify(request)
    except HTTPException:
        charge(request, context, None)
        raise
    charge(request, context, caller)
    return caller


def _admit_reader(
    request: Request, context: InContext, _given: Annotated[object, Security(_READING_KEY)]
) -> Caller:
    return admit(request, context, Scope.READ)


def _admit_writer(
    request: Request, context: InContext, _given: Annotated[object, Security(_KEY)]
) -> Caller:
    return admit(request, context, Scope.WRITE)


Reader = Annotated[Caller, Depends(_admit_reader)]
"""Who may read."""

Writer = Annotated[Caller, Depends(_admit_writer)]
"""Who may change things."""


async def _costly(context: InContext, _caller: Reader) -> AsyncIterator[None]:
    async with context.costly.one():
        yield


async def _batch(context: InContext, _caller: Reader) -> AsyncIterator[None]:
    async with context.batches.one():
        yield


# With the scope "function" a place is given back before the answer is sent, to a slow client too.
COSTLY = Depends(_costly, scope="function")
"""A dependency of endpoints that may take seconds."""

BATCH = Depends(_batch, scope="function")
"""A dependency of batches."""
