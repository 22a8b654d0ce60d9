"""From an address that a person gives to the sources that can be made of it."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import NamedTuple

import click
import redis

from cli.output import clean, err
from cli.session import session
from config.settings import Settings
from config.sources import Source, free_id
from demo.network import LoopbackNetwork
from demo.place import newsroom_folder
from demo.server import NewsroomServer
from pipeline.discover.candidates import FoundSource, Place, looks_like_a_feed, words_for_id
from pipeline.urls import Url, identity
from storage.embedded_redis import EmbeddedRedisError
from storage.redis.connection import StoreUnavailable
from workers.resources import Resources
from workers.sources.discovery import Discovery, discover

_AWAY = (redis.RedisError, StoreUnavailable, EmbeddedRedisError)


class SourceOffer(NamedTuple):
    """A feed or sitemap and the source it makes; ``known`` when that source is there already."""

    found: FoundSource
    source: Source
    known: bool


def discovered(address: Url, chosen: Settings, *, demo: bool = False) -> tuple[FoundSource, ...]:
    """What can be polled at a normalised address or on its site, the best first.

    What looks like a feed and cannot be asked just now is taken at its word, and a warning says so.

    Raises:
        click.ClickException: the site cannot be read.
    """
    try:
        discovery = _looked_at(address, chosen, demo=demo)
    except _AWAY as error:
        if not looks_like_a_feed(address):
            raise
        discovery = Discovery(failure=f"Redis, which keeps the manners, does not answer ({error})")
    if discovery.failure is None:
        if discovery.insecure:
            err().print(f"{clean(address)} does not answer; looked at http instead", markup=False)
        return discovery.found
    if not looks_like_a_feed(address):
        raise click.ClickException(clean(f"{address}: {discovery.failure}"))
    err().print(f"Taken without a look: {clean(discovery.failure)}", markup=False)
    return (FoundSource(address=address, kind="feed", place=Place.GIVEN, count=0, ids=frozenset()),)


def offers_from(
    found: Sequence[FoundSource], wish: Source, known: Sequence[Source], *, own_id: str | None
) -> list[SourceOffer]:
    """What was found as sources, with what a person wished for all new ones of them.

    ``own_id`` is the first new one's id. The site's best feed is named after its host, others after
    their paths too.
    """
    there = {identity(source.address): source for source in known}
    taken = {source.id for source in known}
    offers: list[SourceOffer] = []
    for place, each in enumerate(found):
        if source := there.get(identity(each.address)):
            offers.append(SourceOffer(each, source, known=True))
            continue
        own = own_id if all(offer.known for offer in offers) else None
        plain = place == 0 and (each.kind == "feed" or each.place is Place.GIVEN)
        name = own or free_id(each.address, taken, kind="" if plain else words_for_id(each))
        taken.add(name)
        fields = {
            "id": name,
            "feed": each.address if each.kind == "feed" else None,
            "sitemap": each.address if each.kind == "sitemap" else None,
            "name": wish.name or each.title,
            "language": each.language,
        }
        offers.append(SourceOffer(each, wish.model_copy(update=fields), known=False))
    return offers


def _looked_at(address: Url, chosen: Settings, *, demo: bool) -> Discovery:
    with ExitStack() as stack:
        resources = stack.enter_context(session(chosen))
        if demo:
            server = stack.enter_context(NewsroomServer(newsroom_folder(chosen)))
            resources = Resources(chosen, LoopbackNetwork(server.hosts))
        status = stack.enter_context(err().status(f"Looking at {clean(address)}"))
        now, say = datetime.now(UTC), lambda url: status.update(f"Looking at {clean(url)}")
        return resources.loop.run(discover(resources, address, now=now, say=say))
