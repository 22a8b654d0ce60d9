"""The callbacks that WebSub hubs ask and push to.

From HTTP to ``workers.sources.callbacks`` and back.
"""

import logging
import re
from collections.abc import Callable

import anyio
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

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

MOST_AT_ONCE = 16
"""Pushes that are read at the same time; each may take ``max_page_bytes`` of memory."""

BODY_SECONDS = 20.0
"""Within which the whole body of a push must have come."""

_TOKEN = re.compile(r"[\w-]{22,64}", re.ASCII)
_STATUSES = {Standing.UNKNOWN: 404, Standing.OVER: 410}


class Callbacks:
    """The two things a hub does. ``dispatch`` sends new links on their way.

    Nothing is lost where it fails.
    """

    def __init__(self, resources: Resources, dispatch: Callable[[], object]) -> None:
        self._resources = resources
        self._dispatch = dispatch
        self._reading = 0

    @property
    def route(self) -> Route:
        """Where they are."""
        return Route(f"{CALLBACKS}{{token}}", self._answer, methods=["GET", "POST"])

    async def _answer(self, request: Request) -> Response:
        token = request.path_params["token"]
        if request.method == "HEAD":  # which Starlette takes for a GET
            raise HTTPException(405)
        if not _TOKEN.fullmatch(token):
            raise HTTPException(404)
        return await (self._pushed if request.method == "POST" else self._asked)(request, token)

    async def _asked(self, request: Request, token: str) -> Response:
        """Verification of intent, or a denial."""
        asked = dict(request.query_params)
        if asked.get("hub.mode") == "denied":
            if not await anyio.to_thread.run_sync(note_denial, self._resources, token, asked):
                raise HTTPException(404)
            return Response()
        challenge = await anyio.to_thread.run_sync(confirm_intent, self._resources, token, asked)
        if challenge is None:
            raise HTTPException(404)
        return PlainTextResponse(challenge, headers={"X-Content-Type-Options": "nosniff"})

    async def _pushed(self, request: Request, token: str) -> Response:
        """Content. Who does not know the token has nothing read.

        Who does not know the secret learns nothing.
        """
        verdict, subscription = await anyio.to_thread.run_sync(standing, self._resources, token)
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
            receipt = await anyio.to_thread.run_sync(
                receive, self._resources, subscription, signature, body, kind
            )
        finally:
            self._reading -= 1
        after = BackgroundTask(self._send_on) if receipt is Receipt.FRESH else None
        return Response(status_code=202, background=after)

    async def _send_on(self) -> None:
        try:
            await anyio.to_thread.run_sync(self._dispatch)
        except Exception:
            log.exception("new links could not be sent on their way; the next tick of beat does it")
