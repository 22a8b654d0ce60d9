"""A connection to Redis and the scripts that run inside it."""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import redis
from redis.commands.core import Script

Clock = Callable[[], float]
"""Gives the time in seconds since the epoch; tests pass their own."""


class StoreUnavailable(Exception):  # noqa: N818 - named after the state, as the caller's next step is to wait
    """Redis does not answer, or answers that it cannot write."""


def connect(url: str, *, decode: bool = True) -> redis.Redis:
    """A client that notices dead connections: time-outs, keepalive and health checks.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``.
        decode: whether answers are text (else bytes).
    """
    return redis.Redis.from_url(
        url,
        decode_responses=decode,
        socket_timeout=10,
        socket_connect_timeout=5,
        health_check_interval=5,
        **({} if url.startswith("unix:") else {"socket_keepalive": True}),
    )


_INCLUDE = re.compile(r"^-- include ([\w/]+)$", re.MULTILINE)


@cache
def _source(name: str) -> str:
    text = files("storage.redis").joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda included: _source(included[1]), text)


class Keyspace:
    """One deployment's keys, under one hash tag so that a cluster keeps them in one slot, and the scripts over them."""

    def __init__(self, client: redis.Redis, namespace: str) -> None:
        # redis-py types each answer as the union over both decodings; which one it is is fixed by
        # ``connect``.
        self.client: Any = client
        self.prefix = f"{{{namespace}}}:"
        self._scripts: dict[str, Script] = {}

    def key(self, *parts: object) -> str:
        """``key("url", id)`` is ``{namespace}:url:id``."""
        return self.prefix + ":".join(str(part) for part in parts)

    def run(self, script: str, *arguments: str | float | bytes) -> Any:  # noqa: ANN401 - whatever the script answers
        """Run ``lua/<script>.lua`` atomically.

        A line ``-- include name`` in it stands for ``lua/name.lua``.

        Raises:
            StoreUnavailable: no answer, or Redis refuses writes.
        """
        if script not in self._scripts:
            self._scripts[script] = self.client.register_script(_source(script))
        try:
            return self._scripts[script](keys=[self.prefix], args=list(arguments))
        except (redis.ConnectionError, redis.TimeoutError, redis.exceptions.ReadOnlyError) as error:
            raise StoreUnavailable(f"Redis does not answer: {error}") from error
        except redis.ResponseError as error:
            if "MISCONF" in str(error) or "OOM" in str(error):
                raise StoreUnavailable(f"Redis cannot write: {error}") from error
            raise
