"""What a search finds."""

from collections.abc import Mapping

from pydantic import AwareDatetime, Field, JsonValue

from pipeline.base import Record
from pipeline.urls import UrlId


class Hit(Record):
    """One article found.

    Attributes:
        score: relevance; comparable within one result only.
        highlights: fragments of the body as HTML: escaped, with matches inside ``<mark>``.
        title_html: the title as HTML, escaped, with matches inside ``<mark>``.
        copies: how many near-copies of it there are in the index.
        also_at: ids of the other sources that have copies of it, those with the most copies first.
        version: how many texts it has had; ``Index.history`` has the older ones.
        extra: what enrichers from outside have added, by their names.
    """

    id: UrlId
    url: str
    title: str
    title_html: str
    source: str
    section: str | None
    language: str | None
    published: AwareDatetime | None
    summary: str
    score: float
    highlights: tuple[str, ...] = ()
    duplicate_of: str | None = None
    copies: int = 0
    also_at: tuple[str, ...] = ()
    version: int = 1
    extra: Mapping[str, JsonValue] = Field(default_factory=dict)


class FacetValue(Record):
    """One value of a facet and how many of the matching articles have it."""

    value: str
    count: int


class SearchResult(Record):
    """A page of hits, the total of matching articles, and the facets over all of them."""

    total: int
    hits: tuple[Hit, ...]
    sources: tuple[FacetValue, ...]
    languages: tuple[FacetValue, ...]
