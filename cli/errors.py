"""Errors that a person can mend, as sentences with an exit code."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import click
import redis
from kombu.exceptions import OperationalError

from config.sources_file import SourcesError
from search.errors import QueryError
from storage.embedded_redis import EmbeddedRedisError
from storage.index import IndexIncompatible, IndexUnavailable
from storage.redis.connection import StoreUnavailable

log = logging.getLogger("newsloom.command")

WRONG_USAGE = 2
UNAVAILABLE = 3

NO_ANSWER: tuple[type[Exception], ...] = (
    redis.RedisError,
    StoreUnavailable,
    IndexUnavailable,
    IndexIncompatible,
    EmbeddedRedisError,
    OperationalError,
)
"""Something that is needed does not answer."""

WRONG_INPUT: tuple[type[Exception], ...] = (QueryError, SourcesError)

MENDABLE: tuple[type[Exception], ...] = (*WRONG_INPUT, *NO_ANSWER, OSError)


def exit_code(error: Exception) -> int:
    """The exit code of ``newsloom`` for an error that a person can mend."""
    return WRONG_USAGE if isinstance(error, WRONG_INPUT) else UNAVAILABLE


def sentence_of(error: Exception) -> str:
    """What is wrong; without the number that the system gives to its errors."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


@contextmanager
def errors_in_log(style: str) -> Iterator[None]:
    """Write such errors to the log where it is JSON; else leave them to ``main``."""
    try:
        yield
    except click.ClickException as error:
        if style != "json":
            raise
        log.critical(error.format_message())
        raise SystemExit(error.exit_code) from None
    except MENDABLE as error:
        if style != "json":
            raise
        log.critical(sentence_of(error))
        raise SystemExit(exit_code(error)) from None
