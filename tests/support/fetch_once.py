"""Fetches without a worker around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from pipeline.outcome import Rejected, Retry
from pipeline.urls import Url
from workers.fetch.client import ResponseStarted
from workers.fetch.fetcher import Fetcher
from workers.fetch.network import Network
from workers.fetch.records import PAGE, FetchOptions, Limits, PolitenessPolicy, Response
from workers.fetch.slots import FreeSlots, Slots, Waiting

MAX_BYTES = 3_000_000
LIMITS = Limits(seconds=1.5, connect_seconds=1.0, max_bytes=MAX_BYTES, ports=frozenset({80, 443}))
Answer = Response | Rejected | Retry


def fetch(
    network: Network,
    *urls: str,
    limits: Limits = LIMITS,
    options: FetchOptions = PAGE,
    slots: Slots | None = None,
) -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        fetcher = Fetcher(network, user_agent="Newsloom/0.1 (tést)", limits=limits, slots=slots)
        try:
            return [await fetcher.get(Url(url), options) for url in urls]
        finally:
            await fetcher.aclose()

    return anyio.run(all_of_them)


class RecordingSlots(FreeSlots):
    """Free slots that remember what they were taken for, and may take their time."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.taken: list[str] = []
        self._seconds = seconds

    @asynccontextmanager
    async def hold(
        self, url: Url, policy: PolitenessPolicy, waiting: Waiting
    ) -> AsyncIterator[ResponseStarted | None]:
        self.taken.append(url)
        await anyio.sleep(self._seconds)
        async with super().hold(url, policy, waiting) as started:
            yield started
