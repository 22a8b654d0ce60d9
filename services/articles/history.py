"""The versions of an article's text."""

from dataclasses import dataclass
from itertools import pairwise

from pipeline.records import EnrichedArticle
from pipeline.versions import Difference, difference
from services.errors import VersionNotFoundError
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


def compare_versions(
    index: Index, article: EnrichedArticle, older: int, later: int | None
) -> Difference:
    """What changed between two versions of an article.

    Args:
        index: has the versions.
        article: the one.
        older: number of the older version, from 1.
        later: number of the later one; None for the last.

    Raises:
        VersionNotFoundError: one of them is not kept.
        IndexUnavailable: the index does not answer.
    """
    versions = {version.version: version for version in index.history(article.id)}
    wanted = (older, max(versions) if later is None and versions else later)
    missing = [number for number in wanted if number not in versions]
    if missing:
        kept = ", ".join(map(str, versions)) or "none"
        raise VersionNotFoundError(
            f"There is no version {missing[0]} of {article.id}; those kept are {kept}."
        )
    return difference(*(versions[number] for number in wanted if number is not None))
