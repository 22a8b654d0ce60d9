"""Fetched pages between crawl and extract.

Messages carry keys, the pages wait here (the claim check pattern).
"""

from collections.abc import Sequence

import redis
from isal import isal_zlib

from pipeline.records import Page
from pipeline.urls import UrlId
from storage.redis.connection import Keyspace
from storage.redis.keys import Key


class Pages:
    """Pages by URL id, compressed, for a limited time. Needs a client that answers bytes."""

    def __init__(self, keyspace: Keyspace, *, seconds: float) -> None:
        self._keys = keyspace
        self._seconds = int(seconds)

    def put(self, url_id: UrlId, page: Page) -> None:
        """Keep a page, replacing the one of an earlier visit."""
        self.put_all([(url_id, page)])

    def put_all(self, pages: Sequence[tuple[UrlId, Page]]) -> Sequence[None]:
        """Keep pages by URL id in one round trip.

        One None for each, so that a ``Batcher`` can send them.
        """
        with self._keys.client.pipeline(transaction=False) as pipe:
            for url_id, page in pages:
                pipe.set(self._keys.key(Key.PAGE, url_id), _compressed(page), ex=self._seconds)
            pipe.execute()
        return [None] * len(pages)

    def get(self, url_id: UrlId) -> Page | None:
        """The page, or None when its time is over."""
        packed = self._keys.client.get(self._keys.key(Key.PAGE, url_id))
        if packed is None:
            return None
        head, _, content = isal_zlib.decompress(packed).partition(b"\n")
        return Page.model_validate_json(head).model_copy(update={"content": content})

    def waiting(self, url_ids: Sequence[UrlId]) -> set[UrlId]:
        """Those of the URL ids whose pages wait here, in one round trip."""
        with self._keys.client.pipeline(transaction=False) as pipe:
            for url_id in url_ids:
                pipe.exists(self._keys.key(Key.PAGE, url_id))
            return {url_id for url_id, there in zip(url_ids, pipe.execute(), strict=True) if there}

    def deliver(self, url_id: UrlId, page: Page) -> bool:
        """Leave a page that was not fetched but imported.

        False when one waits already, which stays.

        It waits apart from the fetched ones, so that only a URL accepted for its import will have
        it: a feed that announces the same URL meanwhile must get today's page.
        """
        key = self._keys.key(Key.IMPORTED, url_id)
        return bool(self._keys.client.set(key, _compressed(page), ex=self._seconds, nx=True))

    def admit(self, url_id: UrlId) -> bool:
        """Take an imported page in as if it had been fetched; False when its time is over."""
        try:
            self._keys.client.rename(
                self._keys.key(Key.IMPORTED, url_id), self._keys.key(Key.PAGE, url_id)
            )
        except redis.ResponseError as error:
            if "no such key" not in str(error):
                raise
            return False
        return True

    def withdraw(self, url_id: UrlId) -> None:
        """Take back an imported page whose URL was not accepted."""
        self._keys.client.unlink(self._keys.key(Key.IMPORTED, url_id))

    def renew(self, url_ids: Sequence[UrlId]) -> None:
        """Keep pages for as long again: those of URLs that wait or are tried again."""
        with self._keys.client.pipeline(transaction=False) as pipe:
            for url_id in url_ids:
                pipe.expire(self._keys.key(Key.PAGE, url_id), self._seconds)
            pipe.execute()

    def drop(self, url_ids: list[UrlId]) -> None:
        """Forget pages whose URLs have ended."""
        if url_ids:
            self._keys.client.unlink(*(self._keys.key(Key.PAGE, url_id) for url_id in url_ids))


def _compressed(page: Page) -> bytes:
    head = page.model_copy(update={"content": b""}).model_dump_json().encode()
    return isal_zlib.compress(head + b"\n" + page.content, 1)
