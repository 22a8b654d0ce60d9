"""The ASGI application."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import anyio
import redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from config.logging import LogFields
from config.sources_file import SourcesError
from storage.redis.connection import StoreUnavailable
from web.websub import Callbacks
from workers.processes.heartbeat import WEB, record_heartbeat, remove_heartbeat
from workers.resources import Resources

log = logging.getLogger("newsloom.web")

_HEARTBEAT_SECONDS = 2.0
_UNAVAILABLE: tuple[type[Exception], ...] = (redis.RedisError, StoreUnavailable, SourcesError)


def make_asgi(resources: Resources, *, dispatch: Callable[[], object]) -> Starlette:
    """What the web process serves; ``dispatch`` leases what is ready and sends it on its way."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        keyspace = resources.stores.keyspace
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_heartbeat, resources)
            yield
            tasks.cancel_scope.cancel()
        with suppress(redis.RedisError):
            remove_heartbeat(keyspace, WEB)

    return Starlette(
        routes=[Callbacks(resources, dispatch).route],
        lifespan=lifespan,
        exception_handlers=dict.fromkeys(_UNAVAILABLE, _unavailable),
    )


async def _heartbeat(resources: Resources) -> None:
    while True:
        with suppress(redis.RedisError):  # one missed heartbeat does no harm
            await anyio.to_thread.run_sync(record_heartbeat, resources.stores.keyspace, WEB)
        await anyio.sleep(_HEARTBEAT_SECONDS)


async def _unavailable(_request: Request, error: Exception) -> Response:
    """Hubs try again on 5xx."""
    log.error(
        "a request got 503: %s", error, extra=LogFields(event="not_answered", reason=str(error))
    )
    return PlainTextResponse("not available just now\n", 503, headers={"Retry-After": "30"})
