"""The sample newsroom through the whole pipeline, on both index backends."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.urls import url_id
from search.language.query import parse
from search.request import SearchRequest
from search.results import SearchResult
from tests.support.world import World, running

SEED = "http://harbour-post.example/2017/12/russia-us-muscle-flexing-on-north-korea-not-helpful/"


@pytest.fixture(scope="module", params=["tantivy", "elasticsearch"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The newsroom crawled once, then updated and polled again."""
    url = request.getfixturevalue("elasticsearch_url") if request.param == "elasticsearch" else None
    overrides: dict[str, Any] = {"index_url": url} if url else {}
    with running(tmp_path_factory.mktemp(request.param), **overrides) as started:
        started.poll_all()
        started.wait_for_end()
        started.server.update()
        started.poll_all()
        started.wait_for_end()
        yield started


def search(world: World, query: str, **options: Any) -> SearchResult:
    return world.resources.index.search(SearchRequest(query=parse(query), **options))


def test_the_totals_add_up_and_agree_with_the_entries_and_the_index(world: World) -> None:
    totals = world.resources.stores.ledger.totals()

    assert totals.balanced
    assert totals == world.resources.stores.ledger.audit()
    assert (totals.indexed, totals.duplicate, totals.rejected, totals.dead) == (49, 1, 6, 0)
    assert world.resources.index.count() == totals.indexed


def test_each_rejection_has_its_reason(world: World) -> None:
    assert world.resources.stores.ledger.reasons() == {
        "robots": 1,
        "not_found": 1,
        "gone": 1,
        "empty": 1,
        "unsupported_content": 1,
        "not_an_article": 1,
    }


def test_near_copies_are_marked_and_left_out_of_searches(world: World) -> None:
    copies = search(world, "duplicate_of:*", limit=100, copies=True)

    assert copies.total == 6
    assert search(world, "*").total == 49 - 6
    assert search(world, "*", copies=True).total == 49


@pytest.mark.parametrize(
    "query",
    [
        '"muscle flexing"',
        "title:russia AND kremlin",
        "zakharova OR peskov",
        "published:[2017-01-01 TO 2018-01-01] AND pyongyang",
    ],
)
def test_the_seed_page_is_found(world: World, query: str) -> None:
    result = search(world, query)

    assert [hit.url for hit in result.hits] == [SEED]
    assert "<mark>" in result.hits[0].title_html + "".join(result.hits[0].highlights)


def test_the_seed_page_comes_out_exactly(world: World, shared_data: Path) -> None:
    expected = json.loads((shared_data / "seed" / "expected.json").read_text())
    article = world.resources.index.get(url_id(SEED))

    assert article is not None
    assert (article.title, article.section, article.language) == (
        expected["title"],
        expected["section"],
        expected["language"],
    )
    paragraphs = article.body.split("\n\n")
    assert len(paragraphs) == expected["body_paragraphs"]
    assert paragraphs[0].startswith(expected["body_starts_with"])
    assert paragraphs[-1].endswith(expected["body_ends_with"])
    assert [text for text in expected["must_not_appear"] if text in article.body] == []
    assert [text for text in expected["keeps"] if text not in article.body] == []
    source = (
        (shared_data / "seed" / "000_a92e445b7098e332.txt")
        .read_text()
        .replace("\N{NO-BREAK SPACE}", " ")
    )
    assert [paragraph for paragraph in paragraphs if paragraph not in source] == []


def test_the_update_replaced_the_first_version(world: World) -> None:
    entry_id = url_id(
        "http://stadtbote.example/verkehr/linie-9-faehrt-ab-fruehjahr-bis-ahrenfurt-sued.html"
    )
    entry = world.resources.stores.ledger.entry(entry_id)
    article = world.resources.index.get(entry_id)

    assert entry is not None
    assert entry.visits == 2
    assert article is not None
    assert article.modified is not None
    assert article.modified.date().isoformat() == "2026-11-23"


def test_polling_again_changes_nothing(world: World) -> None:
    before = world.resources.stores.ledger.totals()
    asked = len([access for access in world.server.log if access.status == 200])
    world.poll_all()

    assert world.wait_for_end() == before
    pages = [access for access in world.server.log if access.status == 200][asked:]
    assert [access.path for access in pages if "feed" not in access.path] == []


def test_markup_in_a_title_is_text(world: World) -> None:
    hit = search(world, "title:script AND catalogue").hits[0]

    assert "<script>" in hit.title
    assert "<script>" not in hit.title_html
    assert "&lt;" in hit.title_html


def test_a_redirected_page_is_indexed_once_under_its_new_address(world: World) -> None:
    hits = search(world, "title:diaries AND title:lamp", copies=True).hits

    assert [hit.url for hit in hits] == [
        "http://harbour-post.example/2026/10/keepers-diaries-found-under-lamp-room-floor/"
    ]
    trace = world.resources.stores.ledger.trace(
        url_id("http://harbour-post.example/2026/10/lighthouse-diaries/")
    )
    assert [event["event"] for event in trace] == ["accepted", "indexed"]
