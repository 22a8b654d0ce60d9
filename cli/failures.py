"""What a person can mend is a sentence and an exit code, not a traceback."""

import redis
from kombu.exceptions import OperationalError
from rich.markup import escape

from cli.output import clean, err
from config.sources import SourcesError
from search.errors import QueryError
from storage.embedded_redis import EmbeddedRedisError
from storage.index import IndexIncompatible, IndexUnavailable
from storage.redis.connection import StoreUnavailable

USAGE = 2
UNAVAILABLE = 3
_NO_ANSWER = (
    redis.RedisError,
    StoreUnavailable,
    IndexUnavailable,
    IndexIncompatible,
    EmbeddedRedisError,
    OperationalError,
    OSError,
)


def exit_code(error: Exception) -> int | None:
    """The exit code of a command that ended with this error; None for a fault of ours."""
    if isinstance(error, QueryError | SourcesError):
        return USAGE
    return UNAVAILABLE if isinstance(error, _NO_ANSWER) else None


def print_error(error: Exception) -> None:
    """Say what is wrong, on stderr."""
    err().print(f"[red]Error:[/] {escape(clean(_sentence(error)))}")


def _sentence(error: Exception) -> str:
    """Without the number that the system gives to its errors."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)
