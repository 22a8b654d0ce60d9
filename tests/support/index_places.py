"""Where a test keeps its index.

Either backend, opened as often as a test likes, also from another process.
"""

import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from elasticsearch import Elasticsearch

from storage.elasticsearch.index import ElasticsearchIndex
from storage.index import Index
from storage.tantivy.index import TantivyIndex


@dataclass(frozen=True)
class Place:
    """``where`` is a folder or an address; ``name`` that of the Elasticsearch alias."""

    backend: str
    where: str
    name: str

    def open(self) -> Index:
        if self.backend == "tantivy":
            return TantivyIndex(Path(self.where))
        return ElasticsearchIndex(self.where, name=self.name)

    def command(self, *arguments: str, module: str = "writing_process") -> list[str]:
        """Runs a module of this folder on this place."""
        return [
            sys.executable,
            "-m",
            f"tests.support.processes.{module}",
            self.backend,
            self.where,
            self.name,
            *arguments,
        ]


@contextmanager
def elasticsearch_place(url: str) -> Iterator[Place]:
    """A name of its own on the server, cleared away at the end."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield Place("elasticsearch", url, name)
    with Elasticsearch(url) as client:
        for index in client.indices.get(index=[f"{name}-v*", f"{name}-*-v*"]):
            client.indices.delete(index=index)
        for template in (name, f"{name}-history", f"{name}-ledger"):
            client.options(ignore_status=404).indices.delete_index_template(name=template)


@contextmanager
def opened(place: Place) -> Iterator[Index]:
    """The index there, ready."""
    index = place.open()
    index.prepare()
    yield index
    index.close()
