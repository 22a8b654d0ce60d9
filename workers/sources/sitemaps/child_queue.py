"""The sitemaps of an index that wait to be fetched, and which of them is next."""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import NamedTuple

from pipeline.discover.sitemaps import Child

Promise = tuple[datetime, bool, list[str | int]]
"""How likely a sitemap has news: its date, whether it calls itself news, its address by numbers."""


class WaitingChild(NamedTuple):
    """A sitemap of an index that is to be fetched, and by how many indexes it was found."""

    child: Child
    depth: int
    promise: Promise


class ChildQueue:
    """Gives by turns the sitemap that promises most and the one not asked for longest.

    Else some would wait for ever.
    """

    def __init__(self, asked_before: Collection[str]) -> None:
        """``asked_before``: the addresses asked for at earlier polls, the longest ago first."""
        self.resting: set[str] = set()
        self._waiting: list[WaitingChild] = []
        self._asked = {url: place for place, url in enumerate(asked_before, start=1)}
        self._longest_next: bool | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, child: Child, depth: int) -> None:
        """Another sitemap waits."""
        self._waiting.append(WaitingChild(child, depth, _promise(child)))

    def remove(self, waiting: WaitingChild) -> None:
        """A sitemap was fetched."""
        self._waiting.remove(waiting)

    def next(self) -> WaitingChild | None:
        """The next one whose host is not among those ``resting``; it stays in the queue."""
        ready = [each for each in self._waiting if each.child.url.host not in self.resting]
        if not ready:
            return None
        best = max(ready, key=lambda each: each.promise)
        if self._longest_next is None:  # a poll may have time for one of them only
            self._longest_next = self._asked.get(best.child.url) == len(self._asked)
        if self._longest_next:
            best = max(ready, key=lambda each: (-self._asked.get(each.child.url, 0), each.promise))
        self._longest_next = not self._longest_next
        return best


def _promise(child: Child) -> Promise:
    """Newest first; without a date, what calls itself news, then what its numbers say is newest."""
    numbers: list[str | int] = [
        int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", child.url)
    ]
    modified = child.modified or datetime.min.replace(tzinfo=UTC)
    return modified, "news" in child.url.lower(), numbers
