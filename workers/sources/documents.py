"""What an answer to a poll says.

A feed's, sitemap's or section page's links, or why there is nothing to read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import anyio
from lxml.etree import strip_elements

from config.sources import Source
from pipeline.discover.announced import RefusedEntry
from pipeline.discover.feeds import NotAFeed, parse_feed
from pipeline.discover.hints import Hints
from pipeline.discover.html import page_tree
from pipeline.discover.listings import NotAPage, learned, parse_listing, worth_following
from pipeline.discover.refusals import refusals_in
from pipeline.discover.sitemaps import NotASitemap
from pipeline.discover.websub import DeclaredHubs
from pipeline.extract.classify.block_pages import classify_block_page
from pipeline.outcome import Retry
from pipeline.records import Link
from pipeline.sources.state import Failure, SourceState, failure_of, validators_in
from pipeline.text.lengths import text_length
from pipeline.urls import url_id
from workers.fetch.client import Response
from workers.resources import Resources
from workers.sources.sitemap_crawl import SitemapScan, body_hash, look

_HEAD = 2_000
_ARTICLES = ("indexed", "duplicate")
_MOST_HTML = 200_000


class Unreadable(Exception):  # noqa: N818 - named after what it is
    """An answer that is not what the source should be; the message says what it is."""

    def __init__(self, failure: Failure, words: str) -> None:
        super().__init__(words)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class PollResult:
    """What a source said: its links, those without a date apart, and what to remember of it.

    ``failure`` says why nothing of it can be used, and is of that ``kind``, after an answer with
    that ``status``; ``pause`` (seconds) is of the sitemaps of an index. ``documents`` are the
    sitemaps that were read: where each was found, and the address by which it is asked for.
    ``state`` is of ``SourceState``. ``websub`` is what a feed declares; None for other documents.
    """

    links: Sequence[Link]
    refused: Sequence[RefusedEntry]
    state: Mapping[str, object]
    hints: Hints = field(default_factory=Hints)
    undated: Sequence[Link] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    failure: str | None = None
    kind: Failure = Failure.HTTP_ERROR
    status: int | None = None
    pause: float | None = None
    websub: DeclaredHubs | None = None


async def read(
    resources: Resources, source: Source, before: SourceState, answer: Response, now: datetime
) -> PollResult:
    """Reads what a source answered.

    Raises:
        Unreadable: it is not what the source should be.
    """
    try:
        if source.feed:
            return await _feed(resources, source, answer, now)
        if source.sitemap:
            return await _sitemap(resources, source, before, answer, now)
        return await anyio.to_thread.run_sync(_section, resources, source, before, answer)
    except (NotAFeed, NotASitemap, NotAPage) as error:
        failure, words = await anyio.to_thread.run_sync(_unreadable, source, answer, str(error))
        raise Unreadable(failure, words) from None


async def _feed(
    resources: Resources, source: Source, answer: Response, now: datetime
) -> PollResult:
    most = resources.settings.max_entries
    feed = await anyio.to_thread.run_sync(
        lambda: parse_feed(
            answer.content,
            url=answer.final_url,
            source=source.id,
            now=now,
            content_type=answer.headers.get("content-type", ""),
            max_entries=most,
        )
    )
    refusals = refusals_in(feed.refused, usable=len(feed.links))
    known = {
        "body": body_hash(answer.content),
        "entries": len(feed.links) + len(feed.refused),
        "refusals": refusals,
    }
    site = {"site": feed.site.origin} if feed.site else {}
    return PollResult(
        links=feed.links,
        refused=feed.refused,
        state={**validators_in(answer.headers), **known, **site},
        hints=feed.hints,
        websub=feed.websub,
        notes=[f"{feed.cut} entries beyond the first {most} were left out"] if feed.cut else [],
        failure=refusals.sentence if refusals and refusals.total else None,
        kind=Failure.REFUSED,
    )


async def _sitemap(
    resources: Resources, source: Source, before: SourceState, answer: Response, now: datetime
) -> PollResult:
    most = resources.settings.max_entries
    found = await look(resources, source, answer, before, now)
    if len(found.links) > most:
        found.notes.append(
            f"{len(found.links) - most} entries beyond the newest {most} were left out"
        )
    whole = {**validators_in(answer.headers), "body": body_hash(answer.content)}
    state: dict[str, object] = {
        **(whole if found.whole else dict.fromkeys(whole)),
        "children": found.children,
    }
    refusals = refusals_in(
        found.refused, usable=len(found.links) + len(found.undated) + found.older
    )
    if found.children and before.last_success:
        # A later look at an index reads only what changed, which tells little of it.
        refusals = None
    else:
        state["refusals"] = refusals
    return PollResult(
        links=found.links[:most],
        refused=found.refused,
        undated=found.undated,
        documents=found.documents,
        state=state,
        notes=found.notes,
        failure=found.failure or (refusals.sentence if refusals and refusals.total else None),
        kind=_kind(found) if found.failure else Failure.REFUSED,
        status=found.status,
        pause=found.pause,
    )


def _kind(found: SitemapScan) -> Failure:
    """Of an index whose sitemaps cannot be read."""
    return (
        failure_of(Retry(error=found.failure or ""), found.status)
        if found.status
        else Failure.HTTP_ERROR
    )


def _section(
    resources: Resources, source: Source, before: SourceState, answer: Response
) -> PollResult:
    """The links to articles on a section page, by what became of those of their form."""
    kind = answer.headers.get("content-type", "")
    teasers = parse_listing(answer.content, kind, url=answer.final_url, source=source.id)
    states = resources.stores.ledger.states([url_id(teaser.link.url) for teaser in teasers])
    outcomes = [
        (teaser.shape, state in _ARTICLES)
        for teaser, state in zip(teasers, states, strict=True)
        if state in _ARTICLES or state == "rejected"
    ]
    shapes = learned(before.shapes, outcomes)
    links = [teaser.link for teaser in teasers if worth_following(teaser, shapes)]
    # The form may be learned while the page stays the same: its hash is not kept, so that it is
    # read again.
    return PollResult(
        links=links,
        refused=(),
        state={**validators_in(answer.headers), "body": None, "shapes": shapes},
    )


def _unreadable(source: Source, answer: Response, error: str) -> tuple[Failure, str]:
    """What came instead: nothing, a page that turns machines away, where the address moved to, or a defect."""
    if not answer.content.strip():
        return Failure.EMPTY, error
    kind = answer.headers.get("content-type", "")
    start = answer.content[:_HEAD].lstrip().lower()
    if b"<html" not in start and not start.startswith(b"<!doctype html"):
        return Failure.PARSE, error
    wall = _wall(answer.content[:_MOST_HTML], kind)
    wanted = "section page" if source.section else "feed"
    if wall:
        failure = Failure.PAYWALL if wall == "a login" else Failure.BLOCKED
        return failure, f"instead of a {wanted} it answers with what looks like {wall}"
    if source.section:
        return Failure.EMPTY, error
    if answer.final_url != answer.url:
        return (
            Failure.MOVED,
            f"its address leads to {answer.final_url}, which is a web page and no feed",
        )
    return Failure.PARSE, "it answers with a web page and not with a feed"


def _wall(content: bytes, content_type: str) -> str | None:
    tree = page_tree(content, content_type)
    if tree is None:
        return None
    strip_elements(tree, "script", "style", "noscript", with_tail=False)
    title = " ".join((tree.findtext(".//title") or "").split())
    body = " ".join("".join(str(text) for text in tree.itertext()).split())
    return classify_block_page((title,), body, text_length(body))
