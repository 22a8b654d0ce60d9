"""The API as a client has it: over HTTP on loopback, on real stores."""

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from config.settings import Settings
from services.access.keys import add_key
from storage.redis.access.api_keys import Scope
from tests.support.servers.serving import listening, serving
from web.app import make_asgi
from web.server import server
from workers.resources import Resources


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Api:
    """A running API.

    Attributes:
        port: on loopback.
        resources: what it works with.
    """

    port: int
    resources: Resources

    def __call__(  # noqa: PLR0913 - each is a part of the request
        self,
        path: str,
        *,
        method: str = "GET",
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        json_body: object = None,
        body: bytes | None = None,
        **query: object,
    ) -> Answer:
        """Ask ``/api/v1`` + path."""
        given = {"Host": f"localhost:{self.port}", **(headers or {})}
        if key:
            given["Authorization"] = f"Bearer {key}"
        if json_body is not None:
            body = json.dumps(json_body).encode()
            given["Content-Type"] = "application/json"
        where = f"/api/v1{path}"
        if query:
            where += "?" + urlencode(query, doseq=True)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, where, body=body, headers=given)
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read())
        finally:
            connection.close()

    def key(self, scope: Scope = Scope.READ) -> str:
        """The token of a new key."""
        keys = self.resources.stores.api_keys
        return add_key(keys, f"{scope}-{len(keys.all())}", scope, now=0.0).token


@contextmanager
def api_on(resources: Resources) -> Iterator[Api]:
    """The API while the block lasts."""
    at = listening()
    with serving(server(make_asgi(resources, dispatch=lambda: None)), at):
        yield Api(at.getsockname()[1], resources)


def settings_in(folder: Path, redis_url: str, namespace: str, **more: object) -> Settings:
    return Settings.model_validate(
        {
            "data_dir": folder / "data",
            "sources": folder / "sources.yaml",
            "redis_url": redis_url,
            "namespace": namespace,
            "host_delay": 0.0,
            **more,
        }
    )
