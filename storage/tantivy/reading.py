"""Reads hits from a searcher in the order that both backends keep.

Score, then published, then id.
"""

import tantivy

from pipeline.records import EnrichedArticle
from pipeline.urls import UrlId
from search.request import MAX_WINDOW, SearchRequest, Sort
from storage.tantivy.schema import NEWEST, OLDEST

Found = tuple[float, tantivy.DocAddress]
"""A hit's score and where it is."""


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
    return _total(searcher.search(asked, 1))


def page(
    searcher: tantivy.Searcher, asked: tantivy.Query, request: SearchRequest, *, by_score: bool
) -> tuple[int, list[Found]]:
    """The total, and the hits of the page with their scores (0 when not ordered by score)."""
    end = request.offset + request.limit
    if by_score:
        total, found = _by_score(searcher, asked, max(end, 1))
    else:
        order = OLDEST if request.sort is Sort.OLDEST else NEWEST
        result = searcher.search(asked, max(end, 1), order_by_field=order)
        total, found = _total(result), [(0.0, address) for _, address in result.hits]
    return total, found[request.offset : end]


def _by_score(
    searcher: tantivy.Searcher, asked: tantivy.Query, end: int
) -> tuple[int, list[Found]]:
    """The total, and at least the ``end`` best hits.

    Tantivy orders equal scores by where they are kept; so all that tie with the last one are
    fetched, then ordered.
    """
    wanted = end + 1
    while True:
        result = searcher.search(asked, wanted)
        hits = result.hits
        if len(hits) < wanted or hits[-1][0] < hits[end - 1][0] or wanted > MAX_WINDOW:
            break
        wanted *= 2
    ranks = searcher.fast_field_values(NEWEST, [address for _, address in hits])
    ordered = sorted(zip(hits, ranks, strict=True), key=lambda item: (-item[0][0], -(item[1] or 0)))
    return _total(result), [hit for hit, _ in ordered]


def _total(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # there, but not in Tantivy's stub
