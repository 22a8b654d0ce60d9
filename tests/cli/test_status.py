"""``newsloom status`` and ``newsloom trace``."""

import json
import time
from datetime import UTC, datetime
from socket import gethostname
from typing import Any

import pytest

from pipeline.discover.websub import HubOffer
from pipeline.outcome import Dead, Duplicate, Indexed, Reason, Rejected, Retry, Terminal
from pipeline.records import FoundBy, Link
from pipeline.sources.state import Failure, SourceState
from pipeline.urls import Url, url_id
from storage.open import Stores
from storage.redis.events import Event
from storage.redis.keys import Key
from tests.cli.conftest import Newsloom
from workers.resources import Resources

BASE = "https://news.example/"
FEED = "https://news.example/feed"


def found(name: str, **fields: Any) -> Link:
    return Link(
        url=Url(BASE + name), source="example", found_by=FoundBy.FEED, found_in=FEED, **fields
    )


def ended(stores: Stores, name: str, outcome: Terminal | Retry) -> None:
    """A URL that went through all stages."""
    frontier = stores.frontier
    frontier.accept([found(name)])
    lease = frontier.lease(1, default_delay=0, max_batches=100)
    assert lease is not None
    for number, stage in enumerate(("crawl", "extract", "deduplicate", "enrich", "index"), 1):
        assert frontier.advance(lease.batch, number, stage)
    assert frontier.finish(lease.batch, [(url_id(BASE + name), outcome)], remember=3600) == 1


REJECTED = Rejected(reason=Reason.ROBOTS, detail="robots.txt \x1b[2J disallows it")


@pytest.fixture
def full(stores: Stores) -> Stores:
    """A ledger with one URL in each state."""
    ended(stores, "indexed", Indexed(article="a1"))
    ended(stores, "copy", Indexed(article="a2", copy_of="a1"))
    ended(stores, "duplicate", Duplicate(article="a1", rule="same_url"))
    ended(stores, "rejected", REJECTED)
    ended(stores, "dead", Dead(error="no connection"))
    stores.frontier.accept([found("waiting"), found("leased")])
    assert stores.frontier.lease(1, default_delay=0, max_batches=100) is not None
    return stores


def test_status_of_nothing(newsloom: Newsloom) -> None:
    result = newsloom("status")

    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "ledger: 0 accepted = 0 indexed + 0 duplicate + 0 rejected + 0 dead + 0 in flight",
        "articles in the index: 0",
        "workers: none is running",
    ]


@pytest.mark.usefixtures("full")
def test_status_counts(newsloom: Newsloom) -> None:
    result = newsloom("status")

    assert result.code == 0
    assert (
        "ledger: 7 accepted = 2 indexed + 1 duplicate + 1 rejected + 1 dead + 2 in flight"
        in result.out
    )
    assert "rejected for: robots 1" in result.out


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("options", [(), ("--audit",)])
def test_status_json(newsloom: Newsloom, options: tuple[str, ...]) -> None:
    report = json.loads(newsloom("status", "--json", *options).out)

    assert report["ledger"] == {
        "accepted": 7,
        "indexed": 2,
        "duplicate": 1,
        "rejected": 1,
        "dead": 1,
        "queued": 1,
        "leased": 1,
        "in_flight": 2,
        "balanced": True,
    }
    assert report["rejected"] == {"robots": 1}
    assert report["workers"] == {"crawl": False, "process": False, "index": False, "beat": False}


def test_totals_that_do_not_add_up_are_1(newsloom: Newsloom, full: Stores) -> None:
    full.keyspace.client.hincrby(full.keyspace.key(Key.TOTALS), "accepted", 1)

    assert newsloom("status").code == 1
    assert "The totals do not add up." in newsloom("status").err
    assert newsloom("status", "--json").code == 1
    assert newsloom("status", "--audit").code == 0


@pytest.mark.parametrize("role", ["crawl", "process", "index", "beat"])
def test_alive_is_only_an_exit_code(newsloom: Newsloom, stores: Stores, role: str) -> None:
    pulse, here = stores.keyspace.key(Key.HEARTBEAT), f"{role}@{gethostname()}"
    stores.keyspace.client.hset(
        pulse, mapping={here: time.time() - 60, f"{role}@elsewhere": time.time()}
    )
    assert newsloom("status", "--alive", role) == type(newsloom("status", "--alive", role))(
        1, "", ""
    )

    stores.keyspace.client.hset(pulse, here, time.time())
    assert newsloom("status", "--alive", role).code == 0
    assert role in newsloom("status").out.splitlines()[-1]


