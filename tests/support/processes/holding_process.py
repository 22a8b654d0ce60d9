"""Another process that asks for turns at a host, or holds one until it is killed.

Writes the times of its starts.
"""

import sys
import time

import anyio

from storage.redis.connection import Keyspace, connect
from storage.redis.politeness import Politeness


async def ask(
    politeness: Politeness, times: int, delay: float, concurrency: int, hold: float
) -> None:
    for _ in range(times):
        async with politeness.slot(
            "a.example", delay=delay, concurrency=concurrency, patience=30, hold=60
        ):
            started = time.time()
            await anyio.sleep(hold)
            print(started, time.time(), flush=True)  # noqa: T201 - the test reads it


async def keep(politeness: Politeness, hold: float) -> None:
    async with politeness.slot("a.example", delay=0.0, concurrency=1, patience=5, hold=hold):
        print("held", flush=True)  # noqa: T201 - the test reads it
        await anyio.sleep(60)


if __name__ == "__main__":
    url, namespace, what, *numbers = sys.argv[1:]
    shared = Politeness(Keyspace(connect(url), namespace))
    if what == "ask":
        anyio.run(
            ask, shared, int(numbers[0]), float(numbers[1]), int(numbers[2]), float(numbers[3])
        )
    else:
        anyio.run(keep, shared, float(numbers[0]))
