"""``newsloom status``."""

import json
import os
import shutil
import signal
import time
from pathlib import Path
from socket import gethostname
from typing import cast

import pytest

from pipeline.discover.websub import HubOffer
from pipeline.outcome import Retry
from pipeline.sources.state import Failure, SourceState
from storage.embedded_redis import embedded_redis
from storage.open import Stores
from storage.redis.connection import connect
from storage.redis.events import Event
from storage.redis.keys import Key
from storage.tantivy.index import TantivyIndex
from tests.cli.conftest import Newsloom
from tests.support.data.articles import article
from tests.support.data.ledger_entries import one_in_each_state
from tests.support.servers.redis_server import redis_server
from workers.processes.heartbeat import RUN_BY_UP
from workers.resources import Resources


@pytest.fixture
def full(stores: Stores, place: Path) -> Stores:
    """A ledger with one URL in each state, and an index."""
    one_in_each_state(stores)
    TantivyIndex(place / "data" / "index").put([article()])
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
    assert report["workers"] == {
        "crawl": False,
        "process": False,
        "index": False,
        "beat": False,
        "web": False,
    }


def test_totals_that_do_not_add_up_are_1(newsloom: Newsloom, full: Stores) -> None:
    full.keyspace.client.hincrby(full.keyspace.key(Key.TOTALS), "accepted", 1)

    assert newsloom("status").code == 1
    assert "The totals do not add up." in newsloom("status").err
    assert newsloom("status", "--json").code == 1
    assert newsloom("status", "--audit").code == 0


@pytest.mark.parametrize("role", RUN_BY_UP)
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
    line = newsloom("status").out.splitlines()[-1]
    assert line.startswith(f"workers: {role}; not running: ")
    assert line.count(role) == 1


