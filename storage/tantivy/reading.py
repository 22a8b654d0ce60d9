"""Reads hits from a searcher in the order that both backends keep.

Score, then published, then id.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import tantivy

from pipeline.records import EnrichedArticle
from pipeline.urls import UrlId
from search.ordering import cursor
from search.request import SearchRequest, Sort
from storage.tantivy.schema import NEWEST, OLDEST, rank

_Key = tuple[float, int]
"""What orders hits: less comes first. The ids decide between equal ones."""

_Hit = tuple[_Key, tantivy.DocAddress]

LEAST_FETCHED = 50
"""Hits that are asked for at least: many tie, and a second search takes longer than these."""

MOST_TIED = 200_000
"""Hits that are looked through for those with the same score; the order of more is not kept."""


@dataclass(frozen=True, slots=True)
class Page:
    """The hits of a page with their scores (0 when not ordered by score), and all that match."""

    total: int
    found: list[tuple[EnrichedArticle, float]]
    next: str | None


def by_id(
    searcher: tantivy.Searcher, fields: tantivy.Schema, article_id: UrlId
) -> tantivy.DocAddress | None:
    """Where the article is, or None."""
    hits = searcher.search(tantivy.Query.term_query(fields, "id", article_id), 1).hits
    return hits[0][1] if hits else None


def article(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> EnrichedArticle:
    """The article kept at an address."""
    return EnrichedArticle.model_validate_json(bytes(searcher.doc(address)["article"][0]))


def total_of(searcher: tantivy.Searcher, asked: tantivy.Query) -> int:
    """How many articles the query finds."""
    # A constant score leaves out the reckoning of scores, which takes longer than the count.
    return _total(searcher.search(tantivy.Query.const_score_query(asked, 1.0), 1))


def score_of(
    searcher: tantivy.Searcher, fields: tantivy.Schema, asked: tantivy.Query, article_id: str
) -> float | None:
    """What a query scores one article with; None when it does not find it."""
    one = tantivy.Query.term_query(fields, "id", article_id)
    hits = searcher.search(_both(asked, one), 1, count=False).hits
    return float(hits[0][0]) if hits else None


class Reader:
    """Reads the pages of one query.

    Args:
        searcher: what is read.
        fields: its schema.
        asked: the query.
        by_score: whether scores order the hits.
    """

    def __init__(
        self,
        searcher: tantivy.Searcher,
        fields: tantivy.Schema,
        asked: tantivy.Query,
        *,
        by_score: bool,
    ) -> None:
        self._searcher = searcher
        self._fields = fields
        self._asked = asked
        self._by_score = by_score
        self._total = 0

    def page(self, request: SearchRequest) -> Page:
        """The page that a request asks for.

        Raises:
            QueryError: its cursor is damaged or belongs to another query.
        """
        begun = cursor.read(request)
        size = begun.size(request.limit)
        hits = self._after(begun, request, request.offset + size)[request.offset :][:size]
        fetched = [(article(self._searcher, address), -key[0]) for key, address in hits]
        places = [cursor.place_of(each, score) for each, score in fetched]
        chosen = begun.page(places, request.limit)
        return Page(
            total=self._total,
            found=[fetched[at] for at in chosen],
            next=cursor.next_of(request, begun, places, self._total, by_score=self._by_score),
        )

    def _after(self, begun: cursor.Cursor, request: SearchRequest, needed: int) -> list[_Hit]:
        """The first hits after a cursor, ``needed`` of them at least while there are."""
        if self._by_score:
            return self._ordered(self._best, begun.count + needed, self._now(begun.place))
        order = OLDEST if request.sort is Sort.OLDEST else NEWEST
        place = begun.place
        if place is None:
            return self._ordered(lambda most: self._first(self._asked, order, most), needed, None)
        self._total = total_of(self._searcher, self._asked)
        last = rank(order, place.published, place.id)
        until = tantivy.Query.range_query(
            self._fields, order, tantivy.FieldType.Unsigned, None, last
        )
        rest = _both(self._asked, until)
        return self._ordered(
            lambda most: self._first(rest, order, most, count=False), needed, ((0.0, -last), place)
        )

    def _ordered(
        self,
        fetch: Callable[[int], list[_Hit]],
        needed: int,
        after: tuple[_Key, cursor.Place] | None,
    ) -> list[_Hit]:
        """The first hits after a place.

        Tantivy orders equal ones by where they are kept; so all that tie with the last one are
        fetched, then ordered.
        """
        most = max(needed + 2, LEAST_FETCHED)
        while True:
            hits = fetch(most)
            is_all = len(hits) < most or most > MOST_TIED + needed
            hits.sort(key=lambda hit: hit[0])
            sure = hits if is_all else self._without_last(hits)
            rest = self._beyond(sure, after)
            if is_all or len(rest) >= needed:
                return rest
            most *= 4

    def _without_last(self, hits: Sequence[_Hit]) -> list[_Hit]:
        """The hits that come before whatever was not fetched."""
        if self._by_score:
            last = max(hit[0][0] for hit in hits)
            return [hit for hit in hits if hit[0][0] < last]
        return [hit for hit in hits if hit[0] < hits[-1][0]]

    def _beyond(self, hits: Sequence[_Hit], after: tuple[_Key, cursor.Place] | None) -> list[_Hit]:
        """Hits in the order of their keys: equal ones by id, and none up to the place."""
        found: list[_Hit] = []
        for key, group in groupby(hits, key=lambda hit: hit[0]):
            if after is None or key > after[0]:
                found += self._by_id(list(group), None)
            elif key == after[0]:
                found += self._by_id(list(group), after[1].id)
        return found

    def _by_id(self, tied: list[_Hit], beyond: str | None) -> list[_Hit]:
        """Hits of one key in the order of their ids, those after ``beyond``."""
        if beyond is None and len(tied) == 1:
            return tied
        ids = sorted((article(self._searcher, hit[1]).id, at) for at, hit in enumerate(tied))
        return [tied[at] for name, at in ids if beyond is None or name > beyond]

    def _best(self, most: int) -> list[_Hit]:
        result = self._searcher.search(self._asked, max(most, 1))
        self._total = _total(result)
        addresses = [address for _, address in result.hits]
        ranks = self._searcher.fast_field_values(NEWEST, addresses)
        return [
            ((-score, -int(newest or 0)), address)
            for (score, address), newest in zip(result.hits, ranks, strict=True)
        ]

    def _first(
        self, asked: tantivy.Query, order: str, most: int, *, count: bool = True
    ) -> list[_Hit]:
        result = self._searcher.search(asked, max(most, 1), count=count, order_by_field=order)
        if count:
            self._total = _total(result)
        return [((0.0, -int(value)), address) for value, address in result.hits]

    def _now(self, place: cursor.Place | None) -> tuple[_Key, cursor.Place] | None:
        """A place by the score that its hit has now."""
        if place is None:
            return None
        now = score_of(self._searcher, self._fields, self._asked, place.id)
        score = place.score if now is None else now
        return (-score, -rank(NEWEST, place.published, place.id)), place


def _both(asked: tantivy.Query, condition: tantivy.Query) -> tantivy.Query:
    """What fits a query and a condition, with the query's score."""
    unscored = tantivy.Query.const_score_query(condition, 0.0)
    must = tantivy.Occur.Must
    return tantivy.Query.boolean_query([(must, asked), (must, unscored)])


def _total(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # there, but not in Tantivy's stub
