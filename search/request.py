"""What a search asks for."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from search.errors import QueryError
from search.fields import FACETS, SOURCE_GROUPS
from search.language.groups import NO_GROUPS, Groups
from search.nodes import Node, asks_for_copies


class Sort(StrEnum):
    """Order of the hits; by date, articles without one come last either way."""

    BEST = "best"
    """By relevance, and a little by how new they are (``search.ordering.freshness.FRESH``)."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


MAX_WINDOW = 10_000
"""The deepest hit that paging by offset reaches (Elasticsearch's ``max_result_window``)."""

USUAL_FACETS = ("source", "language")


def _no_groups() -> Groups:
    return NO_GROUPS


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One page of results.

    Attributes:
        query: the parsed query.
        limit: hits on the page, 0 to 100.
        offset: hits to skip; ``offset + limit`` is at most ``MAX_WINDOW``.
        copies: also show near-copies of articles that are shown.
        facet_size: how many values each facet lists, 0 to 1,000.
        facets: the fields whose values are counted: of ``FACETS`` and ``SOURCE_GROUPS``.
        groups: the sources by their tags and collections, for facets of these.
        after: ``SearchResult.next`` of the page before, at any depth; not with an ``offset``.
        moment: when ``query`` was parsed, which is what its relative dates were reckoned from, and
            how new articles are; the cursor keeps it (``search.ordering.cursor.moment_of``).

    Raises:
        QueryError: a facet is not known.
        ValueError: a number is out of range.
    """

    query: Node
    limit: int = 10
    offset: int = 0
    sort: Sort = Sort.RELEVANCE
    copies: bool = False
    facet_size: int = 10
    facets: tuple[str, ...] = USUAL_FACETS
    groups: Groups = field(default_factory=_no_groups, repr=False)
    after: str | None = None
    moment: datetime | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.limit <= 100:  # noqa: PLR2004
            raise ValueError(f"limit must be 0 to 100, not {self.limit}")
        if not 0 <= self.facet_size <= 1000:  # noqa: PLR2004
            raise ValueError(f"facet_size must be 0 to 1000, not {self.facet_size}")
        if self.offset < 0 or self.offset + self.limit > MAX_WINDOW:
            raise ValueError(
                f"results can be paged to {MAX_WINDOW}, not to {self.offset + self.limit}"
            )
        self._check_place()
        for name in self.facets:
            if name not in FACETS and name not in SOURCE_GROUPS:
                known = ", ".join([*FACETS, *SOURCE_GROUPS])
                raise QueryError(f"“{name}” is no facet. The facets are {known}.")

    def _check_place(self) -> None:
        if self.sort is Sort.BEST and self.moment is None:
            raise ValueError("the order “best” needs a moment")
        if self.after is not None and self.offset:
            raise ValueError("a page is chosen by offset or by after, not by both")

    @property
    def by_relevance(self) -> bool:
        """Whether scores order the hits, where words can be scored."""
        return self.sort in {Sort.BEST, Sort.RELEVANCE}

    @property
    def fresh_from(self) -> datetime | None:
        """From when on articles are new, for the order by what is best."""
        return self.moment if self.sort is Sort.BEST else None

    @property
    def shows_copies(self) -> bool:
        """Whether copies are hits of their own: by choice, or since the query asks for them."""
        return self.copies or asks_for_copies(self.query)
