"""Backups of an embedded deployment, and their way back."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.settings import Settings
from services.backup.backup import back_up
from services.backup.restore import Restored, restore
from services.errors import BackupError
from storage.backup.manifest import read_manifest
from tests.support.contents import contents
from tests.support.data.corpus import corpus
from tests.support.whole_deployment import connecting, embedded, traces
from workers.resources import redis_url


@pytest.fixture
def backup(filled: Settings, tmp_path: Path) -> Path:
    back_up(filled, connecting(filled), tmp_path / "backup")
    return tmp_path / "backup"


def test_all_is_as_it_was(filled: Settings, backup: Path, tmp_path: Path) -> None:
    after = embedded(tmp_path / "after")
    found = restore(after, connecting(after), backup)
    with connecting(filled)() as old, connecting(after)() as new:
        before, now = (contents(redis_url(each), "newsloom") for each in (filled, after))
        assert now == before
        assert found == Restored(
            keys=len(before), urls=7, articles=len(corpus()), sources=1, api_keys=1
        )
        assert new.stores.ledger.totals() == new.stores.ledger.audit() == old.stores.ledger.totals()
        assert traces(new) == traces(old)
        assert len(traces(new)["rejected"]) > 1
        for each in corpus():
            assert new.index.get(each.id) == old.index.get(each.id)
            assert new.index.history(each.id) == old.index.history(each.id)
    assert after.sources.read_bytes() == filled.sources.read_bytes()
    assert after.archive_dir
    assert (after.archive_dir / "one.warc.gz").read_bytes() == b"WARC"


def test_a_backup_says_what_it_holds_and_is_closed_to_others(
    filled: Settings, backup: Path
) -> None:
    manifest = read_manifest(backup)
    assert manifest.articles == len(corpus())
    assert manifest.namespace == filled.namespace
    assert manifest.index.startswith("Tantivy ")
    assert {"redis.rdb", "sources.yaml", "archive/one.warc.gz"} <= set(manifest.files)
    assert not [name for name in manifest.settings if "url" in name or "password" in name]
    assert backup.stat().st_mode & 0o077 == 0


def test_the_archive_can_be_left_out(filled: Settings, tmp_path: Path) -> None:
    back_up(filled, connecting(filled), tmp_path / "backup", archive=False)
    after = embedded(tmp_path / "after", archive_dir=None)
    assert restore(after, connecting(after), tmp_path / "backup").sources == 1


def test_a_folder_that_is_not_empty_gets_no_backup(filled: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BackupError, match="is not empty"):
        back_up(filled, connecting(filled), tmp_path)


def occupied_data(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True)
    (settings.data_dir / "file").write_text("x")


def occupied_archive(settings: Settings) -> None:
    assert settings.archive_dir
    settings.archive_dir.mkdir(parents=True)
    (settings.archive_dir / "file").write_text("x")


@pytest.mark.parametrize("occupy", [occupied_data, occupied_archive])
def test_nothing_is_restored_where_something_is(
    backup: Path, tmp_path: Path, occupy: Callable[[Settings], None]
) -> None:
    after = embedded(tmp_path / "after")
    occupy(after)
    with pytest.raises(BackupError, match="restore into an empty folder only"):
        restore(after, connecting(after), backup)
    assert not (after.data_dir / "redis").exists()


def test_a_sources_file_is_not_written_over(backup: Path, tmp_path: Path) -> None:
    after = embedded(tmp_path / "after", sources=tmp_path / "mine.yaml")
    (tmp_path / "mine.yaml").write_text("[]")
    with pytest.raises(BackupError, match="is there already"):
        restore(after, connecting(after), backup)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"namespace": "other"}, "set NEWSLOOM_NAMESPACE"),
        ({"index_url": "http://127.0.0.1:9"}, "unset NEWSLOOM_INDEX_URL"),
        ({"archive_dir": None}, "set NEWSLOOM_ARCHIVE_DIR"),
    ],
)
def test_settings_that_do_not_fit_are_named(
    backup: Path, tmp_path: Path, given: dict[str, object], words: str
) -> None:
    after = embedded(tmp_path / "after", **given)
    with pytest.raises(BackupError, match=words):
        restore(after, connecting(after), backup)
    assert not after.data_dir.exists()


def test_a_damaged_backup_restores_nothing(backup: Path, tmp_path: Path) -> None:
    with (backup / "redis.rdb").open("ab") as dump:
        dump.write(b"x")
    after = embedded(tmp_path / "after")
    with pytest.raises(BackupError, match="missing or damaged"):
        restore(after, connecting(after), backup)
    assert not after.data_dir.exists()


def test_a_backup_without_its_manifest_is_none(backup: Path, tmp_path: Path) -> None:
    shutil.copytree(backup, tmp_path / "broken")
    (tmp_path / "broken" / "manifest.json").unlink()
    after = embedded(tmp_path / "after")
    with pytest.raises(BackupError, match="holds no whole backup"):
        restore(after, connecting(after), tmp_path / "broken")
