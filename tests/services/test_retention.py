import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.settings import Settings
from services.errors import InvalidRangeError
from services.retention import LetGo, let_go
from tests.support.data.archived_entries import archived
from tests.support.data.articles import article
from workers.chain.index_watch import watch_index
from workers.resources import Resources

NOW = datetime(2018, 12, 15, 9, tzinfo=UTC)
FIRST_KEPT = datetime(2018, 6, 1, tzinfo=UTC)


@pytest.fixture
def resources(settings: Settings, tmp_path: Path) -> Resources:
    given = settings.model_copy(update={"archive_dir": tmp_path / "archive"})
    made = Resources(given, clock=NOW.timestamp)
    made.index.put([article("old"), article("new", first_seen=FIRST_KEPT)])
    watch_index(made)
    made.ledger_archive.put([archived("1", 5, ended_at=FIRST_KEPT.timestamp() - 1)])
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "old.warc.gz").write_bytes(b"123")
    os.utime(tmp_path / "archive" / "old.warc.gz", (0, 0))
    return made


def test_whole_months_are_let_go(resources: Resources, tmp_path: Path) -> None:
    expected = LetGo(FIRST_KEPT, articles=1, entries=1, archive_files=1, archive_bytes=3)
    assert let_go(resources, "6M", dry_run=True) == expected
    assert resources.index.count() == 2
    assert (tmp_path / "archive" / "old.warc.gz").exists()
    assert let_go(resources, "6M", dry_run=False) == expected
    assert resources.index.count() == 1
    assert list((tmp_path / "archive").iterdir()) == []
    assert let_go(resources, "6M", dry_run=False) == LetGo(FIRST_KEPT, 0, 0, 0, 0)


def test_what_was_let_go_is_no_loss(resources: Resources) -> None:
    let_go(resources, "6M", dry_run=False)
    watch_index(resources)
    assert resources.stores.index_size.known().noticed is None


def test_a_loss_that_was_noticed_before_stays_one(resources: Resources) -> None:
    resources.stores.index_size.note_loss("lost")
    let_go(resources, "6M", dry_run=False)
    assert resources.stores.index_size.known().noticed == "lost"


@pytest.mark.parametrize("text", ["", "6", "6 months", "-6M", "9999y"])
def test_what_is_no_duration_is_said(resources: Resources, text: str) -> None:
    with pytest.raises(InvalidRangeError, match="is no duration such as 18M or 2y"):
        let_go(resources, text, dry_run=True)


def test_what_the_ledger_remembers_stays(resources: Resources) -> None:
    with pytest.raises(InvalidRangeError, match="remembers URLs for up to 100 days"):
        let_go(resources, "3M", dry_run=True)
