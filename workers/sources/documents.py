"""The documents of sources that are read whole: feeds and section pages."""

from datetime import datetime

import anyio

from config.sources import Source
from pipeline.discover.checked import checked_feed, checked_teasers
from pipeline.discover.feeds import Feed
from pipeline.discover.listings import Teaser, learned, worth_following
from pipeline.discover.refusals import Refusals, refusals_in, without_entries
from pipeline.sources.state import Failure, SourceState, validators_in
from pipeline.urls import url_id
from workers.fetch.records import Response
from workers.processes.isolation import IsolatedReader, PatientReader
from workers.resources import Resources
from workers.sources.poll_result import PollResult, body_hash

_ARTICLES = ("indexed", "duplicate")
_ENDED = (*_ARTICLES, "rejected")


def reader_of(resources: Resources, before: SourceState) -> PatientReader | IsolatedReader:
    """Who reads the next document of a source: known offenders wait for each other only."""
    if before.failure is Failure.TOO_COSTLY:
        return resources.suspect_reader
    return resources.document_reader


async def read_feed(
    resources: Resources, source: Source, before: SourceState, response: Response, now: datetime
) -> PollResult:
    """A feed's links.

    Raises:
        NotAFeed: it is none.
    """
    most = resources.settings.max_entries
    feed = await reader_of(resources, before).read_async(
        checked_feed,
        response.content,
        url=response.final_url,
        source=source.id,
        now=now,
        content_type=response.headers.get("content-type", ""),
        max_entries=most,
    )
    refusals = refusals_in(feed.refused, usable=len(feed.links))
    entries = len(feed.links) + len(feed.refused)
    empty = without_entries(len(response.content), entries)
    notes = [f"{feed.cut} entries beyond the newest {most} were left out"] if feed.cut else []
    return PollResult(
        links=feed.links,
        refused=feed.refused,
        state=_feed_state(response, feed, refusals),
        hints=feed.hints,
        websub=feed.websub,
        notes=notes,
        failure=refusals.sentence if refusals and refusals.total else empty,
        kind=Failure.EMPTY if empty else Failure.REFUSED,
    )


def _feed_state(response: Response, feed: Feed, refusals: Refusals | None) -> dict[str, object]:
    state: dict[str, object] = {
        **validators_in(response.headers),
        "body": body_hash(response.content),
        "entries": len(feed.links) + len(feed.refused),
        "refusals": refusals,
    }
    if feed.site:
        state["site"] = feed.site.origin
    return state


async def read_section(
    resources: Resources, source: Source, before: SourceState, response: Response, _now: datetime
) -> PollResult:
    """The links to articles on a section page, by what became of those of their form.

    Raises:
        NotAPage: it is no HTML, or has no link.
    """
    teasers = await reader_of(resources, before).read_async(
        checked_teasers,
        response.content,
        response.headers.get("content-type", ""),
        url=response.final_url,
        source=source.id,
    )
    return await anyio.to_thread.run_sync(_worth_taking, resources, before, response, teasers)


def _worth_taking(
    resources: Resources, before: SourceState, response: Response, teasers: tuple[Teaser, ...]
) -> PollResult:
    shapes = learned(before.shapes, _outcomes(resources, teasers))
    links = [teaser.link for teaser in teasers if worth_following(teaser, shapes)]
    # The form may be learned while the page stays the same: its hash is not kept, so that it is
    # read again.
    state = {**validators_in(response.headers), "body": None, "shapes": shapes}
    return PollResult(links=links, refused=(), state=state)


def _outcomes(resources: Resources, teasers: tuple[Teaser, ...]) -> list[tuple[str, bool]]:
    """Of the teasers whose URLs have ended: the form of each, and whether it was an article."""
    states = resources.stores.ledger.states([url_id(teaser.link.url) for teaser in teasers])
    outcomes = []
    for teaser, state in zip(teasers, states, strict=True):
        if state in _ENDED:
            outcomes.append((teaser.shape, state in _ARTICLES))
    return outcomes
