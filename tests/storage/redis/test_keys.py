"""The register of keys is whole: the sources name no other key, and Redis holds no other."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

import pytest

from pipeline.crawl.robots import Robots
from pipeline.deduplicate import fingerprint
from pipeline.discover.announced import RefusedEntry
from pipeline.discover.websub import HubOffer
from pipeline.outcome import Dead, Reason, Rejected, Retry
from pipeline.priority import Announcement
from pipeline.records import Article, FoundBy, Link, Page
from pipeline.sources.gaps import Gap, GapCause
from pipeline.sources.pushes import Pushed
from pipeline.sources.state import SourceState
from pipeline.urls import UrlId, normalise, url_id
from storage.archive.archive import Archive
from storage.open import Stores
from storage.redis.access.api_keys import Scope, StoredKey
from storage.redis.access.sessions import Session
from storage.redis.connection import lua_functions
from storage.redis.events import Event
from storage.redis.keys import Key, family_of, key_prefix
from storage.redis.ledger.ended import EndedUrls
from tests.support.data.exchanges import exchange
from tests.support.key_literals import in_lua, in_python

ROOT = Path(__file__).parents[3]
PACKAGES = ("cli", "config", "demo", "pipeline", "search", "services", "storage", "web", "workers")
ELSEWHERE = ("benchmarks", "tests")
BY_OTHERS = {Key.CELERY, Key.CPU, Key.HEARTBEAT, Key.PROGRESS}
"""Written by Celery and by ``workers.processes``; the tests there meet them."""

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEXT = " ".join(f"word{number}" for number in range(100))


def sources(ending: str, folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob(f"*.{ending}"))


def test_no_python_module_spells_a_key() -> None:
    checked = [
        path
        for path in sources("py", (*PACKAGES, *ELSEWHERE))
        if path.name not in {"keys.py", "test_keys.py"}
    ]
    found = {str(path.relative_to(ROOT)): in_python(path.read_text()) for path in checked}
    assert len(checked) > 300
    assert {path: spelt for path, spelt in found.items() if spelt} == {}


def test_no_lua_script_spells_a_key() -> None:
    checked = list(sources("lua", ("storage",)))
    found = {path.name: in_lua(path.read_text()) for path in checked}
    assert len(checked) > 20
    assert {path: spelt for path, spelt in found.items() if spelt} == {}


@pytest.mark.parametrize(
    "source",
    [
        'keys.key("url", 1)',
        'keys.pattern("url")',
        'keys.key(f"url:{x}")',
        'x = f"{keys.prefix}celery:{queue}"',
        'x = f"{{{settings.namespace}}}:url:{x}"',
        'x = keyspace.prefix + "totals"',
    ],
)
def test_the_check_finds_keys_in_python(source: str) -> None:
    assert in_python(source)


def test_the_check_lets_other_python_pass() -> None:
    assert in_python('sorted(x, key="url"); f"{prefix}-{stamp}"; keys.key(Key.URL, "1")') == []


@pytest.mark.parametrize(
    "source",
    [
        'redis.call("GET", "totals")',
        'local a = KEYS[1] .. "x"',
        'local a = namespace .. "url:" .. id',
        'redis.call("DEL", p .. "totals")',
    ],
)
def test_the_check_finds_keys_in_lua(source: str) -> None:
    assert in_lua(source)


def test_stored_names_stay_as_they_are() -> None:
    """Whoever changes one has to bring what is stored under the old name along."""
    assert {each.value.name for each in Key} == {
        *(
            "url",
            "trace",
            "queue",
            "hosts",
            "urgent-hosts",
            "rest",
            "delays",
            "leases",
            "epoch",
            "batch",
        ),
        *("batch-urls", "totals", "dead", "refused", "refused_links", "page", "imported"),
        *("next", "paused", "pauses", "slots", "starting", "robots", "prints", "print-ids"),
        *("print-meta", "band", "family", "apart", "pinned", "restate", "due", "polling"),
        *("feeds", "pushed", "undated", "subscriptions", "subscriptions-due"),
        *("subscriptions-base", "subscription", "events", "archive", "archived", "pulse"),
        *("progress", "cpu", "celery", "notify", "notifying", "fault", "waiting"),
        *("waiting-batch", "reasons", "index-size", "clock", "api-keys", "api-keys-used", "rate"),
        *("gaps", "session", "stage-rates", "proxied-csrf", "counters"),
        *("host-queue", "host-sources", "urgent-in-a-row"),
        *("ended", "ending", "ended-scan", "compact", "compact-periods", "compact-dropped"),
        "unreadable",
    }


def test_families_are_told_apart_by_name_and_parts() -> None:
    assert family_of("url:0123") is Key.URL
    assert family_of("robots:https://a.example:8080") is Key.ROBOTS
    assert family_of("undated:press") is Key.SEEN_DOCUMENTS
    assert family_of("undated:press:0123") is Key.SEEN_MARKS
    assert family_of("subscriptions-due") is Key.SUBSCRIPTIONS_DUE
    assert family_of("url") is family_of("totals:1") is family_of("strange") is None


def test_a_key_has_the_parts_of_its_family(stores: Stores) -> None:
    assert stores.keyspace.key(Key.URL, "1") == f"{stores.keyspace.prefix}url:1"
    with pytest.raises(TypeError, match="1 parts, not 0"):
        stores.keyspace.key(Key.URL)
    with pytest.raises(TypeError, match="0 parts, not 1"):
        stores.keyspace.key(Key.TOTALS, "1")


def test_lua_gets_the_keys_that_it_uses() -> None:
    defined = lua_functions("redis.call('HGET', url_key(id), totals_key, strange_key, key)")
    assert defined == (
        'local namespace = KEYS[1] local totals_key = namespace .. "totals" '
        'local function url_key(part1) return namespace .. "url:" .. part1 end'
    )


def test_a_namespace_is_a_hash_tag() -> None:
    assert key_prefix("news") == "{news}:"


def test_a_key_in_redis_is_of_a_family_and_has_its_type(stores: Stores, tmp_path: Path) -> None:
    crawl(stores)
    archive_ended(stores)
    be_polite(stores)
    deduplicate(stores)
    poll(stores)
    archive(stores, tmp_path)
    notify(stores)
    admit(stores)
    client, prefix = stores.keyspace.client, stores.keyspace.prefix
    names = {key: family_of(key.removeprefix(prefix)) for key in client.scan_iter(f"{prefix}*")}
    assert [key for key, family in names.items() if family is None] == []
    for key, family in names.items():
        assert family is not None
        assert client.type(key) == family.value.type, key
    assert set(Key) - set(names.values()) == BY_OTHERS


def crawl(stores: Stores) -> None:
    urls = [normalise(f"https://a.example/{n}") for n in range(4)]
    links = [Link(url=url, source="press", found_by=FoundBy.FEED) for url in urls]
    frontier, pages = stores.frontier, stores.pages
    frontier.set_delays({"slow.example": 3.0})
    frontier.accept(links[:2])
    first = frontier.lease(10, default_delay=0.0, max_batches=10)
    assert first is not None
    frontier.advance(first.batch, 1, "crawl")
    frontier.finish(first.batch, [(url_id(urls[0]), Dead(error="x"))])
    later = Retry(error="429", after=60.0, host_wide=True)
    frontier.finish(first.batch, [(url_id(urls[1]), later)])
    gone = Link(url=normalise("https://d.example/"), source="s", found_by=FoundBy.FEED)
    frontier.accept([gone])
    third = frontier.lease(10, default_delay=0.0, max_batches=10)
    assert third is not None
    rejected = Rejected(reason=Reason.GONE, detail="x")
    frontier.finish(third.batch, [(url_id(gone.url), rejected)])
    waits = Link(url=normalise("https://c.example/"), source="s", found_by=FoundBy.FEED)
    frontier.accept([waits])
    second = frontier.lease(10, default_delay=0.0, max_batches=10)
    assert second is not None
    frontier.wait(second.batch, "{}", outcome=Retry(error="x"))
    urgent = [
        Link(url=normalise(f"https://b.example/{n}"), source="s", found_by=FoundBy.FEED)
        for n in range(2)
    ]
    frontier.accept(urgent, announcement=Announcement.PUSH)
    frontier.accept([Link(url=normalise("https://f.example/"), source="s", found_by=FoundBy.FEED)])
    assert frontier.lease(1, default_delay=1.0, max_batches=10)
    # What an earlier release has left.
    stores.keyspace.client.zadd(stores.keyspace.key(Key.QUEUE, "old.example"), {"0" * 32: 1.0})
    page = Page(
        url=urls[0], final_url=urls[0], status=200, content_type="text/html", content=b"x",
        fetched_at=NOW,
    )  # fmt: skip
    pages.put(url_id(urls[0]), page)
    pages.deliver(url_id(urls[1]), page)
    refused = RefusedEntry(url="no url", reason=Reason.BAD_URL, detail="x")
    stores.index_size.keep(1)
    stores.clock_watch.mend(usual_delay=1.0)
    stores.ledger.refuse([refused], source="press", seconds=60)


def archive_ended(stores: Stores) -> None:
    """Each of two periods has a URL, and one of them is over."""
    ended = EndedUrls(stores.keyspace)
    while not ended.list_earlier():
        pass  # other tests share the server
    [entry] = ended.next(10)
    assert ended.compact([entry]) == 1
    later = replace(entry, url_id=UrlId("1" * 32), ended_at=entry.ended_at + 864_000)
    assert ended.restore([later]) == 1
    stores.keyspace.client.hset(stores.keyspace.key(Key.COMPACT_DROPPED), "1", 1)
    late = Link(url=normalise("https://e.example/"), source="s", found_by=FoundBy.FEED)
    stores.frontier.accept([late])
    lease = stores.frontier.lease(10, default_delay=0.0, max_batches=10)
    assert lease is not None
    stores.frontier.finish(
        lease.batch, [(url_id(late.url), Rejected(reason=Reason.GONE, detail="x"))]
    )
    stores.keyspace.client.hset(stores.keyspace.key(Key.URL, url_id(late.url)), "outcome", "{")
    assert ended.next(10) == []


def be_polite(stores: Stores) -> None:
    step = {"what": "take", "token": "t", "delay": 1.0, "concurrency": 1, "hold": 60.0}
    stores.keyspace.run(
        "politeness/slot", now=time.time(), steps=[{**step, "host": "free.example"}]
    )
    stores.politeness.slow_down("busy.example", None)
    stores.politeness.keep_robots("https://a.example", Robots(access="all"), seconds=60)


def deduplicate(stores: Stores) -> None:
    for name in ("a", "b", "c"):
        made = article(name)
        stores.fingerprints.claim(UrlId(f"url-{name}"), made, fingerprint(made.body))
    stores.fingerprints.pin(UrlId("b"), {})
    stores.fingerprints.split(UrlId("c"), [UrlId("a")])


def article(name: str) -> Article:
    url = normalise(f"https://{name}.example/")
    return Article(
        id=UrlId(name), url=url, canonical_url=url, source=f"source-{name}", host=url.host,
        title=name, body=TEXT, first_seen=NOW, fetched_at=NOW,
    )  # fmt: skip


def poll(stores: Stores) -> None:
    stores.sources.sync(["press", "other"])
    stores.sources.claim_due(most=1)
    stores.sources.pushed("press", Pushed(at=1.0))
    event = Event(at=1.0, kind="failing", source="press", sentence="It is broken.")
    gap = Gap(start=1.0, end=2.0, cause=GapCause.NOT_POLLED)
    stores.sources.record("other", SourceState(), next_poll=2.0, events=[event], gaps=[gap])
    stores.sources.claim_due()
    stores.seen.remember("press", "https://a.example/map.xml", [UrlId("0" * 32)])
    offer = HubOffer(hubs=("https://hub.example/",), topic="https://a.example/feed")
    stores.subscriptions.offer("press", offer, token=token_hex(), secret="s")
    stores.subscriptions.follow(["press"], "https://us.example")


def notify(stores: Stores) -> None:
    stores.notifications.add("file", ["1:a"])
    stores.notifications.claim("file", 60)
    stores.faults.note("index", "away")


def admit(stores: Stores) -> None:
    key = StoredKey(name="ann", scope=Scope.READ, created=1.0, digest="0" * 64)
    stores.api_keys.add(key)
    stores.api_keys.note_use("ann", NOW.date())
    stores.rate_limits.take("key:ann", per_minute=60)
    stores.sessions.keep("0" * 64, Session(name="ann", csrf="t", proof="p"))
    stores.sessions.proxied_csrf("bob", "t")


def archive(stores: Stores, folder: Path) -> None:
    made = Archive(folder, stores.keyspace)
    assert made.keep([exchange()])
    made.close()
