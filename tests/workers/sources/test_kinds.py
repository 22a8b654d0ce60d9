"""Every kind of source has a row, and is fetched and read by it."""

from datetime import UTC, datetime

import pytest

from config.sources import Source
from pipeline.outcome import Retry
from pipeline.sources.state import Failure, SourceState
from tests.support.servers.fault_server import FaultServer, answer
from tests.workers.conftest import Making
from workers.fetch.records import Response
from workers.resources import Resources
from workers.sources.kinds import KINDS, fetch, kind_of, read
from workers.sources.poll_result import Unreadable

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SOURCES = {
    "feed": Source(id="a", feed="http://a.example/doc"),
    "sitemap": Source(id="a", sitemap="http://a.example/doc"),
    "section": Source(id="a", section="http://a.example/doc"),
}


def get(resources: Resources, source: Source) -> Response:
    work = fetch(resources, source, source.address, validators={"if-none-match": '"1"'}, patience=5)
    response = resources.loop.run(work)
    assert isinstance(response, Response), response
    return response


def test_every_kind_has_a_row() -> None:
    assert {source.kind for source in SOURCES.values()} == set(KINDS) == set(SOURCES)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_document_is_asked_for_as_what_it_is(
    resources: Resources, server: FaultServer, name: str
) -> None:
    server.pages["/doc"] = answer(b"<rss/>")
    get(resources, SOURCES[name])
    headers = server.asked[-1].headers
    assert headers["accept"] == kind_of(SOURCES[name]).accept
    assert headers["if-none-match"] == '"1"'


def test_only_a_sitemap_may_be_larger_than_a_page(making: Making, server: FaultServer) -> None:
    resources = making(max_page_bytes=1_000)
    server.pages["/doc"] = answer(b"x" * 2_000)
    get(resources, SOURCES["sitemap"])
    work = fetch(resources, SOURCES["feed"], SOURCES["feed"].address, validators={}, patience=5)
    assert not isinstance(resources.loop.run(work), Response | Retry)


@pytest.mark.parametrize(
    ("name", "failure", "words"),
    [
        ("feed", Failure.PARSE, "it answers with a web page and not with a feed"),
        ("sitemap", Failure.PARSE, "it answers with a web page and not with a feed"),
        ("section", Failure.EMPTY, "the section page has no link to a page of its site"),
    ],
)
def test_a_page_without_links_is_unreadable_in_each_kind_s_words(
    resources: Resources, server: FaultServer, name: str, failure: Failure, words: str
) -> None:
    server.pages["/doc"] = answer(
        b"<html><title>x</title><p>Nothing here", content_type="text/html"
    )
    response = get(resources, SOURCES[name])
    with pytest.raises(Unreadable, match=words) as unreadable:
        resources.loop.run(read(resources, SOURCES[name], SourceState(), response, NOW))
    assert unreadable.value.failure is failure
