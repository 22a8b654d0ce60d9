"""What a search asks for."""

from dataclasses import dataclass
from enum import StrEnum

from search.language.query import Node


class Sort(StrEnum):
    """Order of the hits; by date, articles without one come last either way."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


MAX_WINDOW = 10_000
"""The deepest hit that paging by offset reaches (Elasticsearch's ``max_result_window``)."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One page of results.

    Attributes:
        query: the parsed query.
        limit: hits on the page, 0 to 100.
        offset: hits to skip; ``offset + limit`` is at most ``MAX_WINDOW``.
        copies: also show near-copies of articles that are shown.
        facet_size: how many values each facet lists, 0 to 1,000.
    """

    query: Node
    limit: int = 10
    offset: int = 0
    sort: Sort = Sort.RELEVANCE
    copies: bool = False
    facet_size: int = 10

    def __post_init__(self) -> None:
        if not 0 <= self.limit <= 100:  # noqa: PLR2004
            raise ValueError(f"limit must be 0 to 100, not {self.limit}")
        if not 0 <= self.facet_size <= 1000:  # noqa: PLR2004
            raise ValueError(f"facet_size must be 0 to 1000, not {self.facet_size}")
        if self.offset < 0 or self.offset + self.limit > MAX_WINDOW:
            raise ValueError(
                f"results can be paged to {MAX_WINDOW}, not to {self.offset + self.limit}"
            )
