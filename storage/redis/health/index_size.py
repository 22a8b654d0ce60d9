"""How many articles the index had at most, so that a loss of them is noticed.

Newsloom takes articles out of the index by ``newsloom retention`` only, which says so here.
"""

from dataclasses import dataclass

from storage.redis.connection import Keyspace
from storage.redis.keys import Key

_MOST, _LOSS = "most", "loss"


@dataclass(frozen=True, slots=True)
class KnownSize:
    """What was known of the index's size.

    Attributes:
        most: articles that it had at most.
        noticed: a loss that was noticed and is not mended, as a sentence.
    """

    most: int = 0
    noticed: str | None = None

    def loss(self, articles: int, indexed: int) -> str | None:
        """What the index has lost, as a sentence; None when it has all that it had.

        Args:
            articles: that it holds now, counted after this size was read.
            indexed: URLs that the ledger has as indexed, read before ``articles`` was counted.
        """
        if self.noticed:
            return self.noticed
        if articles < self.most:
            return _sentence(articles, f"it had {self.most}")
        if articles == 0 and indexed > 0:
            return _sentence(articles, f"the ledger has {indexed} URLs as indexed")
        return None


class IndexSize:
    """The size, and a loss once it was noticed, until ``settle``."""

    def __init__(self, keyspace: Keyspace) -> None:
        self._keys = keyspace

    def known(self) -> KnownSize:
        """What is known of it now."""
        kept = self._keys.client.hgetall(self._keys.key(Key.INDEX_SIZE))
        return KnownSize(int(kept.get(_MOST, 0)), kept.get(_LOSS))

    def keep(self, articles: int) -> None:
        """The index has so many articles, and has lost none."""
        self._keys.client.hset(self._keys.key(Key.INDEX_SIZE), _MOST, articles)

    def note_loss(self, loss: str) -> bool:
        """Keep a loss until ``settle``; False when one was noticed before."""
        return bool(self._keys.client.hsetnx(self._keys.key(Key.INDEX_SIZE), _LOSS, loss))

    def settle(self, articles: int) -> None:
        """Take the index as complete with so many articles."""
        key = self._keys.key(Key.INDEX_SIZE)
        with self._keys.client.pipeline() as pipe:
            pipe.hdel(key, _LOSS)
            pipe.hset(key, _MOST, articles)
            pipe.execute()


def _sentence(articles: int, other: str) -> str:
    return (
        f"the index has lost articles: it had {articles} when that was noticed, but {other};"
        " `newsloom reconcile` brings them back"
    )
