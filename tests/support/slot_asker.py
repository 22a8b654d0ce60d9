"""Requests that ask for a host slot."""

import time
from collections.abc import Callable, Coroutine
from typing import Any

import anyio

from storage.redis.politeness import Politeness


def asker(  # noqa: PLR0913 - each is one word of the sentence
    politeness: Politeness,
    spans: list[tuple[float, float]],
    *,
    host: str = "a.example",
    delay: float,
    concurrency: int,
    work: float = 0.0,
) -> Callable[[], Coroutine[Any, Any, None]]:
    async def ask() -> None:
        async with politeness.slot(
            host, delay=delay, concurrency=concurrency, patience=30, hold=60
        ):
            started = time.time()
            await anyio.sleep(work)
            spans.append((started, time.time()))

    return ask
