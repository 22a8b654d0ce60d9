"""Which of Elasticsearch's errors pass by themselves."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from elasticsearch import ApiError, TransportError

from storage.index import IndexUnavailable

_Answer = TypeVar("_Answer")
_NOT_YET = 503
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds."""

_OUR_MISTAKE = frozenset({400, 409, 413})


def unavailable(error: ApiError | TransportError) -> IndexUnavailable:
    """The error as the rest of the project knows it.

    Without the address, which may hold a password.
    """
    if isinstance(error, ApiError):
        return IndexUnavailable(f"Elasticsearch answered {error.status_code}: {error.message}")
    return IndexUnavailable(f"Elasticsearch cannot be reached: {error.message}")


@contextlib.contextmanager
def unavailable_on_failure() -> Iterator[None]:
    """Turns errors that pass into ``IndexUnavailable``.

    Such as no connection, overload, blocks, missing rights.
    """
    try:
        yield
    except ApiError as error:
        if error.status_code in _OUR_MISTAKE:
            raise
        raise unavailable(error) from error
    except TransportError as error:
        raise unavailable(error) from error


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