def test_sources_are_listed_with_their_health(
    newsloom: Newsloom, stores: Stores, resources: Resources
) -> None:
    entries = "".join(
        f"- {{id: {name}, feed: 'https://{name}.example/'}}\n" for name in ("good", "bad", "fresh")
    )
    resources.settings.sources.write_text(entries)
    stores.sources.sync(["good", "bad", "fresh"])
    now = time.time()
    state = SourceState(last_poll=now - 300, last_success=now - 300, last_new=now - 7200)
    stores.sources.record("good", state, next_poll=now + 600)
    failing = {"failures": 3, "failure": Failure.PARSE, "error": "[/] no \x1b[2J feed"}
    stores.sources.record(
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
    stores.sources.sync(["press"])
    polled = time.time() - 3 * 3_600
    state = SourceState(last_poll=polled, last_success=polled, last_new=time.time(), interval=900)
    stores.sources.record("press", state, next_poll=time.time() + 3 * 3_600)
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


@pytest.mark.usefixtures("full")
def test_an_index_that_is_away_is_said_and_the_rest_is_shown(
    newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLOOM_INDEX_URL", "http://127.0.0.1:1")
    words = "Elasticsearch at http://127.0.0.1:1 refuses the connection: is it running?"
    result, report = newsloom("status"), newsloom("status", "--json")

    assert (result.code, result.sentence) == (3, f"Error: {words}")
    assert "articles in the index: the index does not answer" in result.out
    assert "ledger: 7 accepted" in result.out
    found = json.loads(report.out)
    assert report.code == 3
    assert found["index"] == {"articles": None, "answers": False, "error": words}
    assert found["redis"] == {"answers": True, "error": None}
    assert found["ledger"]["accepted"] == 7


def test_a_redis_that_hangs_is_said_and_the_index_is_shown(
    process: Newsloom, silent_port: int
) -> None:
    url = f"redis://:correct-horse@127.0.0.1:{silent_port}/0"
    words = f"Redis at redis://127.0.0.1:{silent_port}/0 does not answer within 1.5 s"
    result = process("status", NEWSLOOM_REDIS_URL=url)
    report = process("status", "--json", NEWSLOOM_REDIS_URL=url)
    alive = process("status", "--alive", "crawl", NEWSLOOM_REDIS_URL=url)

    assert (result.code, result.out) == (3, "articles in the index: 0\n")
    assert result.sentence == f"Error: {words}"
    found = json.loads(report.out)
    assert found["redis"] == {"answers": False, "error": words}
    assert found["index"] == {"articles": 0, "answers": True, "error": None}
    names = ("ledger", "rejected", "refused_links", "archive", "workers", "sources", "events")
    assert {name: found[name] for name in names} == dict.fromkeys(names)
    assert (alive.code, alive.sentence) == (3, f"Error: {words}")


def test_an_embedded_redis_that_is_stopped_is_said_in_time(
    newsloom: Newsloom, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWSLOOM_REDIS_URL")
    with embedded_redis(place / "data") as url, connect(url) as client:
        pid = int(cast("dict[str, int]", client.info("server"))["process_id"])
        assert newsloom("status").code == 0
        os.kill(pid, signal.SIGSTOP)
        try:
            started = time.monotonic()
            result = newsloom("status")
            seconds = time.monotonic() - started
        finally:
            os.kill(pid, signal.SIGCONT)

    assert result.code == 3
    assert "does not answer within 1.5 s: it hangs or is stopped" in result.sentence
    assert result.out == "articles in the index: 0\n"
    assert seconds < 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {id: a, feed: 'https://a.example/'}\n- {id: b}\n", "source 2 (b) is not used: a feed"),
        ("- {id: [", "is not readable as YAML: line 1: "),
        ("[" * 100_000, "it is nested too deeply"),
    ],
)
def test_a_bad_sources_file_is_1_and_stops_no_command(
    newsloom: Newsloom, place: Path, text: str, words: str
) -> None:
    (place / "sources.yaml").write_text(text)
    result = newsloom("status")

    assert result.code == 1
    assert result.out.startswith("ledger: 0 accepted")
    assert words in result.sentence
    report = newsloom("status", "--json")
    (problem,) = json.loads(report.out)["source_problems"]
    assert (report.code, words in problem) == (1, True)
    assert newsloom("trace", "https://a.example/").code == 1


def test_an_index_that_was_emptied_is_said_first_and_is_1(
    newsloom: Newsloom, full: Stores, place: Path
) -> None:
    assert newsloom("status").code == 0
    shutil.rmtree(place / "data" / "index")
    result = newsloom("status")

    assert result.code == 1
    assert "the index has lost articles" in result.sentence
    assert "the ledger has 2 URLs as indexed; `newsloom reconcile`" in result.sentence
    assert not (place / "data" / "index").exists()  # to look creates nothing
    report = newsloom("status", "--json")
    assert report.code == 1
    assert "has lost articles" in json.loads(report.out)["index"]["error"]
    assert full.index_size.known().noticed is None  # which the workers note


def test_what_waits_for_the_index_is_counted(newsloom: Newsloom, full: Stores) -> None:
    lease = full.frontier.lease(1, default_delay=0, max_batches=100)
    assert lease is not None
    full.frontier.wait(lease.batch, "{}", outcome=Retry(error="the index is away"))

    assert "batches that wait for the index: 1" in newsloom("status").out
    assert json.loads(newsloom("status", "--json").out)["batches_waiting_for_index"] == 1


def test_a_redis_that_is_full_is_said_with_what_to_do_and_is_1(
    newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with redis_server(tmp_path / "redis") as server:
        monkeypatch.setenv("NEWSLOOM_REDIS_URL", server.url)
        with connect(server.url) as client:
            client.config_set("maxmemory", "1")
        status, crawl = newsloom("status"), newsloom("crawl", "http://a.example/1")

    assert (status.code, crawl.code) == (1, 3)
    assert "is full: " in status.sentence
    assert "raise maxmemory" in status.sentence
    assert status.sentence.split(" are in use")[1] == crawl.sentence.split(" are in use")[1]
    assert "workers: not known while Redis cannot write" in status.out
