import pytest

from pipeline.outcome import Indexed, Reason, Rejected
from services.ledger import rejections
from services.ledger.rejections import rejected_urls
from storage.open import Stores
from tests.support.data.ledger_entries import BASE, ended


@pytest.fixture
def ends(stores: Stores) -> Stores:
    for name in ("one", "two", "three"):
        ended(stores, name, Rejected(reason=Reason.EMPTY, detail="no text"))
    ended(stores, "robots", Rejected(reason=Reason.ROBOTS, detail="disallowed"))
    ended(stores, "fine", Indexed(article="a1"))
    return stores


def names(stores: Stores, reason: Reason, limit: int = 10) -> list[str]:
    found = rejected_urls(stores.ledger, reason, limit=limit)
    return sorted(entry.link.url.removeprefix(BASE) for entry in found.entries)


def test_only_those_of_the_reason_are_listed(ends: Stores) -> None:
    assert names(ends, Reason.EMPTY) == ["one", "three", "two"]
    assert names(ends, Reason.ROBOTS) == ["robots"]
    assert names(ends, Reason.GONE) == []


def test_all_were_looked_through(ends: Stores) -> None:
    found = rejected_urls(ends.ledger, Reason.ROBOTS, limit=10)
    assert found.is_all
    assert found.looked_at == 5


def test_the_list_is_bounded(ends: Stores) -> None:
    found = rejected_urls(ends.ledger, Reason.EMPTY, limit=2)
    assert len(found.entries) == 2
    assert not found.is_all


def test_the_search_is_bounded(ends: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejections, "MOST_LOOKED_AT", 1)
    assert not rejected_urls(ends.ledger, Reason.GONE, limit=10).is_all
