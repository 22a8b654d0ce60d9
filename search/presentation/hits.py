"""Turns found articles into hits, the same way for both backends."""

from collections.abc import Mapping, Sequence

from pipeline.records import EnrichedArticle
from pipeline.urls import UrlId
from search.facets import Copies
from search.plan import Words
from search.presentation.highlight import fragments, mark
from search.results import Hit
from search.text import Analysis

_NO_COPIES = Copies()


def present(
    found: Sequence[tuple[EnrichedArticle, float]],
    copies: Mapping[UrlId, Copies],
    words: Sequence[Words],
    analysis: Analysis,
) -> tuple[Hit, ...]:
    """One hit per article and its score; ``copies`` has those that have any, by article id."""
    return tuple(
        _hit(article, score, copies.get(article.id, _NO_COPIES), words, analysis)
        for article, score in found
    )


def _hit(
    article: EnrichedArticle,
    score: float,
    copies: Copies,
    words: Sequence[Words],
    analysis: Analysis,
) -> Hit:
    original = article.duplicate_of
    found = {
        "title_html": mark(article.title, "title", words, analysis, article.language),
        "score": score,
        "highlights": fragments(article.body, "body", words, analysis, article.language),
        "duplicate_of": original.article if original else None,
        "copies": copies.count,
        "also_at": copies.elsewhere(article.source),
    }
    return Hit.model_validate({**dict(article), **found})
