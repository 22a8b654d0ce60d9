"""Opens what the settings name. The only place that chooses a backend."""

import time
from dataclasses import dataclass
from pathlib import Path

import anyio

from storage.index import Index
from storage.redis.connection import Clock, Keyspace, connect
from storage.redis.events import Events
from storage.redis.fingerprints import Fingerprints
from storage.redis.frontier import Frontier
from storage.redis.ledger import Ledger
from storage.redis.pages import Pages
from storage.redis.politeness import Politeness, Sleep
from storage.redis.seen import SeenSet
from storage.redis.sources import SourceStates
from storage.redis.subscriptions import Subscriptions


@dataclass(frozen=True, slots=True)
class Times:
    """How long things are kept or held, in seconds.

    ``similarity`` is the containment (0 to 1) from which texts are copies.
    """

    lease: float
    fingerprint: float
    page: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything kept in Redis."""

    keyspace: Keyspace
    frontier: Frontier
    ledger: Ledger
    sources: SourceStates
    politeness: Politeness
    pages: Pages
    fingerprints: Fingerprints
    subscriptions: Subscriptions
    events: Events
    seen: SeenSet


def open_stores(
    url: str, namespace: str, times: Times, *, clock: Clock = time.time, sleep: Sleep = anyio.sleep
) -> Stores:
    """The stores of one namespace, all by one clock. Nothing is contacted before the first use."""
    keyspace = Keyspace(connect(url), namespace)
    binary = Keyspace(connect(url, decode=False), namespace)
    return Stores(
        keyspace=keyspace,
        frontier=Frontier(keyspace, lease_seconds=times.lease, clock=clock),
        ledger=Ledger(keyspace),
        sources=SourceStates(keyspace, clock=clock),
        politeness=Politeness(keyspace, clock=clock, sleep=sleep),
        pages=Pages(binary, seconds=times.page),
        fingerprints=Fingerprints(
            binary, threshold=times.similarity, seconds=times.fingerprint, clock=clock
        ),
        subscriptions=Subscriptions(keyspace, clock=clock),
        events=Events(keyspace),
        seen=SeenSet(keyspace, clock=clock),
    )


def open_index(
    url: str | None,
    *,
    name: str,
    folder: Path,
    api_key: str | None = None,
    ca_certs: Path | None = None,
) -> Index:
    """Elasticsearch when there is a URL, else Tantivy in the folder.

    Call ``prepare`` before writing.
    """
    if url:
        from storage.elasticsearch.index import ElasticsearchIndex  # noqa: PLC0415 - 0.3 s that the other never needs

        return ElasticsearchIndex(url, name=name, api_key=api_key, ca_certs=ca_certs)
    from storage.tantivy.index import TantivyIndex  # noqa: PLC0415

    return TantivyIndex(folder)
