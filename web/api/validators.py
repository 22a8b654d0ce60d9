"""What HTTP says of reading: ETags (RFC 9110 §8.8), and HEAD."""

from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OK, _NOT_MODIFIED = 200, 304
_READING = frozenset({"GET", "HEAD"})
_START, _BODY = "http.response.start", "http.response.body"


class ETags:
    """Gives each answer to a GET a weak ETag, and answers ``If-None-Match``.

    Weak, as the same answer is sent compressed and not. It is made of the whole body, which all
    answers of the API have in memory anyway: it saves the way, not the work.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] not in _READING:
            await self._app(scope, receive, send)
            return
        wanted = Headers(scope=scope).get("if-none-match", "")
        await self._app(scope, receive, _Tagging(send, wanted))


class _Tagging:
    """Holds an answer back until its body is whole."""

    def __init__(self, send: Send, wanted: str) -> None:
        self._send = send
        self._wanted = wanted
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == _START and message["status"] == _OK:
            self._start = message
            return
        if self._start is None or message["type"] != _BODY:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body", False):
            await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        tag = f'W/"{blake2b(self._body, digest_size=16).hexdigest()}"'
        headers = MutableHeaders(scope=start)
        headers["ETag"] = tag
        headers.setdefault("Cache-Control", "private, no-cache")
        if _matches(self._wanted, tag):
            start["status"] = _NOT_MODIFIED
            for name in ("content-length", "content-type"):
                if name in headers:
                    del headers[name]
            self._body.clear()
        await self._send(start)
        await self._send({"type": _BODY, "body": bytes(self._body)})


def _matches(wanted: str, tag: str) -> bool:
    """Weak comparison (RFC 9110 §8.8.3.2); none of our tags has a comma."""
    given = {each.strip().removeprefix("W/") for each in wanted.split(",")}
    return "*" in given or tag.removeprefix("W/") in given


class Heads:
    """Answers HEAD as GET (RFC 9110 §9.3.2); the server leaves the body out.

    Args:
        app: what answers; FastAPI's routes know GET only.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
