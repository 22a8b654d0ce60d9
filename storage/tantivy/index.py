"""The embedded search index: Tantivy in a folder, or in memory."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import tantivy

from pipeline.records import CopyOf, EnrichedArticle
from pipeline.urls import UrlId
from search import facets, significance
from search.counting import CountRequest, result
from search.fields import FIELDS
from search.nodes import MatchAll
from search.ordering.freshness import freshness
from search.plan import Plan, plan, positive_words, ranks
from search.presentation.hits import present
from search.request import SearchRequest
from search.results import CountResult, SearchResult, SignificantWord
from storage.documents import Replacement, WriteBatch, fetched, history, replacement
from storage.index import (
    DocumentRefused,
    IndexSystem,
    IndexUnavailable,
    Rebuilt,
    Stale,
    Stored,
    Verdict,
)
from storage.tantivy import counting, query, schema
from storage.tantivy.folder import disk_fault, unavailable_on_failure
from storage.tantivy.opened import OpenedIndex
from storage.tantivy.reading import Reader, by_id, score_of, total_of
from storage.tantivy.reading import article as read
from storage.tantivy.rebuilding import rebuild
from storage.tantivy.retention import count_before, remove_before
from storage.tantivy.versions import History
from storage.words import ANALYSIS


class TantivyIndex:
    """``storage.index.Index`` for one machine.

    Any number of processes may read, each sees every finished ``put``. Tantivy allows one writer at
    a time, so ``put`` opens one and closes it again: that costs no more than keeping it (10 ms with
    the commit, measured), and a process that is idle or was killed locks nobody out.

    Args:
        path: the folder, created when needed; None keeps the index in memory, for this object
            alone.
        lock_timeout: seconds to wait for another process to open the folder, or to finish its
            ``put``.

    Raises:
        IndexIncompatible: by any method; the folder was written by another version.
    """

    def __init__(self, path: Path | None, *, lock_timeout: float = 30.0) -> None:
        self._path = path
        self._lock_timeout = lock_timeout
        self._opened = OpenedIndex(path, lock_timeout)
        self._history = History(path)

    def prepare(self) -> None:
        """See ``Index``."""
        self._opened.index()

    def put(self, articles: Sequence[EnrichedArticle]) -> list[Verdict]:
        """See ``Index``."""
        batch = WriteBatch(articles)
        with self._opened.writing() as opened:
            # Only now that nobody else writes is what the searcher sees the last word.
            searcher = self._opened.searcher()
            replaced = {
                key: self._replacement(searcher, key, versions)
                for key, versions in batch.versions.items()
            }
            # Before the commit, so that a crash between the two loses nothing; what is kept too
            # early is passed over.
            wanted = [each for each in replaced.values() if each]
            self._opened.note(each.article.id for each in wanted)
            self._history.keep([kept for each in wanted for kept in each.kept])
            verdicts: dict[UrlId, Verdict] = dict.fromkeys(replaced, Stale())
            verdicts |= {each.article.id: self._write(opened, each.article) for each in wanted}
            if any(isinstance(verdict, Stored) for verdict in verdicts.values()):
                opened.commit()
        return batch.verdicts(verdicts)

    def mark(self, verdicts: Mapping[UrlId, CopyOf | None]) -> set[UrlId]:
        """See ``Index``."""
        found = dict[UrlId, EnrichedArticle]()
        with self._opened.writing() as opened:
            searcher = self._opened.searcher()
            fields = self._opened.index().schema
            for key in verdicts:
                if there := by_id(searcher, fields, key):
                    found[key] = read(searcher, there)
            marked = [
                article.model_copy(update={"duplicate_of": verdicts[key]})
                for key, article in found.items()
                if article.duplicate_of != verdicts[key]
            ]
            if marked:
                self._opened.note(article.id for article in marked)
                for article in marked:
                    self._write(opened, article)
                opened.commit()
        return set(found)

    def get(self, article_id: UrlId) -> EnrichedArticle | None:
        """See ``Index``."""
        searcher = self._opened.searcher()
        found = by_id(searcher, self._opened.readable().schema, article_id)
        return read(searcher, found) if found else None

    def history(self, article_id: UrlId) -> list[EnrichedArticle]:
        """See ``Index``."""
        return history(self.get(article_id), self._history.of(article_id))

    def search(self, request: SearchRequest) -> SearchResult:
        """See ``Index``."""
        planned = plan(request.query, ANALYSIS)
        words = positive_words(planned)
        searcher = self._opened.searcher()
        fields = self._opened.readable().schema
        asked = query.build(planned, fields, copies=request.shows_copies)
        by_score, ranked = ranks(planned) and request.by_relevance, asked
        if by_score and request.fresh_from:
            ranked = query.fresher(asked, fields, freshness(request.fresh_from))
        with unavailable_on_failure():
            page = Reader(searcher, fields, ranked, by_score=by_score).page(request)
            counted = self._copies(searcher, [article.id for article, _ in page.found])
            left_out = 0 if request.shows_copies else _count_copies(searcher, planned, fields)
            facets_found = facets.facets_of(request, _values(searcher, asked, request))
        return SearchResult(
            total=page.total,
            copies_left_out=left_out,
            hits=present(page.found, counted, words, ANALYSIS),
            facets=facets_found,
            next=page.next,
        )

    def count_by(self, request: CountRequest) -> CountResult:
        """See ``Index``."""
        planned = plan(request.query, ANALYSIS)
        searcher, fields = self._opened.searcher(), self._opened.readable().schema
        asked = query.build(planned, fields, copies=request.shows_copies)
        counts_left_out = not (request.shows_copies or request.total_only)
        with unavailable_on_failure():
            left_out = _count_copies(searcher, planned, fields) if counts_left_out else 0
            return result(
                request,
                counting.combinations(request, asked, searcher) if request.by else (),
                total=total_of(searcher, asked),
                copies_left_out=left_out,
            )

    def significant(self, request: SearchRequest, size: int) -> tuple[SignificantWord, ...]:
        """See ``Index``."""
        planned = plan(request.query, ANALYSIS)
        searcher, fields = self._opened.searcher(), self._opened.readable().schema
        copies, column = request.shows_copies, schema.column(FIELDS[significance.FIELD])
        asked = query.build(planned, fields, copies=copies)
        everything = query.build(MatchAll(), fields, copies=copies)
        with unavailable_on_failure():
            counting = facets.terms(column, significance.CANDIDATES)
            answer = searcher.aggregate(asked, {"found": counting})
            found = significance.candidates(facets.counts(answer["found"]))
            if not found:
                return ()
            counting = significance.in_all(found, column)
            known = facets.counts(searcher.aggregate(everything, {"known": counting})["known"])
            return significance.significant(
                found, total_of(searcher, asked), known, total_of(searcher, everything), size
            )

    def scores(self, article_id: UrlId, plans: Sequence[Plan]) -> list[float | None]:
        """See ``Index``."""
        searcher, fields = self._opened.searcher(), self._opened.readable().schema
        with unavailable_on_failure():
            return [
                score_of(searcher, fields, query.build(each, fields, copies=True), article_id)
                for each in plans
            ]

    def starting_with(self, beginning: str, limit: int) -> list[UrlId]:
        """See ``Index``."""
        searcher = self._opened.searcher()
        found = searcher.search(
            query.id_beginning(beginning, self._opened.readable().schema), limit
        ).hits
        return sorted(read(searcher, address).id for _, address in found)

    def known(self, article_ids: Collection[UrlId]) -> set[UrlId]:
        """See ``Index``."""
        searcher, fields = self._opened.searcher(), self._opened.readable().schema
        return {key for key in article_ids if by_id(searcher, fields, key)}

    def count(self) -> int:
        """See ``Index``."""
        return self._opened.searcher().num_docs

    def write_fault(self) -> str | None:
        """See ``Index``."""
        if self._path is None or not self._opened.is_there():
            return None
        return disk_fault(self._path)

    def remove_before(self, month: datetime, *, dry_run: bool = False) -> int:
        """See ``Index``."""
        if dry_run:
            return count_before(self._opened.readable(), month)
        if not self._opened.is_there():
            return 0
        with self._opened.writing() as opened:
            return remove_before(
                self._opened.index(), opened, self._history, self._opened.note, month
            )

    def rebuild(self, progress: Callable[[int], None]) -> Rebuilt:
        """See ``Index``. The old index' files are removed after the swap."""
        if self._path is None:
            raise IndexUnavailable("an index in memory cannot be built anew")
        return rebuild(self._path, self._lock_timeout, progress)

    def about(self) -> IndexSystem:
        """See ``Index``."""
        return IndexSystem(f"Tantivy {version('tantivy')}")

    def close(self) -> None:
        """See ``Index``; nothing is held between calls but memory."""
        self._opened.close()
        self._history.close()

    def _replacement(
        self, searcher: tantivy.Searcher, article_id: UrlId, versions: Sequence[EnrichedArticle]
    ) -> Replacement | None:
        there = by_id(searcher, self._opened.index().schema, article_id)
        if there is None:
            return replacement(None, versions)
        (known,) = searcher.fast_field_values("fetched", [there])
        if isinstance(known, int) and known >= fetched(versions[-1]):
            return None  # a redelivery, most often: the article need not be read
        return replacement(read(searcher, there), versions)

    def _write(self, opened: tantivy.IndexWriter, article: EnrichedArticle) -> Verdict:
        try:
            document = schema.document(article, self._opened.index().schema)
        except (ValueError, OverflowError) as error:
            return DocumentRefused(str(error))
        opened.delete_documents_by_term("id", article.id)
        opened.add_document(document)
        return Stored()

    def _copies(self, searcher: tantivy.Searcher, ids: list[str]) -> dict[UrlId, facets.Copies]:
        if not ids:
            return {}
        those = tantivy.Query.term_set_query(self._opened.readable().schema, "duplicate_of", ids)
        answer = searcher.aggregate(those, {"copies": facets.copies("duplicate_of", len(ids))})
        return facets.copies_by_original(answer["copies"])


def _values(
    searcher: tantivy.Searcher, asked: tantivy.Query, request: SearchRequest
) -> dict[str, dict[str, int]]:
    """The counts of values for a request's facets, by field."""
    wanted = facets.values_wanted(request)
    if not wanted:
        return {}
    answer = searcher.aggregate(
        asked,
        {name: facets.terms(schema.column(FIELDS[name]), size) for name, size in wanted.items()},
    )
    return {name: facets.counts(answer[name]) for name in wanted}


def _count_copies(searcher: tantivy.Searcher, planned: Plan, fields: tantivy.Schema) -> int:
    return total_of(searcher, query.copies_of(planned, fields))
