"""What all requests pass but those of hubs: a known host, our own origin, a request id."""

import re
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.settings import Settings
from web.hosts import host_name, is_own_origin, known_hosts, origin_of
from web.problems import Problem, ProblemResponse, problem

REQUEST_ID = "request_id"
"""The name of the request's id in ``request.state``."""

MORE_HEADERS = "more_headers"
"""Headers of the response, whatever it is: a dictionary in ``request.state``."""

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FROM_ELSEWHERE = frozenset({"cross-site", "same-site"})


class Guard:
    """Refuses requests under other names, and writes from pages of other sites.

    Each request gets an id, that of its ``X-Request-ID`` where it is sane, and the response names
    it.

    Args:
        app: what answers the others.
        settings: that name the hosts and origins.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = known_hosts(settings)
        public = {settings.public_url} if settings.public_url else set()
        self._origins = settings.web_origins | {origin_of(address) for address in public}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _SANE_ID.fullmatch(given) else uuid4().hex
        more: dict[str, str] = {}
        scope.setdefault("state", {}).update({REQUEST_ID: request_id, MORE_HEADERS: more})

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                answered["X-Request-ID"] = request_id
                answered["X-Content-Type-Options"] = "nosniff"
                answered.update(more)
            await send(message)

        refusal = self._refusal(scope["method"], headers, request_id)
        answer = ProblemResponse(refusal) if refusal else self._app
        await answer(scope, receive, send_named)

    def _refusal(self, method: str, headers: Headers, request_id: str) -> Problem | None:
        names = headers.getlist("host")
        host = names[0] if len(names) == 1 else ""
        if host_name(host) not in self._hosts:
            detail = (
                "This Newsloom does not answer under this host name. Its operator can add it to"
                " NEWSLOOM_WEB_HOSTS."
            )
            return problem(421, detail, kind="host", request_id=request_id)
        if method not in _READING and not self._may_write(headers, host):
            detail = (
                "A page of another site cannot change anything here. The operator can allow its"
                " origin by NEWSLOOM_WEB_ORIGINS."
            )
            return problem(403, detail, kind="origin", request_id=request_id)
        return None

    def _may_write(self, headers: Headers, host: str) -> bool:
        origin = headers.get("origin")
        if origin is not None:
            return is_own_origin(origin, host, others=self._origins)
        return headers.get("sec-fetch-site") not in _FROM_ELSEWHERE
