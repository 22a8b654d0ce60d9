from storage.redis.health.stage_rates import MOST_MINUTES, stage_rates
from storage.redis.keys import Key
from tests.support.ledger_by_hand import START, Hand, link


def test_the_urls_of_a_batch_are_counted_in_the_minute_in_which_a_stage_begins(
    hand: Hand,
) -> None:
    hand.accept(link("a"), link("b"), link("c"))
    lease = hand.must_lease()
    assert hand.frontier.advance(lease.batch, 1, "crawl")
    hand.now += 60
    assert hand.frontier.advance(lease.batch, 2, "extract")
    rates = stage_rates(hand.keys, now=hand.now, minutes=3)
    assert rates == {"crawl": (0, 3, 0), "extract": (0, 0, 3)}


def test_a_message_that_comes_twice_counts_once(hand: Hand) -> None:
    hand.accept(link("a"))
    lease = hand.must_lease()
    assert hand.frontier.advance(lease.batch, 1, "crawl")
    assert not hand.frontier.advance(lease.batch, 1, "crawl")
    assert stage_rates(hand.keys, now=hand.now, minutes=1) == {"crawl": (1,)}


def test_a_minute_is_forgotten_after_two_hours(hand: Hand) -> None:
    hand.accept(link("a"))
    assert hand.frontier.advance(hand.must_lease().batch, 1, "crawl")
    key = hand.keys.key(Key.STAGE_RATES, str(int(START // 60)))
    assert 7_100 < hand.keys.client.ttl(key) <= 7_200
    assert len(stage_rates(hand.keys, now=hand.now, minutes=1_000)["crawl"]) == MOST_MINUTES
