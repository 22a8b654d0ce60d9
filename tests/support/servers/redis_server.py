"""A Redis of a test's own on TCP with a password, to be killed and started again."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from storage.server_binary import server_binary
from tests.support.world import wait_until

PASSWORD = "correct-horse"


def free_port() -> int:
    """A TCP port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


class RedisServer:
    """A server with an append-only file, as docker-compose.yml runs it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start on the files of last time; returns when it answers."""
        options = [
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(self._folder),
            "--requirepass",
            PASSWORD,
        ]
        options += [
            "--appendonly",
            "yes",
            "--appendfsync",
            "everysec",
            "--save",
            "",
            "--maxmemory-policy",
            "noeviction",
        ]
        log = self._folder / "redis.log"
        self._process = subprocess.Popen(
            [server_binary(), *options, "--logfile", str(log)], start_new_session=True
        )
        wait_until(self._answers, seconds=30, what="Redis answers")

    def kill(self) -> None:
        """kill -9."""
        if self._process:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections meanwhile, and never answers."""
        assert self._process
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._process.pid, signal.SIGCONT)

    def restart(self) -> None:
        """kill -9, and start again."""
        self.kill()
        self.start()

    def _answers(self) -> bool:
        with (
            suppress(redis.RedisError),
            redis.Redis.from_url(self.url, retry=Retry(NoBackoff(), 0)) as client,
        ):
            return bool(client.ping())
        return False


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """A running server."""
    folder.mkdir(parents=True, exist_ok=True)
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
