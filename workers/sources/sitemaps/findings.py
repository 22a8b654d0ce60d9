"""What a sitemap crawl found, and what is to be remembered of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from pipeline.discover.announced import RefusedEntry
from pipeline.discover.refusals import Refusals, refusals_in, without_entries
from pipeline.discover.sitemaps import Sitemap
from pipeline.outcome import Retry
from pipeline.records import Link
from pipeline.sources.state import ChildState, Failure, SourceState, failure_of, validators_in
from pipeline.urls import Url
from workers.fetch.records import Response
from workers.sources.poll_result import PollResult, body_hash

MOST_REMEMBERED = 200
"""Sitemaps of an index whose state is kept, the last ones fetched."""


class SitemapFindings:
    """Collects the documents of one crawl.

    Attributes:
        children: what to remember of the sitemaps of an index that this crawl met.
        notes: what was left out or failed, in words.
        complete: whether nothing need be fetched until the first document changes.
        failure: why nothing could be read of an index though something was asked for, and the
            status of the response that this was, if it was one.
        pause: seconds that the source's own host asked us to wait.
    """

    def __init__(self, before: SourceState, since: datetime) -> None:
        self._before = before
        self._since = since
        self._links: list[Link] = []
        self._undated: list[Link] = []
        self._refused: list[RefusedEntry] = []
        self._older = 0
        self._named = 0  # sitemaps of indexes
        self._documents: dict[str, str] = {}
        self.children: dict[str, ChildState] = {}
        self.notes: list[str] = []
        self.complete = True
        self.failure: tuple[str, int | None] | None = None
        self.pause: float | None = None

    def add(self, response: Response, found: Sitemap) -> None:
        """One document was read."""
        self._documents[response.final_url] = response.url
        self._links += found.links
        self._undated += found.undated
        self._refused += found.refused
        self._older += found.older
        self._named += len(found.children)
        if found.cut:
            self.notes.append(
                f"{found.cut} entries of {response.final_url} are beyond what a sitemap may have"
            )

    def result(self, root: Response, *, most: int) -> PollResult:
        """The links, newest first and each URL once, and what to remember.

        Args:
            root: the response with the first document.
            most: links that are taken.
        """
        newest_first = sorted(
            self._links, key=lambda link: link.changed or self._since, reverse=True
        )
        links = _each_once(newest_first)
        undated = _each_once(self._undated)
        notes = list(self.notes)
        if len(links) > most:
            notes.append(f"{len(links) - most} entries beyond the newest {most} were left out")
        usable = len(links) + len(undated) + self._older
        refusals = refusals_in(self._refused, usable=usable)
        empty = without_entries(len(root.content), usable + len(self._refused) + self._named)
        failure, kind, status = self._failure_of(refusals, empty)
        return PollResult(
            links=links[:most],
            refused=self._refused,
            undated=undated,
            documents=self._documents,
            state=self._state(root, refusals),
            notes=notes,
            failure=failure,
            kind=kind,
            status=status,
            pause=self.pause,
        )

    def _failure_of(
        self, refusals: Refusals | None, empty: str | None
    ) -> tuple[str | None, Failure, int | None]:
        """Why nothing can be used, of which kind, and by which status."""
        if self.failure is not None:
            words, status = self.failure
            kind = failure_of(Retry(error=words), status) if status else Failure.HTTP_ERROR
            return words, kind, status
        if refusals and refusals.total and not self._is_later_poll_of_index():
            return refusals.sentence, Failure.REFUSED, None
        if empty:
            return empty, Failure.EMPTY, None
        return None, Failure.REFUSED, None

    def _state(self, root: Response, refusals: Refusals | None) -> Mapping[str, object]:
        """The fields of ``SourceState`` that change."""
        state: dict[str, object] = {
            **validators_in(root.headers),
            "body": body_hash(root.content),
        }
        if not self.complete:
            state = dict.fromkeys(state)
        state["children"] = self._kept_children()
        if not self._is_later_poll_of_index():
            state["refusals"] = refusals
        return state

    def _is_later_poll_of_index(self) -> bool:
        """A later poll of an index reads only what changed, so its refusals tell little."""
        return bool(self._kept_children() and self._before.last_success)

    def _kept_children(self) -> dict[str, ChildState]:
        """The sitemaps of the index whose state is kept: those of before, then those of now."""
        kept = {url: one for url, one in self._before.children.items() if url not in self.children}
        kept.update(self.children)
        return dict(list(kept.items())[-MOST_REMEMBERED:])


def _each_once(links: Iterable[Link]) -> list[Link]:
    """The first link of each URL."""
    first: dict[Url, Link] = {}
    for link in links:
        first.setdefault(link.url, link)
    return list(first.values())
