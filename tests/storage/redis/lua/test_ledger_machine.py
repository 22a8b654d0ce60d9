"""Whatever happens in whatever order, each URL is in exactly one place and the totals add up."""

from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pipeline.outcome import Dead, Duplicate, Indexed, Reason, Rejected, Retry, Terminal
from pipeline.priority import Announcement, Priority
from pipeline.records import Link
from pipeline.urls import Url, UrlId, url_id
from storage.ledger_archive.archive import ArchivedEntry
from storage.ledger_archive.sqlite import SqliteLedgerArchive
from storage.open import open_stores
from storage.redis.keys import Key
from storage.redis.ledger.leases import Lease
from tests.conftest import TIMES
from tests.support.ledger_by_hand import LEASE, START, Hand, link

LINKS = [link(path, host) for host in ("a.example", "b.example") for path in "123"]
SOURCES = (LINKS[0].source, "island")
CALENDARS = {Priority.URGENT: Key.URGENT_HOSTS, Priority.BULK: Key.HOSTS}
HOSTS = {url_id(each.url): Url(each.url).host for each in LINKS}
OUTCOMES: list[Terminal | Retry] = [
    Indexed(article="a" * 32),
    Duplicate(article="x", rule="same_text"),
    Rejected(reason=Reason.GONE, detail="x"),
    Dead(error="x"),
    Retry(error="x", after=0.0),
    Retry(error="x", after=20.0),
    Retry(error="x", after=40.0, host_wide=True),
    Retry(error="x", after=5.0, counts=False),
]


