"""What an answer to a poll says: a feed's, sitemap's or section page's links, or why there is nothing to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

import anyio
from lxml.etree import strip_elements

from config.sources import Source
from pipeline.discover.announced import RefusedEntry
from pipeline.discover.feeds import NotAFeed, parse_feed
from pipeline.discover.hints import Hints
from pipeline.discover.html import page_tree
from pipeline.discover.listings import NotAPage, learned, parse_listing, worth_following
from pipeline.discover.sitemaps import NotASitemap
from pipeline.discover.state import Failure, FeedState, validators_in
from pipeline.extract.verdicts import text_length
from pipeline.extract.walls import turned_away
from pipeline.records import Link
from pipeline.urls import url_id
from workers.exploring import look
from workers.fetching import Response
from workers.resources import Resources

_HEAD = 2_000
_ARTICLES = ("indexed", "duplicate")
_MOST_HTML = 200_000


class Unreadable(Exception):  # noqa: N818 - named after what it is
    """An answer that is not what the source should be; the message says what it is."""

    def __init__(self, failure: Failure, words: str) -> None:
        super().__init__(words)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Said:
    """What a source said: its links, those without a date apart, and what to remember of it.

    ``failure`` and ``pause`` (seconds) are of the sitemaps of an index. ``state`` is of ``FeedState``.
    """

    links: Sequence[Link]
    refused: Sequence[RefusedEntry]
    state: Mapping[str, object]
    hints: Hints = field(default_factory=Hints)
    undated: Sequence[Link] = ()
    notes: Sequence[str] = ()
    failure: str | None = None
    pause: float | None = None


def body_hash(content: bytes) -> str:
    """By which a document is known again where the server has no validators."""
    return blake2b(content, digest_size=16).hexdigest()


async def read(resources: Resources, source: Source, before: FeedState, answer: Response, now: datetime) -> Said:
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


async def _feed(resources: Resources, source: Source, answer: Response, now: datetime) -> Said:
    most = resources.settings.max_entries
    feed = await anyio.to_thread.run_sync(
        lambda: parse_feed(answer.content, url=answer.final_url, source=source.id, now=now, max_entries=most)
    )
    known = {"body": body_hash(answer.content), "entries": len(feed.links) + len(feed.refused)}
    return Said(
        links=feed.links,
        refused=feed.refused,
        state={**validators_in(answer.headers), **known},
        hints=feed.hints,
        notes=[f"{feed.cut} entries beyond the first {most} were left out"] if feed.cut else [],
    )


async def _sitemap(resources: Resources, source: Source, before: FeedState, answer: Response, now: datetime) -> Said:
    most = resources.settings.max_entries
    found = await look(resources, source, answer, before, now)
    if len(found.links) > most:
        found.notes.append(f"{len(found.links) - most} entries beyond the newest {most} were left out")
    whole = {**validators_in(answer.headers), "body": body_hash(answer.content)}
    return Said(
        links=found.links[:most],
        refused=found.refused,
        undated=found.undated,
        state={**(whole if found.whole else dict.fromkeys(whole)), "children": found.children},
        notes=found.notes,
        failure=found.failure,
        pause=found.pause,
    )


def _section(resources: Resources, source: Source, before: FeedState, answer: Response) -> Said:
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
    # The form may be learned while the page stays the same: its hash is not kept, so that it is read again.
    return Said(links=links, refused=(), state={**validators_in(answer.headers), "body": None, "shapes": shapes})


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
        return Failure.MOVED, f"its address leads to {answer.final_url}, which is a web page and no feed"
    return Failure.PARSE, "it answers with a web page and not with a feed"


def _wall(content: bytes, content_type: str) -> str | None:
    tree = page_tree(content, content_type)
    if tree is None:
        return None
    strip_elements(tree, "script", "style", "noscript", with_tail=False)
    title = " ".join((tree.findtext(".//title") or "").split())
    body = " ".join("".join(str(text) for text in tree.itertext()).split())
    return turned_away((title,), body, text_length(body))
