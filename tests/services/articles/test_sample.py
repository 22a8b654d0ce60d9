"""Samples: the same for the same seed, and every article as likely as any other."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from search.errors import QueryError
from services.articles import sample as module
from services.articles.sample import sample
from services.articles.search import search
from services.errors import InvalidRangeError
from storage.tantivy.index import TantivyIndex
from tests.support.data.articles import article

FIRST = datetime(2017, 12, 1, tzinfo=UTC)


@pytest.fixture
def index() -> TantivyIndex:
    """Thirty foxes: one day with ten, some without a date; and other animals."""
    made = TantivyIndex(None)
    dates = [FIRST + timedelta(days=min(number, 15)) for number in range(25)] + [None] * 5
    foxes = [
        article(f"fox-{number}", published=date, source=f"s{number % 3}")
        for number, date in enumerate(dates)
    ]
    cats = [article(f"cat-{number}", body="A cat.", published=FIRST) for number in range(20)]
    made.put([*foxes, *cats, article("copy", copy_of="fox-1")])
    return made


def drawn(index: TantivyIndex, seed: int, size: int = 10, query: str = "fox") -> list[str]:
    return [hit.title for hit in sample(index, query, size=size, seed=seed).hits]


def test_the_same_seed_draws_the_same_articles(index: TantivyIndex) -> None:
    assert drawn(index, 1) == drawn(index, 1)
    assert drawn(index, 1) != drawn(index, 2)
    assert len(set(drawn(index, 1))) == 10
    assert all("fox" in title for title in drawn(index, 1))


def test_all_are_drawn_where_fewer_match(index: TantivyIndex) -> None:
    everything = drawn(index, 3, size=100)
    assert sorted(everything) == sorted(f"Headline fox-{number}" for number in range(30))
    assert sample(index, "fox", size=1, seed=1).total == search(index, "fox").total == 30
    assert sample(index, "fox", size=1, seed=1, copies=True).total == 31
    assert drawn(index, 1, query="nothing") == []


def test_every_article_is_as_likely_as_any_other(
    index: TantivyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By Pearson's chi-squared test, at 29 degrees of freedom; also where a day is split."""
    for window in (10_000, 8):
        monkeypatch.setattr(module, "MAX_WINDOW", window)
        counts = Counter(title for seed in range(300) for title in drawn(index, seed, size=5))
        expected = 300 * 5 / 30
        statistic = sum((counts[f"Headline fox-{n}"] - expected) ** 2 / expected for n in range(30))
        assert statistic < 58.3  # what chance exceeds once in a thousand times


def test_what_cannot_be_drawn_is_an_error(
    index: TantivyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in (0, 1_001):
        with pytest.raises(InvalidRangeError, match="1 to 1000 articles"):
            sample(index, "fox", size=size, seed=1)
    with pytest.raises(QueryError):
        sample(index, "fox AND", size=1, seed=1)
    monkeypatch.setattr(module, "MAX_WINDOW", 2)
    with pytest.raises(InvalidRangeError, match="make the query narrower"):
        sample(index, "fox", size=1, seed=1)
