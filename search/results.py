"""What a search finds."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import Field, JsonValue

from pipeline.base import Record
from pipeline.records import Article


class Hit(Article):
    """One article found: all of its current text, and how it was found.

    Attributes:
        title_html: the title as HTML, escaped, with matches inside ``<mark>``.
        score: relevance; comparable within one result only.
        highlights: fragments of the body as HTML: escaped, with matches inside ``<mark>``.
        language: as in ``pipeline.records.EnrichedArticle``, like those that follow.
        keywords: best first.
        summary: the lead.
        word_count: words of the body.
        reading_minutes: minutes to read the body.
        duplicate_of: id of the article that this one is a copy of.
        copies: how many near-copies of it there are in the index.
        also_at: ids of the other sources that have copies of it, those with the most copies first.
        version: how many texts it has had; ``Index.history`` has the older ones.
        extra: what enrichers from outside have added, by their names.
    """

    title_html: str
    score: float
    highlights: tuple[str, ...] = ()
    language: str | None = None
    keywords: tuple[str, ...] = ()
    summary: str = ""
    word_count: int = 0
    reading_minutes: int = 0
    duplicate_of: str | None = None
    copies: int = 0
    also_at: tuple[str, ...] = ()
    version: int = 1
    extra: Mapping[str, JsonValue] = Field(default_factory=dict)


class FacetValue(Record):
    """One value of a facet and how many of the matching articles have it."""

    value: str
    count: int


class SignificantWord(Record):
    """A word that a result has more often than the index.

    Attributes:
        word: the word or phrase.
        count: articles of the result that have it.
        in_all: articles of the index that have it.
        score: how significant it is; comparable within one result only.
    """

    word: str
    count: int
    in_all: int
    score: float


class SearchResult(Record):
    """A page of hits, the total of matching articles, and the facets over all of them.

    Attributes:
        copies_left_out: near-copies that match too and are not in the total; 0 when the request
            asked for copies.
        facets: by the names that the request chose, the values that most matching articles have.
        next: the ``after`` of the next page (``search.ordering.cursor``); None after the last one.
    """

    total: int
    copies_left_out: int = 0
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]] = Field(default_factory=dict)
    next: str | None = None


@dataclass(frozen=True, slots=True)
class CountCell:
    """How many articles have this combination of values; None where they have none."""

    values: tuple[str | None, ...]
    count: int


class CountResult(Record):
    """How many articles match, and how many of them by what was asked.

    Attributes:
        total: as ``SearchResult`` has it for the same query. An article with several values counts
            once for each, so that cells can add up to more.
        copies_left_out: as in ``SearchResult``.
        by: the names of what was counted by.
        axes: for each of ``by`` its values in order.
        cells: each with a value for each of ``by``, in the order of the axes.
    """

    total: int
    copies_left_out: int
    by: tuple[str, ...]
    axes: tuple[tuple[str | None, ...], ...]
    cells: tuple[CountCell, ...]
