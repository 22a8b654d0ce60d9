"""A small WebSub hub on loopback that is a publisher's web server as well.

It verifies intent, keeps leases, and distributes with signatures (WebSub §5 to §7); what it should
do wrong is set on it.
"""

import asyncio
import hmac
import secrets
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode

import httpcore
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.network import LoopbackNetwork
from tests.support.servers.serving import listening, serving

T = TypeVar("T")
HUB = "http://hub.example/hub"
TOPIC = "http://press.example/feed"
HOSTS = ("hub.example", "press.example")
HOSTS_FILE = "hub-hosts.json"
"""In the data folder, for workers in processes of their own."""


def sha(secret: str, body: bytes, method: str = "sha256") -> str:
    """The value of an ``X-Hub-Signature`` header."""
    return f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"


class Verification(NamedTuple):
    """What the hub asked a callback, and what it was answered."""

    asked: dict[str, str]
    status: int
    body: bytes


class Delivery(NamedTuple):
    """A push: sent at ``at`` (``time.monotonic()``), and answered with ``status``."""

    callback: str
    at: float
    status: int


@dataclass
class Subscriber:
    """A verified subscription; ``lease_end`` by the monotonic clock."""

    secret: str
    lease_end: float


@dataclass
class Hub:
    """Served while ``running_hub`` lasts.

    Attributes:
        pages: documents by path: headers (several of one name are sent as several lines) and body.
        requests: the forms that reached it.
        lease: seconds it grants.
        refusal: the status that it answers requests with instead.
        retry_after: goes with it.
        denial: the reason for which it denies instead of verifying.
        verifies: whether it comes back at all.
        at_once: whether it verifies before it answers the request.
        topic: the topic of its verifications instead of the one that it was asked for.
        sign: the signature header of a push, by secret and body; None for no header.
    """

    pages: dict[str, tuple[list[tuple[str, str]], bytes]] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    verifications: list[Verification] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    subscribers: dict[tuple[str, str], Subscriber] = field(default_factory=dict)
    lease: int = 864_000
    refusal: int | None = None
    retry_after: str | None = None
    denial: str | None = None
    verifies: bool = True
    at_once: bool = False
    topic: str | None = None
    sign: Callable[[str, bytes], str | None] = sha
    port: int = 0
    loop: asyncio.AbstractEventLoop | None = None

    def __post_init__(self) -> None:
        self._client = httpcore.AsyncConnectionPool()

    @property
    def hosts(self) -> dict[str, tuple[str, int]]:
        """Where its hosts are, for a network to lead there."""
        return dict.fromkeys(HOSTS, ("127.0.0.1", self.port))

    @property
    def network(self) -> LoopbackNetwork:
        return LoopbackNetwork(self.hosts)

    def page(self, path: str, body: bytes, *headers: tuple[str, str]) -> None:
        """Serve a document."""
        self.pages[path] = (list(headers), body)

    def publish(
        self, body: bytes, *, topic: str = TOPIC, content_type: str = "application/rss+xml"
    ) -> list[Delivery]:
        """Push a body to all whose lease has not ended, and wait for their answers."""
        headers = {
            "Content-Type": content_type,
            "Link": f'<{HUB}>; rel="hub", <{topic}>; rel="self"',
        }
        now = time.monotonic()
        targets = [
            (callback, one.secret)
            for (callback, of), one in self.subscribers.items()
            if of == topic and one.lease_end > now
        ]
        return [self.push(callback, body, secret, **headers) for callback, secret in targets]

    def push(self, callback: str, body: bytes, secret: str = "", **headers: str) -> Delivery:
        """One push to one callback; one that answers 410 is forgotten."""
        signature = self.sign(secret, body) if secret else None
        if signature is not None:
            headers["X-Hub-Signature"] = signature
        at = time.monotonic()
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        answer = self._run(self._client.request("POST", callback, headers=encoded, content=body))
        delivery = Delivery(callback, at, answer.status)
        self.deliveries.append(delivery)
        if delivery.status == 410:
            self.subscribers = {
                key: one for key, one in self.subscribers.items() if key[0] != callback
            }
        return delivery

    def ask(self, callback: str, **asked: str) -> Verification:
        """GET of a callback with these ``hub.`` parameters."""
        return self._run(
            self._ask(callback, {f"hub.{name}": value for name, value in asked.items()})
        )

    async def _ask(self, callback: str, asked: dict[str, str]) -> Verification:
        answer = await self._client.request("GET", f"{callback}?{urlencode(asked)}")
        found = Verification(asked, answer.status, answer.content)
        self.verifications.append(found)
        return found

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        assert self.loop is not None
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    async def requested(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), strict_parsing=True))
        self.requests.append(form)
        if self.refusal:
            return Response(
                status_code=self.refusal, headers={"Retry-After": self.retry_after or "0"}
            )
        if self.at_once:
            await self._verify(form)
            return Response(status_code=202)
        return Response(status_code=202, background=BackgroundTask(self._verify, form))

    async def _verify(self, form: dict[str, str]) -> None:
        callback, mode, topic = form["hub.callback"], form["hub.mode"], form["hub.topic"]
        if self.denial is not None:
            await self._ask(
                callback, {"hub.mode": "denied", "hub.topic": topic, "hub.reason": self.denial}
            )
            return
        if not self.verifies:
            return
        challenge = secrets.token_urlsafe(16)
        asked = {
            "hub.mode": mode,
            "hub.topic": self.topic or topic,
            "hub.challenge": challenge,
            "hub.lease_seconds": str(self.lease),
        }
        answer = await self._ask(callback, asked)
        if not (200 <= answer.status < 300 and answer.body == challenge.encode()):
            return
        if mode == "unsubscribe":
            self.subscribers.pop((callback, topic), None)
        else:
            secret = form.get("hub.secret", "")
            self.subscribers[callback, topic] = Subscriber(secret, time.monotonic() + self.lease)

    async def moved(self, request: Request) -> Response:
        """``/moved/308/hub`` redirects to ``/hub`` with 308."""
        parts = request.path_params
        return Response(status_code=parts["status"], headers={"Location": f"/{parts['path']}"})

    async def document(self, request: Request) -> Response:
        page = self.pages.get(request.url.path)
        if page is None:
            return Response(status_code=404)
        response = Response(page[1])
        for name, value in page[0]:
            response.headers.append(name, value)
        return response


@contextmanager
def running_hub() -> Iterator[Hub]:
    """A hub on loopback."""
    hub, at = Hub(), listening()
    hub.port = at.getsockname()[1]
    routes = [
        Route("/hub", hub.requested, methods=["POST"]),
        Route("/moved/{status:int}/{path:path}", hub.moved, methods=["GET", "POST"]),
        Route("/{path:path}", hub.document),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes), log_config=None, access_log=False, lifespan="off", ws="none"
    )
    with serving(uvicorn.Server(config), at) as loop:
        hub.loop = loop
        yield hub
        asyncio.run_coroutine_threadsafe(hub._client.aclose(), loop).result(5)  # noqa: SLF001 - it has no other end
