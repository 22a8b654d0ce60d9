"""A dump (RDB) of a whole Redis at one moment, by its replication protocol.

We ask as a replica does, and as ``redis-cli --rdb`` does it
(https://redis.io/docs/latest/operate/oss_and_stack/management/replication/). That works over any
connection and needs no access to the server's disk. The server goes on meanwhile: a child process
of its own writes the dump.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import redis

from storage.redis.connection import StoreUnavailable, connect

_SILENT_SECONDS = 60.0
"""While the dump is made, the server sends an empty line every ten seconds."""

_BLOCK = 65_536
_MARK_BYTES = 40
_MAGIC = b"REDIS"
_MARKED = b"$EOF:"


def dump_redis(url: str, path: Path) -> int:
    """Write a dump into a file, durable on return; gives its size in bytes.

    Args:
        url: of the server.
        path: of the file, which is written anew.

    Raises:
        redis.RedisError: the server cannot be reached, or refuses us.
        StoreUnavailable: it gives no dump, or breaks off.
        OSError: the file cannot be written.
    """
    client = connect(url, decode=False)
    connection: Any = client.connection_pool.get_connection()
    try:
        for option in (("capa", "eof"), ("rdb-only", "1")):
            connection.send_command("REPLCONF", *option)
            with suppress(redis.ResponseError):  # Redis 6 knows no rdb-only
                connection.read_response()
        connection.send_command("SYNC")
        stream = connection._sock  # noqa: SLF001 - redis-py has no other way to a stream
        stream.settimeout(_SILENT_SECONDS)
        with stream.makefile("rb") as answer, path.open("wb") as file:
            size = _copy(answer, file)
            file.flush()
            os.fsync(file.fileno())
    except (redis.RedisError, TimeoutError, EOFError) as error:
        raise StoreUnavailable(f"Redis gives no dump: {error}") from error
    finally:
        connection.disconnect()
        client.close()
    return size


def _copy(answer: IO[bytes], file: IO[bytes]) -> int:
    head = _head(answer)
    if not head.startswith(b"$"):
        raise EOFError(head.decode(errors="replace"))
    marked = head.startswith(_MARKED)
    blocks = _marked(answer, head.removeprefix(_MARKED)) if marked else _sized(answer, head)
    size = 0
    for block in blocks:
        if size == 0 and not block.startswith(_MAGIC):
            raise EOFError("what it sent is no dump")
        size += file.write(block)
    return size


def _head(answer: IO[bytes]) -> bytes:
    """The first line that is no mere sign of life."""
    while line := answer.readline():
        if head := line.strip():
            return head
    raise EOFError("it has closed the connection")


def _sized(answer: IO[bytes], head: bytes) -> Iterator[bytes]:
    """``$SIZE``, then so many bytes."""
    left = int(head.removeprefix(b"$"))
    while left:
        block = answer.read(min(left, _BLOCK))
        if not block:
            raise EOFError("it broke off in the middle")
        left -= len(block)
        yield block


def _marked(answer: IO[bytes], mark: bytes) -> Iterator[bytes]:
    """``$EOF:MARK``, then bytes up to the mark."""
    held = b""
    while not held.endswith(mark):
        block = answer.read1(_BLOCK)  # type: ignore[attr-defined]  # of a BufferedReader
        if not block:
            raise EOFError("it broke off in the middle")
        held += block
        if len(held) > _MARK_BYTES + _BLOCK and not held.endswith(mark):
            yield held[:-_MARK_BYTES]
            held = held[-_MARK_BYTES:]
    yield held.removesuffix(mark)
