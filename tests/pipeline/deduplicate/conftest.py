"""Articles to compare."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipeline.records import Article

MakeArticle = Callable[..., Article]


@pytest.fixture
def make_article() -> MakeArticle:
    def make(body: str, **changes: object) -> Article:
        now = datetime(2026, 11, 24, tzinfo=UTC)
        fields: dict[str, object] = {
            "id": "1", "url": "https://a.example/1", "canonical_url": "https://a.example/1",
            "source": "a", "host": "a.example", "title": "A title", "body": body, "first_seen": now, "fetched_at": now,
        }  # fmt: skip
        return Article.model_validate({**fields, **changes})

    return make
