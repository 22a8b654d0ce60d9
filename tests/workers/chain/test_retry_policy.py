"""From an outcome to what the ledger writes."""

import pytest

from pipeline.outcome import Dead, Duplicate, Indexed, Reason, Rejected, Retry, Terminal
from workers.chain.retry_policy import MAX_DELAY, OUTAGE_DELAY, apply_retry_policy


def decided(
    outcome: Terminal | Retry, attempts: int = 1, most: int = 5, base: float = 30.0
) -> Terminal | Retry:
    return apply_retry_policy(outcome, attempts=attempts, max_attempts=most, base_delay=base)


@pytest.mark.parametrize(
    "outcome",
    [
        Indexed(article="x"),
        Duplicate(article="x", rule="same_text"),
        Rejected(reason=Reason.GONE, detail="x"),
        Dead(error="x"),
    ],
)
@pytest.mark.parametrize("attempts", [1, 5, 99])
def test_an_end_is_an_end(outcome: Terminal, attempts: int) -> None:
    assert decided(outcome, attempts) == outcome


def test_attempts_are_used_up_and_the_last_error_is_kept() -> None:
    assert isinstance(decided(Retry(error="timed out"), 4), Retry)
    for attempts in (5, 6):
        dead = decided(Retry(error="timed out", after=3), attempts)
        assert isinstance(dead, Dead)
        assert "timed out" in dead.error
        assert str(attempts) in dead.error


@pytest.mark.parametrize(
    ("attempts", "least"),
    [(1, 30), (2, 60), (3, 120), (4, 240), (20, MAX_DELAY), (5000, MAX_DELAY)],
)
def test_the_wait_doubles_up_to_a_bound_with_up_to_half_as_much_again(
    attempts: int, least: float
) -> None:
    waits = []
    for _ in range(50):
        retry = decided(Retry(error="x"), attempts, most=10_000)
        assert isinstance(retry, Retry)
        assert retry.after is not None
        assert least <= retry.after <= least * 1.5
        waits.append(retry.after)
    assert len(set(waits)) > 40  # neighbours do not come back together


@pytest.mark.parametrize("after", [1.0, 7.0, 86_400.0])
def test_what_the_server_asked_for_is_kept(after: float) -> None:
    retry = Retry(error="429", after=after, host_wide=True)
    assert decided(retry, 4) == retry


@pytest.mark.parametrize("attempts", [1, 5, 1000])
def test_what_is_not_the_url_s_fault_never_kills_it(attempts: int) -> None:
    outage = decided(Retry(error="the index is down", counts=False), attempts)
    assert outage == Retry(error="the index is down", after=OUTAGE_DELAY, counts=False)
    asked = Retry(error="busy", after=3, counts=False, host_wide=True)
    assert decided(asked, attempts) == asked


def test_retry_after_nothing_is_no_leave_to_ask_at_once() -> None:
    assert decided(Retry(error="429", after=0.0), 2) == Retry(error="429", after=1.0)
