"""New articles as they come, by server-sent events (WHATWG HTML, section 9.2).

One task asks the index for all readers: their number costs the index nothing.
"""

import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import anyio
from anyio.streams.memory import MemoryObjectSendStream
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from config.logging import LogFields
from search.request import Sort
from search.results import Hit
from services.articles.search import search
from storage.index import IndexIncompatible, IndexUnavailable
from web.pages.site import Site

log = logging.getLogger("newsloom.web")

MOST_READERS = 100
EVERY_SECONDS = 2.0
LASTS_SECONDS = 300.0
"""After which a stream ends, so that who has lost access sees nothing more."""

_LOOKS_BACK = timedelta(hours=1)
_PAGE = 100
_MOST_AT_ONCE = 500
_OVERLAP = timedelta(seconds=30)
"""Articles are written some seconds after they were first seen."""

_REMEMBERED = 5_000
_WAITING = 20
"""Messages that wait for a slow reader; then it is told to load the page again."""


class LatestStream:
    """Tells all open front pages of new articles. ``run`` does the asking."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._readers: dict[MemoryObjectSendStream[str], anyio.Event] = {}
        self._told: dict[str, None] = {}
        self._since = datetime.now(UTC)

    async def run(self) -> None:
        """Ask the index every two seconds while somebody reads."""
        while True:
            await anyio.sleep(EVERY_SECONDS)
            self._end_with_server()
            if self._readers:
                await self._tell()
            else:
                self._since = self._site.moment

    async def respond(self, request: Request) -> Response:
        """``GET /latest/stream``."""
        if len(self._readers) >= MOST_READERS:
            raise HTTPException(503, "Too many pages are watching.", {"Retry-After": "30"})
        stopping = anyio.Event()
        return EventSourceResponse(
            self._events(request, stopping),
            ping=15,
            shutdown_event=stopping,
            shutdown_grace_period=2 * EVERY_SECONDS,
        )

    def _end_with_server(self) -> None:
        """End the streams whose server stops, so that each answer is complete."""
        for reader, stopping in tuple(self._readers.items()):
            if stopping.is_set():
                self._drop(reader)

    def _drop(self, reader: MemoryObjectSendStream[str]) -> None:
        self._readers.pop(reader, None)
        reader.close()

    async def _events(
        self, request: Request, stopping: anyio.Event
    ) -> AsyncIterator[ServerSentEvent]:
        """What came since the page was made, then what comes.

        It ends after some minutes: the browser connects again, and has to be allowed to again.
        """
        sender, receiver = anyio.create_memory_object_stream[str](_WAITING)
        self._readers[sender] = stopping
        try:
            since = _since(request, self._site.moment)
            hits = await anyio.to_thread.run_sync(self._arrived, since)
            if hits:
                yield ServerSentEvent(event="articles", data=await self._written(hits))
            with anyio.move_on_after(LASTS_SECONDS):
                async for message in receiver:
                    yield ServerSentEvent(event="articles", data=message)
        finally:
            self._drop(sender)
            receiver.close()

    async def _tell(self) -> None:
        try:
            hits = await anyio.to_thread.run_sync(self._fresh)
        except (IndexUnavailable, IndexIncompatible) as error:
            log.warning(
                "new articles cannot be shown: %s", error, extra=LogFields(event="not_answered")
            )
            return
        if not hits:
            return
        message = await self._written(hits)
        for reader in tuple(self._readers):
            try:
                reader.send_nowait(message)
            except (anyio.WouldBlock, anyio.BrokenResourceError):
                self._drop(reader)  # a slow reader connects again; one that left is gone

    def _arrived(self, since: datetime) -> list[Hit]:
        """Articles that were first seen since then, ``_MOST_AT_ONCE`` of them at most."""
        moment = since.isoformat(timespec="seconds")
        query = f'first_seen:["{moment}" TO *]'
        hits: list[Hit] = []
        after = None
        while len(hits) < _MOST_AT_ONCE:
            found = search(
                self._site.index, query, limit=_PAGE, sort=Sort.NEWEST, after=after, facets=()
            )
            hits += found.hits
            after = found.next
            if after is None:
                break
        return hits

    def _fresh(self) -> list[Hit]:
        """Articles that nobody was told of yet, the newest first."""
        now = self._site.moment
        found = self._arrived(self._since - _OVERLAP)
        self._since = now
        fresh = [hit for hit in found if hit.id not in self._told]
        self._told.update(dict.fromkeys(hit.id for hit in fresh))
        for old in list(self._told)[: max(0, len(self._told) - _REMEMBERED)]:
            del self._told[old]
        return fresh

    async def _written(self, hits: list[Hit]) -> str:
        return await anyio.to_thread.run_sync(self._message, hits)

    def _message(self, hits: list[Hit]) -> str:
        """The articles as the page shows them; by their ids, since some may come twice."""
        site = self._site
        common = {"names": site.names(), "now": site.moment, "words": ""}
        parts = {hit.id: site.renderer.html("hit.html", {**common, "hit": hit}) for hit in hits}
        return json.dumps({"articles": list(parts.items())})


def _since(request: Request, now: datetime) -> datetime:
    """When the page was made, as its address says; a while ago at most."""
    try:
        asked = datetime.fromisoformat(request.query_params.get("since", ""))
    except ValueError:
        return now
    made = asked if asked.tzinfo else asked.replace(tzinfo=UTC)
    return min(max(made, now - _LOOKS_BACK), now)
