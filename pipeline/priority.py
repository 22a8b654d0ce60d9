"""Which URLs go first: what was just announced before what is only to be caught up with."""

import math
from enum import StrEnum


class Priority(StrEnum):
    """The two classes of URLs that wait, and of batches under way."""

    URGENT = "urgent"
    BULK = "bulk"


class Announcement(StrEnum):
    """How URLs come to the frontier. The table of what is urgent is here, and nowhere else."""

    PUSH = "push"
    """A hub has pushed them."""

    POLL = "poll"
    """A source that was read before announces them now."""

    REQUEST = "request"
    """A person asks for a few pages, and waits for them."""

    FIRST_POLL = "first poll"
    """A source is read for the first time: most of what it lists is old."""

    BACKLOG = "backlog"
    """Imports, long lists, dead letters that are tried again, articles that the index has lost."""

    @property
    def priority(self) -> Priority:
        """The class of the URLs that are new or visited again."""
        return Priority.URGENT if self in _URGENT else Priority.BULK

    @property
    def promotes(self) -> bool:
        """Whether URLs that wait as bulk become urgent.

        Not by a poll: it lists again what the first poll has brought.
        """
        return self in _PROMOTES


_URGENT = {Announcement.PUSH, Announcement.POLL, Announcement.REQUEST}
_PROMOTES = {Announcement.PUSH, Announcement.REQUEST}

MOST_REQUESTED = 100
"""URLs in one command; more of them are a backlog."""

URGENT_IN_A_ROW = 7
"""After so many urgent URLs a bulk one that is ready has its turn, so that none waits for ever."""

_RESERVE = 0.25


def requested(urls: int) -> Announcement:
    """What a command is that names so many URLs."""
    return Announcement.REQUEST if urls <= MOST_REQUESTED else Announcement.BACKLOG


def polled(*, is_first: bool) -> Announcement:
    """What a poll is; ``is_first`` when its source was never read before."""
    return Announcement.FIRST_POLL if is_first else Announcement.POLL


def most_batches(max_batches: int) -> int:
    """How many batches may be under way when the next one is urgent; bulk ends at ``max_batches``.

    So an urgent URL need not wait until a bulk batch has ended.
    """
    return max_batches + math.ceil(max_batches * _RESERVE)
