from pathlib import Path

import pytest

from storage.backup.manifest import (
    MANIFEST,
    BadBackup,
    Manifest,
    digests,
    read_manifest,
    write_manifest,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "one").write_text("1")
    (tmp_path / "two").write_text("2")
    manifest = Manifest(newsloom="0.1", made_at=1.0, namespace="n", index="Tantivy 1")
    write_manifest(tmp_path, manifest.model_copy(update={"files": digests(tmp_path)}))
    return tmp_path


def test_a_whole_backup_is_read(folder: Path) -> None:
    assert set(read_manifest(folder).files) == {"index/one", "two"}


def test_files_that_differ_or_are_missing_are_named(folder: Path) -> None:
    (folder / "two").write_text("3")
    with pytest.raises(BadBackup, match=r"1 files of the backup .* such as two"):
        read_manifest(folder)
    (folder / "index" / "one").unlink()
    with pytest.raises(BadBackup, match=r"2 files of the backup .* such as index/one"):
        read_manifest(folder)


def test_what_is_no_backup_is_said(folder: Path) -> None:
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text.replace('"format": 1', '"format": 2'))
    with pytest.raises(BadBackup, match="has format 2, this release reads 1"):
        read_manifest(folder)
    (folder / MANIFEST).write_text("{}")
    with pytest.raises(BadBackup, match="holds no whole backup"):
        read_manifest(folder)
    (folder / MANIFEST).unlink()
    with pytest.raises(BadBackup, match="holds no whole backup"):
        read_manifest(folder)
