"""Requests to an ASGI application without a network: for commands that check the API."""

from collections.abc import Mapping
from urllib.parse import urlencode

import anyio
from starlette.types import ASGIApp, Message, Scope

_HOST = b"localhost"


def get(asgi: ASGIApp, path: str, query: Mapping[str, str]) -> tuple[int, bytes]:
    """Ask an application, as loopback would.

    Args:
        asgi: the application.
        path: what is asked.
        query: its parameters.

    Returns:
        The status and the body.
    """
    scope: Scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": urlencode(query).encode(),
        "headers": [(b"host", _HOST)],
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
    }
    return anyio.run(_ask, asgi, scope)


async def _ask(asgi: ASGIApp, scope: Scope) -> tuple[int, bytes]:
    answered: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        answered.append(message)

    await asgi(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in answered)
    return int(answered[0]["status"]), body
