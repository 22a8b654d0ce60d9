"""The versions of an article's text."""

from dataclasses import dataclass
from itertools import pairwise

from pipeline.records import EnrichedArticle
from pipeline.versions import Difference, difference
from storage.index import Index


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """One version, and how it differs from the one before; None for the first."""

    article: EnrichedArticle
    change: Difference | None


def article_history(index: Index, article: EnrichedArticle) -> tuple[ArticleVersion, ...]:
    """The versions of an article, the oldest first, each as it was fetched last."""
    versions = index.history(article.id)
    changes = [difference(older, later) for older, later in pairwise(versions)]
    return tuple(map(ArticleVersion, versions, [None, *changes]))
