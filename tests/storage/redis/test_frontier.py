"""The frontier: every URL waits, is held, or has ended."""

import json
from functools import partial

import pytest

from pipeline.outcome import Dead, Duplicate, Indexed, Rejected, Retry, Terminal
from pipeline.records import OF_COMMAND, OF_IMPORT, FoundBy, Link
from pipeline.urls import url_id
from storage.redis.frontier import Acceptance
from storage.redis.keys import Key
from tests.support.ledger_by_hand import DEAD, GONE, START, Hand, ids, link

ACCEPTED, KNOWN, REOPENED = Acceptance.ACCEPTED, Acceptance.KNOWN, Acceptance.REOPENED


def test_nothing_in_nothing_out(hand: Hand) -> None:
    assert hand.accept() == []
    assert hand.lease() is None
    assert hand.reap() == []
    assert hand.frontier.finish("1", []) == 0


def test_a_link_is_accepted_once_whatever_its_address_looks_like(hand: Hand) -> None:
    assert hand.accept(link("1"), link("2"), link("1")) == [ACCEPTED, ACCEPTED, KNOWN]
    assert hand.accept(link("1/"), link("1", "www.a.example")) == [KNOWN, KNOWN]
    assert hand.frontier.queued() == 2
    lease = hand.must_lease()
    assert hand.accept(link("1")) == [KNOWN]
    assert sorted(lease.url_ids) == sorted(ids(link("1"), link("2")))
    hand.index(lease)
    assert hand.accept(link("1")) == [KNOWN]


def test_what_an_announcement_does_not_say_is_not_stored_so_that_links_outlive_new_fields(
    hand: Hand,
) -> None:
    hand.accept(link("1"), link("2").model_copy(update={"language": "de"}))
    keys = hand.stores.keyspace
    stored = [
        json.loads(keys.client.hget(keys.key(Key.URL, url), "link") or "")
        for url in ids(link("1"), link("2"))
    ]
    assert ["language" in each for each in stored] == [False, True]
    assert {leased.link.language for leased in hand.frontier.leased(hand.must_lease().batch)} == {
        None,
        "de",
    }


def test_a_later_change_reopens_what_has_ended_and_an_earlier_one_does_not(hand: Hand) -> None:
    hand.accept(link("1", modified=START))
    hand.index(hand.must_lease())
    assert hand.accept(link("1", modified=START)) == [KNOWN]
    assert hand.accept(link("1", modified=START - 60)) == [KNOWN]
    assert hand.accept(link("1", modified=START + 60)) == [REOPENED]
    assert hand.accept(link("1", modified=START + 120)) == [KNOWN]  # it waits already
    entry = hand.entry(link("1"))
    assert (entry.state, entry.visits, entry.attempts, entry.ended_at) == ("queued", 2, 0, None)


@pytest.mark.parametrize("before", [None, GONE, Duplicate(article="x", rule="same_text")])
def test_an_article_that_only_the_index_has_is_adopted(hand: Hand, before: Terminal | None) -> None:
    if before:
        hand.accept(link("1"))
        hand.finish(hand.must_lease(), before)
    adopted = Indexed(article="a")
    adopt = partial(hand.frontier.adopt, link("1"), adopted, found_at=5.0)
    assert adopt()
    assert not adopt()
    entry = hand.ledger.entry(ids(link("1"))[0])
    assert entry is not None
    assert (entry.state, entry.outcome, entry.article) == ("indexed", adopted, "a")
    assert hand.ledger.totals().indexed == hand.ledger.totals().accepted == 1
    assert hand.ledger.reasons() == {}


