"""The search index in Elasticsearch: one index a month, one alias over them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.records import CopyOf, EnrichedArticle
from pipeline.urls import UrlId
from search import facets, significance
from search.counting import CountRequest, result
from search.fields import FIELDS
from search.nodes import MatchAll
from search.ordering import cursor
from search.ordering.freshness import freshness
from search.plan import Plan, plan, positive_words, ranks
from search.presentation.hits import present
from search.request import SearchRequest, Sort
from search.results import CountResult, SearchResult, SignificantWord
from storage.documents import WriteBatch, history
from storage.elasticsearch import counting, indices, query, retention, template, writing
from storage.elasticsearch.client import connect
from storage.elasticsearch.errors import unavailable_on_failure
from storage.elasticsearch.reading import about, blocked, hits, search
from storage.elasticsearch.rebuilding.months import rebuild
from storage.elasticsearch.versions import kept
from storage.index import IndexSystem, Rebuilt, Verdict
from storage.words import ANALYSIS


def _by_date(order: str) -> list[dict[str, Any]]:
    return [
        {"published": {"order": order, "missing": "_last", "unmapped_type": "date"}},
        {"id": {"order": "asc", "unmapped_type": "keyword"}},
    ]


_BY_DATE = {
    Sort.OLDEST: _by_date("asc"),
    Sort.NEWEST: _by_date("desc"),
    Sort.RELEVANCE: _by_date("desc"),
    Sort.BEST: _by_date("desc"),
}
_LAST_NEWEST, _LAST_OLDEST = -(2**63), 2**63 - 1
"""What Elasticsearch has for a missing date when it orders."""

_SCORING = "dfs_query_then_fetch"
_BEST: list[dict[str, Any]] = [{"_score": {"order": "desc"}}, *_BY_DATE[Sort.RELEVANCE]]


class ElasticsearchIndex:
    """``storage.index.Index`` on an Elasticsearch 9 cluster.

    An article lives in the index of the month it was first seen, ``{name}-v2-2017.12``, so that old
    months can be dropped whole. Searches go over the alias ``{name}``. Months are made on first
    use, from the template that ``prepare`` puts there; that needs the privileges
    ``manage_index_templates`` and, on ``{name}-*``, ``create_index``.

    Args:
        name: of the alias, and how the indices' names begin.
        shards: primary shards of each month that is made.

    The others are as in ``storage.elasticsearch.client.connect``.
    """

    def __init__(  # noqa: PLR0913 - what the settings name
        self,
        url: str,
        *,
        name: str = "newsloom",
        api_key: str | None = None,
        ca_certs: Path | None = None,
        patience: float | None = None,
        shards: int = 1,
    ) -> None:
        self._client = connect(url, api_key=api_key, ca_certs=ca_certs, patience=patience)
        self._name = name
        self._shards = shards

    def prepare(self) -> None:
        """See ``Index``.

        Fields that this version of Newsloom has added are added to the months that are there.

        Raises:
            IndexIncompatible: another version wrote a month, or a field is of another kind.
        """
        with unavailable_on_failure(self._client):
            indices.prepare(self._client, self._name, self._shards)

    def put(self, articles: Sequence[EnrichedArticle]) -> list[Verdict]:
        """See ``Index``."""
        batch = WriteBatch(articles)
        with unavailable_on_failure(self._client):
            return batch.verdicts(writing.put(self._client, self._name, batch.versions))

    def mark(self, verdicts: Mapping[UrlId, CopyOf | None]) -> set[UrlId]:
        """See ``Index``."""
        with unavailable_on_failure(self._client):
            return writing.mark(self._client, self._name, verdicts)

    def get(self, article_id: UrlId) -> EnrichedArticle | None:
        """See ``Index``."""
        hits = self._search(query={"ids": {"values": [article_id]}}, size=1)["hits"]["hits"]
        return EnrichedArticle.model_validate(hits[0]["_source"]) if hits else None

    def history(self, article_id: UrlId) -> list[EnrichedArticle]:
        """See ``Index``."""
        with unavailable_on_failure(self._client):
            return history(self.get(article_id), kept(self._client, self._name, article_id))

    def search(self, request: SearchRequest) -> SearchResult:
        """See ``Index``."""
        planned = plan(request.query, ANALYSIS)
        words = positive_words(planned)
        by_score, begun = ranks(planned) and request.by_relevance, cursor.read(request)
        asked = query.build(planned, copies=True)
        if by_score and request.fresh_from:
            asked = query.fresher(asked, freshness(request.fresh_from))
        answer = self._page(request, asked, begun, by_score=by_score)
        found = [
            (
                EnrichedArticle.model_validate(hit["_source"]),
                float(hit["sort"][0]) if by_score else 0.0,
            )
            for hit in hits(answer)
        ]
        places = [cursor.place_of(article, score) for article, score in found]
        total = answer["hits"]["total"]["value"]
        shown = [found[at] for at in begun.page(places, request.limit)]
        copies = self._copies([article.id for article, _ in shown])
        return SearchResult(
            total=total,
            copies_left_out=counting.copies_left_out(answer),
            hits=present(shown, copies, words, ANALYSIS),
            facets=facets.facets_of(request, counting.facet_values(request, answer)),
            next=cursor.next_of(request, begun, places, total, by_score=by_score),
        )

    def count_by(self, request: CountRequest) -> CountResult:
        """See ``Index``."""
        planned = plan(request.query, ANALYSIS)
        asked = query.build(planned, copies=request.shows_copies)
        found, copies = self._found_and_copies(query.build(planned, copies=True))
        left_out = 0 if request.shows_copies else copies
        return result(
            request,
            counting.combinations(request, asked, self._search) if request.by else (),
            total=found - left_out,
            copies_left_out=0 if request.total_only else left_out,
        )

    def significant(self, request: SearchRequest, size: int) -> tuple[SignificantWord, ...]:
        """See ``Index``."""
        planned = plan(request.query, ANALYSIS)
        copies, column = request.shows_copies, template.column(FIELDS[significance.FIELD])
        wanted = facets.terms(column, significance.CANDIDATES)
        total, values = self._counted(query.build(planned, copies=copies), wanted)
        found = significance.candidates(values)
        if not found:
            return ()
        everything = query.build(MatchAll(), copies=copies)
        in_all, known = self._counted(everything, significance.in_all(found, column))
        return significance.significant(found, total, known, in_all, size)

    def scores(self, article_id: UrlId, plans: Sequence[Plan]) -> list[float | None]:
        """See ``Index``."""
        return [self._score(query.build(each, copies=True), article_id) for each in plans]

    def starting_with(self, beginning: str, limit: int) -> list[UrlId]:
        """See ``Index``."""
        asked = {"prefix": {"id": {"value": beginning}}}
        answer = self._search(query=asked, size=limit, source=False, sort=["id"])
        return [UrlId(hit["_id"]) for hit in hits(answer)]

    def known(self, article_ids: Collection[UrlId]) -> set[UrlId]:
        """See ``Index``."""
        with unavailable_on_failure(self._client):
            return writing.known(self._client, self._name, article_ids)

    def count(self) -> int:
        """See ``Index``."""
        return self._total({"match_all": {}})

    def write_fault(self) -> str | None:
        """See ``Index``. Elasticsearch blocks indices whose disk is full by a setting of theirs."""
        with unavailable_on_failure(self._client):
            return blocked(self._client, self._name)

    def remove_before(self, month: datetime, *, dry_run: bool = False) -> int:
        """See ``Index``."""
        act = retention.count_before if dry_run else retention.remove_before
        with unavailable_on_failure(self._client):
            return act(self._client, self._name, month)

    def rebuild(self, progress: Callable[[int], None]) -> Rebuilt:
        """See ``Index``. Month by month; each old index is deleted in the step of its swap."""
        with unavailable_on_failure(self._client):
            return rebuild(self._client, self._name, self._shards, progress)

    def about(self) -> IndexSystem:
        """See ``Index``."""
        with unavailable_on_failure(self._client):
            return about(self._client, self._name)

    def close(self) -> None:
        """See ``Index``."""
        self._client.close()

    def _page(
        self, request: SearchRequest, asked: query.Query, begun: cursor.Cursor, *, by_score: bool
    ) -> Mapping[str, Any]:
        """The page's hits. Copies are left out afterwards, so that they are counted by the way."""
        return self._search(
            query=asked,
            post_filter=None if request.shows_copies else query.ORIGINALS,
            from_=request.offset,
            size=begun.size(request.limit),
            sort=_BEST if by_score else _BY_DATE[request.sort],
            search_after=self._after(begun.place, asked, request.sort, by_score=by_score),
            track_total_hits=True,
            # Months differ in how common a word is; without this their scores could not be
            # compared.
            search_type=_SCORING,
            aggregations=counting.beside_page(request),
        )

    def _after(
        self, place: cursor.Place | None, asked: query.Query, sort: Sort, *, by_score: bool
    ) -> list[Any] | None:
        """A place as Elasticsearch has it, with the score that its hit has now."""
        if place is None:
            return None
        missing = _LAST_OLDEST if sort is Sort.OLDEST else _LAST_NEWEST
        by_date = [missing if place.published is None else place.published, place.id]
        if not by_score:
            return by_date
        now = self._score(asked, place.id)
        return [place.score if now is None else now, *by_date]

    def _score(self, asked: query.Query, article_id: str) -> float | None:
        """What a query scores one article with; None when it does not find it."""
        one = {"bool": {"must": [asked], "filter": [{"ids": {"values": [article_id]}}]}}
        answer = self._search(query=one, size=1, source=False, search_type=_SCORING)
        return next((float(hit["_score"]) for hit in hits(answer)), None)

    def _counted(self, asked: query.Query, wanted: Mapping[str, Any]) -> tuple[int, dict[str, int]]:
        """How many articles match, and the counts of their values."""
        answer = self._search(
            query=asked, size=0, track_total_hits=True, aggregations={"values": wanted}
        )
        found = counting.answered(answer, "values")
        return int(answer["hits"]["total"]["value"]), facets.counts(found)

    def _found_and_copies(self, asked: query.Query) -> tuple[int, int]:
        """How many articles match, and how many of these are copies."""
        answer = self._search(
            query=asked, size=0, track_total_hits=True, aggregations=counting.COPIES
        )
        return int(answer["hits"]["total"]["value"]), counting.copies_left_out(answer)

    def _total(self, asked: query.Query) -> int:
        answer = self._search(query=asked, size=0, track_total_hits=True)
        return int(answer["hits"]["total"]["value"])

    def _copies(self, ids: list[str]) -> dict[UrlId, facets.Copies]:
        if not ids:
            return {}
        (field,) = FIELDS["duplicate_of"].paths
        wanted = {"copies": facets.copies(field, len(ids))}
        answer = self._search(query={"terms": {field: ids}}, size=0, aggregations=wanted)
        return facets.copies_by_original(counting.answered(answer, "copies"))

    def _search(self, **request: Any) -> Mapping[str, Any]:  # noqa: ANN401 - the client's own parameters
        with unavailable_on_failure(self._client):
            return search(self._client, self._name, **request)
