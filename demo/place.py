"""Where the demo keeps its data.

A folder and a namespace of its own, so that it never mixes with real data.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.settings import Settings
from demo.network import save_hosts
from demo.server import NewsroomServer
from demo.site import SAMPLE


def demo_settings(settings: Settings) -> Settings:
    """Settings for the demo, from the user's.

    Same backends, own folder and namespace, quick retries.

    The folder depends on the index, since a ledger belongs to the index it describes.
    """
    name = f"demo{_index_suffix(settings)}"
    folder = settings.data_dir.resolve() / name
    return settings.model_copy(
        update={
            "data_dir": folder,
            "namespace": f"{settings.namespace}-{name}",
            "sources": folder / "newsroom" / "sources.yaml",
            "retry_delay": 0.5,
            "max_attempts": 3,
        }
    )


def _index_suffix(settings: Settings) -> str:
    """Tells Elasticsearch servers apart; empty for the embedded index."""
    if settings.index_url is None:
        return ""
    return "-" + hashlib.sha256(settings.index_url.encode()).hexdigest()[:8]


def hosts_file(settings: Settings) -> Path:
    """Where the newsroom's sockets are written down."""
    return settings.data_dir / "hosts.json"


def updated_flag(settings: Settings) -> Path:
    """Exists once the newsroom has published the update of its article."""
    return settings.data_dir / "updated"


def newsroom_folder(settings: Settings) -> Path:
    """The demo's own copy of the newsroom, made at the first call.

    Articles dropped into it are published.
    """
    folder = settings.data_dir / "newsroom"
    if not folder.exists():
        _copy_sample(folder)
    return folder


def _copy_sample(folder: Path) -> None:
    """Put the sample newsroom in its place in one step: two commands may begin at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        copy = Path(beside) / "newsroom"
        shutil.copytree(SAMPLE, copy)
        with suppress(OSError):  # another command was quicker
            copy.rename(folder)


@contextmanager
def newsroom_server(settings: Settings) -> Iterator[NewsroomServer]:
    """The demo's newsroom on loopback, where its workers find it."""
    with NewsroomServer(
        newsroom_folder(settings), updated=updated_flag(settings).exists()
    ) as server:
        save_hosts(hosts_file(settings), server.hosts)
        yield server
