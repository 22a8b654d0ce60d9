"""Traces of URLs."""

import pytest

from pipeline.discover.announced import RefusedEntry
from pipeline.outcome import Indexed, Reason
from services.trace import UntracedUrl, UrlTrace, trace
from storage.open import Stores
from tests.support.data.ledger_entries import BASE, REJECTED, ended, found


@pytest.mark.parametrize("url", [f"{BASE}one", f"{BASE}one#part", f"{BASE}one?utm_source=x"])
def test_a_url_that_ended_has_its_entry_and_events(stores: Stores, url: str) -> None:
    ended(stores, "one", REJECTED)

    traced = trace(stores.ledger, url)
    assert isinstance(traced, UrlTrace)
    assert (traced.entry.state, traced.entry.outcome) == ("rejected", REJECTED)
    assert [event["event"] for event in traced.events] == ["accepted", "rejected"]


def test_a_second_visit_is_in_the_same_trace(stores: Stores) -> None:
    ended(stores, "one", Indexed(article="a1"))
    stores.frontier.accept([found("one")], reopen=True)

    traced = trace(stores.ledger, f"{BASE}one")
    assert isinstance(traced, UrlTrace)
    assert (traced.entry.state, traced.entry.visits) == ("queued", 2)


def test_a_url_that_nobody_announced_is_unknown(stores: Stores) -> None:
    assert trace(stores.ledger, f"{BASE}never") == UntracedUrl(
        url=f"{BASE}never",
        state="unknown",
        why="it was never announced by a source or given to `newsloom crawl`",
    )


def test_what_is_no_url_is_unknown_with_the_reason(stores: Stores) -> None:
    traced = trace(stores.ledger, "mailto:desk@news.example")
    assert isinstance(traced, UntracedUrl)
    assert (traced.state, traced.why) == (
        "unknown",
        "only http and https can be fetched, not mailto",
    )


def test_a_refused_link_says_who_announced_it(stores: Stores) -> None:
    entry = RefusedEntry.of("mailto:desk@news.example", Reason.UNSUPPORTED_SCHEME, "not a page")
    stores.ledger.refuse([entry], source="press", seconds=60)

    traced = trace(stores.ledger, "mailto:desk@news.example")
    assert isinstance(traced, UntracedUrl)
    assert (traced.state, traced.why) == ("refused", "not a page (announced by press)")
