"""A site that logs each request's beginning and end, and crawl workers in other processes."""

import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Self

from tests.support.servers.loop_thread import LoopThread

ADDRESS = "127.0.0.1"
ROOT = Path(__file__).parents[3]
PAGE = b"<!doctype html><title>Ferry</title><p>The ferry is late.</p>"


@dataclass
class Visit:
    """One request, by the server's clock.

    From its head's last byte to just before the answer's last byte.
    """

    host: str
    path: str
    began: float
    ended: float = float("inf")


@dataclass
class PoliteSite:
    """All hosts in one HTTP/1.1 server.

    ``/to/HOST/…`` redirects there; ``robots`` by host, else there is none.
    """

    robots: dict[str, bytes] = field(default_factory=dict)
    slowness: float = 0.015
    visits: list[Visit] = field(default_factory=list)
    port: int = 0
    _thread: LoopThread = field(default_factory=lambda: LoopThread("polite site"))

    def __enter__(self) -> Self:
        self.port = self._thread.start(self._serve, ADDRESS, backlog=500)
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.stop()

    def of(self, host: str) -> list[Visit]:
        """A host's visits in the order they began."""
        return sorted(
            (visit for visit in self.visits if visit.host == host), key=lambda visit: visit.began
        )

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        chance = random.Random(len(self.visits))
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {
                    name.lower(): value
                    for name, _, value in (line.partition(": ") for line in lines[1:])
                }
                visit = Visit(headers["host"], lines[0].split(" ")[1], time.monotonic())
                self.visits.append(visit)
                await asyncio.sleep(chance.uniform(0, self.slowness))
                answer = self._answer(visit)
                writer.write(answer[:-1])  # the head and a part of the body, then the rest
                await asyncio.sleep(chance.uniform(0, self.slowness))
                visit.ended = time.monotonic()
                writer.write(answer[-1:])
                await writer.drain()
        writer.close()

    def _answer(self, visit: Visit) -> bytes:
        status, more, body = "200 OK", "", PAGE
        if visit.path == "/robots.txt":
            body = self.robots.get(visit.host, b"none")
            status = "200 OK" if visit.host in self.robots else "404 Not Found"
        elif visit.path.startswith("/to/"):
            _, _, host, path = visit.path.split("/", 3)
            status, more = "302 Found", f"Location: http://{host}/{path}\r\n"
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n"
        head += f"Content-Length: {len(body)}\r\n{more}\r\n"
        return head.encode("latin-1") + body


def most_at_once(visits: Sequence[Visit]) -> int:
    """The largest number of requests that were under way at one moment."""
    changes = sorted(
        [(visit.began, 1) for visit in visits] + [(visit.ended, -1) for visit in visits]
    )
    most = now = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    return most


def shortest_gap(visits: Sequence[Visit]) -> float:
    """The least number of seconds between two beginnings."""
    return min(later.began - earlier.began for earlier, later in pairwise(visits))


def crawl_by_processes(  # noqa: PLR0913 - each is one word of the sentence
    site: PoliteSite,
    redis_url: str,
    namespace: str,
    urls: Sequence[str],
    *,
    delay: float,
    concurrency: int,
    processes: int = 4,
) -> int:
    """Deal the URLs to so many crawl workers and wait for them; how many pages they fetched."""
    settings = {
        "redis_url": redis_url,
        "namespace": namespace,
        "host_delay": delay,
        "host_concurrency": concurrency,
    }
    workers = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.support.processes.crawling_process",
                str(site.port),
                json.dumps(settings),
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    try:
        for worker in workers:
            assert worker.stdout is not None
            # Imports take seconds, and all shall come at once.
            assert worker.stdout.readline() == "ready\n"
        for number, worker in enumerate(workers):
            assert worker.stdin is not None
            worker.stdin.write(json.dumps(urls[number::processes]))
            worker.stdin.close()
        return sum(int(worker.stdout.read()) for worker in workers if worker.stdout)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
