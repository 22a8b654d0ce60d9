import pytest

from pipeline.outcome import Duplicate, Fault, Indexed, Retry, Terminal
from storage.redis.health.counters import DELAY_BOUNDS, WORK_BOUNDS, Counted, Tally, read_counts
from tests.support.ledger_by_hand import GONE, LEASE, Hand, link


def test_a_tally_goes_along_with_the_outcomes_of_a_stage(hand: Hand) -> None:
    tally = Tally()
    tally.add(Counted.FETCH_RESPONSES, "200")
    tally.add(Counted.FETCH_RESPONSES, "200")
    tally.add(Counted.FETCHED_BYTES, by=700)
    with tally.sending() as counts:
        hand.frontier.finish("0", [], counts=counts)
    with tally.sending() as counts:
        assert counts == {}
    found = read_counts(hand.keys)
    assert found.by_labels(Counted.FETCH_RESPONSES) == [(("200",), 2)]
    assert found.of(Counted.FETCHED_BYTES) == 700


def test_what_could_not_be_sent_is_kept() -> None:
    tally = Tally()
    tally.add(Counted.POLLS, "new")

    def send() -> None:
        with tally.sending():
            tally.add(Counted.POLLS, "new")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        send()
    with tally.sending() as counts:
        assert counts == {"polls:new": 2}


def test_times_become_a_histogram(hand: Hand) -> None:
    tally = Tally()
    for seconds in (0.005, 0.3, 0.4, 100.0):
        tally.time(Counted.STAGE_SECONDS, "crawl", seconds)
    with tally.sending() as counts:
        hand.frontier.finish("0", [], counts=counts)
    buckets, total = read_counts(hand.keys).buckets(
        Counted.STAGE_SECONDS, "crawl", bounds=WORK_BOUNDS
    )
    assert dict(buckets)["0.005"] == 1
    assert dict(buckets)["0.25"] == 1
    assert dict(buckets)["0.5"] == dict(buckets)["60"] == 3
    assert buckets[-1] == ("+Inf", 4)
    assert total == pytest.approx(100.705)


def test_outcomes_count_by_reason_rule_and_fault(hand: Hand) -> None:
    hand.accept(link("a"), link("b"), link("c"), link("d"))
    lease = hand.must_lease()
    outcomes: list[Terminal | Retry] = [
        GONE,
        Duplicate(article="x", rule="same_text"),
        Retry(error="e", fault=Fault.DNS, after=1.0),
        Indexed(article="y"),
    ]
    for url, outcome in zip(lease.url_ids, outcomes, strict=True):
        hand.finish(lease, outcome, url)
    hand.finish(lease, GONE)  # the batch holds none any more
    assert read_counts(hand.keys).by_labels(Counted.OUTCOMES) == [
        (("duplicate", "same_text"), 1),
        (("indexed", ""), 1),
        (("rejected", "gone"), 1),
        (("retry", "dns"), 1),
    ]


def test_the_way_into_the_index_is_timed_for_new_articles_only(hand: Hand) -> None:
    hand.accept(link("a"))
    hand.now += 3.5
    hand.index(hand.must_lease())
    hand.accept(link("a"), reopen=True)
    hand.now += 50
    hand.index(hand.must_lease())
    buckets, total = read_counts(hand.keys).buckets(Counted.INDEXING_DELAY, bounds=DELAY_BOUNDS)
    assert [bound for bound, count in buckets if count == 0] == ["1", "2"]
    assert buckets[-1] == ("+Inf", 1)
    assert total == pytest.approx(3.5)


def test_each_bound_of_the_script_is_a_bucket_of_ours(hand: Hand) -> None:
    for number, seconds in enumerate((*DELAY_BOUNDS, 1e9)):
        hand.accept(link(str(number)))
        hand.now += seconds
        hand.index(hand.must_lease())
    buckets, _ = read_counts(hand.keys).buckets(Counted.INDEXING_DELAY, bounds=DELAY_BOUNDS)
    assert [count for _, count in buckets] == list(range(1, len(DELAY_BOUNDS) + 2))


def test_leases_taken_back_count_by_cause(hand: Hand) -> None:
    hand.accept(link("a"))
    hand.must_lease()
    hand.now += LEASE + 1
    [again] = hand.reap()
    assert hand.frontier.advance(again.batch, 1, "crawl")
    hand.now += LEASE + 1
    hand.reap()
    assert read_counts(hand.keys).by_labels(Counted.TAKEN_BACK) == [
        (("crash",), 1),
        (("message",), 1),
    ]


def test_urls_count_at_each_stage_that_they_begin(hand: Hand) -> None:
    hand.accept(link("a"), link("b"))
    lease = hand.must_lease()
    assert hand.frontier.advance(lease.batch, 1, "crawl")
    assert not hand.frontier.advance(lease.batch, 1, "crawl")
    assert hand.frontier.advance(lease.batch, 2, "extract")
    assert read_counts(hand.keys).by_labels(Counted.STAGE_URLS) == [
        (("crawl",), 2),
        (("extract",), 2),
    ]
