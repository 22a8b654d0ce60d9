"""Bounds on the bodies of requests, before anything reads them; nobody's bodies are not read."""

from collections import Counter

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.redis.access import api_keys
from web.api.context import admit, context_of, counted_as
from web.api.errors import answer_to
from web.body import read_body

LARGEST = 4_000_000
"""Bytes: 5,000 queries of 800 characters."""

BODY_SECONDS = 20.0
"""Within which the whole body must have come."""

MOST_AT_ONCE = 16
"""Bodies that are read at the same time."""

MOST_OF_ONE = 4
"""Of them, those of one key, or of one address without a key."""

_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
_SAID = {
    400: "The body broke off.",
    408: f"The body did not come within {BODY_SECONDS:.0f} s.",
    413: f"A body may have {LARGEST} bytes.",
}


class BoundedBodies:
    """Reads each body whole, if it is small enough and comes in time, and hands it on.

    Who asks is told by the headers, and counted, before anything of the body is read.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._reading = Counter[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] in _WITHOUT_BODY:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            body = await self._read(request)
        except Exception as error:  # noqa: BLE001 - what is not known is raised again
            await answer_to(request, error)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    async def _read(self, request: Request) -> bytes:
        context = context_of(request)
        caller = await run_in_threadpool(admit, request, context, api_keys.Scope.READ)
        whose = counted_as(request, caller)
        if self._reading.total() >= MOST_AT_ONCE or self._reading[whose] >= MOST_OF_ONE:
            said = "Too many bodies are being read. Try again in some seconds."
            raise HTTPException(503, said, {"Retry-After": "5"})
        self._reading[whose] += 1
        try:
            return await read_body(request, LARGEST, seconds=BODY_SECONDS)
        except HTTPException as error:
            raise HTTPException(error.status_code, _SAID[error.status_code]) from None
        finally:
            self._reading -= Counter({whose: 1})  # without those that come to nothing


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
