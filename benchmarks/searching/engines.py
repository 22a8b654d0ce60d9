"""The two backends: through ``Index``, and the engine itself with the same query."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy
from elasticsearch import Elasticsearch

from search import facets
from search.counting import DAY_MILLISECONDS, CountRequest
from search.fields import FIELDS
from search.ordering.cursor import read as read_cursor
from search.plan import plan
from search.request import SearchRequest, Sort
from storage.elasticsearch import query as elasticsearch_query
from storage.elasticsearch import template
from storage.elasticsearch.index import ElasticsearchIndex
from storage.index import Index
from storage.tantivy import query as tantivy_query
from storage.tantivy.folder import open_index
from storage.tantivy.index import TantivyIndex
from storage.tantivy.schema import NEWEST, column, rank
from storage.words import ANALYSIS

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Engine:
    """One backend.

    Attributes:
        name: of the engine.
        index: our way to it.
        raw_search: makes the engine's own call that finds a page's hits and facets.
        raw_count: makes the engine's own call that counts by day.
        close: releases it.
    """

    name: str
    index: Index
    raw_search: Callable[[SearchRequest], Work]
    raw_count: Callable[[CountRequest], Work]
    close: Callable[[], None]


def tantivy_engine(folder: Path) -> Engine:
    """Tantivy in a folder."""
    index = TantivyIndex(folder)
    index.prepare()
    opened = open_index(folder, 30.0)

    def raw_search(request: SearchRequest) -> Work:
        asked = tantivy_query.build(plan(request.query, ANALYSIS), opened.schema, copies=False)
        by_date = request.sort is not Sort.RELEVANCE
        place = read_cursor(request).place
        if place is not None:
            last = rank(NEWEST, place.published, place.id)
            kind = tantivy.FieldType.Unsigned
            until = tantivy.Query.range_query(opened.schema, NEWEST, kind, None, last)
            must = tantivy.Occur.Must
            asked = tantivy.Query.boolean_query([(must, asked), (must, until)])
        wanted = {name: facets.terms(column(FIELDS[name]), 10) for name in request.facets}

        def work() -> object:
            opened.reload()
            searcher = opened.searcher()
            hits = searcher.search(
                asked, request.limit, order_by_field=NEWEST if by_date else None
            ).hits
            read = [bytes(searcher.doc(address)["article"][0]) for _, address in hits]
            counted = searcher.aggregate(asked, wanted) if wanted else {}
            return read, counted

        return work

    def raw_count(request: CountRequest) -> Work:
        asked = tantivy_query.build(plan(request.query, ANALYSIS), opened.schema, copies=False)
        by_day = {"days": {"histogram": {"field": "published", "interval": DAY_MILLISECONDS}}}

        def work() -> object:
            opened.reload()
            return opened.searcher().aggregate(asked, by_day)

        return work

    return Engine("Tantivy", index, raw_search, raw_count, index.close)


def elasticsearch_engine(url: str, name: str = "benchmark-search") -> Engine:
    """Elasticsearch at a URL. Its indices of this name are removed at the end."""
    index = ElasticsearchIndex(url, name=name)
    index.prepare()
    client = Elasticsearch(url, request_timeout=60)

    def raw_search(request: SearchRequest) -> Work:
        asked = elasticsearch_query.build(plan(request.query, ANALYSIS), copies=False)
        body: dict[str, Any] = {
            "query": asked,
            "size": request.limit,
            "track_total_hits": True,
            "aggregations": {each: _terms(each) for each in request.facets},
        }
        if request.sort is not Sort.RELEVANCE:
            body["sort"] = [{"published": "desc"}, {"id": "asc"}]
        place = read_cursor(request).place
        if place is not None and place.published is not None:
            body["search_after"] = [place.published, place.id]
        return lambda: client.search(index=name, search_type="dfs_query_then_fetch", **body)

    def raw_count(request: CountRequest) -> Work:
        asked = elasticsearch_query.build(plan(request.query, ANALYSIS), copies=False)
        by_day = {"days": {"histogram": {"field": "published", "interval": DAY_MILLISECONDS}}}
        return lambda: client.search(index=name, query=asked, size=0, aggregations=by_day)

    def close() -> None:
        index.close()
        made = list(client.indices.get(index=f"{name}-*"))  # Elasticsearch deletes by name only
        if made:
            client.indices.delete(index=made)
        client.close()

    return Engine("Elasticsearch", index, raw_search, raw_count, close)


def _terms(name: str) -> dict[str, Any]:
    return facets.terms(template.column(FIELDS[name]), 10)
