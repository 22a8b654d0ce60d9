"""Dead letters."""

import pytest

from pipeline.outcome import Dead, Indexed
from pipeline.urls import url_id
from services.dead_letters import (
    drop_dead_letters,
    list_dead_letters,
    retry_dead_letters,
    show_dead_letter,
)
from services.errors import DeadLetterNotFoundError, InvalidUrlError
from storage.open import Stores
from tests.support.data.ledger_entries import BASE, ended
from workers.resources import Resources


@pytest.fixture
def letters(stores: Stores) -> Stores:
    """Two dead letters, and an article."""
    ended(stores, "first", Dead(error="no connection"))
    ended(stores, "second", Dead(error="no connection"))
    ended(stores, "alive", Indexed(article="a1"))
    return stores


def listed(stores: Stores, limit: int = 100) -> list[str]:
    entries = list_dead_letters(stores.ledger, limit=limit)
    return [entry.link.url.removeprefix(BASE) for entry in entries]


def test_the_newest_come_first(letters: Stores) -> None:
    assert listed(letters) == ["second", "first"]
    assert listed(letters, limit=1) == ["second"]


def test_one_is_shown_with_its_error(letters: Stores) -> None:
    assert show_dead_letter(letters.ledger, f"{BASE}first").outcome == Dead(error="no connection")


@pytest.mark.parametrize("name", ["alive", "never"])
def test_what_is_not_dead_is_not_found(letters: Stores, name: str) -> None:
    with pytest.raises(DeadLetterNotFoundError, match=f"{BASE}{name} is not among"):
        show_dead_letter(letters.ledger, f"{BASE}{name}")


def test_some_are_retried_and_what_is_not_dead_is_passed_over(
    resources: Resources, letters: Stores
) -> None:
    assert retry_dead_letters(resources, [f"{BASE}first", f"{BASE}alive", f"{BASE}never"]) == 1
    assert listed(letters) == ["second"]
    assert letters.ledger.totals().in_flight == 1
    assert letters.ledger.totals().indexed == 1


def test_all_are_retried(resources: Resources, letters: Stores) -> None:
    assert retry_dead_letters(resources, None) == 2
    assert listed(letters) == []
    assert retry_dead_letters(resources, None) == 0


def test_a_dropped_one_stays_dead(letters: Stores) -> None:
    urls = [f"{BASE}first", f"{BASE}alive"]
    assert drop_dead_letters(letters.ledger, urls) == 1
    assert listed(letters) == ["second"]
    entry = letters.ledger.entry(url_id(f"{BASE}first"))
    assert entry is not None
    assert entry.state == "dead"


def test_what_is_no_url_is_refused(resources: Resources, letters: Stores) -> None:
    with pytest.raises(InvalidUrlError, match="mailto:x: only http and https"):
        show_dead_letter(letters.ledger, "mailto:x")
    with pytest.raises(InvalidUrlError):
        retry_dead_letters(resources, ["mailto:x"])
    with pytest.raises(InvalidUrlError):
        drop_dead_letters(letters.ledger, ["mailto:x"])
    assert len(listed(letters)) == 2
