"""This machine: Python, disks, and what may be read and written."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from config.settings import Settings
from services.doctor.findings import Area, Finding, fine, wrong

LEAST_FREE_BYTES = 1_000_000_000
LEAST_FREE_PART = 0.05
"""Of a disk. Elasticsearch stops at 95 % as well."""

MOST_FILES = 10_000
"""Files of a data folder that are looked at."""

_OTHERS_MAY_WRITE = stat.S_IWOTH
_OTHERS_MAY_READ = stat.S_IROTH


def versions() -> Iterator[Finding]:
    """Newsloom's and Python's. Its installation refuses Pythons that are too old."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield fine(Area.VERSIONS, f"Newsloom {version('newsloom')} on Python {python}")


def disks(settings: Settings) -> Iterator[Finding]:
    """Room on the disks of the data folder and of the archive."""
    for name, folder in _folders(settings):
        there = _first_that_exists(folder)
        usage = shutil.disk_usage(there)
        free = f"{usage.free / 1e9:.1f} GB of {usage.total / 1e9:.1f} GB are free"
        if usage.free < max(LEAST_FREE_BYTES, usage.total * LEAST_FREE_PART):
            yield wrong(
                Area.DISK,
                f"the disk of {folder} is nearly full: {free}",
                f"make room there, or name another folder with {name}",
            )
        else:
            yield fine(Area.DISK, f"{folder}: {free}")


def permissions(settings: Settings, env_file: Path = Path(".env")) -> Iterator[Finding]:
    """Whether this user may read and write what is needed, and others may not."""
    found = [
        *_unusable_folders(settings),
        *_unusable_sources(settings.sources),
        *_open_to_others(settings.data_dir, env_file),
    ]
    if not found:
        yield fine(Area.PERMISSIONS, "all folders and files can be read and written")
    yield from found


def _folders(settings: Settings) -> list[tuple[str, Path]]:
    """What is written to, with the variable that names it."""
    found = [("NEWSLOOM_DATA_DIR", settings.data_dir)]
    if settings.archive_dir:
        found.append(("NEWSLOOM_ARCHIVE_DIR", settings.archive_dir))
    return found


def _first_that_exists(path: Path) -> Path:
    """A folder that is made at the first start lies on the disk of the one above."""
    return next(each for each in (path.absolute(), *path.absolute().parents) if each.exists())


def _unusable_folders(settings: Settings) -> Iterator[Finding]:
    for name, folder in _folders(settings):
        there = _first_that_exists(folder)
        if not _may(there, os.R_OK | os.W_OK | os.X_OK):
            yield wrong(
                Area.PERMISSIONS,
                f"{there} may not be written by user {os.geteuid()}",
                f"run `chown -R {os.geteuid()} {there}` as root, or name another folder with"
                f" {name}",
            )
    if bad := _first_unusable(settings.data_dir):
        yield wrong(
            Area.PERMISSIONS,
            f"{bad} may not be written by user {os.geteuid()}: was Newsloom run as another user?",
            f"run `chown -R {os.geteuid()} {settings.data_dir}` as root",
        )


def _may(path: Path, mode: int) -> bool:
    """Whether this process may do it, which may have become another user."""
    return os.access(path, mode, effective_ids=True)


def _first_unusable(folder: Path) -> Path | None:
    paths = (Path(at) / name for at, folders, files in os.walk(folder) for name in folders + files)
    for path in islice(paths, MOST_FILES):
        if path.exists() and not _may(path, os.R_OK | os.W_OK):
            return path
    return None


def _unusable_sources(path: Path) -> Sequence[Finding]:
    if not path.exists() or _may(path, os.R_OK | os.W_OK):
        return ()
    finding = wrong(
        Area.PERMISSIONS,
        f"{path} may not be changed by user {os.geteuid()}: `newsloom sources add` would fail",
        f"run `chown {os.geteuid()} {path}` as root",
    )
    return (finding,)


def _open_to_others(data_dir: Path, env_file: Path) -> Iterator[Finding]:
    if data_dir.exists() and data_dir.stat().st_mode & _OTHERS_MAY_WRITE:
        yield wrong(
            Area.PERMISSIONS,
            f"every user of this machine may write in {data_dir}",
            f"run `chmod o-w {data_dir}`",
        )
    if env_file.exists() and env_file.stat().st_mode & _OTHERS_MAY_READ:
        yield wrong(
            Area.PERMISSIONS,
            f"every user of this machine may read {env_file.absolute()}, which may have passwords",
            f"run `chmod o-r {env_file.absolute()}`",
        )
