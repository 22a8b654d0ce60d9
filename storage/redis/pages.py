"""Fetched pages between crawl and extract: messages carry keys, the pages wait here (the claim check pattern)."""

import zlib

from pipeline.records import Page
from storage.redis.connection import Keyspace


class Pages:
    """Pages by URL id, compressed, for a limited time. Needs a client that answers bytes."""

    def __init__(self, keyspace: Keyspace, *, seconds: float) -> None:
        self._keys = keyspace
        self._seconds = int(seconds)

    def put(self, url: str, page: Page) -> None:
        """Keep a page, replacing the one of an earlier visit."""
        head = page.model_copy(update={"content": b""}).model_dump_json().encode()
        packed = zlib.compress(head + b"\n" + page.content, 1)
        self._keys.client.set(self._keys.key("page", url), packed, ex=self._seconds)

    def get(self, url: str) -> Page | None:
        """The page, or None when its time is over."""
        packed = self._keys.client.get(self._keys.key("page", url))
        if packed is None:
            return None
        head, _, content = zlib.decompress(packed).partition(b"\n")
        return Page.model_validate_json(head).model_copy(update={"content": content})

    def has(self, url: str) -> bool:
        """Whether the page waits here."""
        return bool(self._keys.client.exists(self._keys.key("page", url)))

    def drop(self, urls: list[str]) -> None:
        """Forget pages whose URLs have ended."""
        if urls:
            self._keys.client.unlink(*(self._keys.key("page", url) for url in urls))
