"""Pauses that a host asks for."""

import time
from collections.abc import Callable

import anyio
import pytest

from pipeline.outcome import Retry
from pipeline.records import FoundBy, Link
from pipeline.urls import Url
from storage.open import Stores
from storage.redis.politeness import HostBusy, Politeness
from tests.support.slot_asker import asker


@pytest.fixture
def politeness(stores: Stores) -> Politeness:
    return stores.politeness


def test_a_pause_ends(politeness: Politeness) -> None:
    before = time.time()
    politeness.pause("a.example", 0.4)
    spans: list[tuple[float, float]] = []
    anyio.run(asker(politeness, spans, delay=0.0, concurrency=1))
    assert spans[0][0] - before >= 0.38


def _while_another_waits_with_its_slot(
    politeness: Politeness, happens: Callable[[], object]
) -> bool:
    """Whether the one who holds a slot and waits for its moment still starts."""
    started = anyio.Event()

    async def second() -> None:
        async with politeness.slot("a.example", delay=1.0, concurrency=2, patience=5, hold=60):
            started.set()

    async def first() -> None:
        async with (
            anyio.create_task_group() as both,
            politeness.slot("a.example", delay=1.0, concurrency=2, patience=5, hold=60) as arrived,
        ):
            both.start_soon(second)
            await anyio.sleep(0.5)
            await arrived()
            await anyio.sleep(
                0.75
            )  # the second one asked again after a second, and has its slot for half a second later
            await anyio.to_thread.run_sync(happens)

    anyio.run(first)
    return started.is_set()


def _retried(stores: Stores, outcome: Retry) -> None:
    """A URL of the host goes back to the frontier."""
    stores.frontier.accept([Link(url=Url("http://a.example/1"), source="a", found_by=FoundBy.FEED)])
    lease = stores.frontier.lease(1, default_delay=0, max_batches=9)
    assert lease is not None
    assert stores.frontier.finish(lease.batch, [(lease.url_ids[0], outcome)]) == 1


@pytest.mark.parametrize("how", ["by a poll", "by a page"])
def test_a_slot_that_was_taken_before_a_pause_is_not_used_in_it(stores: Stores, how: str) -> None:
    def pause() -> None:
        if how == "by a poll":
            stores.politeness.pause("a.example", 60)
        else:
            _retried(stores, Retry(error="429", after=60.0, host_wide=True))

    with pytest.raises(ExceptionGroup) as raised:
        _while_another_waits_with_its_slot(stores.politeness, pause)
    (busy,) = raised.value.exceptions
    assert isinstance(busy, HostBusy)
    assert 58 < busy.seconds < 60


def test_a_turn_that_did_not_come_takes_nobody_else_s_slot(stores: Stores) -> None:
    def other() -> None:
        _retried(
            stores,
            Retry(
                error="a.example may be asked again later", after=60.0, host_wide=True, counts=False
            ),
        )

    assert _while_another_waits_with_its_slot(stores.politeness, other)


def test_a_shorter_pause_does_not_end_a_longer_one(politeness: Politeness) -> None:
    politeness.pause("a.example", 60)
    politeness.pause("a.example", 0.1)

    async def impatient() -> None:
        async with politeness.slot("a.example", delay=0.0, concurrency=1, patience=1, hold=60):
            pytest.fail("the host is to rest")

    with pytest.raises(HostBusy):
        anyio.run(impatient)


def test_a_host_that_asks_to_be_left_alone_is_for_the_time_it_says(politeness: Politeness) -> None:
    assert politeness.slow_down("a.example", 700.0) == 700.0
    assert 690 < politeness.slow_down("a.example", None) <= 700


def test_without_a_time_a_host_is_left_alone_longer_each_time(stores: Stores) -> None:
    now = [1_000_000.0]
    politeness = Politeness(stores.keyspace, clock=lambda: now[0])
    rests = []
    for _ in range(8):
        rests.append(politeness.slow_down("a.example", None))
        # Two that were under way count as one.
        assert politeness.slow_down("a.example", None) == rests[-1]
        now[0] += rests[-1]
    assert rests == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert politeness.slow_down("b.example", None) == 60