def test_sources_are_listed_with_their_health(
    newsloom: Newsloom, stores: Stores, resources: Resources
) -> None:
    entries = "".join(
        f"- {{id: {name}, feed: 'https://{name}.example/'}}\n" for name in ("good", "bad", "fresh")
    )
    resources.settings.sources.write_text(entries)
    stores.feeds.sync(["good", "bad", "fresh"])
    now = time.time()
    state = SourceState(last_poll=now - 300, last_success=now - 300, last_new=now - 7200)
    stores.feeds.record("good", state, next_poll=now + 600)
    failing = {"failures": 3, "failure": Failure.PARSE, "error": "[/] no \x1b[2J feed"}
    stores.feeds.record(
        "bad", SourceState.model_validate({"last_poll": now, **failing}), next_poll=now
    )
    stores.events.add(
        Event(at=now, kind="failing", source="bad", sentence="failing: [/] no \x1b[2J feed")
    )
    result = newsloom("status")
    lines = [line.rstrip() for line in result.out.splitlines()]

    assert [line.split()[0] for line in lines[4:] if line and not line.startswith(" ")][:4] == [
        "source",
        "bad",  # the ill ones first
        "good",
        "fresh",
    ]
    assert "bad     0 s ago    never     now        failing (parse): [/] no  [2J feed; 3" in lines
    assert "good    5 min ago  2 h ago   in 10 min  healthy: last article 2 h ago" in lines
    assert "fresh   never      never     now        new: not polled yet" in lines
    assert lines[-2] == "lately:"
    assert lines[-1].endswith("UTC  bad: failing: [/] no  [2J feed")
    assert "\x1b" not in result.out
    report = json.loads(newsloom("status", "--json").out)
    by_id = {source["id"]: source for source in report["sources"]}
    assert (by_id["bad"]["failures"], by_id["good"]["last_success"]) == (
        3,
        pytest.approx(now - 300),
    )
    assert (report["sources"][0]["id"], report["sources"][0]["level"]) == ("bad", "failing")
    assert [event["kind"] for event in report["events"]] == ["failing"]


def test_what_pushes_a_source_is_shown_without_its_secrets(
    newsloom: Newsloom, resources: Resources, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources.settings.sources.write_text("- {id: press, feed: 'https://press.example/feed'}\n")
    stores.feeds.sync(["press"])
    polled = time.time() - 3 * 3_600
    state = SourceState(last_poll=polled, last_success=polled, last_new=time.time(), interval=900)
    stores.feeds.record("press", state, next_poll=time.time() + 3 * 3_600)
    offer = HubOffer(hubs=("https://hub.example/",), topic="https://press.example/feed")
    stores.subscriptions.offer("press", offer, token="T" * 32, secret="S" * 64)
    stores.subscriptions.claim_due("https://us.example")
    stores.subscriptions.confirm("T" * 32, "subscribe", offer.topic, lease=864_000)
    stores.subscriptions.pushed("T" * 32, fresh=True)

    assert "hub.example" not in newsloom("status").out  # nobody can reach us, so nothing is pushed
    monkeypatch.setenv("NEWSLOOM_PUBLIC_URL", "https://us.example")
    result, report = newsloom("status"), newsloom("status", "--json")
    words = " ".join(result.out.split())  # the table breaks lines
    assert "; pushed by https://hub.example/, last push " in words
    assert "is Newsloom running" not in words  # polls are rare while pushes come
    (source,) = json.loads(report.out)["sources"]
    push = source["push"]
    assert (push["state"], push["reliable"], push["signed"], push["pushes"]) == (
        "active",
        True,
        True,
        1,
    )
    assert push["lease_end"] == pytest.approx(time.time() + 864_000, abs=30)
    assert (source["sentence"], push["sentence"][:30]) == (
        "healthy: last article 0 s ago",
        "pushed by https://hub.example/",
    )
    for secret in ("T" * 32, "S" * 64):
        assert secret not in result.out + report.out


def test_an_index_that_is_away_is_said_and_the_rest_is_shown(
    newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLOOM_INDEX_URL", "http://127.0.0.1:1")

    assert "articles in the index: the index does not answer" in newsloom("status").out
    assert json.loads(newsloom("status", "--json").out)["index"] == {"articles": None}


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("indexed", "indexed as a1"),
        ("copy", "indexed as a2, a copy of a1"),
        ("duplicate", "duplicate of a1 (same_url)"),
        ("dead", "dead: no connection"),
        ("rejected", "rejected: robots: robots.txt  [2J disallows it"),
    ],
)
def test_trace_tells_the_way_and_the_end(newsloom: Newsloom, name: str, words: str) -> None:
    result = newsloom("trace", BASE + name + "#fragment")
    lines = result.out.splitlines()

    assert (result.code, result.err) == (0, "")
    assert lines[:2] == [BASE + name, words]
    assert f"accepted: found by feed of example in {FEED}" in lines[2]
    steps = [line.split("UTC", 1)[1].split()[0] for line in lines[3:]]
    assert steps[:6] == ["leased", "crawl", "extract", "deduplicate", "enrich", "index"]
    assert lines[-1].endswith(f"  {words}")
    assert "\x1b" not in result.out


