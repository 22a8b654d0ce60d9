"""What a compact record holds, and that a link is accepted by it as by the entry."""

from dataclasses import replace

import pytest

from pipeline.outcome import Dead, Duplicate, Indexed, Reason, Rejected, Terminal
from pipeline.records import OF_COMMAND, FoundBy, Link
from pipeline.urls import url_id
from storage.ledger_archive.archive import LedgerArchive
from storage.redis.frontier import Acceptance
from storage.redis.keys import Key
from storage.redis.ledger.compact import compact_record
from tests.support.data.archived_entries import archived
from tests.support.ledger_by_hand import DEAD, GONE, START, Hand, ids, link

ARTICLE, ORIGINAL = "a" * 32, "b" * 32
KNOWN, REOPENED = Acceptance.KNOWN, Acceptance.REOPENED
OUTCOMES: list[Terminal] = [
    *(Rejected(reason=reason, detail="x" * 500) for reason in Reason),
    Indexed(article=ARTICLE, copy_of=ORIGINAL),
    Duplicate(article=ARTICLE, rule="same_text"),
    Dead(error="x" * 500),
]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_record_fits_into_a_listpack(outcome: Terminal) -> None:
    entry = archived("1", 1, outcome=outcome)
    visited = replace(entry, fields={**entry.fields, "visits": "1000"})
    assert len(compact_record(visited)) <= 64


def test_of_an_article_under_its_url_s_id_only_the_head_is_kept() -> None:
    assert len(compact_record(archived("1", 1))) == 22


def test_a_later_change_reopens_and_an_earlier_one_does_not(
    hand: Hand, ledger_archive: LedgerArchive
) -> None:
    hand.accept(link("1", modified=START))
    hand.index(hand.must_lease())
    hand.archive(ledger_archive)
    assert hand.accept(link("1", modified=START), link("1")) == [KNOWN, KNOWN]
    assert hand.accept(link("1", modified=START + 0.5)) == [REOPENED]
    entry = hand.entry(link("1"))
    assert (entry.state, entry.visits, entry.found_at) == ("queued", 2, START)


def test_a_date_that_comes_later_is_no_change_unless_it_is_later_than_the_find(
    hand: Hand, ledger_archive: LedgerArchive
) -> None:
    hand.accept(link("1"))
    hand.index(hand.must_lease())
    hand.archive(ledger_archive)
    assert hand.accept(link("1", modified=START)) == [KNOWN]
    assert hand.accept(link("1", modified=START + 60)) == [REOPENED]


@pytest.mark.parametrize("outcome", [GONE, DEAD])
def test_what_came_to_nothing_gets_two_tries_at_other_addresses_of_its_page(
    hand: Hand, ledger_archive: LedgerArchive, outcome: Terminal
) -> None:
    amp, page = link("1/amp", "m.a.example"), link("1")
    hand.accept(amp)
    hand.finish(hand.must_lease(), outcome)
    hand.ledger.drop_dead(url_id(page.url))
    hand.archive(ledger_archive)
    assert hand.accept(amp) == [KNOWN]
    assert hand.accept(page) == [REOPENED]


@pytest.mark.parametrize("copy_of", [None, ORIGINAL])
def test_a_later_visit_that_brings_nothing_keeps_the_article(
    hand: Hand, ledger_archive: LedgerArchive, copy_of: str | None
) -> None:
    outcome = Indexed(article=ARTICLE, copy_of=copy_of)
    hand.accept(link("1"))
    hand.finish(hand.must_lease(), outcome)
    hand.archive(ledger_archive)
    hand.accept(link("1"), reopen=True)
    hand.finish(hand.must_lease(), GONE)
    entry = hand.entry(link("1"))
    assert (entry.state, entry.outcome) == ("indexed", outcome)


def test_an_article_that_is_named_as_its_url_is_kept_too(
    hand: Hand, ledger_archive: LedgerArchive
) -> None:
    hand.accept(link("1"))
    hand.index(hand.must_lease())
    hand.archive(ledger_archive)
    hand.accept(link("1"), reopen=True)
    assert hand.entry(link("1")).article == url_id(link("1").url)


def test_reasons_follow_a_url_that_is_visited_again(
    hand: Hand, ledger_archive: LedgerArchive
) -> None:
    hand.accept(link("1"))
    hand.finish(hand.must_lease(), GONE)
    hand.archive(ledger_archive)
    assert hand.ledger.reasons() == {"gone": 1}
    hand.accept(link("1"), reopen=True)
    assert hand.ledger.reasons() == {}


def test_a_person_who_asks_for_a_page_leaves_it_to_its_source(
    hand: Hand, ledger_archive: LedgerArchive
) -> None:
    announced = link("1", modified=START)
    hand.accept(announced)
    hand.index(hand.must_lease())
    hand.archive(ledger_archive)
    asked = Link(url=link("1/amp").url, source=OF_COMMAND, found_by=FoundBy.COMMAND)
    assert hand.accept(asked, reopen=True) == [REOPENED]
    changes = {"url": asked.url, "asked_by": FoundBy.COMMAND}
    assert hand.entry(link("1")).link == announced.model_copy(update=changes)


@pytest.mark.parametrize("before", [GONE, Duplicate(article=ARTICLE, rule="same_text")])
def test_an_article_that_only_the_index_has_is_adopted(
    hand: Hand, ledger_archive: LedgerArchive, before: Terminal
) -> None:
    hand.accept(link("1"))
    hand.finish(hand.must_lease(), before)
    hand.archive(ledger_archive)
    adopted = Indexed(article=ARTICLE)
    assert hand.frontier.adopt(link("1"), adopted, found_at=5.0)
    assert not hand.frontier.adopt(link("1"), adopted, found_at=5.0)
    entry = hand.entry(link("1"))
    assert (entry.outcome, entry.found_at) == (adopted, START)
    assert hand.ledger.totals().accepted == 1
    assert hand.ledger.reasons() == {}
    hand.archive(ledger_archive)
    assert not hand.frontier.adopt(link("1"), adopted, found_at=5.0)


def test_records_are_listpacks_however_many_there_are(
    hand: Hand, ledger_archive: LedgerArchive
) -> None:
    links = [link(str(number)) for number in range(3_000)]
    hand.accept(*links)
    hand.index(hand.must_lease(3_000))
    hand.archive(ledger_archive)
    client, keys = hand.keys.client, hand.keys
    hashes = list(client.scan_iter(match=keys.pattern(Key.COMPACT), count=1000))
    assert len(hashes) == 3_000 // 64 + 1
    assert {client.object("encoding", key) for key in hashes} <= {"listpack", "ziplist"}
    assert max(client.hlen(key) for key in hashes) < 200
    assert hand.ledger.states(ids(*links)) == ["indexed"] * 3_000
    assert set(hand.accept(*links)) == {KNOWN}
