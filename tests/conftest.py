"""What all tests share: a real Redis of their own, and stores over it."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from storage.embedded_redis import embedded_redis
from storage.ledger_archive.archive import LedgerArchive
from storage.ledger_archive.sqlite import SqliteLedgerArchive
from storage.open import Stores, Times, open_stores
from tests.support.servers.silent import full, silent

pytest_plugins = ["tests.support.elasticsearch.fixture", "tests.support.subscriber"]


_LONGEST_FIRST = ("systems", "elasticsearch", "soak")
"""Groups that take minutes; begun last, one would run alone at the end."""

_LONGEST_ID = 100


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs side by side: Elasticsearch on one process, whole systems on one, else by file."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=_rank)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Long texts by their length: a test's name is sent between processes and printed."""
    if isinstance(val, (str, bytes)) and len(val) > _LONGEST_ID:
        return f"{type(val).__name__} of {len(val)}"
    return None


def _rank(item: pytest.Item) -> int:
    marker = item.get_closest_marker("xdist_group")
    group = marker.args[0] if marker else ""
    return _LONGEST_FIRST.index(group) if group in _LONGEST_FIRST else len(_LONGEST_FIRST)


def _group(item: pytest.Item) -> str:
    if "elasticsearch_url" in getattr(item, "fixturenames", ()):
        return "elasticsearch"
    folder = item.path.parent.name
    return "systems" if folder in {"faults", "integration"} else str(item.path)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Redis server for the whole run."""
    with embedded_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def namespace() -> str:
    """A namespace that no other test uses."""
    return f"test-{uuid4().hex[:12]}"


@pytest.fixture
def restored_logging() -> Iterator[None]:
    """For tests that configure logging: the root logger and the hooks belong to pytest."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    logging.captureWarnings(capture=False)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Of a server that takes connections and never answers."""
    with silent() as port:
        yield port


@pytest.fixture(params=[silent, full])
def hanging_port(request: pytest.FixtureRequest) -> Iterator[int]:
    """Of a server that never answers, and of one that has no room for another connection."""
    with request.param() as port:
        yield port


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MiB, where this user may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


TIMES = Times(lease=30.0, fingerprint=3600.0, page=60.0, similarity=0.7)


@pytest.fixture
def ledger_archive(tmp_path: Path) -> LedgerArchive:
    """The archive of ``stores``."""
    return SqliteLedgerArchive(tmp_path / "ledger.sqlite3")


@pytest.fixture
def stores(redis_url: str, namespace: str, ledger_archive: LedgerArchive) -> Iterator[Stores]:
    """Stores in a namespace of their own."""
    opened = open_stores(redis_url, namespace, TIMES, open_archive=lambda: ledger_archive)
    yield opened
    opened.keyspace.client.close()


SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
SHARED_SETS = ("extraction", "metadata", "neardup", "seed", "urls", "websub", "wordpress")


@pytest.fixture
def shared_data() -> Path:
    """The folder with data to measure on, which is not part of the project.

    In CI it is there whole or not at all.
    """
    if not SHARED_DATA.is_dir():
        pytest.skip(
            "the measuring data are not here: they belong in ../shared/data beside the checkout"
        )
    missing = [name for name in SHARED_SETS if not (SHARED_DATA / name).is_dir()]
    if missing and os.environ.get("CI"):
        pytest.fail(f"../shared/data is there without {', '.join(missing)}")
    if missing:
        pytest.skip(f"../shared/data is here without {', '.join(missing)}")
    return SHARED_DATA
