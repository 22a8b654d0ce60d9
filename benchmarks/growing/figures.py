"""What is measured when a number of URLs has been reached."""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.ledger import link, used
from benchmarks.searching.asking import WORDS
from pipeline.urls import url_id
from services.articles.search import search
from services.trace import UrlTrace, trace
from storage.elasticsearch.client import connect
from storage.redis.frontier import Acceptance
from storage.redis.keys import Key
from workers.resources import Resources

ASKED = 400
OLD = 0.1
"""Part of the URLs, the first ones, of which traces are asked."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Attributes:
        name: with its unit.
        value: at some number of URLs.
    """

    name: str
    value: float


def redis_cpu(resources: Resources) -> float:
    """CPU seconds of Redis so far, with what it forks."""
    info = resources.stores.keyspace.client.info("cpu")
    kinds = ("user", "sys", "user_children", "sys_children")
    return sum(float(info[f"used_cpu_{kind}"]) for kind in kinds)


def sizes(resources: Resources, urls: int, *, empty: int) -> list[Figure]:
    """Bytes for each URL or article.

    Args:
        resources: whose stores are measured.
        urls: that have ended.
        empty: bytes of Redis before the first one.
    """
    grown, records = used(resources.stores) - empty, _record_bytes(resources)
    index, archive = _disk_bytes(resources)
    return [
        Figure("Redis, record of a URL, bytes", records / urls),
        Figure("Redis, fingerprints and all else, bytes", (grown - records) / urls),
        Figure("index, bytes for each article", index / resources.index.count()),
        Figure("ledger archive, bytes for each URL", archive / urls),
    ]


def _record_bytes(resources: Resources) -> int:
    keyspace = resources.stores.keyspace
    keys = list(keyspace.client.scan_iter(match=keyspace.pattern(Key.COMPACT), count=1_000))
    pipe = keyspace.client.pipeline(transaction=False)
    for key in keys:
        pipe.memory_usage(key, samples=0)
    return sum(pipe.execute())


def _disk_bytes(resources: Resources) -> tuple[int, int]:
    """Of the index, and of the ledger archive."""
    settings = resources.settings
    if settings.index_address is None:
        archive = sum(size for size in _files(settings.data_dir, f"{settings.ledger_file.name}*"))
        return sum(_files(settings.tantivy_dir, "**/*")), archive
    client, name = connect(settings.index_address), settings.namespace
    client.indices.refresh(index=f"{name}-*")
    found = client.indices.stats(index=f"{name}-*", metric="store")["indices"]
    bytes_of = {each: stats["primaries"]["store"]["size_in_bytes"] for each, stats in found.items()}
    client.close()
    archive = sum(size for each, size in bytes_of.items() if each.startswith(f"{name}-ledger-"))
    return sum(bytes_of.values()) - archive, archive


def _files(folder: Path, pattern: str) -> Sequence[int]:
    return [path.stat().st_size for path in folder.glob(pattern) if path.is_file()]


def answers(resources: Resources, urls: int, now: datetime) -> list[Figure]:
    """Milliseconds until known links, traces and searches are answered.

    Raises:
        SystemExit: a URL is not known that has ended.
    """
    draw = random.Random(urls)
    known = [link(draw.randrange(urls)) for _ in range(ASKED)]
    old = [link(draw.randrange(int(urls * OLD))).url for _ in range(ASKED)]
    ledger, index = resources.stores.ledger, resources.open_index()

    def accept(number: int) -> None:
        if resources.stores.frontier.accept([known[number]]) != [Acceptance.KNOWN]:
            raise SystemExit(f"{known[number].url} is not known")

    def look_up(number: int) -> None:
        if ledger.states([url_id(known[number].url)]) == [None]:
            raise SystemExit(f"{known[number].url} has no state")

    def ask_trace(number: int) -> None:
        if not isinstance(trace(ledger, old[number], lambda: index), UrlTrace):
            raise SystemExit(f"{old[number]} has no trace")

    def ask_word(number: int) -> None:
        search(index, WORDS[number % len(WORDS)], now=now)

    return [
        *_both("a known link, ms", _times(accept)),
        *_both("state of a URL, ms", _times(look_up)),
        *_both("trace of an old URL, ms", _times(ask_trace)),
        Figure("search of a word, ms p50", statistics.median(_times(ask_word)) * 1e3),
    ]


def _times(ask: Callable[[int], None]) -> list[float]:
    """Seconds of each answer; the first ones have read what they need from the disk."""
    seconds = []
    for number in range(ASKED):
        began = time.perf_counter()
        ask(number)
        seconds.append(time.perf_counter() - began)
    return seconds[ASKED // 10 :]


def _both(name: str, seconds: Sequence[float]) -> list[Figure]:
    p95 = statistics.quantiles(seconds, n=20)[18]
    return [
        Figure(f"{name} p50", statistics.median(seconds) * 1e3),
        Figure(f"{name} p95", p95 * 1e3),
    ]
