"""One article, and what there is around it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from pipeline.records import EnrichedArticle
from pipeline.versions import Difference
from services.articles.duplicates import Family, family_of
from services.articles.history import ArticleVersion, article_history, compare_versions
from services.articles.search import find_article
from services.articles.show import ShownArticle, show_article
from services.articles.similar import MOST, SimilarArticles, similar
from web.api.context import COSTLY, Context, InContext, Reader
from web.api.searching import ARTICLE_ID

router = APIRouter(prefix="/articles", tags=["articles"])

ArticleId = Annotated[
    str,
    Path(
        description="The id of an article, or its beginning (six characters at least).",
        pattern=ARTICLE_ID,
        examples=["8f14e45fceea167a5a36dedd4bea2543"],
    ),
]


def _found(context: Context, name: str) -> EnrichedArticle:
    return find_article(context.resources.stores.ledger, context.index, name)


@router.get("/{article}")
def get_article(context: InContext, _caller: Reader, article: ArticleId) -> ShownArticle:
    """Read an article: all that is kept of it, its first copies, and what it is a copy of."""
    return show_article(context.index, _found(context, article))


@router.get("/{article}/copies")
def get_copies(context: InContext, _caller: Reader, article: ArticleId) -> Family:
    """The family of an article: the first publisher, then all copies, the oldest first."""
    return family_of(context.index, _found(context, article))


@router.get("/{article}/versions")
def get_versions(
    context: InContext, _caller: Reader, article: ArticleId
) -> tuple[ArticleVersion, ...]:
    """All versions of an article's text, the oldest first, and what changed in each."""
    return article_history(context.index, _found(context, article))


@router.get("/{article}/diff")
def get_diff(
    context: InContext,
    _caller: Reader,
    article: ArticleId,
    older: Annotated[int, Query(alias="from", ge=1, description="The older version.")] = 1,
    later: Annotated[
        int | None, Query(alias="to", ge=1, description="The later one; left out, the last.")
    ] = None,
) -> Difference:
    """What changed between two versions, paragraph by paragraph and word by word."""
    return compare_versions(context.index, _found(context, article), older, later)


@router.get("/{article}/similar", dependencies=[COSTLY])
def get_similar(
    context: InContext,
    _caller: Reader,
    article: ArticleId,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many.")] = 10,
) -> SimilarArticles:
    """Articles about the same, the most alike first; without the article's own copies."""
    return similar(context.index, _found(context, article), limit=limit)
