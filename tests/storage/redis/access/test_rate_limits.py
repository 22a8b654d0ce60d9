"""Rate limits: a minute's requests at once, then one by one; over threads and set-back clocks."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.open import Stores, Times, open_stores
from storage.redis.access.rate_limits import RateLimits
from tests.support.no_archive import no_archive

TIMES = Times(lease=30.0, fingerprint=3600.0, page=60.0, similarity=0.7)


class Time:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def timed(redis_url: str, namespace: str, time: Time) -> Iterator[Stores]:
    opened = open_stores(redis_url, namespace, TIMES, open_archive=no_archive, clock=time)
    yield opened
    opened.keyspace.client.close()


@pytest.fixture
def limits(timed: Stores) -> RateLimits:
    return timed.rate_limits


def test_a_minute_s_requests_may_come_at_once(limits: RateLimits) -> None:
    taken = [limits.take("a", per_minute=6) for _ in range(8)]
    assert [one.allowed for one in taken] == [True] * 6 + [False] * 2
    assert [one.remaining for one in taken] == [5, 4, 3, 2, 1, 0, 0, 0]
    assert taken[-1].retry_after == pytest.approx(10.0, abs=0.01)
    assert limits.take("b", per_minute=6).remaining == 5


def test_then_one_as_each_share_of_the_minute_passes(limits: RateLimits, time: Time) -> None:
    for _ in range(6):
        limits.take("a", per_minute=6)
    time.now += 10.1
    assert [limits.take("a", per_minute=6).allowed for _ in range(2)] == [True, False]
    time.now += 60
    assert limits.take("a", per_minute=6).remaining == 5


def test_a_costly_request_counts_as_several(limits: RateLimits) -> None:
    assert limits.take("a", per_minute=10, cost=8).remaining == 2
    refused = limits.take("a", per_minute=10, cost=8)
    assert (refused.allowed, refused.remaining) == (False, 2)
    assert refused.retry_after == pytest.approx(36.0, abs=0.01)
    assert limits.take("b", per_minute=10, cost=1_000).allowed


def test_requests_at_the_same_time_are_all_counted(limits: RateLimits) -> None:
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: limits.take("a", per_minute=20), range(60)))
    assert sum(one.allowed for one in taken) == 20


def test_a_clock_that_is_set_back_locks_nobody_out(limits: RateLimits, time: Time) -> None:
    limits.take("a", per_minute=6)
    time.now -= 86_400
    assert limits.take("a", per_minute=6).allowed


def test_its_keys_expire(timed: Stores) -> None:
    timed.rate_limits.take("a", per_minute=6)
    client = timed.keyspace.client
    [key] = client.scan_iter(timed.keyspace.pattern())
    assert 0 < client.pttl(key) <= 10_000
