"""A loss of articles is noticed by what was known before."""

import pytest

from storage.open import Stores
from storage.redis.health.index_size import KnownSize


@pytest.mark.parametrize(
    ("known", "articles", "indexed", "lost"),
    [
        (KnownSize(), 0, 0, None),
        (KnownSize(), 5, 9, None),
        (KnownSize(5), 6, 6, None),
        (KnownSize(5), 4, 5, "it had 4 when that was noticed, but it had 5"),
        (KnownSize(), 0, 3, "but the ledger has 3 URLs as indexed"),
        (KnownSize(5, "a loss before"), 9, 9, "a loss before"),
    ],
)
def test_a_smaller_index_has_lost_articles(
    known: KnownSize, articles: int, indexed: int, lost: str | None
) -> None:
    found = known.loss(articles, indexed)
    assert (found is None) == (lost is None)
    assert (lost or "") in (found or "")


def test_a_loss_stays_until_it_is_settled(stores: Stores) -> None:
    size = stores.index_size
    size.keep(5)
    assert size.known() == KnownSize(5)
    assert size.note_loss("a loss")
    assert not size.note_loss("another")
    assert size.known() == KnownSize(5, "a loss")
    size.settle(3)
    assert size.known() == KnownSize(3)
