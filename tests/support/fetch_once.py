"""Fetches without a worker around them."""

import anyio

from pipeline.outcome import Rejected, Retry
from pipeline.urls import Url
from workers.fetch.client import PAGE, Fetcher, FetchOptions, Limits, Response, Turn
from workers.fetch.network import Network

MAX_BYTES = 3_000_000
LIMITS = Limits(seconds=1.5, connect_seconds=1.0, max_bytes=MAX_BYTES, ports=frozenset({80, 443}))
Answer = Response | Rejected | Retry


def fetch(
    network: Network, *urls: str, limits: Limits = LIMITS, asking: FetchOptions = PAGE, **turn: Turn
) -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        fetcher = Fetcher(network, user_agent="Newsloom/0.1 (tést)", limits=limits)
        try:
            return [await fetcher.get(Url(url), asking, **turn) for url in urls]
        finally:
            await fetcher.aclose()

    return anyio.run(all_of_them)
