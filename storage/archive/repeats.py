"""Which payloads were archived lately, so that the same bytes are kept once (revisit records)."""

from hashlib import sha256

from storage.archive.records import Kept
from storage.redis.connection import Keyspace
from storage.redis.keys import Key

SECONDS = 7 * 86_400
"""A repeat later than this is kept whole again. It bounds the memory: about 300 bytes a page."""


class Repeats:
    """Shared by all crawl processes, in Redis.

    A repeat may come to another process, or after a restart.

    A payload is noted only when its record is on the disk: no revisit record ever refers to what
    was not written. Two processes that archive the same new payload at once keep it twice, which
    costs space and nothing else.
    """

    def __init__(self, keyspace: Keyspace) -> None:
        self._keys = keyspace

    def find(self, payload: bytes) -> Kept | None:
        """Where this payload was archived, if it was."""
        if found := self._keys.client.get(self._key(payload)):
            date, _, url = found.partition(" ")
            return Kept(url=url, date=date)
        return None

    def note(self, payload: bytes, kept: Kept) -> None:
        """This payload's record was written."""
        self._keys.client.set(self._key(payload), f"{kept.date} {kept.url}", ex=SECONDS, nx=True)

    def _key(self, payload: bytes) -> str:
        return self._keys.key(Key.ARCHIVED, sha256(payload).hexdigest()[:32])
