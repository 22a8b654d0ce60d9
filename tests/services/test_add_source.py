"""Adding what a site offers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import redis

from config.settings import Settings
from config.sources import Source
from config.sources_file import load
from demo.network import LoopbackNetwork
from demo.server import NewsroomServer
from pipeline.discover.candidates import FoundSource, Place
from pipeline.urls import Url
from services.add_source import (
    SourceWish,
    add_sources,
    discover_sources,
    offers_from,
    section_source,
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
    add_sources(settings.sources, [], [KNOWN])
    added = Source(id="new", feed="http://b.example/rss")
    add_sources(settings.sources, [KNOWN], [added])
    assert load(settings.sources) == (KNOWN, added)

    before = settings.sources.stat().st_mtime_ns
    add_sources(settings.sources, [KNOWN, added], [])
    assert settings.sources.stat().st_mtime_ns == before
