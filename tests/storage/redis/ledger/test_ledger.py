"""The ledger: totals that add up, and what happened to each URL."""

import pytest

from pipeline.discover.announced import RefusedEntry
from pipeline.outcome import Dead, Duplicate, Indexed, Reason, Rejected, Retry
from pipeline.urls import UrlId
from storage.redis.keys import Key
from storage.redis.ledger import MOST_REFUSED, RefusedLinks, Totals
from tests.support.ledger_by_hand import GONE, KEEP, LEASE, START, Hand, ids, link


def _end(hand: Hand, path: str, outcome: Indexed | Duplicate | Rejected | Dead | Retry) -> str:
    hand.accept(link(path))
    lease = hand.must_lease()
    assert hand.finish(lease, outcome) == 1
    return lease.url_ids[0]


def test_nothing_is_balanced(hand: Hand) -> None:
    totals = hand.ledger.totals()
    assert totals == Totals(0, 0, 0, 0, 0, 0, 0)
    assert totals.balanced
    assert hand.ledger.entry(UrlId("0" * 32)) is None
    assert hand.ledger.trace(UrlId("0" * 32)) == []


def test_each_url_is_counted_once_under_its_state(hand: Hand) -> None:
    _end(hand, "1", Indexed(article="x"))
    _end(hand, "2", Duplicate(article="x", rule="same_text"))
    _end(hand, "3", Rejected(reason=Reason.ROBOTS, detail="x"))
    _end(hand, "4", Dead(error="x"))
    hand.accept(link("5"), link("6"))
    hand.must_lease(1)
    assert hand.ledger.totals() == Totals(
        accepted=6, indexed=1, duplicate=1, rejected=1, dead=1, queued=1, leased=1
    )
    assert hand.ledger.totals().in_flight == 2
    assert hand.ledger.totals().to_json()["balanced"] is True


def test_balanced_is_a_check_and_no_tautology() -> None:
    assert not Totals(
        accepted=2, indexed=1, duplicate=0, rejected=0, dead=0, queued=0, leased=0
    ).balanced


def test_the_audit_counts_entries_however_many(hand: Hand) -> None:
    hand.accept(*(link(str(number)) for number in range(3000)))
    assert hand.ledger.audit().queued == 3000
    hand.keys.client.set(
        f"{hand.keys.prefix}url-like", "x"
    )  # another key of the namespace is no entry


