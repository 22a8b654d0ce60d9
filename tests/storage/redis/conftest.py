"""The frontier and the ledger as a fixture."""

from collections.abc import Iterator

import pytest

from storage.open import Stores
from tests.support.ledger_by_hand import Hand


@pytest.fixture
def hand(stores: Stores) -> Iterator[Hand]:
    """Whatever a test does, the ledger adds up after it."""
    made = Hand(stores)
    yield made
    assert made.balanced()
