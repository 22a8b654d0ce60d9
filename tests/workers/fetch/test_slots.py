"""How long a fetch waits for its hosts' slots, and what becomes of it when one does not come."""

from functools import partial

import anyio
import pytest

from pipeline.outcome import Fault, Retry
from pipeline.urls import Url
from storage.open import Stores
from workers.fetch.records import PolitenessPolicy
from workers.fetch.slots import FreeSlots, HostSlots, TryLater, WaitBudget, Waiting

A = Url("http://a.example/1")
B = Url("http://b.example/1")
ONE = PolitenessPolicy(delay=0.0, concurrency=1)
SLOW = PolitenessPolicy(delay=30.0, concurrency=1)
BUSY = Retry(error="a.example may be asked again in 9.0 s", after=9, host_wide=True, counts=False)


def test_a_redirect_waits_for_the_delay_of_its_host_within_the_budget() -> None:
    waiting = Waiting(2.0, WaitBudget(20.0))
    assert waiting.patience_for(SLOW) == 2.0
    waiting.had_slot = True
    assert waiting.patience_for(SLOW) == 20.0
    assert waiting.patience_for(PolitenessPolicy(delay=5.0, concurrency=1)) == 6.0


def test_waiting_uses_up_the_budget_of_all_requests_of_a_fetch() -> None:
    waiting = Waiting(10.0, WaitBudget(10.0))

    async def wait() -> None:
        async with waiting.beside().budget.spend():
            await anyio.sleep(0.05)

    anyio.run(wait)
    assert 9.0 < waiting.patience < 9.96


def test_a_url_whose_slot_did_not_come_is_not_to_blame() -> None:
    waiting = Waiting(1.0, WaitBudget(1.0))
    assert waiting.retry_of(TryLater(BUSY, "a.example"), A) == BUSY


def test_a_redirect_whose_slot_never_comes_is_an_attempt() -> None:
    waiting = Waiting(1.0, WaitBudget(1.0))
    waiting.hop, waiting.was_answered = A, True
    retry = waiting.retry_of(TryLater(BUSY, "a.example"), B)
    assert (retry.counts, retry.fault, retry.host_wide) == (True, Fault.TIMEOUT, False)
    assert retry.error == f"it redirects to {A}, and {BUSY.error}"


def test_a_slot_that_another_fetch_holds_is_waited_for_within_the_patience(
    stores: Stores,
) -> None:
    slots = HostSlots(stores.politeness, patience=0.2)

    async def run() -> Retry:
        first, second = slots.waiting(None), slots.waiting(None)
        async with slots.hold(A, ONE, first):
            with pytest.raises(TryLater) as later:
                async with slots.hold(A, ONE, second):
                    raise AssertionError("two at once")
        assert first.was_answered
        assert not second.had_slot
        return later.value.retry

    retry = anyio.run(run)
    assert (retry.host_wide, retry.counts) == (True, False)


def test_a_fetch_with_more_patience_than_usual_is_known() -> None:
    slots = HostSlots(None, patience=2.0, longest=4.0)  # type: ignore[arg-type]  # nothing is held
    assert not slots.is_patient(slots.waiting(None))
    assert slots.is_patient(slots.waiting(3.0))
    assert slots.waiting(9.0).budget.left == 18.0


def test_free_slots_keep_nobody_waiting() -> None:
    slots = FreeSlots()

    async def take(count: int) -> int:
        async with slots.hold(A, ONE, slots.waiting(None)):
            return await take(count - 1) + 1 if count else 0

    assert anyio.run(partial(take, 5)) == 5
