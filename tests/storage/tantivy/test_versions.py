"""Older versions beside the embedded index."""

from pathlib import Path

import pytest

from storage.index import IndexUnavailable, Stored
from storage.tantivy.index import TantivyIndex
from tests.support.data.articles import article, article_id, revision
from tests.support.index_questions import put


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
