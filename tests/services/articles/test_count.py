"""Counting articles, with the tags of a sources file."""

import pytest

from config.sources_file import SourcesError
from search.errors import QueryError
from services.articles.count import count
from services.articles.search import search
from services.articles.source_groups import SourceGroups
from tests.support.data.articles import article
from workers.resources import Resources


@pytest.fixture
def indexed(resources: Resources) -> Resources:
    resources.index.put(
        [article("one"), article("two", source="post"), article("copy", copy_of="one")]
    )
    return resources


def test_the_total_is_that_of_a_search(indexed: Resources) -> None:
    index = indexed.open_index()
    for copies in (True, False):
        counted = count(index, "fox", ["source"], copies=copies)
        assert counted.total == search(index, "fox", copies=copies).total


def test_tags_of_the_sources_file_can_be_counted_by(indexed: Resources) -> None:
    sources = indexed.settings.sources
    sources.write_text("- {id: post, feed: 'https://a.example/', tags: [world]}")
    groups = SourceGroups(sources)

    counted = count(indexed.open_index(), "", ["source_tag"], groups=groups)
    assert [(cell.values, cell.count) for cell in counted.cells] == [(("world",), 1), ((None,), 1)]
    assert count(indexed.open_index(), "source_tag:world", groups=groups).total == 1


def test_what_cannot_be_asked_is_an_error(indexed: Resources) -> None:
    index = indexed.open_index()
    with pytest.raises(QueryError):
        count(index, "fox AND")
    with pytest.raises(QueryError):
        count(index, "fox", ["colour"])
    indexed.settings.sources.write_text("sources: [")
    groups = SourceGroups(indexed.settings.sources)
    assert count(index, "fox", ["source"], groups=groups).total == 2
    with pytest.raises(SourcesError):
        count(index, "fox", ["collection"], groups=groups)