class Machine(RuleBasedStateMachine):
    """Most moves are by who holds a lease.

    Late ones, by those who held one before, are part of the game.
    """

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.archive = SqliteLedgerArchive(Path(self.folder.name) / "ledger.sqlite3")
        self.stores = open_stores(
            self.url,
            f"machine-{uuid4().hex[:12]}",
            TIMES,
            open_archive=lambda: self.archive,
        )
        self.hand = Hand(self.stores)
        self.read: list[ArchivedEntry] = []
        self.given: set[str] = set()
        self.taken: list[Lease] = []

    def teardown(self) -> None:
        client = self.hand.keys.client
        client.unlink(*client.scan_iter(match=self.hand.keys.pattern(), count=1000), "none")
        client.close()
        self.folder.cleanup()

    @initialize(links=st.lists(st.sampled_from(LINKS), min_size=1))
    def begin(self, links: list[Link]) -> None:
        self.announce(links, reopen=False)

    @rule(
        links=st.lists(st.sampled_from(LINKS), min_size=1, max_size=3),
        source=st.sampled_from(SOURCES),
        announcement=st.sampled_from(Announcement),
    )
    def accept(self, links: list[Link], source: str, announcement: Announcement) -> None:
        named = [each.model_copy(update={"source": source}) for each in links]
        self.announce(named, reopen=False, announcement=announcement)

    @rule(
        links=st.lists(st.sampled_from(LINKS), min_size=1),
        seconds=st.integers(0, 300),
        reopen=st.booleans(),
    )
    def announce_a_change(self, links: list[Link], seconds: int, reopen: bool) -> None:  # noqa: FBT001
        changed = [
            link(each.url[-1], Url(each.url).host, modified=START + seconds) for each in links
        ]
        self.announce(changed, reopen=reopen)

    def announce(
        self,
        links: list[Link],
        *,
        reopen: bool,
        announcement: Announcement = Announcement.BACKLOG,
    ) -> None:
        answers = self.hand.accept(*links, announcement=announcement, reopen=reopen)
        for each, answer in zip(links, answers, strict=True):
            url = url_id(each.url)
            assert (answer == "accepted") is (url not in self.given)
            self.given.add(url)

    @rule(
        most=st.integers(1, 6),
        delay=st.sampled_from([0.0, 0.0, 0.5, 3.0]),
        stages=st.integers(0, 3),
        outcome=st.none() | st.sampled_from(OUTCOMES),
        again=st.booleans(),
    )
    def work(
        self, most: int, delay: float, stages: int, outcome: Terminal | Retry | None, *, again: bool
    ) -> None:
        """What a worker does with a batch, perhaps not to the end.

        Then the same pages may be announced again.
        """
        lease = self.hand.lease(most, delay=delay, max_batches=9)
        if lease is None:
            self.hand.now += 5
            return
        assert len(lease.url_ids) <= most
        self.taken.append(lease)
        assert all(
            self.hand.frontier.advance(lease.batch, stage, f"stage{stage}")
            for stage in range(1, stages + 1)
        )
        if outcome is not None:
            assert self.hand.finish(lease, outcome) == len(lease.url_ids)
        if again:
            self.announce(
                [each for each in LINKS if url_id(each.url) in lease.url_ids], reopen=True
            )

    @rule()
    def read_what_has_ended(self) -> None:
        """A move begins. It may end late, or never."""
        self.read += self.stores.ended.next(3)

    @precondition(lambda self: self.read)
    @rule(data=st.data())
    def archive_what_was_read(self, data: st.DataObject) -> None:
        entry = data.draw(st.sampled_from(self.read))
        self.read.remove(entry)
        assert self.archive.put([entry]) == {entry.url_id}
        current = self.stores.ended.next(9)
        assert self.stores.ended.compact([entry]) == (entry.ending in {e.ending for e in current})

    def held(self) -> list[Lease]:
        current = set(self.hand.keys.client.zrange(self.hand.keys.key(Key.LEASES), 0, -1))
        return [lease for lease in self.taken if lease.batch in current]

    @precondition(lambda self: self.held())
    @rule(data=st.data(), stage=st.integers(1, 5))
    def begin_a_stage(self, data: st.DataObject, stage: int) -> None:
        lease = data.draw(st.sampled_from(self.held()))
        if self.hand.frontier.advance(lease.batch, stage, f"stage{stage}"):
            assert not self.hand.frontier.advance(lease.batch, stage, f"stage{stage}")

    @precondition(lambda self: self.held())
    @rule(data=st.data(), outcome=st.sampled_from(OUTCOMES), share=st.sampled_from([1, 1, 2]))
    def finish(self, data: st.DataObject, outcome: Terminal | Retry, share: int) -> None:
        lease = data.draw(st.sampled_from(self.held()))
        urls = lease.url_ids[: max(1, len(lease.url_ids) // share)]
        held = self.members(lease.batch)
        assert self.hand.finish(lease, outcome, *urls) == len(held & set(urls))

    @precondition(lambda self: self.taken)
    @rule(data=st.data(), outcome=st.sampled_from(OUTCOMES))
    def come_too_late(self, data: st.DataObject, outcome: Terminal | Retry) -> None:
        lease = data.draw(st.sampled_from(self.taken))
        strangers = set(HOSTS) - self.members(lease.batch)
        assert self.hand.finish(lease, outcome, *strangers, UrlId("0" * 32)) == 0

    @precondition(lambda self: self.held())
    @rule(max_crashes=st.integers(1, 3))
    def let_leases_expire_and_reap(self, max_crashes: int) -> None:
        self.hand.now += LEASE
        taken = self.hand.reap(max_crashes=max_crashes)
        assert all(len(lease.url_ids) == 1 for lease in taken if lease.poisoned)
        self.taken += taken

    @rule(seconds=st.sampled_from([0.5, 5.0, 50.0]))
    def wait(self, seconds: float) -> None:
        self.hand.now += seconds

    def members(self, batch: str) -> set[str]:
        found: set[str] = self.hand.keys.client.smembers(self.hand.keys.key(Key.BATCH_URLS, batch))
        return found

    @invariant()
    def totals_add_up(self) -> None:
        totals = self.hand.ledger.totals()
        assert totals.balanced
        assert totals == self.hand.ledger.audit()
        assert totals.accepted == len(self.given)

    @invariant()
    def each_url_is_in_exactly_one_place(self) -> None:
        places: dict[str, list[str]] = {url: [] for url in self.given}
        for url in self.queued():
            places[url].append("queued")
        for url in self.leased():
            places[url].append("leased")
        for url in self.given:
            entry = self.hand.ledger.entry(UrlId(url))
            assert entry is not None
            if entry.state not in ("queued", "leased"):
                places[url].append(entry.state)
            assert places[url] == [entry.state]
            assert self.hand.ledger.states([UrlId(url)]) == [entry.state]

    @invariant()
    def what_has_ended_has_its_time_and_the_dead_are_listed(self) -> None:
        key = self.hand.keys.key(Key.DEAD)
        for url in self.given:
            entry = self.hand.ledger.entry(UrlId(url))
            assert entry is not None
            assert entry.attempts >= 0
            if entry.state not in ("queued", "leased"):
                assert entry.ended_at is not None
                is_listed = self.hand.keys.client.zscore(key, url) is not None
                assert is_listed is (entry.state == "dead")

    def queued(self) -> list[str]:
        """What waits at the hosts, each with the right time in ``hosts``."""
        client, key = self.hand.keys.client, self.hand.keys.key
        found: list[str] = []
        for host in set(HOSTS.values()):
            client.persist(key(Key.REST, host))  # it would expire by Redis' clock, not by ours
        for priority, calendar in CALENDARS.items():
            waiting = set(client.zrange(key(calendar), 0, -1))
            for host in set(HOSTS.values()):
                queued = self.queued_at(priority, host)
                assert (host in waiting) or not queued, "a queue that no dispatcher looks at"
                if queued:
                    self.is_due_in_time(priority, host)
                assert all(HOSTS[url] == host for url in queued)
                found += queued
        return found

    def queued_at(self, priority: Priority, host: str) -> list[UrlId]:
        client, key = self.hand.keys.client, self.hand.keys.key
        found: list[UrlId] = []
        for source in SOURCES:
            queued = client.zrange(key(Key.HOST_QUEUE, priority, source, host), 0, -1)
            turn = client.zscore(key(Key.HOST_SOURCES, priority, host), source)
            assert (turn is not None) is bool(queued), "a source that has no turn, or no queue"
            found += queued
        return found

    def is_due_in_time(self, priority: Priority, host: str) -> None:
        client, key = self.hand.keys.client, self.hand.keys.key
        rest = float(client.get(key(Key.REST, host)) or 0)
        first = min(
            score
            for source in SOURCES
            for _, score in client.zrange(
                key(Key.HOST_QUEUE, priority, source, host), 0, 0, withscores=True
            )
        )
        due = client.zscore(key(CALENDARS[priority]), host)
        assert rest <= due <= max(first, rest, self.hand.now), (
            "a host that is asked too early or too late"
        )

    def leased(self) -> list[str]:
        """What batches hold, each of which has a deadline."""
        client, keys = self.hand.keys.client, self.hand.keys
        leases = set(client.zrange(keys.key(Key.LEASES), 0, -1))
        names = client.scan_iter(match=keys.pattern(Key.BATCH_URLS), count=1000)
        batches = {name.rsplit(":", 1)[1] for name in names}
        assert batches == leases, "a batch without a deadline, or a deadline without a batch"
        return [url for batch in batches for url in self.members(batch)]


@pytest.mark.timeout(60)
def test_the_ledger_under_every_order_of_events(redis_url: str) -> None:
    Machine.url = redis_url
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=35,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            print_blob=True,
        ),
    )
