"""The frontier: which URLs wait, and who holds which.

Promise: a URL that was accepted is queued at its host, or leased to a batch with a deadline, or has
ended. A lease is taken before its message is sent, so that a crash between the two leaves a lease
that expires.
"""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.outcome import OUTCOME, Indexed, Retry, Terminal
from pipeline.priority import URGENT_IN_A_ROW, Announcement, most_batches
from pipeline.records import Link
from pipeline.urls import UrlId, url_id
from storage.redis.connection import Clock, Keyspace
from storage.redis.health.counters import DELAY_BOUNDS, NOTHING
from storage.redis.keys import Key
from storage.redis.ledger import Ledger
from storage.redis.ledger.leases import Lease, lease_of

IMPORTED = "(import)"
"""Stands for the host of imported URLs: their pages are here, so no site's delay holds them up."""

_DISPATCHED_EVERY = 1.0
"""Seconds between two calls of ``lease``, about."""


class Acceptance(StrEnum):
    """What became of an announced link."""

    ACCEPTED = "accepted"
    REOPENED = "reopened"
    KNOWN = "known"


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
        self, keyspace: Keyspace, ledger: Ledger, *, lease_seconds: float, clock: Clock = time.time
    ) -> None:
        """``ledger`` is asked for the links of URLs that were visited before."""
        self._keys = keyspace
        self._ledger = ledger
        self._lease_seconds = lease_seconds
        self._clock = clock

    def accept(
        self,
        links: Sequence[Link],
        *,
        announcement: Announcement = Announcement.BACKLOG,
        reopen: bool = False,
        lost: bool = False,
        stamped: Collection[str] = (),
    ) -> list[Acceptance]:
        """Take links in; one answer per link, in order.

        Args:
            links: what was announced; one that has ended is visited again when its date of change
                is a later one. One that names no source leaves a known URL to its source.
            announcement: how they came, which says whether they are urgent.
            reopen: visit again whatever has ended.
            lost: their articles are not in the index any more.
            stamped: the URLs of links whose date does not mean a change
                (``pipeline.discover.announced.stamped``).
        """
        now = self._clock()
        if not links:
            return []
        given = [url_id(link.url) for link in links if link.names_no_source]
        archived = self._ledger.last_links(given)
        announced = [
            _announced(link, stamped=link.url in stamped, archived=archived) for link in links
        ]
        answers = self._keys.run(
            "frontier/accept",
            now=now,
            priority=announcement.priority,
            promotes=announcement.promotes,
            reopen=reopen,
            lost=lost,
            links=announced,
        )
        return [Acceptance(answer) for answer in answers]

    def lease(self, most: int, *, default_delay: float, max_batches: int) -> Lease | None:
        """Lease up to ``most`` ready URLs of one priority, urgent ones first.

        None when nothing is ready or enough batches are under way or wait for the index.
        """
        now = self._clock()
        found = self._keys.run(
            "frontier/lease",
            now=now,
            most=most,
            deadline=now + self._lease_seconds,
            default_delay=default_delay,
            horizon=_DISPATCHED_EVERY,
            max_batches=max_batches,
            most_batches=most_batches(max_batches),
            urgent_in_a_row=URGENT_IN_A_ROW,
            undelayed_host=IMPORTED,
        )
        return lease_of(found) if found else None

    def advance(self, batch: str, stage: int, name: str) -> bool:
        """Whether this stage may work on the batch.

        The lease is held and the stage has not begun before.
        """
        now = self._clock()
        deadline = now + self._lease_seconds
        return bool(
            self._keys.run(
                "frontier/advance", batch=batch, stage=stage, name=name, now=now, deadline=deadline
            )
        )

    def finish(
        self,
        batch: str,
        outcomes: Iterable[tuple[UrlId, Terminal | Retry]],
        *,
        counts: Mapping[str, int] = NOTHING,
    ) -> int:
        """End a stage: write outcomes by URL id, and return how many.

        What the batch no longer holds is left alone. Until the next stage begins nobody works on
        the batch, and no worker can die of it. ``counts`` are those of a tally.
        """
        now = self._clock()
        written = [_written(url, outcome, now) for url, outcome in outcomes]
        counted = {"counts": dict(counts), "delay_bounds": DELAY_BOUNDS}
        return int(
            self._keys.run("frontier/finish", batch=batch, now=now, outcomes=written, **counted)
        )

    def wait(self, batch: str, message: str, *, outcome: Retry) -> bool:
        """Keep a batch for the index as it is; its lease ends until ``resume``.

        Args:
            batch: its number.
            message: what the index stage has to write of it, as JSON.
            outcome: why, for its URLs' trace; ``after`` is how many seconds it waits at least.

        Returns:
            False when the lease is not held, and nothing was kept.
        """
        now = self._clock()
        return bool(
            self._keys.run(
                "frontier/wait",
                message.encode(),
                batch=batch,
                now=now,
                ready_at=now + (outcome.after or 0.0),
                outcome=OUTCOME.dump_json(outcome).decode(),
            )
        )

    def resume(self, most: int, *, all_ready: bool) -> list[Lease]:
        """Lease batches again that wait for the index, those first that may be tried again first.

        Args:
            most: how many.
            all_ready: also those whose wait is not over, since the index takes articles again.
        """
        now = self._clock()
        leases = self._keys.run(
            "frontier/resume",
            now=now,
            deadline=now + self._lease_seconds,
            most=most,
            ready_before=None if all_ready else now,
        )
        return [lease_of(lease) for lease in leases]

    def waiting(self) -> int:
        """How many batches wait for the index."""
        return int(self._keys.client.zcard(self._keys.key(Key.WAITING)))

    def waiting_message(self, batch: str) -> str | None:
        """What the index stage has to write of a batch that has waited for the index."""
        message: str | None = self._keys.client.get(self._keys.key(Key.WAITING_BATCH, batch))
        return message

    def reap(self, *, max_crashes: int, most: int = 100) -> list[Lease]:
        """Take expired leases back and lease their URLs again: whole, in halves, or alone."""
        now = self._clock()
        leases = self._keys.run(
            "frontier/reap",
            now=now,
            deadline=now + self._lease_seconds,
            max_crashes=max_crashes,
            most=most,
        )
        return [lease_of(lease) for lease in leases]

    def adopt(self, link: Link, outcome: Indexed, *, found_at: float) -> bool:
        """Take over an article that the index has and the ledger does not have as indexed.

        False when its URL is in flight, a dead letter, or indexed after all.
        """
        entry = {
            "id": url_id(link.url),
            "host": link.url.host,
            "link": link.model_dump_json(exclude_none=True),
            "outcome": OUTCOME.dump_json(outcome).decode(),
        }
        times = {"now": self._clock(), "found_at": found_at}
        return bool(self._keys.run("frontier/adopt", **entry, **times))

    def leased(self, batch: str) -> list[Leased]:
        """What the batch still holds."""
        ids: list[UrlId] = sorted(self._keys.client.smembers(self._keys.key(Key.BATCH_URLS, batch)))
        pipe = self._keys.client.pipeline(transaction=False)
        for url in ids:
            pipe.hmget(self._keys.key(Key.URL, url), "link", "attempts", "found_at")
        return [
            Leased(
                url_id=url,
                link=Link.model_validate_json(link),
                attempts=int(attempts),
                found_at=float(found_at),
            )
            for url, (link, attempts, found_at) in zip(ids, pipe.execute(), strict=True)
        ]

    def set_delays(self, delays: dict[str, float]) -> None:
        """Per-host delays in seconds that differ from the default, replacing those set before."""
        pipe = self._keys.client.pipeline()
        pipe.delete(self._keys.key(Key.DELAYS))
        if delays:
            pipe.hset(self._keys.key(Key.DELAYS), mapping=dict(delays))
        pipe.execute()

    def delay(self, host: str) -> float | None:
        """The host's own delay, if one is set."""
        value = self._keys.client.hget(self._keys.key(Key.DELAYS), host)
        return None if value is None else float(value)

    def under_way(self) -> int:
        """How many batches are leased."""
        return int(self._keys.client.zcard(self._keys.key(Key.LEASES)))

    def queued(self) -> int:
        """How many URLs wait."""
        return int(self._keys.client.hget(self._keys.key(Key.TOTALS), "queued") or 0)


def _announced(link: Link, *, stamped: bool, archived: Mapping[UrlId, Link]) -> dict[str, object]:
    """A link for ``frontier/accept.lua``."""
    before = archived.get(url_id(link.url))
    known = {"archived": before.model_dump_json(exclude_none=True)} if before else {}
    return {
        **known,
        "id": url_id(link.url),
        "host": IMPORTED if link.is_import else link.url.host,
        "names_no_source": link.names_no_source,
        "link": link.model_dump_json(exclude_none=True),
        "changed_at": link.changed.timestamp() if link.changed else 0.0,
        "date_is_of_change": not stamped,
    }


def _written(url_id: UrlId, outcome: Terminal | Retry, now: float) -> dict[str, object]:
    """An outcome for ``frontier/finish.lua``."""
    fields: dict[str, object] = {
        "id": url_id,
        "kind": outcome.kind,
        "outcome": OUTCOME.dump_json(outcome).decode(),
    }
    if isinstance(outcome, Retry):
        fields["ready_at"] = now + (outcome.after or 0.0)
        fields["host_wide"] = outcome.host_wide
        fields["counts"] = outcome.counts
    return fields
