"""The text of an article with what a query matched in it."""

from dataclasses import dataclass
from datetime import datetime

from pipeline.records import EnrichedArticle
from search.language.groups import NO_GROUPS, Groups
from search.language.query import parse
from search.plan import plan, positive_words
from search.presentation.highlight import mark
from storage.words import ANALYSIS


@dataclass(frozen=True, slots=True)
class MarkedText:
    """An article's text as HTML: escaped, with matches inside ``<mark>``.

    Attributes:
        title: the headline.
        paragraphs: of the body, in order.
    """

    title: str
    paragraphs: tuple[str, ...]


def marked_text(
    article: EnrichedArticle,
    query: str = "",
    groups: Groups = NO_GROUPS,
    *,
    now: datetime | None = None,
) -> MarkedText:
    """The headline and the body with what a query matched; nothing is marked for an empty one.

    Args:
        article: whose text it is.
        query: the text of the query.
        groups: the tags and collections of sources that the query can name.
        now: what relative dates in the query are reckoned from.

    Raises:
        QueryError: the query cannot be read.
        SourcesError: the query names a tag or collection, and the sources file cannot be read.
    """
    words = positive_words(plan(parse(query, groups, now=now), ANALYSIS))
    paragraphs = article.body.split("\n\n")
    return MarkedText(
        mark(article.title, "title", words, ANALYSIS, article.language),
        tuple(mark(each, "body", words, ANALYSIS, article.language) for each in paragraphs),
    )
