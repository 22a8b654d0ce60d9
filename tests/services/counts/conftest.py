"""An index with dates of all kinds."""

from datetime import UTC, datetime, timedelta

import pytest

from search.language.groups import NO_GROUPS
from services.counts.days import Counting
from storage.tantivy.index import TantivyIndex
from tests.support.data.articles import article

NOW = datetime(2017, 12, 20, 12, tzinfo=UTC)
MONTHS = {"2017-10": 3, "2017-11": 0, "2017-12": 5}
"""Articles that say “fox”, by month."""


@pytest.fixture
def index() -> TantivyIndex:
    """Eight that say “fox” and have a date, five whose dates are missing or wrong, and others."""
    made = TantivyIndex(None)
    dates = [datetime(2017, 10, day, 9, 30, tzinfo=UTC) for day in (1, 15, 31)]
    dates += [datetime(2017, 12, day, 23, 59, tzinfo=UTC) for day in (1, 2, 2, 2, 19)]
    articles = [
        article(f"fox-{number}", published=date, source="post" if number % 2 else "press")
        for number, date in enumerate(dates)
    ]
    articles += [
        article("undated", published=None),
        article("zero", published=datetime(1970, 1, 1, tzinfo=UTC)),
        article("ahead", published=NOW + timedelta(days=3)),
        article(
            "torn",
            published=dates[0],
            published_evidence=[
                {"provenance": "meta", "value": dates[0]},
                {"provenance": "url", "value": dates[0] - timedelta(days=40)},
            ],
        ),
        article("copy", copy_of="fox-0", published=dates[0], source="echo"),
    ]
    articles += [
        article(f"cat-{day}", body="A lazy cat.", source="post", published=dates[-1])
        for day in range(3)
    ]
    made.put(articles)
    return made


@pytest.fixture
def counting(index: TantivyIndex) -> Counting:
    return Counting(index, NOW, groups=NO_GROUPS)
