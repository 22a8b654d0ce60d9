"""What only the embedded index does: folders, locks, versions, memory."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import tantivy

from pipeline.records import EnrichedArticle
from search.query import parse
from search.request import SearchRequest
from storage.index import IndexIncompatible, IndexUnavailable, Stored
from storage.tantivy import schema
from storage.tantivy.index import TantivyIndex
from tests.support.articles import article, article_id, revision
from tests.support.index_places import Place
from tests.support.index_questions import found, put


def test_in_memory_it_is_for_one_object_alone() -> None:
    index = TantivyIndex(None)
    put(index, article())
    assert found(index, "fox") == {"one"}
    assert TantivyIndex(None).count() == 0


def test_an_index_of_another_version_is_not_opened(tmp_path: Path) -> None:
    put(TantivyIndex(tmp_path), article())
    (tmp_path / "newsloom-version").write_text("0\n")
    with pytest.raises(
        IndexIncompatible,
        match=r"has version 0, this Newsloom writes version 2.*index the articles again",
    ):
        TantivyIndex(tmp_path).prepare()
    (tmp_path / "newsloom-version").unlink()
    with pytest.raises(IndexIncompatible, match="has version unknown"):
        TantivyIndex(tmp_path).count()


def test_a_file_in_the_folders_place_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IndexUnavailable):
        TantivyIndex(tmp_path / "file").prepare()


def test_a_writer_that_never_ends_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path, lock_timeout=0.1)
    index.prepare()
    other = tantivy.Index(schema.build(), str(tmp_path)).writer(15_000_000, 1)
    with pytest.raises(IndexUnavailable, match="others have been writing"):
        index.put([article()])
    other.wait_merging_threads()
    assert index.put([article()]) == [Stored()]


def test_processes_that_create_the_folder_at_once_share_it(tmp_path: Path) -> None:
    place = Place("tantivy", str(tmp_path / "index"), "")
    writers = [
        subprocess.Popen(place.command(f"p{n}", "1"), stdout=subprocess.PIPE) for n in range(4)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"done\n"
        writer.kill()
        writer.communicate()
    assert place.open().count() == 4


def test_segments_do_not_pile_up(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    for n in range(60):
        put(index, article(str(n)))
    assert tantivy.Index.open(str(tmp_path)).searcher().num_segments < 12


def test_equal_scores_at_the_end_of_a_page_are_ordered_among_all(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    put(index, *(article(str(n)) for n in range(300)))
    (best,) = index.search(SearchRequest(parse("fox"), limit=1)).hits
    assert best.id == min(article_id(str(n)) for n in range(300))


def test_in_memory_it_keeps_older_versions_too() -> None:
    index = TantivyIndex(None)
    put(index, revision(1))
    put(index, revision(2))
    assert [version.version for version in index.history(article_id("one"))] == [1, 2]
    index.close()


def test_a_refused_version_does_not_take_the_older_one_with_it(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    put(index, revision(1))
    assert index.put([revision(2, word_count=2**70), article("two")])[1] == Stored()
    assert index.get(article_id("one")) == revision(1)


def test_a_history_that_cannot_be_read_or_written_is_unavailable(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    put(index, revision(1))
    (tmp_path / "history.sqlite3").write_bytes(
        b"no database, but long enough to be taken for one" * 100
    )
    with pytest.raises(IndexUnavailable, match=r"history\.sqlite3"):
        index.history(article_id("one"))
    with pytest.raises(IndexUnavailable, match=r"history\.sqlite3"):
        index.put([revision(2)])
    assert index.get(article_id("one")) == revision(1)
    put(index, article("new"))


LAST_FIRST = [
    article(id="a", published="2018-01-01T00:00:00.001Z"),
    article(id="0" * 32, published="2018-01-01T00:00:00Z"),
    article(id="f" * 32, published="2018-01-01T00:00:00Z"),
    article(id="a", published="0001-01-01T00:00:00Z"),
    article(id="a", published=None),
]
FIRST_FIRST = [LAST_FIRST[place] for place in (3, 1, 2, 0, 4)]


@pytest.mark.parametrize(
    ("rank", "articles"), [(schema.newest_rank, LAST_FIRST), (schema.oldest_rank, FIRST_FIRST)]
)
def test_what_orders_articles(
    rank: Callable[[EnrichedArticle], int], articles: list[EnrichedArticle]
) -> None:
    ranks = [rank(made) for made in articles]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == 5
    for year in ("0001", "9999"):
        assert 0 <= rank(article(published=f"{year}-12-31T23:59:59Z")) < 2**64
