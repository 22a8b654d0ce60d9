"""Bounds on the bodies of requests, before anything reads them."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.api.errors import respond
from web.body import read_body
from web.problems import problem

LARGEST = 4_000_000
"""Bytes: 5,000 queries of 800 characters."""

BODY_SECONDS = 20.0
"""Within which the whole body must have come."""

MOST_AT_ONCE = 16
"""Bodies that are read at the same time."""

_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
_SAID = {
    400: "The body broke off.",
    408: f"The body did not come within {BODY_SECONDS:.0f} s.",
    413: f"A body may have {LARGEST} bytes.",
}


class BoundedBodies:
    """Reads each body whole, if it is small enough and comes in time, and hands it on.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._reading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] in _WITHOUT_BODY:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        if self._reading >= MOST_AT_ONCE:
            told = problem(503, "Too many bodies are being read. Try again in some seconds.")
            await respond(request, told, {"Retry-After": "5"})(scope, receive, send)
            return
        self._reading += 1
        try:
            body = await read_body(request, LARGEST, seconds=BODY_SECONDS)
        except HTTPException as error:
            told = problem(error.status_code, _SAID[error.status_code])
            await respond(request, told)(scope, receive, send)
            return
        finally:
            self._reading -= 1
        await self._app(scope, _replay(body, receive), send)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
