"""Add sources: find what a site offers to be polled, and watch it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import redis
from pydantic import ValidationError

from config.sources import Source, free_id
from config.sources_file import load, save
from config.validation import problems_in
from pipeline.discover.candidates import FoundSource, Place, looks_like_a_feed, words_for_id
from pipeline.urls import Url, identity
from services.changing_sources import changing
from services.errors import DiscoveryError, InvalidSourceError, SourceExistsError
from services.sources import Connect
from storage.embedded_redis import EmbeddedRedisError
from storage.redis.connection import StoreUnavailable
from workers.resources import Resources
from workers.sources.discovery import Discovery, discover

_UNAVAILABLE = (redis.RedisError, StoreUnavailable, EmbeddedRedisError)
_UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class SourceWish:
    """What a user wants to watch. What is None is taken from the site or from the settings.

    Attributes:
        address: of a feed, a sitemap, or any page of a site.
        is_section: the page itself is to be watched for links to articles.
        source_id: short name.
        name: as it is shown.
        interval: between polls, such as ``15m``.
        tags: any words.
        collections: the named sets of sources it belongs to.
        network: the private network that it is in, such as ``192.168.1.0/24``.
    """

    address: str
    is_section: bool = False
    source_id: str | None = None
    name: str | None = None
    interval: str | None = None
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    network: str | None = None


@dataclass(frozen=True, slots=True)
class Discovered:
    """What can be polled at an address or on its site.

    Attributes:
        found: feeds and sitemaps, the best first.
        insecure: https did not answer, and http did.
        unread: why the address was taken without being read; None when it was read.
    """

    found: tuple[FoundSource, ...]
    insecure: bool = False
    unread: str | None = None


@dataclass(frozen=True, slots=True)
class SourceOffer:
    """A feed or sitemap and the source it makes; ``known`` when that source exists already."""

    found: FoundSource
    source: Source
    known: bool


@dataclass(frozen=True, slots=True)
class AddedOffers:
    """All that a site offers, the best first, and what of it was added."""

    offers: tuple[SourceOffer, ...]
    added: tuple[SourceOffer, ...]


def wished_source(wish: SourceWish, known: Collection[Source]) -> Source:
    """The source that a wish describes, as yet without what discovery adds.

    Raises:
        InvalidSourceError: a field does not fit.
        SourceExistsError: its address or its id is in use.
    """
    fields = {
        "id": wish.source_id or _UNNAMED,
        "section" if wish.is_section else "feed": wish.address,
        **_given(
            name=wish.name,
            interval=wish.interval,
            tags=wish.tags,
            collections=wish.collections,
            network=wish.network,
        ),
    }
    try:
        source = Source.model_validate(fields)
    except ValidationError as error:
        raise InvalidSourceError("; ".join(problems_in(error, Source))) from None
    for other in known:
        if identity(other.address) == identity(source.address) or other.id == wish.source_id:
            taken = wish.source_id or other.id
            raise SourceExistsError(f"{source.address} or the id {taken} is already there")
    return source


def section_source(wished: Source, known: Collection[Source], *, own_id: str | None) -> Source:
    """The source that watches a page as it is: nothing is discovered. ``own_id`` may name it."""
    taken = [source.id for source in known]
    return wished.model_copy(
        update={"id": own_id or free_id(wished.address, taken, kind="section")}
    )


def discover_sources(
    address: Url,
    connect: Connect,
    *,
    network: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Discovered:
    """What can be polled at a normalised address or on its site, the best first.

    What looks like a feed and cannot be asked just now is taken without being read.

    Args:
        address: normalised.
        connect: opens the stores, and the network to fetch through.
        network: the private network that it is in, if it is in one.
        progress: called with each address before it is fetched.

    Raises:
        DiscoveryError: the site cannot be read.
    """
    try:
        with connect() as resources:
            discovery = _discover(resources, address, network, progress)
    except _UNAVAILABLE as error:
        if not looks_like_a_feed(address):
            raise
        failure = f"Redis, which keeps the hosts' delays, does not answer ({error})"
        discovery = Discovery(failure=failure)
    if discovery.failure is None:
        return Discovered(discovery.found, insecure=discovery.insecure)
    if not looks_like_a_feed(address):
        raise DiscoveryError(f"{address}: {discovery.failure}")
    feed = FoundSource(address=address, kind="feed", place=Place.GIVEN, count=0, ids=frozenset())
    return Discovered((feed,), unread=discovery.failure)


def offers_from(
    found: Sequence[FoundSource], wished: Source, known: Sequence[Source], *, own_id: str | None
) -> tuple[SourceOffer, ...]:
    """What was found as sources, with what the user wished for all new ones of them.

    Args:
        found: feeds and sitemaps, the best first.
        wished: name, interval and tags of the new sources.
        known: sources that exist.
        own_id: the first new one's id; None takes one from its address.
    """
    at_address = {identity(source.address): source for source in known}
    taken = {source.id for source in known}
    offers: list[SourceOffer] = []
    for rank, each in enumerate(found):
        existing = at_address.get(identity(each.address))
        if existing:
            offers.append(SourceOffer(each, existing, known=True))
            continue
        source_id = own_id or free_id(each.address, taken, kind=_kind_words(each, rank))
        own_id = None
        taken.add(source_id)
        offers.append(SourceOffer(each, _source(each, wished, source_id), known=False))
    return tuple(offers)


def add_section(sources_file: Path, wish: SourceWish, *, dry_run: bool = False) -> Source:
    """Watch a page as it is. A running Newsloom takes it up at once.

    Args:
        sources_file: where the sources are.
        wish: what the user wants.
        dry_run: change nothing.

    Returns:
        The new source.

    Raises:
        InvalidSourceError: a field does not fit.
        SourceExistsError: its address or its id is in use.
        SourcesError: the file cannot be read or changed.
    """
    if dry_run:
        return _section_of(wish, load(sources_file))
    with changing(sources_file) as file:
        section = _section_of(wish, file.sources)
        save(sources_file, [*file.sources, section])
    return section


def offers_of(
    sources_file: Path, found: Sequence[FoundSource], wish: SourceWish
) -> tuple[SourceOffer, ...]:
    """What was found as sources, beside those that are in the file now. Raises as ``add_found``."""
    known = load(sources_file)
    return offers_from(found, wished_source(wish, known), known, own_id=wish.source_id)


def add_found(
    sources_file: Path, found: Sequence[FoundSource], wish: SourceWish, *, everything: bool
) -> AddedOffers:
    """Watch what was found. A running Newsloom takes it up at once.

    The file may have changed while the site was looked at, so it is read again.

    Args:
        sources_file: where the sources are.
        found: feeds and sitemaps, the best first.
        wish: what the user wants.
        everything: add all of them, not only the best one.

    Raises:
        InvalidSourceError: a field of the wish does not fit.
        SourceExistsError: the wished address or id is in use.
        SourcesError: the file cannot be read or changed.
    """
    with changing(sources_file) as file:
        offers = offers_of(sources_file, found, wish)
        wanted = offers if everything else offers[:1]
        added = tuple(offer for offer in wanted if not offer.known)
        if added:
            save(sources_file, [*file.sources, *(offer.source for offer in added)])
    return AddedOffers(offers, added)


def watch(
    sources_file: Path, wish: SourceWish, connect: Connect, *, everything: bool = False
) -> AddedOffers:
    """Watch what a wish describes, in one step: the page itself, or what its site offers.

    Its arguments are those of ``discover_sources`` and ``add_found``.

    Raises:
        DiscoveryError: the site cannot be read, or offers neither feed nor sitemap.
        InvalidSourceError: a field of the wish does not fit.
        SourceExistsError: its address or id is in use, or the best that there is is watched.
        SourcesError: the file cannot be read or changed.
    """
    wished = wished_source(wish, load(sources_file))
    found = discover_sources(wished.address, connect, network=wished.network).found
    result = add_found(sources_file, found, wish, everything=everything)
    if not result.offers:
        raise DiscoveryError(f"{wished.address}: there is neither feed nor sitemap.")
    if not result.added:
        raise SourceExistsError(f"{result.offers[0].source.address} is already there.")
    return result


def _section_of(wish: SourceWish, known: Collection[Source]) -> Source:
    return section_source(wished_source(wish, known), known, own_id=wish.source_id)


def _given(**fields: object) -> dict[str, object]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value}


def _discover(
    resources: Resources, address: Url, network: str | None, progress: Callable[[str], None]
) -> Discovery:
    now = datetime.now(UTC)
    return resources.loop.run(discover(resources, address, now=now, say=progress, network=network))


def _kind_words(found: FoundSource, rank: int) -> str:
    """Words for the id: none for the site's best feed, or for what was given itself."""
    is_best_feed = rank == 0 and found.kind == "feed"
    was_given = rank == 0 and found.place is Place.GIVEN
    return "" if is_best_feed or was_given else words_for_id(found)


def _source(found: FoundSource, wished: Source, source_id: str) -> Source:
    fields = {
        "id": source_id,
        "feed": None,
        found.kind: found.address,
        "name": wished.name or found.title,
        "language": found.language,
    }
    return wished.model_copy(update=fields)
