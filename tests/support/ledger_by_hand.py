"""A frontier and its ledger under a clock that a test turns by hand."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from pipeline.outcome import Dead, Indexed, Reason, Rejected, Retry, Terminal
from pipeline.priority import Announcement, Priority
from pipeline.records import FoundBy, Link
from pipeline.urls import Url, UrlId, url_id
from storage.ledger_archive.archive import LedgerArchive
from storage.open import Stores
from storage.redis.connection import Keyspace
from storage.redis.frontier import Acceptance, Frontier
from storage.redis.keys import Key
from storage.redis.ledger import Entry, Ledger
from storage.redis.ledger.ended import EndedUrls
from storage.redis.ledger.leases import Lease

LEASE = 30.0
KEEP = 1000.0
START = 1_800_000_000.0
GONE = Rejected(reason=Reason.GONE, detail="the page was removed (410)")
DEAD = Dead(error="given up")


def link(
    path: str,
    host: str = "a.example",
    *,
    source: str = "harbour",
    modified: float | None = None,
) -> Link:
    return Link(
        url=Url(f"https://{host}/{path}"),
        source=source,
        found_by=FoundBy.FEED,
        modified=None if modified is None else datetime.fromtimestamp(modified, UTC),
    )


def ids(*links: Link) -> list[UrlId]:
    return [url_id(each.url) for each in links]


@dataclass
class Hand:
    """``now`` is what the frontier's clock says."""

    stores: Stores
    now: float = START
    frontier: Frontier = field(init=False)
    ended: EndedUrls = field(init=False)

    def __post_init__(self) -> None:
        self.frontier = Frontier(
            self.stores.keyspace, self.stores.ledger, lease_seconds=LEASE, clock=lambda: self.now
        )

        self.ended = EndedUrls(self.stores.keyspace, clock=lambda: self.now)

    @property
    def ledger(self) -> Ledger:
        return self.stores.ledger

    @property
    def keys(self) -> Keyspace:
        return self.stores.keyspace

    def accept(
        self,
        *links: Link,
        announcement: Announcement = Announcement.BACKLOG,
        reopen: bool = False,
    ) -> list[Acceptance]:
        return self.frontier.accept(links, announcement=announcement, reopen=reopen)

    def push(self, *links: Link) -> list[Acceptance]:
        return self.accept(*links, announcement=Announcement.PUSH)

    def accept_as_before(self, *links: Link) -> None:
        """Let links wait as a release without priorities did."""
        client, key = self.keys.client, self.keys.key
        for each in links:
            [url] = ids(each)
            self.accept(each)
            client.hdel(key(Key.URL, url), "priority")
            client.delete(
                key(Key.HOST_QUEUE, Priority.BULK, each.source, each.url.host),
                key(Key.HOST_SOURCES, Priority.BULK, each.url.host),
            )
            client.zadd(key(Key.QUEUE, each.url.host), {url: self.now})

    def lease(self, most: int = 100, *, delay: float = 0.0, max_batches: int = 100) -> Lease | None:
        return self.frontier.lease(most, default_delay=delay, max_batches=max_batches)

    def must_lease(self, most: int = 100, *, delay: float = 0.0) -> Lease:
        lease = self.lease(most, delay=delay)
        assert lease is not None
        return lease

    def finish(self, lease: Lease, outcome: Terminal | Retry, *urls: UrlId) -> int:
        return self.frontier.finish(lease.batch, [(url, outcome) for url in urls or lease.url_ids])

    def index(self, lease: Lease) -> int:
        return self.frontier.finish(
            lease.batch, [(url, Indexed(article=url)) for url in lease.url_ids]
        )

    def archive(self, archive: LedgerArchive) -> int:
        """Move all that has ended; how many URLs were."""
        entries = self.ended.next(100_000)
        archive.put(entries)
        return self.ended.compact(entries)

    def reap(self, *, max_crashes: int = 3) -> list[Lease]:
        return self.frontier.reap(max_crashes=max_crashes)

    def entry(self, link: Link) -> Entry:
        found = self.ledger.entry(url_id(link.url))
        assert found is not None
        return found

    def balanced(self) -> bool:
        """The running totals add up and are what the entries say."""
        totals = self.ledger.totals()
        return totals.balanced and totals == self.ledger.audit()
