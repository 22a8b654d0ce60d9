"""The callbacks that WebSub hubs request: HTTP in front of ``workers.sources.callbacks``."""

import logging
import re
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

import anyio
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from config.logging import LogFields
from web.body import read_body
from workers.resources import Resources
from workers.sources.callbacks import (
    Receipt,
    Standing,
    confirm_intent,
    note_denial,
    receive,
    standing,
)
from workers.sources.subscriber import CALLBACKS

log = logging.getLogger("newsloom.web")

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MOST_AT_ONCE = 16
"""Pushes that are read at the same time; each may take ``max_page_bytes`` of memory."""

BODY_SECONDS = 20.0
"""Within which the whole body of a push must have come."""

_TOKEN = re.compile(r"[\w-]{22,64}", re.ASCII)
_STATUSES = {Standing.UNKNOWN: 404, Standing.OVER: 410}


class Callbacks:
    """The two requests of a hub: verification of intent, and content.

    ``dispatch`` sends new links on their way. When it fails, nothing is lost: the next tick of beat
    does it.
    """

    def __init__(self, resources: Resources, dispatch: Callable[[], object]) -> None:
        self._resources = resources
        self._dispatch = dispatch
        self._reading = 0
        self._threads = anyio.CapacityLimiter(MOST_AT_ONCE)

    @property
    def route(self) -> Route:
        """The route under which hubs reach them."""
        return Route(f"{CALLBACKS}{{token}}", self._respond, methods=["GET", "POST"])

    async def _respond(self, request: Request) -> Response:
        token = request.path_params["token"]
        if request.method == "HEAD":  # which Starlette takes for a GET
            raise HTTPException(405)
        if not _TOKEN.fullmatch(token):
            raise HTTPException(404)
        if request.method == "POST":
            return await self._receive_push(request, token)
        return await self._verify_intent(request, token)

    async def _verify_intent(self, request: Request, token: str) -> Response:
        """Verification of intent, or a denial (WebSub §5.2, §5.3)."""
        query = dict(request.query_params)
        if query.get("hub.mode") == "denied":
            if not await self._in_thread(note_denial, self._resources, token, query):
                raise HTTPException(404)
            return Response()
        challenge = await self._in_thread(confirm_intent, self._resources, token, query)
        if challenge is None:
            raise HTTPException(404)
        return PlainTextResponse(challenge, headers={"X-Content-Type-Options": "nosniff"})

    async def _receive_push(self, request: Request, token: str) -> Response:
        """Content (WebSub §7).

        Without a valid token no body is read. Without the secret the response is that to a good
        push, so that nothing can be learned from it.
        """
        verdict, subscription = await self._in_thread(standing, self._resources, token)
        if subscription is None:
            raise HTTPException(_STATUSES[verdict])
        if self._reading >= MOST_AT_ONCE:
            raise HTTPException(503, headers={"Retry-After": "5"})
        self._reading += 1
        try:
            body = await read_body(
                request, self._resources.settings.max_page_bytes, seconds=BODY_SECONDS
            )
            signature = request.headers.get("x-hub-signature")
            kind = request.headers.get("content-type", "")
            receipt = await self._in_thread(
                receive, self._resources, subscription, signature, body, kind
            )
        finally:
            self._reading -= 1
        after = BackgroundTask(self._send_on) if receipt is Receipt.FRESH else None
        return Response(status_code=202, background=after)

    async def _in_thread(self, work: Callable[[*Ts], T], *given: *Ts) -> T:
        return await anyio.to_thread.run_sync(work, *given, limiter=self._threads)

    async def _send_on(self) -> None:
        try:
            await self._in_thread(self._dispatch)
        except Exception:
            log.exception(
                "new links could not be sent on their way; the next tick of beat does it",
                extra=LogFields(event="not_dispatched"),
            )
