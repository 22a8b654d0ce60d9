"""A look at a sitemap and at the sitemaps it names.

Only what has changed is fetched, and only what is new is taken.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

import anyio

from config.sources import Source
from pipeline.crawl.content_decoding import BadCoding, Decoder
from pipeline.discover.announced import RefusedEntry
from pipeline.discover.sitemaps import MAX_BYTES, Child, NotASitemap, Sitemap, parse_sitemap
from pipeline.outcome import Rejected, Retry
from pipeline.records import Link
from pipeline.sources.state import ChildState, SourceState, validators_in
from pipeline.urls import Url
from workers.fetch.client import FetchOptions, Response
from workers.resources import Resources

ACCEPT_SITEMAP = "application/xml,text/xml;q=0.9,text/plain;q=0.8,*/*;q=0.1"

MOST_FETCHED = 20
"""Sitemaps of an index that one look fetches; the newest come first, the others wait."""

MOST_SECONDS = 30.0
"""How long one look goes on fetching and waiting for turns. At least one sitemap may have its turn, however late."""

MOST_REMEMBERED = 200
"""Sitemaps of an index whose state is kept, the last ones fetched."""

MAX_DEPTH = 3
"""Indexes inside each other; the protocol allows none."""

_NOT_MODIFIED = 304
_GZIP = b"\x1f\x8b"
_DAY = timedelta(days=1)


@dataclass
class SitemapScan:
    """What a look brought.

    Attributes:
        links: new by their dates, newest first, each URL once.
        undated: those whose news only memory can tell.
        documents: where each document that was read was found, and the address by which it is asked
            for.
        refused: entries that cannot be followed.
        older: how many entries were too old to be taken.
        children: what to remember of the sitemaps of an index.
        notes: what was left out or failed, in words.
        whole: everything that had to be fetched was, and nothing else need be until the first
            document changes.
        failure: why nothing at all could be read of an index, though something was asked for.
        status: of the answer that this was, if it was one.
        pause: seconds that a server asked us to wait.
    """

    links: list[Link] = field(default_factory=list)
    undated: list[Link] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)
    refused: list[RefusedEntry] = field(default_factory=list)
    older: int = 0
    children: dict[str, ChildState] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    whole: bool = True
    failure: str | None = None
    status: int | None = None
    pause: float | None = None
    publication: str | None = None
    language: str | None = None


async def fetch_sitemap(
    resources: Resources,
    url: Url,
    source_id: str,
    *,
    validators: Mapping[str, str],
    patience: float | None = None,
) -> Response | Rejected | Retry:
    """GET what may be a sitemap: of all that is fetched, it may be the largest."""
    asking = FetchOptions(
        accept=ACCEPT_SITEMAP, validators=validators, max_bytes=MAX_BYTES, patience=patience
    )
    return await resources.fetch(url, source_id, asking)


async def look(
    resources: Resources, source: Source, root: Response, before: SourceState, now: datetime
) -> SitemapScan:
    """Reads a sitemap, and of an index the sitemaps that changed since ``before``.

    A page is new when its date is not older than ``source.recent`` before the last look (or before
    now, at the first): publishers list a page some time after its date. What was taken before, the
    frontier knows.

    Raises:
        NotASitemap: what ``root`` holds is none.
    """
    last = datetime.fromtimestamp(before.last_success, UTC) if before.last_success else now
    explorer = _SitemapCrawl(
        resources, source, before, now, min(last, now) - timedelta(seconds=source.recent)
    )
    await explorer.read(root, depth=0)
    await explorer.visit_children()
    return explorer.result()


def unpacked(content: bytes) -> bytes:
    """A sitemap's document, taken out of its gzip file if it is in one.

    Raises:
        NotASitemap: the gzip data are broken, or unpack to more than a sitemap may have.
    """
    if not content.startswith(_GZIP):
        return content
    decoder = Decoder("gzip", MAX_BYTES)
    try:
        if not decoder.feed(content):
            raise NotASitemap(f"the file unpacks to more than {decoder.limit} bytes")
        return decoder.close()
    except (BadCoding, EOFError) as error:
        raise NotASitemap(f"the gzip file is broken ({error})") from None


def body_hash(content: bytes) -> str:
    """By which a document is known again where the server has no validators."""
    return blake2b(content, digest_size=16).hexdigest()


Promise = tuple[datetime, bool, list[str | int]]


class _Waiting(NamedTuple):
    """A sitemap of an index that is to be fetched, by how many indexes it was found, and what it promises."""

    child: Child
    depth: int
    promise: Promise


class _Problem(NamedTuple):
    """Why a sitemap of an index was not read: in words, and the status if there was one.

    Not even asked: it waits.
    """

    words: str
    status: int | None = None
    asked: bool = True


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
        self._resources, self._source, self._before, self._now, self._since = (
            resources,
            source,
            before,
            now,
            since,
        )
        self._look = SitemapScan()
        self._waiting: list[_Waiting] = []
        self._seen = {source.address}
        self._asked = {url: place for place, url in enumerate(before.children, start=1)}
        self._longest_next: bool | None = None
        self._resting: set[str] = set()

    async def read(self, answer: Response, *, depth: int) -> None:
        """Take in one document.

        Raises:
            NotASitemap: it is none.
        """
        self._seen |= {answer.url, answer.final_url}
        found = await anyio.to_thread.run_sync(self._parsed, answer)
        look = self._look
        look.documents[answer.final_url] = answer.url
        look.links += found.links
        look.undated += found.undated
        look.refused += found.refused
        look.older += found.older
        look.publication = look.publication or found.publication
        look.language = look.language or found.language
        if found.cut:
            look.notes.append(
                f"{found.cut} entries of {answer.final_url} are beyond what a sitemap may have"
            )
        if found.children and depth >= MAX_DEPTH:
            look.notes.append(f"{answer.final_url} is an index too deep inside others")
        else:
            self._add(found.children, depth + 1)
        if depth and not found.children:
            known = look.children[answer.url]
            look.children[answer.url] = known.model_copy(update={"body": body_hash(answer.content)})

    async def visit_children(self) -> None:
        """Fetch what may hold news, within the bounds of one look."""
        look, clock = self._look, self._resources.clock
        problems, fetched, began = list[_Problem](), 0, clock()
        while fetched < MOST_FETCHED and (waiting := self._next()):
            patience = MOST_SECONDS - (clock() - began)
            if not fetched and not self._resting:
                patience = max(patience, self._resources.poll_patience(self._source.id))
            if patience <= 0:
                break
            problem = await self._visit(waiting, patience)
            if problem and not problem.asked:
                continue
            self._waiting.remove(waiting)
            fetched += 1
            if problem:
                problems.append(problem)
                look.notes.append(problem.words)
        if self._waiting:
            look.whole = False
            look.notes.append(f"{len(self._waiting)} sitemaps of the index wait for the next look")
        if problems and len(problems) == fetched:
            look.failure, look.status, _ = problems[-1]

    def result(self) -> SitemapScan:
        """What was found, newest first and each URL once."""
        look = self._look
        order = sorted(look.links, key=lambda link: link.changed or self._since, reverse=True)
        look.links = list(_firsts(order).values())
        kept = {
            url: state for url, state in self._before.children.items() if url not in look.children
        }
        look.children = dict([*kept.items(), *look.children.items()][-MOST_REMEMBERED:])
        look.undated = list(_firsts(look.undated).values())
        return look

    def _parsed(self, answer: Response) -> Sitemap:
        document = unpacked(answer.content)
        return parse_sitemap(
            document, url=answer.final_url, source=self._source.id, now=self._now, since=self._since
        )

    def _add(self, children: tuple[Child, ...], depth: int) -> None:
        for child in children:
            known = self._before.children.get(child.url)
            if child.url in self._seen:
                continue
            self._seen.add(child.url)
            if child.modified is None:
                self._look.whole = False  # it may change and its index not show it
            elif child.modified + _DAY < self._since:
                continue
            elif known and known.modified == child.modified:
                self._look.children[child.url] = known
                continue
            self._waiting.append(_Waiting(child, depth, _promise(child)))

    def _next(self) -> _Waiting | None:
        """By turns what promises most and what was not asked for longest.

        Else some would wait for ever.
        """
        ready = [each for each in self._waiting if Url(each.child.url).host not in self._resting]
        if not ready:
            return None
        best = max(ready, key=lambda each: each.promise)
        if self._longest_next is None:  # a look may have time for one of them only
            self._longest_next = self._asked.get(best.child.url) == len(self._asked)
        if self._longest_next:
            best = max(ready, key=lambda each: (-self._asked.get(each.child.url, 0), each.promise))
        self._longest_next = not self._longest_next
        return best

    async def _visit(self, waiting: _Waiting, patience: float) -> _Problem | None:
        """None when the child was read or has not changed; else what went wrong.

        What will not be better the next time is not asked for again until the index says that it
        changed.
        """
        child, known = waiting.child, self._before.children.get(waiting.child.url) or ChildState()
        answer = await fetch_sitemap(
            self._resources,
            child.url,
            self._source.id,
            validators=known.conditions,
            patience=patience,
        )
        verdict: Response | Rejected | Retry = answer
        if isinstance(answer, Response):
            if answer.status == _NOT_MODIFIED or (
                known.body and known.body == body_hash(answer.content)
            ):
                self._remember(child, known)
                return None
            verdict = await self._resources.judge(answer, self._now) or answer
        status = answer.status if isinstance(answer, Response) else None
        if isinstance(verdict, Retry):
            await self._put_off(child, verdict, answer)
            return _Problem(f"{child.url}: {verdict.error}", status, verdict.counts)
        if isinstance(verdict, Rejected):
            self._remember(child, known)
            return _Problem(f"{child.url}: {verdict.detail}", status)
        self._remember(child, ChildState.model_validate(validators_in(verdict.headers)))
        try:
            await self.read(verdict, depth=waiting.depth)
        except NotASitemap as error:
            return _Problem(f"{child.url}: {error}")
        return None

    async def _put_off(
        self, child: Child, verdict: Retry, answer: Response | Rejected | Retry
    ) -> None:
        """It is asked for again at the next look.

        A host that wants to be left alone is, from now on.
        """
        self._look.whole = False
        host, seconds = Url(child.url).host, verdict.after
        if isinstance(answer, Response):
            host = answer.final_url.host
            if seconds and not verdict.host_wide:  # else it has its rest already
                await anyio.to_thread.run_sync(
                    self._resources.stores.politeness.pause, host, seconds
                )
        if verdict.host_wide or seconds:
            self._resting |= {host, Url(child.url).host}
            if seconds and host == Url(self._source.address).host:
                self._look.pause = max(self._look.pause or 0.0, seconds)

    def _remember(self, child: Child, state: ChildState) -> None:
        self._look.children[child.url] = state.model_copy(update={"modified": child.modified})


def _firsts(links: list[Link]) -> dict[str, Link]:
    first: dict[str, Link] = {}
    for link in links:
        first.setdefault(link.url, link)
    return first


def _promise(child: Child) -> Promise:
    """Newest first; of those without a date, what calls itself news, then what its numbers say is newest."""
    numbers: list[str | int] = [
        int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", child.url)
    ]
    return child.modified or datetime.min.replace(tzinfo=UTC), "news" in child.url.lower(), numbers
