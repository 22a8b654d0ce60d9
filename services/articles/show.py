"""One article with what there is around it: its copies, and the article that it is a copy of."""

from dataclasses import dataclass

from pipeline.records import EnrichedArticle
from pipeline.urls import UrlId
from search.facets import MOST_SOURCES
from search.nodes import Term
from search.request import SearchRequest, Sort
from search.results import Hit
from storage.index import Index

_LISTED = 10


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article as a reader gets it.

    Attributes:
        article: all that is kept of it.
        copies: how many near-copies of it there are.
        also_at: ids of the other sources that have copies, those with the most copies first.
        listed: the first of the copies, the oldest first.
        original: the article that it is a copy of; None when it is none, or that one is not there.
    """

    article: EnrichedArticle
    copies: int
    also_at: tuple[str, ...]
    listed: tuple[Hit, ...]
    original: EnrichedArticle | None


def show_article(index: Index, article: EnrichedArticle) -> ShownArticle:
    """What there is around an article.

    Raises:
        IndexUnavailable: the index does not answer.
    """
    found = index.search(
        SearchRequest(
            query=Term("duplicate_of", article.id),
            limit=_LISTED,
            sort=Sort.OLDEST,
            copies=True,
            facet_size=MOST_SOURCES,
            facets=("source",),
        )
    )
    sources = [facet.value for facet in found.facets["source"] if facet.value != article.source]
    original = article.duplicate_of
    return ShownArticle(
        article=article,
        copies=found.total,
        also_at=tuple(sources),
        listed=found.hits,
        original=index.get(UrlId(original.article)) if original else None,
    )
