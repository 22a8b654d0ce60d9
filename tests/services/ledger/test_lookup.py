"""Looking URLs up: the article, or the state and the reason."""

import pytest

from pipeline.discover.announced import RefusedEntry
from pipeline.outcome import Indexed, Reason
from pipeline.urls import url_id
from services.errors import InvalidRangeError
from services.ledger.lookup import lookup
from services.ledger.totals import ledger_totals
from storage.index import Index
from storage.open import Stores
from storage.tantivy.index import TantivyIndex
from tests.support.data.articles import article, article_id
from tests.support.data.ledger_entries import BASE, ended, one_in_each_state


@pytest.fixture
def index() -> Index:
    made = TantivyIndex(None)
    made.put([article("one")])
    return made


def test_each_state_is_told(stores: Stores, index: Index) -> None:
    ended(stores, "there", Indexed(article=article_id("one")))
    one_in_each_state(stores)
    names = ("there", "indexed", "duplicate", "rejected", "dead", "waiting", "leased", "nowhere")
    found = lookup(stores.ledger, index, [BASE + name for name in names])
    states = [each.state for each in found]
    assert states[:5] == ["indexed", "indexed", "duplicate", "rejected", "dead"]
    assert sorted(states[5:7]) == ["leased", "queued"]
    assert states[7] == "unknown"
    assert found[0].article is not None
    assert (found[0].article.id, found[0].article.title) == (article_id("one"), "Headline one")
    assert [each.article for each in found[1:]] == [None] * 7
    assert found[3].reason == "robots"
    assert found[4].why == "dead: no connection"
    assert found[7].why is not None


def test_what_the_ledger_has_forgotten_is_found_by_its_canonical_url(
    stores: Stores, index: Index
) -> None:
    url = "https://news.example/canonical"
    index.put([article("canonical", id=url_id(url), url=url, canonical_url=url)])
    for written in (url, "news.example/canonical?utm_source=x", url_id(url)):
        [found] = lookup(stores.ledger, index, [written])
        assert found.state == "indexed"
        assert found.article is not None


def test_what_is_no_url_is_refused(stores: Stores, index: Index) -> None:
    entry = RefusedEntry(url="https://", reason=Reason.BAD_URL, detail="it has no host")
    stores.ledger.refuse([entry], source="press", seconds=60)
    found = lookup(stores.ledger, index, ["mailto:x@y.example", "https://", ""])
    assert [each.state for each in found] == ["refused"] * 3
    assert found[0].why == "only http and https can be fetched, not mailto."


def test_many_are_looked_up_at_once_but_not_too_many(stores: Stores, index: Index) -> None:
    one_in_each_state(stores)
    urls = [BASE + "rejected"] * 1_000
    assert {each.reason for each in lookup(stores.ledger, index, urls)} == {"robots"}
    assert lookup(stores.ledger, index, []) == ()
    with pytest.raises(InvalidRangeError, match="1000 URLs"):
        lookup(stores.ledger, index, [*urls, BASE])


def test_totals_add_up(stores: Stores) -> None:
    one_in_each_state(stores)
    totals = ledger_totals(stores.ledger)
    ends = totals.indexed + totals.duplicate + totals.rejected + totals.dead
    assert totals.accepted == ends + totals.in_flight == 7
    assert totals.balanced
    assert dict(totals.reasons) == {"robots": 1}
    assert sum(totals.reasons.values()) == totals.rejected
