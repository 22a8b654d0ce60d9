"""A deployment that has something of everything, and what is compared of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.settings import Settings
from config.sources import Source
from config.sources_file import save
from pipeline.urls import Url, url_id
from services.access.keys import add_key
from services.sources import Connect
from storage.embedded_redis import embedded_redis
from storage.redis.access.api_keys import Scope
from tests.support.data.corpus import corpus
from tests.support.data.ledger_entries import BASE, one_in_each_state
from workers.chain.archiving import archive_ended
from workers.resources import Resources


def embedded(folder: Path, **more: object) -> Settings:
    """All in a data folder."""
    given = {
        "data_dir": folder / "data",
        "sources": folder / "data" / "sources.yaml",
        "archive_dir": folder / "archive",
        **more,
    }
    return Settings.model_validate(given)


def connecting(settings: Settings) -> Connect:
    @contextmanager
    def connect() -> Iterator[Resources]:
        with embedded_redis(settings.data_dir):
            resources = Resources(settings)
            yield resources
            resources.stores.keyspace.client.close()

    return connect


def traces(resources: Resources) -> dict[str, list[Any]]:
    """Of a URL that is in the ledger archive, and of one that has stayed in Redis."""
    ledger = resources.stores.ledger
    return {name: ledger.trace(url_id(BASE + name)) for name in ("rejected", "dead")}


def fill(resources: Resources) -> None:
    """Articles, a ledger and its archive, sources, an API key, an archived page."""
    settings = resources.settings
    one_in_each_state(resources.stores)
    assert archive_ended(resources) > 0
    resources.index.put(corpus())
    save(settings.sources, [Source(id="press", feed=Url("https://press.example/feed"))])
    add_key(resources.stores.api_keys, "ann", Scope.WRITE, now=0.0)
    if settings.archive_dir:
        settings.archive_dir.mkdir(parents=True)
        (settings.archive_dir / "one.warc.gz").write_bytes(b"WARC")
