"""What orders articles in the embedded index."""

from collections.abc import Callable

import pytest

from pipeline.records import EnrichedArticle
from storage.tantivy import schema
from tests.support.data.articles import article

LAST_FIRST = [
    article(id="a", published="2018-01-01T00:00:00.001Z"),
    article(id="0" * 32, published="2018-01-01T00:00:00Z"),
    article(id="f" * 32, published="2018-01-01T00:00:00Z"),
    article(id="a", published="0001-01-01T00:00:00Z"),
    article(id="a", published=None),
]


FIRST_FIRST = [LAST_FIRST[place] for place in (3, 1, 2, 0, 4)]


@pytest.mark.parametrize(
    ("rank", "articles"), [(schema.newest_rank, LAST_FIRST), (schema.oldest_rank, FIRST_FIRST)]
)
def test_what_orders_articles(
    rank: Callable[[EnrichedArticle], int], articles: list[EnrichedArticle]
) -> None:
    ranks = [rank(made) for made in articles]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == 5
    for year in ("0001", "9999"):
        assert 0 <= rank(article(published=f"{year}-12-31T23:59:59Z")) < 2**64
