"""Reads all compact records, for audits."""

from collections import Counter
from collections.abc import Collection, Iterator

from pipeline.urls import UrlId
from storage.redis.connection import Keyspace
from storage.redis.keys import Key

_SHARDS = 16
"""Hashes read by one call of the script: about a thousand records."""

_TRIES = 3


class CompactRecords:
    """The compact records of all periods that are kept."""

    def __init__(self, keyspace: Keyspace) -> None:
        self._keys = keyspace

    def count(self, *, but: Collection[str]) -> Counter[str]:
        """How many there are by state, without those of some URL ids.

        While records are added, a period is counted again when its hashes were rearranged.
        """
        counts = Counter[str]()
        for period in self._shards():
            counts += self._count_of(period, but)
        return counts

    def pages(self) -> Iterator[list[UrlId]]:
        """The ids of all, about a thousand at a time. What is added meanwhile may be missing."""
        for period, shards in self._shards().items():
            for page in self._pages_of(period, shards):
                yield [url_id for url_id, _ in page]

    def _count_of(self, period: int, but: Collection[str]) -> Counter[str]:
        counts = Counter[str]()
        for _ in range(_TRIES):
            shards = self._shards().get(period, 0)
            pages = self._pages_of(period, shards)
            counts = Counter(state for page in pages for url_id, state in page if url_id not in but)
            if self._shards().get(period, 0) == shards:
                break
        return counts

    def _shards(self) -> dict[int, int]:
        """How many hashes each period has."""
        periods = self._keys.client.hgetall(self._keys.key(Key.COMPACT_PERIODS))
        return {int(period): int(counts.split()[0]) for period, counts in periods.items()}

    def _pages_of(self, period: int, shards: int) -> Iterator[list[tuple[UrlId, str]]]:
        for first in range(0, shards, _SHARDS):
            last = min(first + _SHARDS, shards) - 1
            found = iter(self._keys.run("ledger/shards", period=period, first=first, last=last))
            yield [(UrlId(url_id), state) for url_id, state in zip(found, found, strict=True)]
