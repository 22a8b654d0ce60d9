"""What sources announce, into the frontier and the ledger."""

import logging

import pytest

from pipeline.discover.announced import RefusedEntry
from pipeline.outcome import Reason
from pipeline.priority import Announcement
from pipeline.records import FoundBy, Link
from pipeline.urls import Url
from storage.redis.ledger import MOST_REFUSED
from workers.resources import Resources
from workers.sources.enqueue import enqueue, would_enqueue


def refused(count: int, *, since: int = 0) -> list[RefusedEntry]:
    """Mostly of other sites; every tenth has a scheme that cannot be fetched."""
    return [
        RefusedEntry.of(f"http://other{number}.test/", Reason.BAD_URL, "it is on another site")
        if number % 10
        else RefusedEntry.of(
            f"mailto:{number}", Reason.UNSUPPORTED_SCHEME, "only http and https can be fetched"
        )
        for number in range(since, since + count)
    ]


def links(*names: str) -> list[Link]:
    return [
        Link(url=Url(f"http://a.example/{name}"), source="harbour", found_by=FoundBy.FEED)
        for name in names
    ]


def test_thousands_of_refused_entries_cost_a_hundred_notes_and_one_line_more(
    resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    client = resources.stores.keyspace.client
    before = client.dbsize()
    taken = enqueue(
        resources, "harbour", links("1"), refused(20_000), announcement=Announcement.POLL
    )
    assert taken.fresh == 1
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(lines) == MOST_REFUSED + 1
    assert lines[0] == "harbour: polled entry mailto:0: only http and https can be fetched"
    rest = "19900 more polled entries cannot be followed, most often: it is on another site"
    assert lines[-1] == f"harbour: {rest}"
    assert client.dbsize() - before < MOST_REFUSED + 20
    ledger = resources.stores.ledger
    assert ledger.refused_count() == pytest.approx(20_000, rel=0.03)
    assert ledger.refusal("http://other1.test/") == "it is on another site (announced by harbour)"


def test_the_same_refused_entries_are_not_told_or_counted_again(
    resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    enqueue(resources, "harbour", [], refused(500), announcement=Announcement.POLL)
    caplog.clear()
    counted = resources.stores.ledger.refused_count()
    enqueue(resources, "harbour", [], refused(500), announcement=Announcement.POLL)
    assert caplog.records == []
    assert resources.stores.ledger.refused_count() == counted
    enqueue(
        resources,
        "harbour",
        [],
        [*refused(500), *refused(200, since=900)],
        announcement=Announcement.POLL,
    )
    assert [record.getMessage() for record in caplog.records] == [
        "harbour: 600 more polled entries cannot be followed, most often: it is on another site"
    ]


def test_entries_without_an_address_are_told_of_each_source(
    resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    nameless = [RefusedEntry(url=None, reason=Reason.BAD_URL, detail="the entry has no link")] * 3
    for source in ("harbour", "quay"):
        enqueue(resources, source, [], nameless, announcement=Announcement.PUSH)
    assert [record.getMessage() for record in caplog.records] == [
        "harbour: pushed entry None: the entry has no link",
        "quay: pushed entry None: the entry has no link",
    ]


def test_what_would_be_taken_is_what_the_ledger_does_not_know(resources: Resources) -> None:
    enqueue(resources, "harbour", links("1", "2"), [], announcement=Announcement.POLL)
    taken = would_enqueue(resources, links("1", "2", "3"))
    assert [link.url for link in taken.accepted] == ["http://a.example/3"]
    assert resources.stores.ledger.totals().accepted == 2


def test_links_are_counted_by_what_became_of_them(resources: Resources) -> None:
    enqueue(resources, "harbour", links("1", "2"), [], announcement=Announcement.POLL)
    taken = enqueue(
        resources, "harbour", links("1", "2", "3"), refused(4), announcement=Announcement.POLL
    )
    assert [link.url for link in taken.accepted] == ["http://a.example/3"]
    assert (len(taken.reopened), taken.known, taken.refused, taken.fresh) == (0, 2, 4, 1)
