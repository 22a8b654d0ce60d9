"""The frontier: which URLs wait, and who holds which.

Promise: a URL that was accepted is queued at its host, or leased to a batch with a deadline, or has
ended. A lease is taken before its message is sent, so that a crash between the two leaves a lease
that expires.
"""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.outcome import OUTCOME, Retry, Terminal
from pipeline.records import FoundBy, Link
from pipeline.urls import UrlId, url_id
from storage.redis.connection import Clock, Keyspace

IMPORTED = "(import)"
"""Stands for the host of imported URLs: their pages are here, so no site's delay holds them up."""


class Acceptance(StrEnum):
    """What became of an announced link."""

    ACCEPTED = "accepted"
    REOPENED = "reopened"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Lease:
    """A batch of URLs held until its deadline. ``crashes`` counts the workers that ended with it.

    ``poisoned`` means that its single URL ended as many workers as it may, and should be dead.
    """

    batch: str
    url_ids: tuple[UrlId, ...]
    crashes: int = 0
    poisoned: bool = False


@dataclass(frozen=True, slots=True)
class Leased:
    """A leased URL with what the stages need to know of it."""

    url_id: UrlId
    link: Link
    attempts: int
    found_at: float


class Frontier:
    """Per-host queues and leases. All times are seconds since the epoch."""

    def __init__(
        self, keyspace: Keyspace, *, lease_seconds: float, clock: Clock = time.time
    ) -> None:
        self._keys = keyspace
        self._lease_seconds = lease_seconds
        self._clock = clock

    def accept(
        self, links: Sequence[Link], *, reopen: bool = False, stamped: Collection[str] = ()
    ) -> list[Acceptance]:
        """Take links in; one answer per link, in order.

        Args:
            links: what was announced; one that has ended is visited again when its date of change
                is a later one.
            reopen: visit again whatever has ended.
            stamped: the URLs of links whose date tells of no change
                (``pipeline.discover.announced.stamped``).
        """
        now = self._clock()
        arguments: list[str | float] = []
        for link in links:
            at = link.changed.timestamp() if link.changed else 0.0
            host = IMPORTED if link.found_by is FoundBy.IMPORT else link.url.host
            tells = "0" if link.url in stamped else "1"
            arguments += [
                url_id(link.url),
                host,
                link.model_dump_json(exclude_none=True),
                at,
                tells,
            ]
        if not links:
            return []
        answers = self._keys.run("frontier/accept", now, "1" if reopen else "0", *arguments)
        return [Acceptance(answer) for answer in answers]

    def lease(self, most: int, *, default_delay: float, max_batches: int) -> Lease | None:
        """Lease up to ``most`` ready URLs, or None when nothing is ready or enough batches are under way."""
        now = self._clock()
        horizon = 1.0  # the dispatcher comes round about once a second
        answer = self._keys.run(
            "frontier/lease",
            now,
            most,
            now + self._lease_seconds,
            default_delay,
            horizon,
            max_batches,
        )
        return Lease(batch=answer[0], url_ids=tuple(answer[1:])) if answer else None

    def advance(self, batch: str, stage: int, name: str) -> bool:
        """Whether this stage may work on the batch.

        The lease is held and the stage has not begun before.
        """
        now = self._clock()
        return bool(
            self._keys.run("frontier/advance", batch, stage, name, now, now + self._lease_seconds)
        )

    def finish(
        self, batch: str, outcomes: Iterable[tuple[str, Terminal | Retry]], *, remember: float
    ) -> int:
        """End a stage: write outcomes by URL id, and return how many.

        What the batch no longer holds is left alone.

        Until the next stage begins nobody works on the batch, and no worker can die of it.

        ``remember`` is how many seconds the entry of an ended URL is kept.
        """
        now = self._clock()
        arguments: list[str | float] = []
        for url, outcome in outcomes:
            arguments += [
                url,
                outcome.kind,
                OUTCOME.dump_json(outcome).decode(),
                *_timing(outcome, now),
            ]
        return int(self._keys.run("frontier/finish", batch, now, int(remember), *arguments))

    def reap(self, *, max_crashes: int, most: int = 100) -> list[Lease]:
        """Take expired leases back and lease their URLs again: whole, in halves, or alone."""
        now = self._clock()
        answers = self._keys.run("frontier/reap", now, now + self._lease_seconds, max_crashes, most)
        return [
            Lease(
                batch=answer[0],
                url_ids=tuple(answer[2:]),
                crashes=max(0, int(answer[1])),
                poisoned=answer[1] == "-1",
            )
            for answer in answers
        ]

    def leased(self, batch: str) -> list[Leased]:
        """What the batch still holds."""
        ids: list[str] = sorted(self._keys.client.smembers(self._keys.key("batch-urls", batch)))
        pipe = self._keys.client.pipeline(transaction=False)
        for url in ids:
            pipe.hmget(self._keys.key("url", url), "link", "attempts", "found_at")
        return [
            Leased(
                url_id=UrlId(url),
                link=Link.model_validate_json(link),
                attempts=int(attempts),
                found_at=float(found_at),
            )
            for url, (link, attempts, found_at) in zip(ids, pipe.execute(), strict=True)
        ]

    def set_delays(self, delays: dict[str, float]) -> None:
        """Per-host delays in seconds that differ from the default, replacing those set before."""
        pipe = self._keys.client.pipeline()
        pipe.delete(self._keys.key("delays"))
        if delays:
            pipe.hset(self._keys.key("delays"), mapping=dict(delays))
        pipe.execute()

    def delay(self, host: str) -> float | None:
        """The host's own delay, if one is set."""
        value = self._keys.client.hget(self._keys.key("delays"), host)
        return None if value is None else float(value)

    def under_way(self) -> int:
        """How many batches are leased."""
        return int(self._keys.client.zcard(self._keys.key("leases")))

    def queued(self) -> int:
        """How many URLs wait."""
        return int(self._keys.client.hget(self._keys.key("totals"), "queued") or 0)


def _timing(outcome: Terminal | Retry, now: float) -> tuple[float, str]:
    """When a URL may be tried again, and the flags of ``finish.lua``."""
    if not isinstance(outcome, Retry):
        return 0.0, ""
    # What costs no attempt was not asked for by the server: the host's turn did not come.
    waits = ("hp" if outcome.counts else "h") if outcome.host_wide else ""
    return now + (outcome.after or 0.0), waits + ("" if outcome.counts else "f")