def test_an_entry_says_what_is_known(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.now += 1
    lease = hand.must_lease()
    held = hand.entry(link("1"))
    assert (held.state, held.batch, held.attempts, held.outcome) == ("leased", lease.batch, 1, None)
    hand.now += 1
    outcome = Rejected(reason=Reason.GONE, detail="the page was removed (410)")
    hand.finish(lease, outcome)
    entry = hand.entry(link("1"))
    assert (entry.link, entry.state, entry.outcome, entry.batch) == (
        link("1"),
        "rejected",
        outcome,
        None,
    )
    assert (entry.found_at, entry.ended_at, entry.visits) == (START, START + 2, 1)


def test_the_trace_tells_the_whole_story(hand: Hand) -> None:
    hand.accept(link("1"))
    lease = hand.must_lease()
    hand.frontier.advance(lease.batch, 1, "crawl")
    retry = Retry(error="timed out", after=1.0)
    hand.finish(lease, retry)
    hand.now += 2
    second = hand.must_lease()
    hand.now += LEASE
    (third,) = hand.reap()
    hand.frontier.advance(third.batch, 1, "crawl")
    trace = hand.ledger.trace(UrlId(ids(link("1"))[0]))
    assert [event["event"] for event in trace] == ["accepted", "retry", "taken back", "in flight"]
    accepted, tried, taken, flying = trace
    assert accepted["link"]["url"] == link("1").url
    assert (tried["outcome"]["error"], tried["batch"], tried["at"]) == (
        "timed out",
        lease.batch,
        START,
    )
    assert tried["stages"]["crawl"] == START
    assert int(second.batch) < int(taken["batch"]) == int(third.batch)
    assert flying["stages"]["crawl"] == hand.now
    hand.finish(third, Indexed(article="x"))
    assert hand.ledger.trace(third.url_ids[0])[-1]["outcome"] == {
        "kind": "indexed",
        "article": "x",
        "copy_of": None,
    }


def test_a_trace_does_not_grow_for_ever(hand: Hand) -> None:
    hand.accept(link("1"))
    for _ in range(70):
        hand.finish(hand.must_lease(), Retry(error="x", after=0.0, counts=False))
    assert len(hand.ledger.trace(UrlId(ids(link("1"))[0]))) == 50


def test_dead_letters_newest_first(hand: Hand) -> None:
    urls = []
    for path in "123":
        urls.append(_end(hand, path, Dead(error=f"error {path}")))
        hand.now += 1
    assert [entry.url_id for entry in hand.ledger.dead()] == urls[::-1]
    assert [entry.url_id for entry in hand.ledger.dead(most=2)] == urls[:0:-1]
    assert hand.ledger.dead()[0].outcome == Dead(error="error 3")
    # Kept for replay.
    assert all(hand.keys.client.ttl(hand.keys.key(Key.URL, url)) == -1 for url in urls)


def test_a_dropped_letter_stays_dead_and_goes_to_the_archive(hand: Hand) -> None:
    url = _end(hand, "1", Dead(error="x"))
    assert hand.stores.ended.waiting() == 0
    assert hand.ledger.drop_dead(UrlId(url))
    assert hand.ledger.dead() == []
    assert hand.entry(link("1")).state == "dead"
    assert [entry.state for entry in hand.stores.ended.next(9)] == ["dead"]
    assert not hand.ledger.drop_dead(UrlId(url))
    assert not hand.ledger.drop_dead(UrlId("0" * 32))


def test_dropping_a_letter_that_was_reopened_meanwhile_does_not_end_it(hand: Hand) -> None:
    url = _end(hand, "1", Dead(error="x"))
    hand.accept(link("1"), reopen=True)
    assert not hand.ledger.drop_dead(UrlId(url))
    assert hand.stores.ended.waiting() == 0


def test_refusals_are_remembered_once(hand: Hand) -> None:
    ledger = hand.ledger

    def refuse(url: str, source: str, why: str) -> bool:
        entry = RefusedEntry.of(url, Reason.BAD_URL, why)
        return [*ledger.refuse([entry], source=source, seconds=KEEP).kept] == [entry]

    long = "\ud800" + "x" * 10_000
    assert refuse("javascript:alert(1)", "harbour", "no scheme")
    assert not refuse(" javascript:alert(1) ", "other", "again")
    assert refuse(long, "harbour", "odd")
    assert not refuse(long, "harbour", "odd")
    assert ledger.refusal("javascript:alert(1)") == "no scheme (announced by harbour)"
    assert ledger.refusal(long) == "odd (announced by harbour)"
    assert ledger.refusal("http://never.seen/") is None
    assert ledger.refused_count() == 2
    assert hand.ledger.totals().accepted == 0


def _refused(name: str, count: int) -> list[RefusedEntry]:
    return [
        RefusedEntry.of(f"mailto:{name}-{number}", Reason.UNSUPPORTED_SCHEME, "no")
        for number in range(count)
    ]


def test_of_many_refusals_some_are_kept_and_all_are_counted(hand: Hand) -> None:
    entries = _refused("first", 1_000)
    first = hand.ledger.refuse(entries, source="harbour", seconds=KEEP)
    assert first == RefusedLinks(kept=entries[:MOST_REFUSED], more=True)
    assert hand.ledger.refuse(entries, source="harbour", seconds=KEEP) == RefusedLinks(
        [], more=False
    )
    assert hand.ledger.refused_count() == pytest.approx(1_000, rel=0.03)
    others = _refused("other", 5_000)
    assert hand.ledger.refuse(
        [*entries[:MOST_REFUSED], *others], source="harbour", seconds=KEEP
    ).more
    assert hand.ledger.refused_count() == pytest.approx(6_000, rel=0.03)
    assert hand.ledger.refusal(f"mailto:first-{MOST_REFUSED - 1}") is not None
    assert hand.ledger.refusal(f"mailto:{MOST_REFUSED}") is None
    key = next(hand.keys.client.scan_iter(match=hand.keys.pattern(Key.REFUSED)))
    assert 0 < hand.keys.client.ttl(key) <= KEEP


def test_reasons_count_rejections(hand: Hand) -> None:
    for path, reason in [("1", Reason.ROBOTS), ("2", Reason.GONE), ("3", Reason.GONE)]:
        _end(hand, path, Rejected(reason=reason, detail="x"))
    _end(hand, "4", Indexed(article="x"))
    assert hand.ledger.reasons() == {"gone": 2, "robots": 1}


def test_reasons_follow_a_url_that_is_visited_again(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.finish(hand.must_lease(), GONE)
    hand.accept(link("1"), reopen=True)
    assert hand.ledger.reasons() == {}
    hand.finish(hand.must_lease(), Indexed(article="a"))
    hand.accept(link("1"), reopen=True)
    hand.finish(hand.must_lease(), GONE)
    assert hand.ledger.reasons() == {}  # the article stays


def test_what_no_release_before_counted_is_said_apart(hand: Hand) -> None:
    hand.accept(link("1"), link("2"))
    hand.finish(hand.must_lease(), GONE)
    hand.keys.client.delete(hand.keys.key(Key.REASONS))
    assert hand.ledger.reasons() == {"earlier": 2}
