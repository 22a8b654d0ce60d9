"""What the index keeps of an article, before a backend gives it its own form."""

from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.records import EnrichedArticle
from search.text import normalise

LONGEST_ID = 512
"""Bytes of an id; Elasticsearch allows no more, and one too long would fail its whole bulk request."""


def cleaned(article: EnrichedArticle) -> EnrichedArticle:
    """The article with its searched texts normalised."""
    texts: dict[str, object] = {}
    for name in ("title", "body", "description", "section"):
        text = getattr(article, name)
        if text is not None and (clean := normalise(text)) != text:
            texts[name] = clean
    for name in ("authors", "tags", "keywords"):
        values = getattr(article, name)
        if (normal := tuple(normalise(value) for value in values)) != values:
            texts[name] = normal
    return article.model_copy(update=texts) if texts else article


def id_fault(article: EnrichedArticle) -> str | None:
    """Why the article's id cannot be one, or None."""
    length = len(article.id.encode(errors="replace"))
    return None if 0 < length <= LONGEST_ID else f"an id has 1 to {LONGEST_ID} bytes, not {length}"


def version(article: EnrichedArticle) -> int:
    """``fetched_at`` in microseconds since 1970: the greater one replaces the other."""
    return max(0, _since_epoch(article.fetched_at, 1_000_000))


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, rounded down, as both backends keep moments."""
    return _since_epoch(moment, 1000)


def _since_epoch(moment: datetime, ticks: int) -> int:
    passed = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (passed.days * 86_400 + passed.seconds) * ticks + passed.microseconds * ticks // 1_000_000


def newest_of_each(articles: Sequence[EnrichedArticle]) -> set[int]:
    """The places in a batch to write: of versions of one article only the latest, of equal ones the first."""
    newest: dict[str, int] = {}
    for place, article in enumerate(articles):
        other = newest.get(article.id)
        if other is None or version(article) > version(articles[other]):
            newest[article.id] = place
    return set(newest.values())
