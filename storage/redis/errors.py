"""Errors of Redis as sentences that name the server and the cause, never a password."""

import contextlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import redis
from redis.exceptions import InvalidResponse, OutOfMemoryError

from storage.causes import connection_fault

_WHERE_GIVEN = "NEWSLOOM_REDIS_PASSWORD (or NEWSLOOM_REDIS_URL, where that has it)"
"""A password may come by either; here it is not known by which."""


def place_of(url: str) -> str:
    """A Redis URL without user, password and parameters."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def naming(
    kind: type[redis.connection.AbstractConnection], url: str
) -> type[redis.connection.AbstractConnection]:
    """The kind of connection, with errors that name the server.

    The errors keep their classes, by which redis-py decides what it tries again.
    """
    place, host = place_of(url), urlsplit(url).hostname

    class NamingConnection(kind):  # type: ignore[valid-type, misc]  # a class given as an argument
        def connect_check_health(self, *arguments: object, **options: object) -> None:
            with _named(place, host, self.socket_connect_timeout):
                super().connect_check_health(*arguments, **options)

        def send_packed_command(self, *arguments: object, **options: object) -> None:
            with _named(place, host, self.socket_timeout):
                super().send_packed_command(*arguments, **options)

        def read_response(self, *arguments: object, **options: object) -> object:
            with _named(place, host, self.socket_timeout):
                return super().read_response(*arguments, **options)

    return NamingConnection


@contextlib.contextmanager
def _named(place: str, host: str | None, seconds: float | None) -> Iterator[None]:
    begin = f"Redis at {place} "
    try:
        yield
    except redis.RedisError as error:
        if str(error).startswith(begin):
            raise
        words = _words(error, host, seconds)
        if words is None:
            raise
        raise type(error)(begin + words) from error


def _words(  # noqa: PLR0911 - one for each
    error: redis.RedisError, host: str | None, seconds: float | None
) -> str | None:
    """What is wrong with the server; None when it is the command that is wrong."""
    match error:
        case redis.AuthenticationError():
            return _refusal(str(error))
        case redis.ResponseError():
            return _answer(error)
        case redis.BusyLoadingError():
            return "is loading its data: try again in a moment"
        case redis.TimeoutError():
            return f"does not answer within {seconds or 0:g} s"
        case redis.ConnectionError():
            return connection_fault(error, host) or f"broke off: {error}"
        case InvalidResponse():
            return "is no Redis: what it answers is another protocol"
    return None


def _answer(error: redis.ResponseError) -> str | None:
    """What is wrong with a server that answers. Of an error in a script there is only its text."""
    text = str(error)
    if isinstance(error, redis.exceptions.NoPermissionError) or "NOAUTH" in text:
        return _refusal(text)
    if isinstance(error, redis.exceptions.ReadOnlyError):
        return "is a replica and cannot write"
    if isinstance(error, OutOfMemoryError) or "OOM" in text:
        return f"is full (maxmemory) and cannot write: {text}"
    if "MISCONF" in text:
        return f"cannot write to its disk: {text}"
    return None


def _refusal(text: str) -> str:
    lower = text.lower()
    if "without any password configured" in lower:
        return f"takes no password: remove it from {_WHERE_GIVEN}"
    if "authentication required" in lower or "noauth" in lower:
        return "wants a password: set NEWSLOOM_REDIS_PASSWORD"
    if "invalid" in lower or "wrongpass" in lower:
        return f"refuses the password: correct {_WHERE_GIVEN}"
    return f"refuses this user: {text}"


def cannot_write(error: redis.ResponseError) -> bool:
    """Whether it is no fault of the command: the server is full, or its disk is."""
    return _answer(error) is not None
