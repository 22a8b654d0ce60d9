"""The folder of the embedded index: its version, its lock."""

import errno
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
import tantivy

from storage.index import IndexIncompatible, IndexUnavailable, Stored
from storage.locks import exclusive
from storage.tantivy import schema
from storage.tantivy.index import TantivyIndex
from tests.support.data.articles import article
from tests.support.index_places import Place
from tests.support.index_questions import put


def test_an_index_of_another_version_is_not_opened(tmp_path: Path) -> None:
    put(TantivyIndex(tmp_path), article())
    (tmp_path / "newsloom-version").write_text("0\n")
    with pytest.raises(
        IndexIncompatible,
        match=r"has version 0, this Newsloom writes version 3.*newsloom index rebuild",
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


def test_a_full_disk_is_said_in_words(small_disk: Path) -> None:
    index = TantivyIndex(small_disk / "index")
    index.put([article("one")])
    (small_disk / "ballast").write_bytes(b"x" * shutil.disk_usage(small_disk).free)
    with pytest.raises(IndexUnavailable, match="the embedded index: its disk is full"):
        index.put([article("two")])
    assert "its disk is full" in (index.write_fault() or "")
    (small_disk / "ballast").unlink()
    assert index.write_fault() is None
    assert index.put([article("two")]) == [Stored()]
    assert index.count() == 2


def test_a_disk_that_became_read_only_is_said_in_words(small_disk: Path) -> None:
    index = TantivyIndex(small_disk / "index")
    index.put([article("one")])
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    fault = index.write_fault() or ""
    assert fault.startswith("the embedded index: its disk is mounted read-only; what waits")
    assert f"check the disk with {small_disk / 'index'} and mount it" in fault
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert index.write_fault() is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.EDQUOT, "the disk quota of its user is used up"),
        (errno.EACCES, "its folder may not be written"),
        (errno.EPERM, "its folder may not be written"),
        (errno.EIO, None),
    ],
)
def test_a_folder_that_cannot_be_written_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str | None
) -> None:
    def refused(**_: object) -> None:
        raise OSError(code, os.strerror(code))

    index = TantivyIndex(tmp_path)
    index.put([article("one")])
    # A quota cannot be set here, and rights do not bind root, who may run this.
    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    fault = index.write_fault()
    if words is None:
        assert fault is None
    else:
        assert fault is not None
        assert fault.startswith(f"the embedded index: {words}; what waits is written when")
        assert str(tmp_path) in fault


def test_a_folder_that_another_process_is_opening_is_waited_for_in_bounds(tmp_path: Path) -> None:
    with (
        exclusive(tmp_path / "newsloom.lock"),
        pytest.raises(IndexUnavailable, match="another process has held"),
    ):
        TantivyIndex(tmp_path, lock_timeout=0.2).prepare()
