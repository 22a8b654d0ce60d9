"""Writing: refused, postponed, under the sequence number that was read."""

from datetime import UTC, datetime

import pytest
from elasticsearch import Elasticsearch

from pipeline.records import CopyOf
from storage.elasticsearch.index import ElasticsearchIndex
from storage.elasticsearch.template import VERSION
from storage.index import (
    DocumentPostponed,
    DocumentRefused,
    IndexUnavailable,
    Stale,
    Stored,
)
from tests.support.data.articles import article, article_id, revision
from tests.support.index_places import Place


@pytest.mark.parametrize("block", ["write", "read_only_allow_delete"])
def test_a_blocked_index_postpones(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch, block: str
) -> None:
    index.put([article()])
    month = f"{place.name}-v{VERSION}-2017.12"
    client.indices.put_settings(index=month, settings={f"index.blocks.{block}": True})
    blocked, other = index.put(
        [article("two"), article("three", first_seen=datetime(2018, 1, 1, tzinfo=UTC))]
    )
    client.indices.put_settings(index=month, settings={f"index.blocks.{block}": None})
    assert isinstance(blocked, DocumentPostponed)
    assert "blocked by" in blocked.error
    assert other == Stored()
    assert index.put([article("two")]) == [Stored()]


def test_an_index_whose_newest_month_is_blocked_takes_no_articles(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    january = datetime(2018, 1, 1, tzinfo=UTC)
    index.put([article(), article("two", first_seen=january)])
    december = f"{place.name}-v{VERSION}-2017.12"
    client.indices.put_settings(index=december, settings={"index.blocks.write": True})
    [postponed] = index.put([article("three")])
    assert isinstance(postponed, DocumentPostponed)

    newest = f"{place.name}-v{VERSION}-2018.01"
    client.indices.put_settings(index=newest, settings={"index.blocks.write": True})
    with pytest.raises(IndexUnavailable, match=r"takes no articles: .*blocked by"):
        index.put([article("three")])
    client.indices.put_settings(index=newest, settings={"index.blocks.write": None})
    assert index.count() == 2


def test_a_refusal_names_the_field(index: ElasticsearchIndex) -> None:
    (verdict,) = index.put([article(word_count=2**40)])
    assert isinstance(verdict, DocumentRefused)
    assert "word_count" in verdict.error


def test_articles_that_an_earlier_version_wrote_are_replaced_and_marked(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    """It ordered them by external versions, the microsecond of the fetch, and numbered no texts."""
    old = revision(1).model_dump(mode="json", exclude={"version"})
    month = f"{place.name}-v{VERSION}-2017.12"
    client.index(
        index=month,
        id=old["id"],
        document=old,
        version=2**50,
        version_type="external",
        refresh=True,
    )
    assert index.put([revision(1)]) == [Stale()]
    copy_of = CopyOf(article="x", rule="near_text", score=0.9)
    assert index.mark({old["id"]: copy_of}) == {old["id"]}
    assert index.put([revision(2)]) == [Stored()]
    assert index.history(old["id"]) == [
        revision(1, duplicate_of=copy_of),
        revision(2, version=2),
    ]


def test_a_blocked_index_cannot_be_marked(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    index.put([article()])
    month = f"{place.name}-v{VERSION}-2017.12"
    client.indices.put_settings(index=month, settings={"index.blocks.write": True})
    with pytest.raises(IndexUnavailable, match="could not mark"):
        index.mark({article_id("one"): CopyOf(article="x", rule="near_text", score=0.9)})
    client.indices.put_settings(index=month, settings={"index.blocks.write": None})
