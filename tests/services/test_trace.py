"""Traces of URLs."""

import pytest

from pipeline.discover.announced import RefusedEntry
from pipeline.outcome import Indexed, Reason
from pipeline.urls import url_id
from services.trace import UntracedUrl, UrlTrace, trace
from storage.index import Index
from storage.ledger_archive.archive import LedgerArchive
from storage.open import Stores
from tests.support.data.articles import article
from tests.support.data.ledger_entries import BASE, REJECTED, ended, found
from workers.resources import Resources


def no_index() -> Index:
    raise AssertionError("the index need not be asked")


@pytest.mark.parametrize(
    "url",
    [
        url_id(f"{BASE}one"),
        "news.example/one",
        f"{BASE}one",
        f"{BASE}one#part",
        f"{BASE}one?utm_source=x",
    ],
)
def test_a_url_that_ended_has_its_entry_and_events(stores: Stores, url: str) -> None:
    ended(stores, "one", REJECTED)

    traced = trace(stores.ledger, url, no_index)
    assert isinstance(traced, UrlTrace)
    assert (traced.entry.state, traced.entry.outcome) == ("rejected", REJECTED)
    assert [event["event"] for event in traced.events] == ["accepted", "rejected"]


def test_an_archived_url_is_traced_as_before(stores: Stores, ledger_archive: LedgerArchive) -> None:
    ended(stores, "one", REJECTED)
    hot = trace(stores.ledger, f"{BASE}one", no_index)
    entries = stores.ended.next(10)
    ledger_archive.put(entries)
    stores.ended.compact(entries)
    assert trace(stores.ledger, f"{BASE}one", no_index) == hot


def test_a_second_visit_is_in_the_same_trace(stores: Stores) -> None:
    ended(stores, "one", Indexed(article="a1"))
    stores.frontier.accept([found("one")], reopen=True)

    traced = trace(stores.ledger, f"{BASE}one", no_index)
    assert isinstance(traced, UrlTrace)
    assert (traced.entry.state, traced.entry.visits) == ("queued", 2)


def test_a_url_that_nobody_announced_is_unknown(stores: Stores) -> None:
    assert trace(stores.ledger, f"{BASE}never", no_index) == UntracedUrl(
        url=f"{BASE}never",
        state="unknown",
        why="it was never announced by a source or given to `newsloom crawl`",
    )


def test_what_is_no_url_is_unknown_with_the_reason(stores: Stores) -> None:
    traced = trace(stores.ledger, "mailto:desk@news.example", no_index)
    assert isinstance(traced, UntracedUrl)
    assert (traced.state, traced.why) == (
        "unknown",
        "only http and https can be fetched, not mailto",
    )


def test_a_refused_link_says_who_announced_it(stores: Stores) -> None:
    entry = RefusedEntry.of("mailto:desk@news.example", Reason.UNSUPPORTED_SCHEME, "not a page")
    stores.ledger.refuse([entry], source="press", seconds=60)

    traced = trace(stores.ledger, "mailto:desk@news.example", no_index)
    assert isinstance(traced, UntracedUrl)
    assert (traced.state, traced.why) == ("refused", "not a page (announced by press)")


def test_an_article_is_traced_by_its_id_also_when_that_comes_from_another_address(
    resources: Resources, stores: Stores
) -> None:
    named = url_id(f"{BASE}canonical")
    ended(stores, "one", Indexed(article=named))
    resources.index.put([article("one", id=named), article("left", id="1" * 32)])

    traced = trace(stores.ledger, named, resources.open_index)
    assert isinstance(traced, UrlTrace)
    assert traced.entry.link.url == f"{BASE}one"
    left = trace(stores.ledger, "1" * 32, resources.open_index)
    assert isinstance(left, UntracedUrl)
    assert left.why.endswith(f"its address is {BASE}left")


def test_an_id_of_nothing_is_unknown(resources: Resources, stores: Stores) -> None:
    traced = trace(stores.ledger, "0" * 32, resources.open_index)
    assert traced == UntracedUrl(
        "0" * 32, "unknown", "no URL in the ledger and no article has this id"
    )
