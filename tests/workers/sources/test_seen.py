"""Entries of sitemaps without a date.

What was not there at the last look at their document is new.
"""

import logging
import time
from collections.abc import Callable

import pytest

from config.sources import Source
from pipeline.discover.checked import checked_sitemap
from pipeline.sources.state import SourceState
from storage.redis import seen as undated
from tests.support.servers.fault_server import FaultServer, answer
from tests.workers.conftest import Making
from workers.resources import Resources
from workers.sources.polling import poll
from workers.sources.sitemaps import crawl

MAP = Source(id="map", sitemap="http://a.example/sitemap.xml", interval=100)
STAMP = "2026-01-02T10:00:00+00:00"


def serve_index(server: FaultServer, *names: str, stamp: str = "") -> None:
    date = f"<lastmod>{stamp}</lastmod>" if stamp else ""
    entries = "".join(
        f"<sitemap><loc>http://a.example/{name}.xml</loc>{date}</sitemap>" for name in names
    )
    server.pages["/sitemap.xml"] = answer(f"<sitemapindex>{entries}</sitemapindex>".encode())


def serve(server: FaultServer, name: str, *pages: str) -> None:
    entries = "".join(f"<url><loc>http://a.example/{page}</loc></url>" for page in pages)
    server.pages[f"/{name}.xml"] = answer(f"<urlset>{entries}</urlset>".encode())


def many(name: str, count: int) -> list[str]:
    return [f"{name}-{number}" for number in range(count)]


def look(resources: Resources, source: Source = MAP) -> int:
    return resources.loop.run(poll(resources, source))


def state_of(resources: Resources) -> SourceState:
    return resources.stores.sources.state("map")


def now_stamp() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def test_sitemaps_that_had_to_wait_have_a_first_look_of_their_own(
    making: Making, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawl, "MOST_FETCHED", 2)
    resources, names = making(MAP), ["one", "two", "three", "four", "five"]
    serve_index(server, *names, stamp=now_stamp())
    for name in names:
        serve(server, name, *many(name, 30))
    assert [look(resources) for _ in range(4)] == [0, 0, 0, 0]
    serve_index(
        server, *names, stamp=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))
    )
    serve(server, "five", *many("five", 31))
    assert sum(look(resources) for _ in range(3)) == 1


def test_a_source_with_another_address_starts_anew(making: Making, server: FaultServer) -> None:
    resources = making(MAP)
    serve(server, "sitemap", *many("old", 20))
    serve(server, "other", *many("other", 20))
    moved = MAP.model_copy(update={"sitemap": "http://a.example/other.xml"})
    assert (look(resources), look(resources, moved)) == (0, 0)
    serve(server, "other", *many("other", 21))
    assert look(resources, moved) == 1


def test_an_entry_that_moves_to_another_sitemap_is_not_new(
    making: Making, server: FaultServer
) -> None:
    resources = making(MAP)
    serve_index(server, "one", "two")
    serve(server, "one", "a", "b")
    serve(server, "two", "c")
    assert look(resources) == 0
    serve(server, "one", "a", "c")
    serve(server, "two", "b", "d")
    assert look(resources) == 1


def test_what_waits_of_a_dated_sitemap_comes_though_its_date_stays(
    making: Making, server: FaultServer
) -> None:
    resources = making(MAP, max_entries=2)
    serve_index(server, "one", stamp=now_stamp())
    serve(server, "one")
    assert look(resources) == 0
    serve_index(
        server, "one", stamp=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))
    )
    serve(server, "one", *many("new", 5))
    assert [look(resources) for _ in range(4)] == [2, 2, 1, 0]


def test_a_sitemap_with_the_same_bytes_is_not_read_again(
    making: Making, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources = making(MAP)
    serve_index(server, "one")
    serve(server, "one", "a", "b")
    assert look(resources) == 0
    server.asked.clear()
    read: list[str] = []

    reader = resources.document_reader
    read_async = reader.read_async

    async def counted(function: Callable[..., object], *args: object, **more: object) -> object:
        if function is checked_sitemap:
            read.append(str(more["url"]))
        return await read_async(function, *args, **more)

    monkeypatch.setattr(reader, "read_async", counted)
    assert look(resources) == 0
    assert server.paths() == ["/sitemap.xml", "/one.xml"]
    assert read == ["http://a.example/sitemap.xml"]
    serve(server, "one", "a", "b", "c")
    assert look(resources) == 1


def test_three_large_sitemaps_take_nothing_and_hardly_any_time_at_the_second_look(
    making: Making, server: FaultServer
) -> None:
    resources = making(MAP)
    serve_index(server, "one", "two", "three")
    for name in ("one", "two", "three"):
        serve(server, name, *many(name, 10_000))
    assert look(resources) == 0
    began = time.process_time()
    assert look(resources) == 0
    assert time.process_time() - began < 0.3
    assert state_of(resources).failures == 0


def test_what_is_more_than_can_be_remembered_is_never_taken_for_new(
    making: Making,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(undated, "MOST_REMEMBERED", 25)
    resources = making(MAP)
    serve_index(server, "one", "two", "three")
    with caplog.at_level(logging.WARNING):
        for number in range(4):
            for name in ("one", "two", "three"):
                # Other bytes each time, so that all are read.
                serve(server, name, *many(name, 10 + number))
            # At most what is new in those that are still known.
            assert look(resources) <= 2 * number
    assert "have to be forgotten" in caplog.text
    known = resources.stores.seen.known(
        "map", [f"http://a.example/{name}.xml" for name in ("one", "two", "three")]
    )
    assert known.count(True) <= 2
