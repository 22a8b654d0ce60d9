"""The sources that are watched: how they are doing; and adding, pausing, removing them."""

from contextlib import nullcontext
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from config.sources import Source, SourceKind
from pipeline.base import Record
from pipeline.sources.health import Level
from pipeline.sources.state import Failure
from services.add_source import SourceWish, add_section, watch
from services.coverage.health import SourceStatus, source_statuses
from services.errors import UnknownSourceError
from services.sources import change_source, remove_source
from web.api.context import Context, InContext, Reader, Writer

router = APIRouter(prefix="/sources", tags=["sources"])

_LONGEST_ADDRESS = 2_048

SourceName = Annotated[
    str,
    Path(description="The id of a source.", pattern="^[a-z0-9][a-z0-9._-]{0,63}$"),
]


class WatchedSource(Record):
    """A source and its health. Times are seconds since the epoch; None for never.

    Attributes:
        id: its short name; `source:ID` in queries.
        kind: what is polled: a feed, a sitemap, or a page.
        address: where it is.
        name: as it is shown.
        language: that its articles are in, as far as it says so.
        tags: words for it; `source_tag:WORD` in queries.
        collections: sets of sources that it belongs to; `collection:NAME` in queries.
        enabled: whether it is polled.
        level: its health in a word.
        unhealthy: whether it needs attention.
        sentence: its health for a person.
        failure: the kind of what is wrong.
        last_poll_at: the last time that it was asked.
        last_new_at: the last time that it had something new.
        next_poll_at: when it is asked next.
        pushed: whether a WebSub hub brings its news reliably.
    """

    id: str
    kind: SourceKind
    address: str
    name: str | None
    language: str | None
    tags: tuple[str, ...]
    collections: tuple[str, ...]
    enabled: bool
    level: Level
    unhealthy: bool
    sentence: str
    failure: Failure | None
    last_poll_at: float | None
    last_new_at: float | None
    next_poll_at: float | None
    pushed: bool


class Sources(Record):
    """All that are watched, the unhealthy ones first; and a line for each unusable entry."""

    sources: tuple[WatchedSource, ...]
    problems: tuple[str, ...]


class NewSource(Record):
    """What is to be watched.

    Attributes:
        address: of a feed, a sitemap, or any page of a site, which is then asked what it offers.
        section: watch this very page for links to articles.
        id: short name; made from the host when left out.
        name: as it is shown; the feed's own title when left out.
        interval: how often to poll, such as `15m`.
        tags: words for it.
        collections: sets of sources that it belongs to.
        everything: all feeds and sitemaps of the site, not only the best one.
    """

    address: str = Field(
        min_length=1, max_length=_LONGEST_ADDRESS, examples=["https://news.example/feed.xml"]
    )
    section: bool = False
    id: str | None = Field(default=None, max_length=64)
    name: str | None = Field(default=None, max_length=200)
    interval: str | None = Field(default=None, max_length=20, examples=["15m"])
    tags: tuple[Annotated[str, Field(max_length=100)], ...] = Field(default=(), max_length=50)
    collections: tuple[Annotated[str, Field(max_length=100)], ...] = Field(
        default=(), max_length=50
    )
    everything: bool = False

    def wish(self) -> SourceWish:
        """As the service takes it."""
        return SourceWish(
            address=self.address,
            is_section=self.section,
            source_id=self.id,
            name=self.name,
            interval=self.interval,
            tags=self.tags,
            collections=self.collections,
        )


class AddedSources(Record):
    """The ids of the sources that are watched now, and of others that the site offers."""

    added: tuple[str, ...]
    also_there: tuple[str, ...] = ()


class SourceChange(Record):
    """What is to change: whether the source is polled."""

    enabled: bool


@router.get("")
def get_sources(context: InContext, _caller: Reader) -> Sources:
    """All sources with their health, the unhealthy ones first."""
    registry = context.resources.registry
    known = registry.all()
    return Sources(sources=_watched(context, known), problems=registry.problems())


@router.post("", status_code=201)
def post_source(context: InContext, _caller: Writer, wanted: NewSource) -> AddedSources:
    """Watch a feed, a sitemap, a page, or the best that a site offers.

    Sites in private networks are added by `newsloom sources add --network` only.
    """
    path, wish = context.resources.settings.sources, wanted.wish()
    if wish.is_section:
        return AddedSources(added=(add_section(path, wish).id,))
    done = watch(path, wish, lambda: nullcontext(context.resources), everything=wanted.everything)
    added = tuple(offer.source.id for offer in done.added)
    others = tuple(offer.source.id for offer in done.offers if offer.source.id not in added)
    return AddedSources(added=added, also_there=others)


@router.get("/{source}")
def get_source(context: InContext, _caller: Reader, source: SourceName) -> WatchedSource:
    """One source with its health."""
    return _one(context, source)


@router.patch("/{source}")
def patch_source(
    context: InContext, _caller: Writer, source: SourceName, change: SourceChange
) -> WatchedSource:
    """Pause a source, or poll it again. Its entry and its articles stay."""
    change_source(context.resources.settings.sources, source, enabled=change.enabled)
    return _one(context, source)


@router.delete("/{source}", status_code=204)
def delete_source(context: InContext, _caller: Writer, source: SourceName) -> None:
    """Stop watching a source. Its articles stay."""
    remove_source(context.resources.settings.sources, source)


def _one(context: Context, source_id: str) -> WatchedSource:
    known = context.resources.registry.all()
    if source_id not in known:
        raise UnknownSourceError(f"There is no source {source_id}.")
    [watched] = _watched(context, {source_id: known[source_id]})
    return watched


def _watched(context: Context, known: dict[str, Source]) -> tuple[WatchedSource, ...]:
    statuses = source_statuses(context.resources, tuple(known.values()))
    return tuple(_told(known[status.source_id], status) for status in statuses)


def _told(source: Source, status: SourceStatus) -> WatchedSource:
    return WatchedSource(
        id=source.id,
        kind=source.kind,
        address=source.address,
        name=source.name,
        language=source.language,
        tags=source.tags,
        collections=source.collections,
        enabled=source.enabled,
        level=status.verdict.level,
        unhealthy=status.verdict.unhealthy,
        sentence=status.verdict.sentence,
        failure=status.verdict.failure,
        last_poll_at=status.state.last_poll,
        last_new_at=status.state.last_new,
        next_poll_at=status.next_poll if source.enabled else None,
        pushed=status.push is not None and status.push.reliable,
    )
