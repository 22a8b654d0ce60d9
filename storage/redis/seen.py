"""What sitemaps announced without a date.

By this memory alone their new entries are distinguished from the old ones.
"""

import time
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from pipeline.urls import UrlId
from storage.redis.connection import Clock, Keyspace
from storage.redis.keys import Key

MOST_REMEMBERED = 300_000
"""Entries of one source that are remembered.

The documents that were not read for longest are forgotten first.
"""

_MOST_OF_ONE = 100_000  # marks of one document, which lists 50,000 URLs at most
# Of a mark, and of that in base64: among 300,000, a new one is taken for a known one once in a
# billion times.
_BYTES, _DIGITS = 6, 8
# Seconds after the last reading; a source that was removed takes no memory for ever.
_KEPT = 400 * 86_400


class SeenSet:
    """The marks of each document's entries, a string for each document.

    Sets would cost ten times the memory.
    """

    def __init__(self, keyspace: Keyspace, *, clock: Clock = time.time) -> None:
        self._keys = keyspace
        self._clock = clock

    def known(self, source: str, documents: Sequence[str]) -> list[bool]:
        """Which documents of a source were read before.

        Of the others it is not known what is new.
        """
        documents_key = self._documents_key(source)
        scores = (
            self._keys.client.zmscore(documents_key, [_name(each) for each in documents])
            if documents
            else []
        )
        return [score is not None for score in scores]

    def new(self, source: str, ids: Iterable[UrlId]) -> list[UrlId]:
        """Which of these URL ids no document of the source announced before, in their order."""
        client = self._keys.client
        names = client.zrange(self._documents_key(source), 0, -1)
        seen: set[str] = set()
        for text in client.mget([self._marks(source, name) for name in names]) if names else []:
            seen.update(_cut(text or ""))
        return [each for each in ids if _mark(each) not in seen]

    def remember(self, source: str, document: str, ids: Iterable[UrlId]) -> int:
        """Add what a document announces now.

        Args:
            source: its id.
            document: its address.
            ids: of all URLs that it announces now, less those that are to count as new again.

        Returns:
            How many other documents of the source were forgotten to make room.
        """
        documents_key, name = self._documents_key(source), _name(document)
        marks = self._marks(source, name)
        listed = dict.fromkeys(map(_mark, ids))
        known = _cut(self._keys.client.get(marks) or "")
        there = set(known)
        added = [mark for mark in listed if mark not in there]
        pipe = self._keys.client.pipeline()
        if len(known) + len(added) > _MOST_OF_ONE:  # it lists other pages by now
            pipe.set(marks, "".join(listed))
        elif added:
            pipe.append(marks, "".join(added))
        pipe.expire(marks, _KEPT)
        pipe.zadd(documents_key, {name: self._clock()})
        pipe.expire(documents_key, _KEPT)
        pipe.execute()
        return self._make_room(source, name)

    def _make_room(self, source: str, latest: str) -> int:
        client, documents_key = self._keys.client, self._documents_key(source)
        names = client.zrange(documents_key, 0, -1)
        pipe = client.pipeline(transaction=False)
        for name in names:
            pipe.strlen(self._marks(source, name))
        sizes = dict(zip(names, pipe.execute(), strict=True))
        forgotten: list[str] = []
        for name in names:
            if sum(sizes.values()) <= MOST_REMEMBERED * _DIGITS:
                break
            if name != latest:
                forgotten.append(name)
                del sizes[name]
        if forgotten:
            client.delete(*(self._marks(source, name) for name in forgotten))
            client.zrem(documents_key, *forgotten)
        return len(forgotten)

    def _documents_key(self, source: str) -> str:
        return self._keys.key(Key.SEEN_DOCUMENTS, source)

    def _marks(self, source: str, name: str) -> str:
        return self._keys.key(Key.SEEN_MARKS, source, name)


def _name(document: str) -> str:
    return blake2b(document.encode(), digest_size=8).hexdigest()


def _mark(url_id: UrlId) -> str:
    return b64encode(bytes.fromhex(url_id[: 2 * _BYTES])).decode()


def _cut(text: str) -> list[str]:
    return [text[at : at + _DIGITS] for at in range(0, len(text), _DIGITS)]
