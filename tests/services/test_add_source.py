"""Adding what a site offers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

import pytest
import redis

from config.settings import Settings
from config.sources import Source
from config.sources_file import load, save
from demo.network import LoopbackNetwork
from demo.server import NewsroomServer
from pipeline.discover.candidates import FoundSource, Place
from pipeline.urls import Url
from services.add_source import (
    SourceWish,
    add_found,
    add_section,
    discover_sources,
    offers_from,
    section_source,
    watch,
    wished_source,
)
from services.errors import DiscoveryError, InvalidSourceError, SourceExistsError
from services.sources import Connect
from workers.resources import Resources

HOST = "http://stadtbote.example"
KNOWN = Source(id="old", feed="http://a.example/rss")


def found(
    path: str, kind: str = "feed", place: Place = Place.LINK, **fields: object
) -> FoundSource:
    values = {"address": f"http://a.example/{path}", "kind": kind, "place": place, "count": 1}
    return FoundSource.model_validate({**values, "ids": frozenset(), **fields})


@pytest.fixture
def newsroom(settings: Settings) -> Iterator[Connect]:
    """Opens stores whose network leads to the sample newsroom."""
    with NewsroomServer() as server:

        @contextmanager
        def connect() -> Iterator[Resources]:
            yield Resources(settings, LoopbackNetwork(server.hosts))

        yield connect


@contextmanager
def away() -> Iterator[Resources]:
    raise redis.ConnectionError("Redis is away")
    yield


def test_a_wish_becomes_a_source() -> None:
    wish = SourceWish(
        "http://b.example/rss", name="B", interval="15m", tags=("a", "b"), collections=("c",)
    )
    source = wished_source(wish, [KNOWN])

    assert (source.feed, source.section) == ("http://b.example/rss", None)
    assert (source.name, source.interval, source.tags) == ("B", 900.0, ("a", "b"))
    assert source.collections == ("c",)


def test_a_section_is_watched_as_it_is() -> None:
    wished = wished_source(SourceWish("http://b.example/news", is_section=True), [KNOWN])

    assert wished.section == "http://b.example/news"
    assert section_source(wished, [KNOWN], own_id=None).id == "b.example-section"
    assert section_source(wished, [KNOWN], own_id="mine").id == "mine"


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (SourceWish("nowhere"), "^feed: .*not an absolute URL"),
        (SourceWish("ftp://b.example/", is_section=True), "^section: .*only http and https"),
        (SourceWish("http://b.example/", interval="soon"), "^interval: "),
        (SourceWish("http://b.example/", source_id="Big News"), "^id: "),
    ],
)
def test_a_field_that_does_not_fit_is_named(wish: SourceWish, message: str) -> None:
    with pytest.raises(InvalidSourceError, match=message):
        wished_source(wish, [])


def test_an_address_or_id_in_use_is_refused() -> None:
    with pytest.raises(SourceExistsError, match="the id old is already there"):
        wished_source(SourceWish("http://a.example/rss"), [KNOWN])
    with pytest.raises(SourceExistsError, match="the id old is already there"):
        wished_source(SourceWish("http://b.example/", source_id="old"), [KNOWN])


def test_a_site_s_feeds_and_sitemaps_are_discovered(newsroom: Connect) -> None:
    fetched: list[str] = []
    discovered = discover_sources(Url(f"{HOST}/"), newsroom, progress=fetched.append)

    assert [one.address for one in discovered.found] == [
        f"{HOST}/atom.xml",
        f"{HOST}/sitemap-news.xml",
        f"{HOST}/sitemap.xml",
    ]
    assert fetched[0] == f"{HOST}/"
    assert len(fetched) >= 4
    assert (discovered.insecure, discovered.unread) == (False, None)


def test_where_https_does_not_answer_http_is_tried(newsroom: Connect) -> None:
    discovered = discover_sources(Url("https://stadtbote.example/"), newsroom)

    assert discovered.insecure
    assert discovered.found[0].address == f"{HOST}/atom.xml"


def test_what_looks_like_a_feed_is_taken_unread(newsroom: Connect) -> None:
    discovered = discover_sources(Url("http://nowhere.example/feed.xml"), newsroom)

    (feed,) = discovered.found
    assert (feed.address, feed.kind, feed.place) == (
        "http://nowhere.example/feed.xml",
        "feed",
        Place.GIVEN,
    )
    assert "cannot be resolved" in (discovered.unread or "")


def test_a_site_that_cannot_be_read_is_an_error(newsroom: Connect) -> None:
    with pytest.raises(DiscoveryError, match=r"^http://nowhere\.example/: no connection"):
        discover_sources(Url("http://nowhere.example/"), newsroom)


def test_without_redis_only_what_looks_like_a_feed_is_taken() -> None:
    assert "does not answer" in (discover_sources(Url("http://a.example/rss"), away).unread or "")
    with pytest.raises(redis.ConnectionError):
        discover_sources(Url("http://a.example/"), away)


def test_offers_have_ids_that_are_free_and_the_first_new_one_the_wished_id() -> None:
    wished = Source(id="unnamed", feed="http://a.example/", tags=("x",), interval=60)
    sources = [
        found("rss"),
        found("sport.xml", title="Sport", language="en"),
        found("map.xml", "sitemap", news=True, newest=datetime(2026, 1, 2, tzinfo=UTC)),
    ]
    offers = offers_from(sources, wished, [KNOWN], own_id="mine")

    assert [(offer.source.id, offer.known) for offer in offers] == [
        ("old", True),
        ("mine", False),
        ("a.example-map-news-sitemap", False),
    ]
    first, sitemap = offers[1].source, offers[2].source
    assert (first.feed, first.name, first.language) == ("http://a.example/sport.xml", "Sport", "en")
    assert (sitemap.feed, sitemap.sitemap) == (None, "http://a.example/map.xml")
    assert (sitemap.tags, sitemap.interval) == (("x",), 60)


def test_the_best_feed_and_what_was_given_need_no_more_than_the_host() -> None:
    wished = Source(id="unnamed", feed="http://a.example/")
    best = offers_from([found("x"), found("y")], wished, [], own_id=None)
    given = offers_from([found("m", "sitemap", Place.GIVEN)], wished, [], own_id=None)
    sitemap = offers_from([found("m", "sitemap")], wished, [], own_id=None)

    assert [offer.source.id for offer in best] == ["a.example", "a.example-y"]
    assert given[0].source.id == "a.example"
    assert sitemap[0].source.id == "a.example-m-sitemap"


def test_added_sources_stand_behind_the_known_ones(settings: Settings) -> None:
    save(settings.sources, [KNOWN])
    wish = SourceWish("http://a.example/")
    result = add_found(settings.sources, [found("x"), found("y")], wish, everything=False)
    assert [offer.source.id for offer in result.offers] == ["a.example", "a.example-y"]
    assert result.added == result.offers[:1]
    assert load(settings.sources) == (KNOWN, result.added[0].source)

    before = settings.sources.stat().st_mtime_ns
    again = add_found(settings.sources, [found("x")], wish, everything=True)
    assert (again.added, settings.sources.stat().st_mtime_ns) == ((), before)


def test_what_was_added_while_the_site_was_looked_at_stays(settings: Settings) -> None:
    save(settings.sources, [KNOWN])
    wish = SourceWish("http://a.example/")
    wished_source(wish, load(settings.sources))
    meanwhile = Source(id="a.example", feed="http://a.example/other")
    save(settings.sources, [KNOWN, meanwhile])  # by another command
    add_found(settings.sources, [found("x")], wish, everything=False)
    assert [source.id for source in load(settings.sources)] == ["old", "a.example", "a.example-2"]


def test_what_was_wished_and_added_meanwhile_is_not_added_twice(settings: Settings) -> None:
    save(settings.sources, [Source(id="mine", feed="http://b.example/x")])
    wish = SourceWish("http://a.example/", source_id="mine")
    with pytest.raises(SourceExistsError):
        add_found(settings.sources, [found("x")], wish, everything=False)


def test_a_section_is_added_unless_it_is_a_dry_run(settings: Settings) -> None:
    wish = SourceWish("http://b.example/news", is_section=True)
    listed = add_section(settings.sources, wish, dry_run=True)
    assert not settings.sources.exists()
    assert add_section(settings.sources, wish) == listed
    assert load(settings.sources) == (listed,)


def test_many_commands_at_once_lose_nothing(settings: Settings) -> None:
    wishes = [SourceWish(f"http://{name}.example/", is_section=True) for name in "abcdefgh"]
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(partial(add_section, settings.sources), wishes))
    assert {source.id for source in load(settings.sources)} == {source.id for source in added}


def test_the_best_that_a_site_offers_is_watched_in_one_step(
    settings: Settings, newsroom: Connect
) -> None:
    done = watch(settings.sources, SourceWish(HOST, tags=("daily",)), newsroom)
    [added] = done.added
    assert load(settings.sources) == (added.source,)
    assert added.source.tags == ("daily",)
    with pytest.raises(SourceExistsError, match="is already there"):
        watch(settings.sources, SourceWish(HOST), newsroom)
    everything = watch(settings.sources, SourceWish(HOST), newsroom, everything=True)
    assert len(everything.added) == len(everything.offers) - 1 > 0
    with pytest.raises(DiscoveryError):
        watch(settings.sources, SourceWish("http://nowhere.example/"), newsroom)
