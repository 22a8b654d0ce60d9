"""After the clock was set back, what it had set comes when it should have come."""

import pytest

from pipeline.outcome import Retry
from pipeline.sources.state import SourceState
from storage.open import Stores
from storage.redis.health.clock_watch import ClockWatch, SetBack
from storage.redis.keys import Key
from storage.redis.sources import SourceStates
from tests.support.ledger_by_hand import LEASE, Hand, link

HOUR = 3_600.0


@pytest.fixture
def watch(hand: Hand) -> ClockWatch:
    made = ClockWatch(hand.keys, clock=lambda: hand.now)
    assert made.mend(usual_delay=1.0) is None
    return made


def set_back(hand: Hand, watch: ClockWatch, seconds: float = HOUR) -> SetBack:
    assert watch.mend(usual_delay=1.0) is None
    hand.now -= seconds
    found = watch.mend(usual_delay=1.0)
    assert found is not None
    assert found.seconds == pytest.approx(seconds)
    assert watch.mend(usual_delay=1.0) is None  # once
    return found


def test_a_clock_that_goes_on_or_differs_a_little_changes_nothing(
    hand: Hand, watch: ClockWatch
) -> None:
    for step in (1.0, -9.0, 5.0, 4_000.0):
        hand.now += step
        assert watch.mend(usual_delay=1.0) is None


def test_sources_are_polled_when_they_would_have_been(
    hand: Hand, watch: ClockWatch, stores: Stores
) -> None:
    feeds = SourceStates(stores.keyspace, clock=lambda: hand.now)
    feeds.sync(["soon", "later", "claimed"])
    feeds.claim_due()
    feeds.record("soon", SourceState(), next_poll=hand.now - 1)
    feeds.record("later", SourceState(), next_poll=hand.now + 300)
    assert set_back(hand, watch).mended == 4  # two polls and a claim of two times
    assert feeds.claim_due() == ["soon"]
    hand.now += 61
    assert sorted(feeds.claim_due()) == ["claimed", "soon"]
    hand.now += 240
    assert "later" in feeds.claim_due()


def test_urls_leases_and_retries_go_on(hand: Hand, watch: ClockWatch) -> None:
    hand.accept(link("held"))
    hand.must_lease()
    hand.accept(link("retried", "b.example"))
    hand.finish(hand.must_lease(), Retry(error="x", after=60))
    hand.accept(link("new", "c.example"))
    set_back(hand, watch)
    assert len(hand.must_lease().url_ids) == 1
    assert hand.lease() is None
    hand.now += LEASE
    assert len(hand.frontier.reap(max_crashes=3)) == 2
    hand.now += 60 - LEASE
    assert hand.lease() is not None


def test_queues_of_all_priorities_and_releases_are_mended(hand: Hand, watch: ClockWatch) -> None:
    hand.accept(link("bulk"))
    hand.push(link("urgent", source="press"))
    hand.accept_as_before(link("old", "old.example"))
    assert set_back(hand, watch).mended >= 3
    assert sum(len(hand.must_lease().url_ids) for _ in range(2)) == 3


def test_what_waits_for_the_index_is_tried_again(hand: Hand, watch: ClockWatch) -> None:
    hand.accept(link("1"))
    hand.frontier.wait(hand.must_lease().batch, "{}", outcome=Retry(error="x", after=15))
    set_back(hand, watch)
    hand.now += 15
    assert len(hand.frontier.resume(1, all_ready=False)) == 1


def test_hosts_keep_their_delays_and_pauses_but_no_hour_more(hand: Hand, watch: ClockWatch) -> None:
    client, key = hand.keys.client, hand.keys.key
    client.set(key(Key.NEXT, "a.example"), hand.now + 600)
    client.set(key(Key.NEXT, "c.example"), hand.now + 0.5)
    client.set(key(Key.NEXT, "b.example"), hand.now - 100)
    client.set(key(Key.PAUSED, "a.example"), hand.now + 600, px=601_000)
    client.zadd(key(Key.SLOTS, "a.example"), {"token": hand.now + 20})
    client.set(key(Key.STARTING, "a.example"), "token", px=int(HOUR * 1000) + 9_000)
    set_back(hand, watch)
    assert float(client.get(key(Key.NEXT, "c.example"))) == pytest.approx(hand.now + 0.5)
    assert float(client.get(key(Key.NEXT, "b.example"))) == pytest.approx(hand.now + 1.0)
    paused = float(client.get(key(Key.PAUSED, "a.example")))
    assert paused == pytest.approx(hand.now + 600, abs=2)
    assert float(client.get(key(Key.NEXT, "a.example"))) == pytest.approx(paused)
    assert client.zscore(key(Key.SLOTS, "a.example"), "token") == pytest.approx(hand.now + 20)
    assert not client.exists(key(Key.STARTING, "a.example"))
    assert 0 < client.pttl(key(Key.PAUSED, "a.example")) <= 601_000


@pytest.mark.parametrize("seconds", [600, 2 * HOUR])
def test_a_pause_that_a_right_clock_has_set_is_not_shortened(
    hand: Hand, watch: ClockWatch, seconds: float
) -> None:
    client, key = hand.keys.client, hand.keys.key
    assert watch.mend(usual_delay=1.0) is None
    hand.now -= HOUR
    for family in (Key.PAUSED, Key.NEXT):
        client.set(key(family, "a.example"), hand.now + seconds, px=int(seconds * 1000) + 1000)
    assert watch.mend(usual_delay=1.0) is not None
    for family in (Key.PAUSED, Key.NEXT):
        until = float(client.get(key(family, "a.example")))
        assert until == pytest.approx(hand.now + seconds, abs=2)