def test_a_dead_letter_is_not_adopted(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.finish(hand.must_lease(), DEAD)
    adopted = Indexed(article="a")
    assert not hand.frontier.adopt(link("1"), adopted, found_at=5.0)
    assert [letter.outcome for letter in hand.ledger.dead()] == [DEAD]
    assert hand.balanced()


def test_a_lost_article_is_not_kept_by_a_visit_that_brings_nothing(hand: Hand) -> None:
    for lost, state in ((False, "indexed"), (True, "rejected")):
        hand.accept(link("1"), reopen=True)
        hand.finish(hand.must_lease(), Indexed(article="a"))
        hand.frontier.accept([link("1")], reopen=True, lost=lost)
        waiting = hand.ledger.entry(ids(link("1"))[0])
        assert waiting is not None
        assert waiting.article == "a"
        hand.finish(hand.must_lease(), GONE)
        ended = hand.ledger.entry(ids(link("1"))[0])
        assert ended is not None
        assert ended.state == state
    assert hand.ledger.reasons() == {"gone": 1}


def test_a_url_in_flight_is_not_adopted(hand: Hand) -> None:
    hand.accept(link("1"))
    assert not hand.frontier.adopt(link("1"), Indexed(article="a"), found_at=5.0)


@pytest.mark.parametrize("outcome", [GONE, DEAD])
def test_what_came_to_nothing_gets_two_tries_at_other_addresses_of_its_page(
    hand: Hand, outcome: Rejected | Dead
) -> None:
    amp, glued, page = link("1/amp", "m.a.example"), link("1%22"), link("1")
    hand.accept(amp)
    for other in (glued, page):
        hand.finish(hand.must_lease(), outcome)
        assert hand.accept(hand.entry(page).link) == [KNOWN]  # the same address again is no news
        assert hand.accept(other) == [REOPENED]
        assert hand.entry(page).link.url == other.url
    hand.finish(hand.must_lease(), outcome)
    assert hand.accept(amp, glued) == [KNOWN, KNOWN]
    assert hand.entry(page).visits == 3


def test_what_is_indexed_is_not_visited_at_its_other_addresses(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.index(hand.must_lease())
    assert hand.accept(link("1/amp"), link("1", "m.a.example")) == [KNOWN, KNOWN]


def test_a_date_that_comes_later_is_no_change_unless_it_is_later_than_the_find(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.index(hand.must_lease())
    assert hand.accept(link("1", modified=START - 60)) == [KNOWN]
    assert hand.accept(link("1", modified=START)) == [KNOWN]
    assert hand.accept(link("1", modified=START + 60)) == [REOPENED]
    hand.index(hand.must_lease())
    assert hand.accept(link("1", modified=START + 60)) == [KNOWN]


def test_a_person_may_reopen_anything_that_has_ended(hand: Hand) -> None:
    hand.accept(link("1"))
    assert hand.accept(link("1"), reopen=True) == [KNOWN]
    hand.finish(hand.must_lease(), DEAD)
    assert hand.accept(link("1"), reopen=True) == [REOPENED]
    assert hand.ledger.dead() == []


@pytest.mark.parametrize("outcome", [GONE, DEAD, Duplicate(article="x", rule="same_text")])
def test_a_later_visit_that_brings_nothing_keeps_the_indexed_state(
    hand: Hand, outcome: Rejected | Dead | Duplicate
) -> None:
    hand.accept(link("1"))
    hand.index(hand.must_lease())
    hand.accept(link("1"), reopen=True)
    hand.finish(hand.must_lease(), Retry(error="x", after=0.0))
    hand.finish(hand.must_lease(), outcome)
    entry = hand.entry(link("1"))
    assert entry.state == "indexed"
    assert entry.outcome == Indexed(article=entry.url_id)
    assert hand.ledger.dead() == []


def test_a_later_visit_may_index_what_was_rejected_and_reject_what_was_dead(hand: Hand) -> None:
    hand.accept(link("1"), link("2"))
    lease = hand.must_lease()
    hand.finish(lease, GONE, ids(link("1"))[0])
    hand.finish(lease, DEAD, ids(link("2"))[0])
    hand.accept(link("1"), reopen=True)
    hand.index(hand.must_lease())
    hand.accept(link("2"), reopen=True)
    hand.finish(hand.must_lease(), GONE)
    assert [hand.entry(link(path)).state for path in "12"] == ["indexed", "rejected"]


def test_oldest_first_and_no_more_than_asked(hand: Hand) -> None:
    for path in "1234":
        hand.accept(link(path))
        hand.now += 1
    assert hand.must_lease(3).url_ids == tuple(ids(link("1"), link("2"), link("3")))
    assert hand.must_lease(3).url_ids == tuple(ids(link("4")))
    assert hand.lease(3) is None


def test_hosts_take_turns_and_keep_their_distance(hand: Hand) -> None:
    for path in "123":
        hand.accept(link(path, "a.example"), link(path, "b.example"))
        hand.now += 1
    first = hand.must_lease(delay=2.0)
    assert set(first.url_ids) == set(ids(link("1", "a.example"), link("1", "b.example")))
    assert hand.lease(delay=2.0) is None
    hand.now += 1.9
    assert hand.lease(delay=2.0) is None
    hand.now += 0.2
    assert set(hand.must_lease(delay=2.0).url_ids) == set(
        ids(link("2", "a.example"), link("2", "b.example"))
    )


def test_a_short_delay_lets_a_second_s_worth_go_at_once(hand: Hand) -> None:
    hand.accept(*(link(str(number)) for number in range(20)))
    assert len(hand.must_lease(delay=0.25).url_ids) == 4
    assert hand.lease(delay=0.25) is None
    hand.now += 1.0
    assert len(hand.must_lease(delay=0.25).url_ids) == 4


def test_a_host_s_own_delay_replaces_the_default(hand: Hand) -> None:
    hand.frontier.set_delays({"a.example": 10.0, "gone.example": 1.0})
    hand.frontier.set_delays({"a.example": 10.0})
    assert hand.frontier.delay("a.example") == 10.0
    assert hand.frontier.delay("gone.example") is None
    hand.accept(link("1"), link("2"))
    hand.must_lease(delay=0.0)
    hand.now += 9
    assert hand.lease(delay=0.0) is None
    hand.now += 1.1
    assert hand.lease(delay=0.0) is not None


def test_the_distance_holds_for_what_is_accepted_later(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.must_lease(delay=5.0)  # the host has nothing else to fetch now
    hand.accept(link("2"))
    assert hand.lease(delay=5.0) is None
    hand.now += 5.1
    assert hand.lease(delay=5.0) is not None


def test_a_new_url_does_not_wait_for_one_that_is_to_be_tried_again_much_later(hand: Hand) -> None:
    hand.accept(link("slow"))
    hand.finish(hand.must_lease(), Retry(error="timed out", after=3600.0))
    hand.accept(link("breaking"))
    assert hand.must_lease().url_ids == tuple(ids(link("breaking")))


def test_enough_batches_are_enough(hand: Hand) -> None:
    hand.accept(*(link(path) for path in "123"))
    first = hand.must_lease(1)
    hand.must_lease(1)
    assert hand.lease(1, max_batches=2) is None
    hand.index(first)
    assert hand.lease(1, max_batches=2) is not None


def asked_for(path: str, how: FoundBy, source: str) -> Link:
    """What a person gives to a command."""
    return Link(url=link(path).url, source=source, found_by=how)


@pytest.mark.parametrize(
    ("how", "source"), [(FoundBy.COMMAND, OF_COMMAND), (FoundBy.IMPORT, OF_IMPORT)]
)
def test_a_person_who_asks_for_a_page_leaves_it_to_its_source(
    hand: Hand, how: FoundBy, source: str
) -> None:
    announced = link("1", modified=START).model_copy(update={"found_in": "https://a.example/feed"})
    hand.accept(announced)
    hand.index(hand.must_lease())

    assert hand.accept(asked_for("1/amp", how, source), reopen=True) == [REOPENED]
    visit = hand.entry(link("1")).link
    assert visit == announced.model_copy(update={"url": link("1/amp").url, "asked_by": how})
    assert visit.is_import is (how is FoundBy.IMPORT)
    assert hand.ledger.trace(url_id(visit.url))[-1]["link"]["asked_by"] == how


def test_a_page_that_was_imported_once_is_fetched_when_a_person_asks_for_it(hand: Hand) -> None:
    hand.accept(asked_for("1", FoundBy.IMPORT, OF_IMPORT))
    hand.index(hand.must_lease())
    hand.accept(asked_for("1", FoundBy.COMMAND, OF_COMMAND), reopen=True)

    visit = hand.entry(link("1")).link
    assert (visit.source, visit.is_import) == (OF_IMPORT, False)


def test_a_source_takes_a_page_that_only_a_person_had_asked_for(hand: Hand) -> None:
    hand.accept(asked_for("1", FoundBy.COMMAND, OF_COMMAND))
    hand.index(hand.must_lease())
    hand.accept(link("1", modified=START + 60))

    assert hand.entry(link("1")).link == link("1", modified=START + 60)
