"""The worker mends due times where its clock is that of Redis."""

import time

import pytest

from tests.workers.conftest import Making
from workers.clock import mend_due_times


def test_a_clock_that_was_set_back_is_logged_once(
    making: Making, caplog: pytest.LogCaptureFixture
) -> None:
    clock = [time.time() + 3_600]
    resources = making(clock=lambda: clock[0])
    resources.stores.sources.sync(["a"])
    mend_due_times(resources)
    resources.stores.sources.claim_due()
    clock[0] -= 3_600
    for _ in range(3):
        mend_due_times(resources)
    [line] = caplog.messages
    assert line.startswith("the clock was set back by 3600 s: 2 polls, retries and leases")
    clock[0] += 61
    assert resources.stores.sources.claim_due() == ["a"]


def test_a_machine_with_another_clock_than_redis_leaves_it_to_others(
    making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources = making()
    mend_due_times(resources)
    known = resources.stores.clock_watch.mend(usual_delay=1.0)
    monkeypatch.setattr("workers.clock.seconds_ahead", lambda _: -3_600.0)
    monkeypatch.setattr(
        type(resources.stores.clock_watch), "mend", lambda *_, **__: pytest.fail("it mended")
    )
    mend_due_times(resources)
    assert known is None