@pytest.mark.usefixtures("full")
def test_trace_json(newsloom: Newsloom) -> None:
    story = json.loads(newsloom("trace", BASE + "rejected", "--json").out)

    assert (story["state"], story["attempts"], story["visits"]) == ("rejected", 1, 1)
    assert story["link"]["url"] == BASE + "rejected"
    assert story["outcome"] == {"kind": "rejected", "reason": "robots", "detail": REJECTED.detail}
    assert [event["event"] for event in story["events"]] == ["accepted", "rejected"]
    assert [*story["events"][1]["stages"]].count("crawl") == 1


@pytest.mark.usefixtures("full")
def test_trace_of_what_is_in_flight(newsloom: Newsloom) -> None:
    states = {}
    for name in ("waiting", "leased"):
        result = newsloom("trace", BASE + name)
        assert result.code == 0
        states[result.out.splitlines()[1]] = result.out
    assert set(states) == {"queued: no outcome yet", "leased: no outcome yet"}
    assert "leased in batch 6" in states["leased: no outcome yet"]
    assert "in flight" in states["leased: no outcome yet"]


def test_trace_of_a_retry_and_of_a_batch_that_was_taken_back(
    newsloom: Newsloom, stores: Stores
) -> None:
    ended(stores, "again", Retry(error="the server answered 503", after=0.0))
    lease = stores.frontier.lease(1, default_delay=0, max_batches=100)
    assert lease is not None
    stores.frontier.advance(lease.batch, 1, "crawl")
    stores.keyspace.client.zadd(stores.keyspace.key(Key.LEASES), {lease.batch: 1.0})
    stores.frontier.reap(max_crashes=3)
    text = newsloom("trace", BASE + "again").out

    assert "to be tried again: the server answered 503" in text
    assert "its worker did not finish: taken back, now batch 3 (deaths: 1)" in text


def test_trace_of_what_was_refused_or_never_seen_is_1(newsloom: Newsloom, stores: Stores) -> None:
    assert newsloom("crawl", "mailto:desk@news.example", "--wait", "0").code == 1
    refused = newsloom("trace", "mailto:desk@news.example")
    unknown = newsloom("trace", BASE + "never")
    malformed = newsloom("trace", "http://\x1b[2J")

    assert {refused.code, unknown.code, malformed.code} == {1}
    why = "only http and https can be fetched, not mailto (announced by command)"
    assert refused.sentence == f"mailto:desk@news.example: refused: {why}"
    assert unknown.sentence.startswith(f"{BASE}never: not known: it was never announced")
    assert "control character" in malformed.sentence
    assert "\x1b" not in malformed.err
    story = json.loads(newsloom("trace", "--json", "mailto:desk@news.example").out)
    assert story == {"url": "mailto:desk@news.example", "state": "refused", "why": why}
    assert json.loads(newsloom("status", "--json").out)["refused_links"] == 1
    assert stores.ledger.totals().accepted == 0


def test_the_announced_title_cannot_write_on_the_terminal(
    newsloom: Newsloom, stores: Stores
) -> None:
    stores.frontier.accept(
        [found("x", title="\x1b]0;pwned\x07\r\nForged", published=datetime(2017, 1, 1, tzinfo=UTC))]
    )
    for options in ((), ("--json",)):
        assert not set(newsloom("trace", BASE + "x", *options).out) & {"\x1b", "\x07", "\r"}
