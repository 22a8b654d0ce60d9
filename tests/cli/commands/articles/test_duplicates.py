"""``newsloom duplicates``: a family in Redis and the index, and an operator's changes to it."""

import json
from typing import Any

import pytest

from pipeline.deduplicate import fingerprint
from pipeline.outcome import Indexed
from pipeline.records import Evidence
from pipeline.urls import url_id
from storage.redis.keys import Key
from tests.cli.conftest import Newsloom
from tests.support.data.articles import article
from tests.support.data.published_copies import NOON, STORY, publish, three_copies
from workers.chain.outbox import enqueue_changes, flush
from workers.resources import Resources


@pytest.fixture
def family(resources: Resources) -> list[str]:
    """Three articles of one story; the one published first came last."""
    return three_copies(resources)


def asked(newsloom: Newsloom, *arguments: str) -> list[tuple[str, str | None]]:
    """Sources and what their articles are copies of."""
    result = newsloom("duplicates", *arguments, "--json")
    assert result.code == 0, result.err
    told: dict[str, Any] = json.loads(result.out)
    assert told["first"] == told["articles"][0]["id"]
    return [
        (each["source"], each["duplicate_of"] and each["duplicate_of"]["article"])
        for each in told["articles"]
    ]


def test_the_first_publisher_comes_first_whoever_is_asked_for(
    newsloom: Newsloom, family: list[str]
) -> None:
    early = family[2]
    expected = [("early", None), ("middle", early), ("late", early)]
    for name in (
        *family,
        "https://middle.example/story",
        "http://www.middle.example/story/?utm_source=x",
    ):
        assert asked(newsloom, name) == expected


def test_people_read_when_and_why(newsloom: Newsloom, family: list[str]) -> None:
    lines = newsloom("duplicates", family[0]).out.splitlines()
    assert lines[0] == "3 articles from 3 sources"
    assert lines[2:5] == [
        "The story at early",
        "  2026-11-24 12:00:00 UTC (meta) · early · first publisher",
        f"  {family[2]}  https://early.example/story",
    ]
    assert (
        lines[7]
        == "  2026-11-24 13:00:00 UTC (meta) · middle · copy: near_text 1.00 with " + family[0]
    )
    assert lines[11] == "  2026-11-24 14:00:00 UTC (meta) · late · copy: same_text 1.00"


def test_a_pinned_article_leads_and_searches_find_it(
    newsloom: Newsloom, family: list[str], resources: Resources
) -> None:
    late = family[0]
    assert asked(newsloom, late, "--pin") == [("late", None), ("early", late), ("middle", late)]
    found = json.loads(newsloom("search", "word1", "--json").out)
    assert [(hit["source"], hit["also_at"]) for hit in found["hits"]] == [
        ("late", ["early", "middle"])
    ]
    publish(resources, "earliest", -5)
    assert asked(newsloom, late)[0] == ("late", None)


@pytest.mark.parametrize("which", [0, 2])
def test_a_split_article_stands_alone_also_when_it_was_the_first(
    newsloom: Newsloom, family: list[str], resources: Resources, which: int
) -> None:
    source = ["late", "middle", "early"][which]
    assert asked(newsloom, family[which], "--split") == [(source, None)]
    rest = asked(newsloom, family[1])
    assert [name for name, _ in rest] == [
        name for name in ("early", "middle", "late") if name != source
    ]
    found = json.loads(newsloom("search", "word1", "--json").out)
    assert {hit["source"]: hit["copies"] for hit in found["hits"]} == {source: 0, rest[0][0]: 1}
    assert resources.stores.fingerprints.pending_changes(10) == {}


def test_families_older_than_their_fingerprints_can_be_regrouped(
    newsloom: Newsloom, family: list[str], resources: Resources
) -> None:
    keys = resources.stores.keyspace
    for kind in (Key.PRINT, Key.BAND, Key.FAMILY, Key.PRINT_IDS):
        for key in keys.client.scan_iter(match=keys.pattern(kind)):
            keys.client.delete(key)
    middle = family[1]
    assert asked(newsloom, middle, "--pin") == [
        ("middle", None),
        ("early", middle),
        ("late", middle),
    ]
    assert asked(newsloom, family[2], "--split") == [("early", None)]
    assert asked(newsloom, middle) == [("middle", None), ("late", middle)]


def test_an_address_whose_ledger_entry_aged_out_is_found(
    newsloom: Newsloom, resources: Resources
) -> None:
    resources.index.put(
        [article("moved", id=url_id("https://a.example/canonical"), url="https://a.example/other")]
    )
    assert asked(newsloom, "https://a.example/other") == [("example", None)]


def test_what_is_not_there_or_alone_is_said(newsloom: Newsloom, resources: Resources) -> None:
    alone = publish(resources, "alone", 0)
    assert newsloom("duplicates", "nothing").code == 1
    assert (
        newsloom("duplicates", "https://b.example/x").sentence
        == "https://b.example/x is not among the articles."
    )
    result = newsloom("duplicates", alone, "--split")
    assert (result.code, result.sentence) == (
        1,
        f"{alone} has no copies and is none; nothing to change.",
    )
    assert newsloom("duplicates", alone, "--pin", "--split").code == 2


def test_an_article_whose_family_changed_on_its_way_to_the_index_is_put_right(
    resources: Resources,
) -> None:
    """Its message carries the old verdict, and what was told meanwhile found no article to mark."""
    prints, index = resources.stores.fingerprints, resources.index
    made = article(
        "first", body=STORY, published_evidence=(Evidence(provenance="meta", value=NOON),)
    )
    prints.claim(made.id, made, fingerprint(made.body))
    publish(resources, "early", -1)
    for _ in range(2):  # the second time it is redelivered
        written = index.put([made])
        enqueue_changes(resources, [made], written)
        assert flush(resources) == 1
        known = index.get(made.id)
        assert known is not None
        assert known.duplicate_of is not None
        assert known.duplicate_of.article == url_id("https://early.example/story")
    assert Indexed(article=made.id).copy_of is None
