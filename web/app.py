"""The ASGI application: the callbacks of hubs, the API, the metrics, and the pages beside it.

Slow searches fill the threads of the API and the pages, never those of the callbacks and the
heartbeat, which have limits of their own.
"""

import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import anyio
import redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Router

from config.logging import LogFields
from config.sources_file import SourcesError
from storage.redis.connection import StoreUnavailable
from web.access import Access
from web.api.app import PREFIX, make_api
from web.guard import Guard
from web.metrics import metrics_route
from web.pages.app import make_pages
from web.pages.reading.stream import LatestStream
from web.pages.site import Site
from web.sessions import CookieSessions
from web.websub import Callbacks
from workers.processes.heartbeat import WEB, record_heartbeat, remove_heartbeat
from workers.resources import Resources

log = logging.getLogger("newsloom.web")

_HEARTBEAT_SECONDS = 2.0
_UNAVAILABLE: tuple[type[Exception], ...] = (redis.RedisError, StoreUnavailable, SourcesError)


THREADS = 16
"""Requests of the API and the pages that are worked on at once; more wait."""


def make_asgi(resources: Resources, *, dispatch: Callable[[], object]) -> Starlette:
    """What the web process serves; ``dispatch`` leases what is ready and sends it on its way."""
    access = Access(resources, CookieSessions(resources))
    site = Site(resources)
    stream = LatestStream(site)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        keyspace = resources.stores.keyspace
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_heartbeat, resources)
            tasks.start_soon(stream.run)
            yield
            tasks.cancel_scope.cancel()
        with suppress(redis.RedisError):
            remove_heartbeat(keyspace, WEB)

    asgi = Starlette(
        routes=[Callbacks(resources, dispatch).route],
        lifespan=lifespan,
        exception_handlers=dict.fromkeys(_UNAVAILABLE, _unavailable),
    )
    pages = make_pages(site, access, stream)
    api = Mount(PREFIX, make_api(resources, access))
    # Else an address with a line break is none of the API, and gets the pages' answer.
    api.path_regex = re.compile(api.path_regex.pattern, re.DOTALL)
    # All but the callbacks, which hubs reach under the address that they were given.
    rest = Router([metrics_route(resources, access), api], redirect_slashes=False, default=pages)
    asgi.router.default = Guard(rest, resources.settings)
    return asgi


async def _heartbeat(resources: Resources) -> None:
    limiter = anyio.CapacityLimiter(1)
    keyspace = resources.stores.keyspace
    while True:
        with suppress(redis.RedisError):  # one missed heartbeat does no harm
            await anyio.to_thread.run_sync(record_heartbeat, keyspace, WEB, limiter=limiter)
        await anyio.sleep(_HEARTBEAT_SECONDS)


async def _unavailable(_request: Request, error: Exception) -> Response:
    """Hubs try again on 5xx."""
    log.error(
        "a request got 503: %s", error, extra=LogFields(event="not_answered", reason=str(error))
    )
    return PlainTextResponse("not available just now\n", 503, headers={"Retry-After": "30"})
