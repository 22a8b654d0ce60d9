"""How a query was understood, and why an article ranks where it does."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice

from pipeline.base import Record
from pipeline.urls import UrlId
from search.language.groups import NO_GROUPS, Groups
from search.language.query import parse
from search.ordering.freshness import worth
from search.plan import Plan, plan
from search.presentation.explanation import MOST_PARTS, ScorePart, Understood, describe, parts_of
from storage.index import Index
from storage.words import ANALYSIS


class ExplainedArticle(Record):
    """Why an article ranks where it does.

    Attributes:
        id: the article's.
        score: by its words, without newness; None when the query does not find it.
        parts: what adds to its score, the most first, and its newness last; nothing for a query
            without words.
    """

    id: UrlId
    score: float | None
    parts: tuple[ScorePart, ...]


class Explanation(Record):
    """How a query was understood, and why articles rank where they do."""

    understood: Understood
    articles: tuple[ExplainedArticle, ...]


def explain(  # noqa: PLR0913 - each is a choice of the user
    index: Index,
    query: str,
    articles: Sequence[UrlId] = (),
    *,
    newness: bool = True,
    groups: Groups = NO_GROUPS,
    now: datetime | None = None,
) -> Explanation:
    """Explain a query, and its score for some articles.

    Args:
        index: what is searched.
        query: the text of the query.
        articles: ids of the articles whose scores are explained.
        newness: whether newness adds to the score, as in the order by what is best.
        groups: the tags and collections of sources that the query can name.
        now: what relative dates and newness are reckoned from; the present by default.

    Raises:
        QueryError: the query cannot be read.
        SourcesError: the query names a tag or collection, and the sources file cannot be read.
        IndexUnavailable: the index does not answer.
    """
    moment = now or datetime.now(UTC)
    planned = plan(parse(query, groups, now=moment), ANALYSIS)
    explained = [_explained(index, planned, each, moment if newness else None) for each in articles]
    return Explanation(understood=describe(planned), articles=tuple(explained))


def _explained(
    index: Index, planned: Plan, article_id: UrlId, now: datetime | None
) -> ExplainedArticle:
    named = list(islice(parts_of(planned), MOST_PARTS))
    whole, *scores = index.scores(article_id, [planned, *(each for _, each in named)])
    parts = [
        ScorePart(text=text, score=score)
        for (text, _), score in zip(named, scores, strict=True)
        if score
    ]
    parts.sort(key=lambda part: (-part.score, part.text))
    article = index.get(article_id) if named and now else None
    if article and now and (new := worth(article.published, now)):
        parts.append(ScorePart(text="newness", score=new))
    return ExplainedArticle(id=article_id, score=whole, parts=tuple(parts))
