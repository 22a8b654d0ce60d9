"""The search index as the rest of the project sees it.

Elasticsearch and Tantivy implement it alike.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pipeline.records import CopyOf, EnrichedArticle
from pipeline.urls import UrlId
from search.counting import CountRequest
from search.plan import Plan
from search.request import SearchRequest
from search.results import CountResult, SearchResult, SignificantWord


class IndexUnavailable(Exception):  # noqa: N818 - named after the state, as the caller's next step is to wait
    """The backend does not answer, or answers that it cannot write now (disk full, blocked).

    Try again later.
    """


class IndexIncompatible(Exception):  # noqa: N818 - named after the state, like its sibling
    """What is stored was written by another version of Newsloom.

    Only a person can help: index again.
    """


@dataclass(frozen=True, slots=True)
class Stored:
    """The article is durable, and found by the next search."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A version fetched later, or this very one, is already there: nothing to do."""


@dataclass(frozen=True, slots=True)
class DocumentRefused:
    """The backend will never take this document."""

    error: str


@dataclass(frozen=True, slots=True)
class DocumentPostponed:
    """The backend could not take this document now, though it takes others."""

    error: str


@dataclass(frozen=True, slots=True)
class IndexSystem:
    """What an index runs on.

    Attributes:
        name: of the backend, with its version.
        fault: why it may not answer rightly, as a sentence; None where nothing is known.
    """

    name: str
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild has done.

    Attributes:
        articles: copied into the new index at first.
        changed: copied again, as they were written or removed meanwhile.
    """

    articles: int
    changed: int


Verdict = Stored | Stale | DocumentRefused | DocumentPostponed


class Index(Protocol):
    """Searchable articles. Every method may raise ``IndexUnavailable`` or ``IndexIncompatible``.

    Texts are kept as ``search.text.normalise`` gives them (Unicode NFC, without soft hyphens).
    """

    def prepare(self) -> None:
        """Create what must exist (schema, template, alias).

        Idempotent, and safe from several processes.
        """

    def put(self, articles: Sequence[EnrichedArticle]) -> list[Verdict]:
        """Write articles by id; one verdict per article, in order.

        A version with a later ``fetched_at`` replaces the one that is there, an earlier or equal
        one is ``Stale``. When the text has changed (``pipeline.versions.changed``) the older
        version is kept for ``history`` first, and the new one has the next number as its
        ``version``; else it has the same one. Several versions in one batch leave what they would
        leave when put one by one in the order they were fetched: the latest is written, and the
        others are ``Stale`` but kept as above. On return, stored articles survive a kill of this
        process and are found by the next ``search``.
        """

    def mark(self, verdicts: Mapping[UrlId, CopyOf | None]) -> set[UrlId]:
        """Say of articles whose copies they are, or (None) that they are no copies.

        Nothing else of them changes.

        That makes no new version: what was ``Stale`` before is so afterwards, and a later version
        replaces the mark with its own.

        Args:
            verdicts: by article id.

        Returns:
            The ids that are there. On return their marks are durable, and found by the next
            ``search``.
        """

    def get(self, article_id: UrlId) -> EnrichedArticle | None:
        """The whole article, or None."""

    def history(self, article_id: UrlId) -> list[EnrichedArticle]:
        """All versions of its text, the oldest first, the current one last.

        None when there is no such article.

        Each is as it was fetched last. Searches and ``count`` know the current one only.
        """

    def search(self, request: SearchRequest) -> SearchResult:
        """Ranked hits with highlights and facets."""

    def count_by(self, request: CountRequest) -> CountResult:
        """How many articles match: in all, as ``search`` has it, and by the request's dimensions.

        Exact, whatever the number of values.

        Raises:
            QueryError: there are too many combinations of values.
        """

    def significant(self, request: SearchRequest, size: int) -> tuple[SignificantWord, ...]:
        """Words that the articles found have much more often than all articles.

        Of the keywords that were found in articles (``search.significance``); copies are passed
        over in both unless the request shows them.

        Args:
            request: what is searched; its page, order and facets make no difference.
            size: words that are wanted, at most ``search.significance.MOST_WORDS``.
        """

    def scores(self, article_id: UrlId, plans: Sequence[Plan]) -> list[float | None]:
        """What each plan scores one article with; None for plans that do not find it."""

    def starting_with(self, beginning: str, limit: int) -> list[UrlId]:
        """Ids of articles that begin so, ``limit`` of them at most."""

    def known(self, article_ids: Collection[UrlId]) -> set[UrlId]:
        """Those of the ids that there are articles of."""

    def count(self) -> int:
        """How many articles there are, copies included."""

    def write_fault(self) -> str | None:
        """Why an index that answers takes no articles now, as a sentence; None when it does."""

    def remove_before(self, month: datetime, *, dry_run: bool = False) -> int:
        """Remove the articles that were first seen before, with their older versions.

        Args:
            month: the beginning of the first month whose articles stay, in UTC.
            dry_run: only count.

        Returns:
            How many articles.
        """

    def rebuild(self, progress: Callable[[int], None]) -> Rebuilt:
        """Build the index anew, as this version of Newsloom would, and put it in place of the old.

        Others search all the time, and write but for a moment before the swap. What they write
        meanwhile is in the new index as well; articles keep their versions and marks. The old index
        stays in use until the swap, also when this process is killed; the next rebuild removes what
        a killed one has left. The caller sees to it that there is one at a time.

        Args:
            progress: called with the number of articles copied so far.
        """

    def about(self) -> IndexSystem:
        """What it runs on."""

    def close(self) -> None:
        """Release connections and locks."""
