import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from config.settings import Settings
from services.doctor.findings import Area, Finding, State
from services.doctor.machine import disks, permissions, versions


class Usage(NamedTuple):
    total: float
    used: float
    free: float


NOBODY = 65_534


def problems(found: list[Finding]) -> list[str]:
    for finding in found:
        assert (finding.state is State.FINE) == (finding.advice is None)
    return [finding.sentence for finding in found if finding.state is not State.FINE]


def test_versions_are_told() -> None:
    [found] = versions()
    assert found.sentence.startswith("Newsloom 0.1.0 on Python 3.")


def test_a_full_disk_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    given = settings.model_copy(update={"archive_dir": settings.data_dir / "archive"})
    assert problems(list(disks(given))) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100e9, 96e9, 4e9))
    full = problems(list(disks(given)))
    assert len(full) == 2
    assert full[1].endswith("archive is nearly full: 4.0 GB of 100.0 GB are free")


def test_what_can_be_used_is_fine(settings: Settings, tmp_path: Path) -> None:
    settings.data_dir.mkdir()
    settings.sources.write_text("[]")
    [found] = permissions(settings, tmp_path / ".env")
    assert (found.area, found.state) == (Area.PERMISSIONS, State.FINE)


def test_what_others_may_write_or_read_is_named(settings: Settings, tmp_path: Path) -> None:
    settings.data_dir.mkdir()
    settings.data_dir.chmod(0o777)
    env_file = tmp_path / ".env"
    env_file.write_text("NEWSLOOM_REDIS_PASSWORD=x")
    env_file.chmod(0o644)
    first, second = problems(list(permissions(settings, env_file)))
    assert first.endswith(f"may write in {settings.data_dir}")
    assert str(env_file) in second


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_what_may_not_be_written_is_named(settings: Settings, tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    (settings.data_dir / "index").mkdir(parents=True)
    (settings.data_dir / "index" / "meta.json").write_text("{}")
    settings.sources.write_text("[]")
    os.seteuid(NOBODY)
    try:
        found = problems(list(permissions(settings, tmp_path / ".env")))
    finally:
        os.seteuid(0)
    assert any(f"{settings.data_dir} may not be written" in sentence for sentence in found)
    assert any("was Newsloom run as another user?" in sentence for sentence in found)
    assert any("`newsloom sources add` would fail" in sentence for sentence in found)
