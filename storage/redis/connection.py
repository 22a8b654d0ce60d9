"""A connection to Redis and the scripts that run inside it.

Errors::

    StoreUnavailable    Redis does not answer, or cannot write: try again later
"""

import json
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry

from storage.redis.errors import cannot_write, naming
from storage.redis.key_family import KeyFamily
from storage.redis.keys import Key, key_prefix

Clock = Callable[[], float]
"""Gives the time in seconds since the epoch; tests pass their own."""


class StoreUnavailable(Exception):  # noqa: N818 - named after the state, as the caller's next step is to wait
    """Redis does not answer, or answers that it cannot write."""


def connect(url: str, *, decode: bool = True, patience: float | None = None) -> redis.Redis:
    """A client that notices dead connections: time-outs, keepalive and health checks.

    Its errors name the server and the cause.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``.
        decode: whether answers are text (else bytes).
        patience: seconds to wait for a connection or an answer, without a second try; None for the
            usual times and tries.
    """
    options: dict[str, Any] = {"socket_timeout": 10, "socket_connect_timeout": 5}
    if patience is not None:
        options = {"socket_timeout": patience, "socket_connect_timeout": patience}
        options["retry"] = Retry(NoBackoff(), 0)
    if not url.startswith("unix:"):
        options["socket_keepalive"] = True
    pool = redis.ConnectionPool.from_url(
        url, decode_responses=decode, health_check_interval=5, **options
    )
    pool.connection_class = naming(pool.connection_class, url)
    return redis.Redis.from_pool(pool)


_INCLUDE = re.compile(r"^-- include ([\w/]+)$", re.MULTILINE)
_FIELDS = "local args = cjson.decode(ARGV[1])"


@cache
def script_source(name: str) -> str:
    """``lua/NAME.lua`` as it is sent to Redis.

    A line ``-- include NAME`` in it stands for ``lua/NAME.lua``. The first line defines ``args``
    (the named fields) and the keys, so that Redis reports a line number that is one too high.
    """
    text = _with_includes(name)
    return f"{_FIELDS} {lua_functions(text)}\n{text}"


def _with_includes(name: str) -> str:
    text = files("storage.redis").joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda included: _with_includes(included[1]), text)


def lua_functions(script: str) -> str:
    """One line of Lua that names a script's keys: ``url_key(id)``, ``totals_key`` for one key."""
    used = sorted(set(re.findall(r"\b[a-z_]+_key\b", script)))
    by_name = {each.lua_name: each.value for each in Key}
    keys = [_lua_definition(name, by_name[name]) for name in used if name in by_name]
    return " ".join(["local namespace = KEYS[1]", *keys])


def _lua_definition(name: str, family: KeyFamily) -> str:
    if not family.parts:
        return f'local {name} = namespace .. "{family.name}"'
    arguments = [f"part{number}" for number, _ in enumerate(family.parts, 1)]
    joined = ' .. ":" .. '.join(arguments)
    key = f'namespace .. "{family.name}:" .. {joined}'
    return f"local function {name}({', '.join(arguments)}) return {key} end"


class Keyspace:
    """One deployment's keys, and the scripts over them."""

    def __init__(self, client: redis.Redis, namespace: str) -> None:
        # redis-py types each answer as the union over both decodings; which one it is is fixed by
        # ``connect``.
        self.client: Any = client
        self.prefix = key_prefix(namespace)
        self._scripts: dict[str, Script] = {}

    def key(self, family: Key, *parts: object) -> str:
        """``key(Key.URL, id)`` is ``{namespace}:url:id``."""
        if len(parts) != len(family.value.parts):
            raise TypeError(f"{family} has {len(family.value.parts)} parts, not {len(parts)}")
        return self.prefix + ":".join([family.value.name, *map(str, parts)])

    def pattern(self, family: Key | None = None) -> str:
        """For ``SCAN``: all keys of a family, or of all families."""
        return f"{self.prefix}{family.value.name}:*" if family else f"{self.prefix}*"

    def run(self, script: str, *blobs: bytes, **fields: object) -> Any:  # noqa: ANN401 - whatever the script answers
        """Run ``lua/SCRIPT.lua`` atomically.

        Args:
            script: the name with its folder, such as ``frontier/accept``.
            blobs: binary arguments, which are ``ARGV[2]`` and the following.
            fields: named arguments, which are ``args`` in the script. What can be written as JSON;
                a field that is None is left out, so that it is ``nil``.

        Raises:
            StoreUnavailable: no answer, or Redis refuses writes.
        """
        if script not in self._scripts:
            self._scripts[script] = self.client.register_script(script_source(script))
        given = {name: value for name, value in fields.items() if value is not None}
        packed = json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            return self._scripts[script](keys=[self.prefix], args=[packed, *blobs])
        except (redis.ConnectionError, redis.TimeoutError, redis.exceptions.ReadOnlyError) as error:
            raise StoreUnavailable(str(error)) from error
        except redis.ResponseError as error:
            if cannot_write(error):
                raise StoreUnavailable(str(error)) from error
            raise
