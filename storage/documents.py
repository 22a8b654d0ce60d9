"""What an index keeps of an article, and when one version replaces another, on every backend."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.records import EnrichedArticle
from pipeline.urls import UrlId
from search.fields import FIELDS, FieldKind
from search.text import normalise
from storage.index import DocumentRefused, Stale, Verdict
from storage.stems import stem_text
from storage.words import raw_words

LONGEST_ID = 512
"""Bytes of an id. Elasticsearch allows no more, and a longer one fails its whole bulk request."""

_TEXTS = tuple(
    path for field in FIELDS.values() if field.kind is FieldKind.TEXT for path in field.paths
)
"""The attributes of an article that are searched by words."""


STEMMED = tuple(field.name for field in FIELDS.values() if field.stemmed)
"""The fields, and attributes, whose stems are kept."""


class WriteBatch:
    """The articles of one ``put``, sorted out.

    Attributes:
        versions: by id, as they are to be kept, in the order they were fetched; without ids that
            cannot be.
    """

    def __init__(self, articles: Sequence[EnrichedArticle]) -> None:
        self._articles = articles
        self._faults: dict[UrlId, Verdict] = {
            a.id: DocumentRefused(fault) for a in articles if (fault := _id_fault(a))
        }
        self.versions: dict[UrlId, list[EnrichedArticle]] = {}
        for article in sorted(articles, key=fetched):
            if article.id not in self._faults:
                self.versions.setdefault(article.id, []).append(cleaned(article))

    def verdicts(self, by_id: Mapping[UrlId, Verdict]) -> list[Verdict]:
        """The verdict for each article of the batch, from those on the latest versions."""
        latest = _latest_of_each(self._articles)
        known = {**by_id, **self._faults}
        return [
            known[article.id] if place in latest or article.id in self._faults else Stale()
            for place, article in enumerate(self._articles)
        ]


@dataclass(frozen=True, slots=True)
class Replacement:
    """The version to write, and before that those to keep for the history, the oldest first."""

    article: EnrichedArticle
    kept: tuple[EnrichedArticle, ...] = ()


def replacement(
    known: EnrichedArticle | None, versions: Iterable[EnrichedArticle]
) -> Replacement | None:
    """What ``put`` does about one article; None when it has nothing later than what is known.

    Args:
        known: the version that is there.
        versions: those to put, in the order they were fetched.
    """
    from pipeline.versions import changed  # noqa: PLC0415 - 0.3 s that a search never needs

    current, kept = known, []
    for version in versions:
        if current is None:
            current = version.model_copy(update={"version": 1})
        elif fetched(version) > fetched(current):
            other_text = changed(current, version)
            if other_text:
                kept.append(current)
            current = version.model_copy(update={"version": current.version + other_text})
    return None if current is None or current is known else Replacement(current, tuple(kept))


def history(
    current: EnrichedArticle | None, kept: Iterable[EnrichedArticle]
) -> list[EnrichedArticle]:
    """All versions in order.

    One that was kept before a crash, and then not replaced, is the current one still.
    """
    if current is None:
        return []
    older = {version.version: version for version in kept if version.version < current.version}
    return [*(older[number] for number in sorted(older)), current]


def fetched(article: EnrichedArticle) -> int:
    """``fetched_at`` in microseconds since 1970: the greater one replaces the other."""
    return max(0, _since_epoch(article.fetched_at, 1_000_000))


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, rounded down, as both backends keep moments."""
    return _since_epoch(moment, 1000)


def _since_epoch(moment: datetime, ticks: int) -> int:
    passed = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (
        passed.days * 86_400 + passed.seconds
    ) * ticks + passed.microseconds * ticks // 1_000_000


def stem_texts(article: EnrichedArticle) -> dict[str, str]:
    """What the stems of an article are indexed from, by the names of the fields that have them."""
    return {
        name: stem_text(getattr(article, name) or "", raw_words, article.language)
        for name in STEMMED
    }


def cleaned(article: EnrichedArticle) -> EnrichedArticle:
    """The article with its searched texts normalised, as an index keeps it."""
    texts = {name: getattr(article, name) for name in _TEXTS}
    clean = {name: _normal(text) for name, text in texts.items()}
    changes = {name: text for name, text in clean.items() if text != texts[name]}
    return article.model_copy(update=changes) if changes else article


def _normal(text: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
    if text is None:
        return None
    if isinstance(text, str):
        return normalise(text)
    return tuple(normalise(each) for each in text)


def _id_fault(article: EnrichedArticle) -> str | None:
    """Why the article's id cannot be one, or None."""
    length = len(article.id.encode(errors="replace"))
    return None if 0 < length <= LONGEST_ID else f"an id has 1 to {LONGEST_ID} bytes, not {length}"


def _latest_of_each(articles: Sequence[EnrichedArticle]) -> set[int]:
    """The places in a batch of the latest version of each article, of equal ones the first."""
    latest: dict[str, int] = {}
    for place, article in enumerate(articles):
        other = latest.get(article.id)
        if other is None or fetched(article) > fetched(articles[other]):
            latest[article.id] = place
    return set(latest.values())
