"""Months built anew in Elasticsearch: their names, shards and terms."""

import pytest
from elasticsearch import Elasticsearch

from storage.elasticsearch.bulk import send
from storage.elasticsearch.index import ElasticsearchIndex
from storage.elasticsearch.template import VERSION
from storage.index import IndexUnavailable, Rebuilt, Stored
from tests.support.data.articles import article, article_id, revision
from tests.support.index_places import Place
from tests.support.index_questions import found, put


def rebuild(index: ElasticsearchIndex) -> Rebuilt:
    return index.rebuild(lambda _copied: None)


def test_a_month_gets_other_shards_and_its_usual_name_leads_to_it(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    put(index, article(), article("two"))
    more = ElasticsearchIndex(place.where, name=place.name, shards=2)
    assert rebuild(more) == Rebuilt(articles=2, changed=0)
    more.close()
    usual, made = f"{place.name}-v{VERSION}-2017.12", f"{place.name}-v{VERSION}r1-2017.12"
    assert set(client.indices.get_alias(name=place.name)) == {made}
    assert set(client.indices.get_alias(name=usual)) == {made}
    settings = client.indices.get_settings(index=made)[made]["settings"]["index"]
    assert settings["number_of_shards"] == "2"
    put(index, article("three"), revision(1))
    assert set(client.indices.get_alias(name=place.name)) == {made}
    assert rebuild(index) == Rebuilt(articles=3, changed=0)
    assert set(client.indices.get_alias(name=place.name)) == {made.replace("r1", "r2")}
    assert found(index, "fox") == {"one", "two", "three"}


def test_what_was_read_before_the_swap_cannot_be_written_after_it(
    index: ElasticsearchIndex, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of the change is the same in both indices, so only the term tells them apart."""
    put(index, article())
    other = place.open()
    name = "storage.elasticsearch.writing.send"

    def late(to: Elasticsearch, actions: list[dict[str, object]]) -> object:
        monkeypatch.setattr(name, send)
        rebuild(index)
        [conflict] = send(to, actions).values()
        assert conflict.conflict
        return {article_id("one"): conflict}

    monkeypatch.setattr(name, late)
    assert other.put([revision(1)]) == [Stored()]
    assert [each.version for each in index.history(article_id("one"))] == [1, 2]


def test_an_article_that_the_new_month_does_not_take_stops_the_rebuild(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(index, article())
    wrong = "storage.elasticsearch.rebuilding.copying.document"
    monkeypatch.setattr(wrong, lambda _article: {"unknown": 1})
    with pytest.raises(IndexUnavailable, match=r"does not take the article .* old index stays"):
        rebuild(index)
    assert set(client.indices.get(index=f"{place.name}-v*")) == {f"{place.name}-v{VERSION}-2017.12"}
    put(index, revision(1))
    assert found(index, "fox") == {"one"}


def test_documents_that_somebody_else_removes_do_not_come_back(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    put(index, article(), article("two"))

    def remove(_copied: int) -> None:
        month = f"{place.name}-v{VERSION}-2017.12"
        client.options(ignore_status=404).delete(index=month, id=article_id("two"))

    index.rebuild(remove)
    assert found(index, "fox") == {"one"}
