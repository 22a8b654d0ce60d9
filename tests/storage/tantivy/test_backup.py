"""A copy of the embedded index is one commit, whoever writes meanwhile."""

import threading
from pathlib import Path

import pytest

from storage.backup.manifest import BadBackup, Snapshot
from storage.tantivy.backup import EmbeddedBackup, copy_index
from storage.tantivy.index import TantivyIndex
from tests.support.data.articles import article
from tests.support.data.corpus import corpus


def test_a_copy_holds_articles_and_versions(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "index")
    index.put(corpus())
    backup = EmbeddedBackup(tmp_path / "index", tmp_path / "ledger")
    assert not backup.is_empty()
    (tmp_path / "copy").mkdir()
    backup.take(tmp_path / "copy")
    other = EmbeddedBackup(tmp_path / "other", tmp_path / "other-ledger")
    assert other.is_empty()
    other.restore(tmp_path / "copy", None)
    copy = TantivyIndex(tmp_path / "other")
    assert copy.count() == index.count() == len(corpus())
    assert not (tmp_path / "other-ledger").exists()
    for each in corpus():
        assert copy.get(each.id) == index.get(each.id)
        assert copy.history(each.id) == index.history(each.id)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_copy_is_whole_while_another_thread_writes(tmp_path: Path) -> None:
    index, stop = TantivyIndex(tmp_path / "index"), threading.Event()
    index.put([article("first")])

    def write() -> None:
        number = 0
        while not stop.is_set():
            index.put([article(f"more-{number}")])
            number += 1

    writing = threading.Thread(target=write)
    writing.start()
    try:
        for number in range(5):
            before = index.count()
            copy_index(tmp_path / "index", tmp_path / f"copy-{number}")
            assert before <= TantivyIndex(tmp_path / f"copy-{number}").count() <= index.count()
    finally:
        stop.set()
        writing.join()


def test_nothing_is_copied_where_nothing_was_indexed(tmp_path: Path) -> None:
    backup = EmbeddedBackup(tmp_path / "index", tmp_path / "ledger")
    backup.take(tmp_path / "copy")
    backup.restore(tmp_path / "copy", None)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BadBackup, match="NEWSLOOM_INDEX_URL"):
        backup.restore(tmp_path, Snapshot(repository="r", name="s"))
