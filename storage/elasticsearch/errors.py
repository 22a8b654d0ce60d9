"""Elasticsearch's errors: which pass by themselves, and what to say of them."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from elasticsearch import (
    ApiError,
    ConnectionTimeout,
    Elasticsearch,
    TransportError,
    UnsupportedProductError,
)

from storage.causes import connection_fault
from storage.index import IndexUnavailable

_Answer = TypeVar("_Answer")
_NOT_YET = 503
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds."""

_OUR_MISTAKE = frozenset({400, 409, 413})
_UNAUTHENTICATED, _FORBIDDEN = 401, 403
_CREDENTIALS = "NEWSLOOM_INDEX_PASSWORD (or NEWSLOOM_INDEX_URL) or NEWSLOOM_INDEX_API_KEY"
_HINT_CA = " (NEWSLOOM_INDEX_CA_CERTS names the authority that signed it)"


def unavailable(error: ApiError | TransportError, client: Elasticsearch) -> IndexUnavailable:
    """The error as the rest of the project knows it: a sentence with the address and the cause."""
    node = client.transport.node_pool.all()[0].config
    place = f"Elasticsearch at {node.scheme}://{node.host}:{node.port}{node.path_prefix}"
    if isinstance(error, ApiError):
        return IndexUnavailable(f"{place} {_refusal(error)}")
    return IndexUnavailable(f"{place} {_no_answer(error, node.host)}")


def _no_answer(error: TransportError, host: str) -> str:
    if isinstance(error, ConnectionTimeout):
        return "does not answer in time"
    words = connection_fault(error, host) or f"cannot be reached: {error.message}"
    return f"{words}{_HINT_CA}" if "certificate" in words else words


def _refusal(error: ApiError) -> str:
    """What an answer says that is no result."""
    if isinstance(error, UnsupportedProductError):
        return "is no Elasticsearch: another server answers there"
    reason = _reason(error)
    if error.status_code == _UNAUTHENTICATED:
        if "missing authentication" in reason:
            return f"wants a password or a key: set {_CREDENTIALS}"
        return f"refuses the password or the key: correct {_CREDENTIALS}: {reason}"
    if error.status_code == _FORBIDDEN:
        return f"does not allow it: {reason}"
    return f"answered {error.status_code}: {reason}"


def _reason(error: ApiError) -> str:
    """Elasticsearch's sentence, else the name of the error."""
    fault = error.body.get("error") if isinstance(error.body, Mapping) else None
    reason = fault.get("reason") if isinstance(fault, Mapping) else None
    return str(reason or error.message)


@contextlib.contextmanager
def unavailable_on_failure(client: Elasticsearch) -> Iterator[None]:
    """Turns errors that pass into ``IndexUnavailable``.

    Such as no connection, overload, blocks, missing rights.
    """
    try:
        yield
    except ApiError as error:
        if error.status_code in _OUR_MISTAKE:
            raise
        raise unavailable(error, client) from error
    except TransportError as error:
        raise unavailable(error, client) from error


def patiently(ask: Callable[[], _Answer]) -> _Answer:
    """The answer, asked for again while there is none yet.

    When a process begins a new month's index, searches fail for all others until its shard has
    started, which takes a tenth of a second.
    """
    for pause in _PAUSES:
        try:
            return ask()
        except ApiError as error:
            if error.status_code != _NOT_YET:
                raise
        time.sleep(pause)
    return ask()
