"""Articles for tests of the index."""

from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from pipeline.records import CopyOf, EnrichedArticle
from pipeline.urls import UrlId

FETCHED = datetime(2017, 12, 5, 12, tzinfo=UTC)


def article_id(name: str) -> UrlId:
    return UrlId(blake2b(name.encode(), digest_size=16).hexdigest())


def article(name: str = "one", *, copy_of: str | None = None, **changes: Any) -> EnrichedArticle:
    """An article whose id comes from ``name``; ``copy_of`` is the name of another one."""
    url = f"https://news.example/{name}"
    values: dict[str, Any] = {
        "id": article_id(name),
        "url": url,
        "canonical_url": url,
        "source": "example",
        "host": "news.example",
        "title": f"Headline {name}",
        "body": "The quick brown fox jumps over the lazy dog.",
        "published": datetime(2017, 12, 1, 10, tzinfo=UTC),
        "first_seen": datetime(2017, 12, 1, 11, tzinfo=UTC),
        "fetched_at": FETCHED,
        "language": "en",
        "summary": "The quick brown fox.",
        "word_count": 9,
        "reading_minutes": 1,
        "duplicate_of": CopyOf(article=article_id(copy_of), rule="minhash", score=0.9)
        if copy_of
        else None,
    }
    return EnrichedArticle.model_validate(values | changes)


def revision(number: int, name: str = "one", **changes: Any) -> EnrichedArticle:
    """The article as it is fetched in the ``number``-th minute, each time with another text."""
    values: dict[str, Any] = {
        "body": f"The quick brown fox jumps over {number} lazy dogs.",
        "fetched_at": FETCHED + timedelta(minutes=number),
    }
    return article(name, **(values | changes))


def full_article() -> EnrichedArticle:
    """An article that has a value in every attribute, each of its own."""
    date = datetime(2017, 12, 1, 9, 30, tzinfo=UTC)
    return article(
        "full",
        canonical_url="https://news.example/canonical",
        source="harbour-post",
        host="News.Example",
        title="Ferries delayed",
        body="Nobody sailed on Tuesday.",
        description="Wind kept boats in port",
        section="World",
        authors=("Ann One", "Bob Two"),
        published=date,
        published_evidence=[{"provenance": "meta", "value": date}],
        modified=date + timedelta(days=1),
        declared_language="en",
        image="https://news.example/boat.jpg",
        outlinks=("https://www.port.example.org/times",),
        tags=("harbour", "weather"),
        agency="Reuters",
        free=True,
        truncated=True,
        first_seen=date + timedelta(hours=1),
        language="EN",
        keywords=("late ferry",),
        word_count=417,
        reading_minutes=2,
        extra={"sentences": {"count": 14}},
        copy_of="original",
    )
