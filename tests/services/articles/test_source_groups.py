"""The tags and collections in a sources file."""

from pathlib import Path

import pytest

from config.sources_file import SourcesError, SourcesFile, read
from search.errors import QueryError
from services.articles import source_groups
from services.articles.search import search
from services.articles.source_groups import SourceGroups
from tests.support.data.articles import article
from workers.resources import Resources

SOURCES = """
- {id: bbc, feed: "https://a.example/", tags: [world, World], collections: [Big papers]}
- {id: post, feed: "https://b.example/", tags: [local]}
"""


@pytest.fixture
def indexed(resources: Resources) -> Resources:
    resources.index.put([article("one", source="bbc"), article("two", source="post")])
    return resources


def sources_found(resources: Resources, query: str) -> set[str]:
    groups = SourceGroups(resources.settings.sources)
    return {hit.source for hit in search(resources.open_index(), query, groups=groups).hits}


def test_queries_name_tags_and_collections(indexed: Resources) -> None:
    indexed.settings.sources.write_text(SOURCES)

    assert sources_found(indexed, "source_tag:world") == {"bbc"}
    assert sources_found(indexed, 'fox collection:"big papers"') == {"bbc"}
    assert sources_found(indexed, "-source_tag:world") == {"post"}
    assert sources_found(indexed, "source_tag:*") == {"bbc", "post"}


def test_a_change_of_the_file_counts_at_once(indexed: Resources) -> None:
    indexed.settings.sources.write_text(SOURCES)
    assert sources_found(indexed, "source_tag:local") == {"post"}

    indexed.settings.sources.write_text(SOURCES.replace("[world, World]", "[local]"))
    assert sources_found(indexed, "source_tag:local") == {"bbc", "post"}


def test_a_broken_file_fails_only_the_queries_that_need_it(indexed: Resources) -> None:
    indexed.settings.sources.write_text("sources: [")

    assert sources_found(indexed, "fox") == {"bbc", "post"}
    with pytest.raises(SourcesError, match=r"sources\.yaml is not readable"):
        sources_found(indexed, "source_tag:world")


def test_a_missing_file_has_no_groups(indexed: Resources) -> None:
    with pytest.raises(QueryError, match="no source in the sources file has one"):
        sources_found(indexed, "source_tag:world")


def test_the_file_is_read_again_only_when_it_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text("- {id: bbc, feed: 'https://a.example/f', tags: [world]}")
    reads: list[Path] = []

    def counted(path: Path) -> SourcesFile:
        reads.append(path)
        return read(path)

    monkeypatch.setattr(source_groups, "read", counted)
    groups = SourceGroups(file)
    assert groups["source_tag"] == groups["source_tag"] == {"world": ("bbc",)}
    assert reads == [file]
    file.write_text("- {id: bbc, feed: 'https://a.example/f', tags: [sports]}")
    assert groups["source_tag"] == {"sports": ("bbc",)}
    file.unlink()
    assert groups["source_tag"] == {}


def test_it_is_a_mapping_of_all_fields(tmp_path: Path) -> None:
    groups = SourceGroups(tmp_path / "none.yaml")
    assert len(groups) == 4
    assert dict(groups) == {"source_tag": {}, "collection": {}, "country": {}, "source_kind": {}}
