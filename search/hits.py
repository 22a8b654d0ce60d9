"""Turns found articles into hits, the same way for both backends."""

from collections.abc import Mapping, Sequence

from pipeline.records import EnrichedArticle
from pipeline.urls import UrlId
from search.facets import Copies
from search.highlight import fragments, mark
from search.plan import Words
from search.results import Hit
from search.text import Tokenize

_NO_COPIES = Copies()


def present(
    found: Sequence[tuple[EnrichedArticle, float]],
    copies: Mapping[UrlId, Copies],
    words: Sequence[Words],
    tokenize: Tokenize,
) -> tuple[Hit, ...]:
    """One hit per article and its score; ``copies`` has those that have any, by article id."""
    return tuple(
        Hit(
            id=article.id,
            url=article.url,
            title=article.title,
            title_html=mark(article.title, "title", words, tokenize),
            source=article.source,
            section=article.section,
            language=article.language,
            published=article.published,
            summary=article.summary,
            score=score,
            highlights=fragments(article.body, "body", words, tokenize),
            duplicate_of=article.duplicate_of.article if article.duplicate_of else None,
            copies=copies.get(article.id, _NO_COPIES).count,
            also_at=copies.get(article.id, _NO_COPIES).elsewhere(article.source),
            version=article.version,
            extra=article.extra,
        )
        for article, score in found
    )
