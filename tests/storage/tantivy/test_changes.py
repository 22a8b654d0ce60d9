"""The articles that change while an index is built anew."""

from pathlib import Path

import pytest

from storage.index import IndexUnavailable
from storage.tantivy.changes import FILE_NAME, Changes
from tests.support.data.articles import article_id


def test_each_is_taken_once(tmp_path: Path) -> None:
    changes, one = Changes(tmp_path), article_id("one")
    assert not changes.wanted
    changes.begin()
    assert changes.wanted
    Changes(tmp_path).note([one, article_id("two"), one])
    assert set(changes.take()) == {one, article_id("two")}
    assert changes.take() == []
    changes.note([one])
    changes.begin()
    assert changes.take() == []
    changes.end()
    assert not changes.wanted


def test_a_file_that_is_damaged_makes_the_index_unavailable(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database, but long enough to be taken for one" * 9)
    with pytest.raises(IndexUnavailable, match=FILE_NAME):
        Changes(tmp_path).note([article_id("one")])
