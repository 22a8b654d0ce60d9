"""Captures from files through the pipeline.

As many at once as the page store should hold, each with its outcome.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from celery import Celery

from pipeline.crawl.status import classify_content, classify_status
from pipeline.outcome import Dead, Indexed, Reason, Rejected, Retry
from pipeline.records import FoundBy, Link, Page
from pipeline.urls import BadUrl, UrlId, normalise, url_id
from storage.archive.captures import Capture, Read, Skip, Skipped
from storage.redis.frontier import Acceptance
from storage.redis.ledger import IN_FLIGHT, Entry
from workers.chain.dispatch import dispatch
from workers.chain.stages import WAITED_TOO_LONG
from workers.resources import Resources

MOST_PAGES = 200
MOST_BYTES = 64_000_000
"""Pages, and bytes of them before compression, that wait in the page store at once.

A file may be larger than Redis.
"""

_PAUSE = 0.2
_EARLIEST_YEAR = 1991
_DETAILS = 20


class Stalled(Exception):  # noqa: N818 - named after the state
    """No page has come to an end for a long time."""


@dataclass
class ImportTally:
    """What became of what was read.

    Attributes:
        read: captures and records that are no page, but not requests and the like.
        skipped: by reason; these never reach the ledger.
        examples: for each reason, the first that had it.
        accepted: URLs taken in, visited again, or taken over.
        resumed: of the accepted, those that another import had under way, which was killed perhaps.
        known: URLs left as they were, by the state they were in.
        outcomes: how the accepted ones ended.
        copies: how many of the indexed ones are copies of articles elsewhere.
        rejected: by reason.
        damage: where files are broken, the first few of such places.
    """

    read: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    accepted: int = 0
    resumed: int = 0
    known: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    copies: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    damage: list[str] = field(default_factory=list)

    @property
    def in_flight(self) -> int:
        """Accepted and not yet ended."""
        return self.accepted - self.outcomes.total()

    def skip(self, found: Skipped) -> None:
        """Count something that is no page."""
        self.skipped[found.reason.value] += 1
        self.examples.setdefault(
            found.reason.value, f"{found.url}: {found.detail}" if found.url else found.detail
        )
        if found.reason is Skip.DAMAGED and len(self.damage) < _DETAILS:
            self.damage.append(found.detail)

    def end(self, entry: Entry | None) -> None:
        """Count an outcome."""
        self.outcomes[entry.state if entry else "forgotten"] += 1
        match entry.outcome if entry else None:
            case Indexed(copy_of=str()):
                self.copies += 1
            case Rejected(reason=reason):
                self.rejected[reason.value] += 1
            case _:
                pass


class Importer:
    """Takes captures in one after another and waits where enough are under way."""

    def __init__(  # noqa: PLR0913 - what the command offers
        self,
        resources: Resources,
        app: Celery,
        *,
        source: str,
        again: bool,
        tend: Callable[[], None],
        patience: float,
    ) -> None:
        """Prepare an import.

        Args:
            resources: the stores.
            app: to send batches with.
            source: the id of those that name no source themselves.
            again: process also what is known.
            tend: called while waiting, a few times a second.
            patience: seconds without any outcome until ``Stalled`` is raised.
        """
        self._resources, self._app = resources, app
        self._source, self._again = source, again
        self._tend, self._patience = tend, patience
        self._under_way: dict[UrlId, int] = {}
        self._moved = time.monotonic()
        self.tally = ImportTally()

    def take(self, found: Read, file: str) -> None:
        """Send one capture on its way. Raises ``Stalled``."""
        self.tally.read += 1
        page = found if isinstance(found, Skipped) else page_of(found, datetime.now(UTC))
        if isinstance(page, Skipped):
            self.tally.skip(page)
            return
        key = url_id(page.url)
        self._make_room(key, len(page.content))
        source = found.source if isinstance(found, Capture) and found.source else self._source
        # A later capture of a known page is a change; the same one, or an earlier one, is not.
        link = Link(
            url=page.url,
            source=source,
            found_by=FoundBy.IMPORT,
            found_in=file,
            modified=page.fetched_at,
        )
        self._accept(key, link, page)

    def finish(self) -> None:
        """Wait until all have ended. Raises ``Stalled``."""
        while self._under_way:
            self._wait()

    def _accept(self, key: UrlId, link: Link, page: Page) -> None:
        """Take a page in, or take over one that an import before, which was killed, left behind."""
        stores = self._resources.stores
        entry = stores.ledger.entry(key)
        delivered = self._deliver(key, page, entry)
        reopen = self._again or _waited_too_long(entry)
        [acceptance] = stores.frontier.accept([link], reopen=reopen)
        if acceptance is not Acceptance.KNOWN:
            self._follow(key, page)
            return
        current = stores.ledger.entry(key)
        if _is_under_way(current):
            self._take_over(key, page, delivered=delivered)
            return
        if delivered:
            stores.pages.withdraw(key)
        self.tally.known[current.state if current else IN_FLIGHT[0]] += 1

    def _deliver(self, key: UrlId, page: Page, entry: Entry | None) -> bool:
        """Leave the page for its URL; False where the one of an import under way stays.

        A page whose URL is not in flight was left by an import that was killed before its URL was
        accepted.
        """
        pages = self._resources.stores.pages
        if pages.deliver(key, page):
            return True
        if _is_in_flight(entry):
            return False
        pages.withdraw(key)
        return pages.deliver(key, page)

    def _take_over(self, key: UrlId, page: Page, *, delivered: bool) -> None:
        """Wait for a page that is under way already.

        Where its page was there no more it has this one; else this one is not needed.
        """
        pages = self._resources.stores.pages
        if delivered and pages.waiting([key]):
            pages.withdraw(key)
        self.tally.resumed += 1
        self._follow(key, page)

    def _follow(self, key: UrlId, page: Page) -> None:
        self.tally.accepted += 1
        self._under_way[key] = len(page.content)

    def _make_room(self, key: UrlId, size: int) -> None:
        """Wait until there is room for one more page, and no earlier capture of its URL is left."""
        while self._is_paused() or (self._under_way and not self._has_room(key, size)):
            self._wait()

    def _is_paused(self) -> bool:
        return self._resources.intake.pause() is not None

    def _has_room(self, key: UrlId, size: int) -> bool:
        if key in self._under_way or len(self._under_way) >= MOST_PAGES:
            return False
        return sum(self._under_way.values()) + size <= MOST_BYTES

    def _wait(self) -> None:
        """See once what has ended; when nothing has, pause."""
        dispatch(self._app, self._resources)
        self._tend()
        ended = self._ended()
        for key in ended:
            del self._under_way[key]
            self.tally.end(self._resources.stores.ledger.entry(key))
        if ended:
            self._moved = time.monotonic()
        elif time.monotonic() - self._moved > self._patience:
            reason = self._resources.intake.pause()
            because = f": {reason}" if reason else ""
            raise Stalled(f"nothing has ended for {self._patience:g} s{because}")
        else:
            time.sleep(_PAUSE)

    def _ended(self) -> list[UrlId]:
        keys = list(self._under_way)
        states = self._resources.stores.ledger.states(keys)
        return [key for key, state in zip(keys, states, strict=True) if state not in IN_FLIGHT]


def _is_in_flight(entry: Entry | None) -> bool:
    return entry is not None and entry.state in IN_FLIGHT


def _is_under_way(entry: Entry | None) -> bool:
    """Whether a page of an import has not ended yet."""
    return entry is not None and entry.state in IN_FLIGHT and entry.link.is_import


def _waited_too_long(entry: Entry | None) -> bool:
    """Whether an earlier import of a page ended as dead because its page was no longer kept."""
    if entry is None or not isinstance(entry.outcome, Dead):
        return False
    return entry.outcome.error == WAITED_TOO_LONG


def page_of(found: Capture, now: datetime) -> Page | Skipped:  # noqa: PLR0911 - one each
    """The page that a capture is, or why it is none.

    What would also be refused had it been fetched, and more.
    """
    try:
        url = normalise(found.url)
    except BadUrl as error:
        return Skipped(found.url, error.reason, str(error))
    at = found.fetched_at
    if at.year < _EARLIEST_YEAR or at > now + timedelta(days=1):
        return Skipped(url, Skip.BAD_RECORD, f"it says that it was captured on {at.date()}")
    if url.partition("?")[0].endswith("/robots.txt"):
        return Skipped(url, Skip.ROBOTS_TXT, "no page, but rules for crawlers")
    if 300 <= found.status < 400:  # noqa: PLR2004 - HTTP's class
        return Skipped(url, Skip.REDIRECT, f"the server answered {found.status}")
    refused = classify_status(found.status, None, now)
    refused = refused or classify_content(found.content_type, found.content)
    if isinstance(refused, Retry):  # worth a second try at a site, final in a file
        return Skipped(url, Reason.HTTP_ERROR, refused.error)
    if refused is not None:
        return Skipped(url, refused.reason, refused.detail)
    return Page(
        url=url,
        final_url=url,
        status=found.status,
        content_type=found.content_type,
        content=found.content,
        fetched_at=at,
    )
