"""Questions of one moment go in one trip, in their order, and each gets its own answer."""

import asyncio
import threading
import time

import anyio
import pytest

from storage.redis.batcher import Batcher


class Doubling:
    """Doubles numbers, slowly, and remembers its trips."""

    def __init__(self, seconds: float = 0.05) -> None:
        self.trips: list[list[int]] = []
        self.threads: set[str] = set()
        self._seconds = seconds

    def __call__(self, numbers: list[int]) -> list[int]:
        self.trips.append(numbers)
        self.threads.add(threading.current_thread().name)
        time.sleep(self._seconds)
        if -1 in numbers:
            raise ValueError("not this one")
        return [2 * number for number in numbers]


def test_what_is_asked_during_a_trip_goes_together_in_the_next() -> None:
    double = Doubling()
    trips = Batcher(double, name="double")

    async def run() -> list[int]:
        first = trips.send(1)
        await anyio.sleep(0.02)
        return await asyncio.gather(first, *(trips.send(number) for number in range(2, 50)))

    assert anyio.run(run) == [2 * number for number in range(1, 50)]
    assert double.trips == [[1], list(range(2, 50))]
    assert all(name.startswith("double") for name in double.threads)  # off the event loop


def test_a_trip_has_its_most_and_the_rest_follows() -> None:
    double = Doubling(0.0)
    trips = Batcher(double, name="double", most=3)

    async def run() -> list[int]:
        return await asyncio.gather(*(trips.send(number) for number in range(7)))

    assert anyio.run(run) == [0, 2, 4, 6, 8, 10, 12]
    assert [len(trip) for trip in double.trips] == [3, 3, 1]


def test_a_failure_is_everybody_s_on_that_trip_and_nobody_s_on_the_next() -> None:
    trips = Batcher(Doubling(0.0), name="double")

    async def run() -> None:
        answers = await asyncio.gather(trips.send(12), trips.send(-1), return_exceptions=True)
        assert [type(answer) for answer in answers] == [ValueError, ValueError]
        assert await trips.send(4) == 8

    anyio.run(run)


def test_who_gives_up_takes_nothing_from_the_others() -> None:
    double = Doubling()
    trips = Batcher(double, name="double")

    async def run() -> None:
        left, stays = trips.send(1), trips.send(2)
        left.cancel()
        assert await stays == 4
        with pytest.raises(asyncio.CancelledError):
            await left

    anyio.run(run)
    assert double.trips == [[1, 2]]  # what was sent is carried


def test_several_event_loops_may_share_it() -> None:
    trips = Batcher(Doubling(0.0), name="double")

    async def ask(number: int) -> int:
        return await trips.send(number)

    assert [anyio.run(ask, number) for number in range(3)] == [0, 2, 4]
