"""A crawl of a sitemap and of the sitemaps it names.

Only what has changed is fetched, and only what is new is taken.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import anyio

from config.sources import Source
from pipeline.discover.checked import checked_sitemap
from pipeline.discover.sitemaps import MAX_BYTES, Child, NotASitemap, Sitemap
from pipeline.outcome import Rejected, Retry
from pipeline.sources.state import ChildState, SourceState, validators_in
from workers.fetch.records import FetchOptions, Response
from workers.resources import Resources
from workers.sources.documents import reader_of
from workers.sources.poll_result import PollResult, body_hash
from workers.sources.sitemaps.child_queue import ChildQueue, WaitingChild
from workers.sources.sitemaps.findings import SitemapFindings

ACCEPT_SITEMAP = "application/xml,text/xml;q=0.9,text/plain;q=0.8,*/*;q=0.1"

MOST_FETCHED = 20
"""Sitemaps of an index that one crawl fetches; the newest come first, the others wait."""

MOST_SECONDS = 30.0
"""How long one crawl goes on fetching and waiting for slots.

At least one sitemap may have its slot, however late.
"""

MAX_DEPTH = 3
"""Indexes inside each other; the protocol allows none."""

_NOT_MODIFIED = 304


async def crawl_sitemap(  # noqa: PLR0913 - what a reader of documents gets, and a limit
    resources: Resources,
    source: Source,
    before: SourceState,
    root: Response,
    now: datetime,
    *,
    most: int | None = None,
) -> PollResult:
    """Reads a sitemap, and of an index the sitemaps that changed since ``before``.

    A page is new when its date is not older than ``source.recent`` before the last poll (or before
    now, at the first): publishers list a page some time after its date. What was taken before, the
    frontier knows. ``most`` links are taken; None takes the setting.

    Raises:
        NotASitemap: what ``root`` holds is none.
    """
    last = datetime.fromtimestamp(before.last_success, UTC) if before.last_success else now
    since = min(last, now) - timedelta(seconds=source.recent)
    crawl = _SitemapCrawl(resources, source, before, now, since)
    await crawl.read(root, depth=0)
    await crawl.visit_children()
    return crawl.result(root, most=most or resources.settings.max_entries)


class _Problem(NamedTuple):
    """Why a sitemap of an index was not read: in words, and the status if there was one."""

    words: str
    status: int | None = None


class _SitemapCrawl:
    """Walks from an index to its sitemaps, the most promising first."""

    def __init__(
        self,
        resources: Resources,
        source: Source,
        before: SourceState,
        now: datetime,
        since: datetime,
    ) -> None:
        self._resources = resources
        self._source = source
        self._before = before
        self._now = now
        self._since = since
        self._queue = ChildQueue(before.children)
        self._listed = {source.address}
        self._findings = SitemapFindings(before, since)

    async def read(self, response: Response, *, depth: int) -> None:
        """Take in one document.

        Raises:
            NotASitemap: it is none.
        """
        self._listed |= {response.url, response.final_url}
        found = await self._parse(response)
        self._findings.add(response, found)
        if found.children and depth >= MAX_DEPTH:
            self._findings.notes.append(f"{response.final_url} is an index too deep inside others")
        else:
            self._add(found.children, depth + 1)
        if depth and not found.children:
            known = self._findings.children[response.url]
            changes = {"body": body_hash(response.content)}
            self._findings.children[response.url] = known.model_copy(update=changes)

    async def visit_children(self) -> None:
        """Fetch what may hold news, within the bounds of one crawl."""
        problems: list[_Problem] = []
        fetched = 0
        deadline = self._resources.clock() + MOST_SECONDS
        while fetched < MOST_FETCHED and (waiting := self._queue.next()):
            patience = self._patience(deadline, is_first=not fetched)
            if patience <= 0:
                break
            response = await self._ask(waiting.child, patience)
            if isinstance(response, Retry) and not response.counts:
                await self._put_off(waiting.child, response, None)
                continue  # not even asked: it waits
            self._queue.remove(waiting)
            fetched += 1
            problem = await self._take(waiting, response)
            if problem:
                problems.append(problem)
                self._findings.notes.append(problem.words)
        if self._queue:
            self._findings.complete = False
            waiting_words = f"{len(self._queue)} sitemaps of the index wait for the next look"
            self._findings.notes.append(waiting_words)
        if problems and len(problems) == fetched:
            self._findings.failure = problems[-1]

    def _patience(self, deadline: float, *, is_first: bool) -> float:
        """Seconds to wait for the next slot. The first one is waited for as a poll would."""
        left = deadline - self._resources.clock()
        if is_first and not self._queue.resting:
            return max(left, self._resources.registry.poll_patience(self._source.id))
        return left

    def result(self, root: Response, *, most: int) -> PollResult:
        """What was found, and what to remember of it."""
        return self._findings.result(root, most=most)

    async def _parse(self, response: Response) -> Sitemap:
        return await reader_of(self._resources, self._before).read_async(
            checked_sitemap,
            response.content,
            url=response.final_url,
            source=self._source.id,
            now=self._now,
            since=self._since,
        )

    def _add(self, children: Iterable[Child], depth: int) -> None:
        """Queue the sitemaps of an index that may have changed."""
        for child in children:
            if child.url in self._listed:
                continue
            self._listed.add(child.url)
            known = self._before.children.get(child.url)
            if child.modified is None:
                self._findings.complete = False  # it may change and its index not show it
            elif child.modified + timedelta(days=1) < self._since:
                continue
            elif known and known.modified == child.modified:
                self._findings.children[child.url] = known
                continue
            self._queue.add(child, depth)

    def _known(self, child: Child) -> ChildState:
        return self._before.children.get(child.url) or ChildState()

    async def _ask(self, child: Child, patience: float) -> Response | Rejected | Retry:
        validators: Mapping[str, str] = self._known(child).conditions
        options = FetchOptions(
            accept=ACCEPT_SITEMAP, validators=validators, max_bytes=MAX_BYTES, patience=patience
        )
        return await self._resources.web.get(child.url, self._source.id, options)

    async def _take(
        self, waiting: WaitingChild, response: Response | Rejected | Retry
    ) -> _Problem | None:
        """None when the child was read or has not changed; else what went wrong.

        What will not be better the next time is not asked for again until the index says that it
        changed.
        """
        child = waiting.child
        if isinstance(response, Response) and self._is_unchanged(child, response):
            self._remember(child, self._known(child))
            return None
        status = response.status if isinstance(response, Response) else None
        outcome = response
        if isinstance(response, Response):
            outcome = await self._resources.web.classify(response, self._now) or response
        if isinstance(outcome, Retry):
            await self._put_off(child, outcome, response)
            return _Problem(f"{child.url}: {outcome.error}", status)
        if isinstance(outcome, Rejected):
            self._remember(child, self._known(child))
            return _Problem(f"{child.url}: {outcome.detail}", status)
        self._remember(child, ChildState.model_validate(validators_in(outcome.headers)))
        try:
            await self.read(outcome, depth=waiting.depth)
        except NotASitemap as error:
            return _Problem(f"{child.url}: {error}")
        return None

    def _is_unchanged(self, child: Child, response: Response) -> bool:
        known = self._known(child)
        if response.status == _NOT_MODIFIED:
            return True
        return bool(known.body) and known.body == body_hash(response.content)

    async def _put_off(
        self, child: Child, retry: Retry, response: Response | Rejected | Retry | None
    ) -> None:
        """Ask for it again at the next poll. A host that asks for a pause has it from now on."""
        self._findings.complete = False
        seconds = retry.after
        host = child.url.host
        if isinstance(response, Response):
            host = response.final_url.host
            if seconds and not retry.host_wide:  # else its host is paused already
                politeness = self._resources.stores.politeness
                await anyio.to_thread.run_sync(politeness.pause, host, seconds)
        if not retry.host_wide and not seconds:
            return
        self._queue.resting |= {host, child.url.host}
        if seconds and host == self._source.address.host:
            self._findings.pause = max(self._findings.pause or 0.0, seconds)

    def _remember(self, child: Child, state: ChildState) -> None:
        self._findings.children[child.url] = state.model_copy(update={"modified": child.modified})
