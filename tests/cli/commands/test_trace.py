"""``newsloom trace``."""

import json
from datetime import UTC, datetime

import pytest

from pipeline.outcome import Indexed, Retry
from pipeline.records import OF_COMMAND, FoundBy, Link
from pipeline.urls import Url
from storage.open import Stores
from storage.redis.keys import Key
from tests.cli.conftest import Newsloom
from tests.support.data.ledger_entries import BASE, FEED, REJECTED, ended, found, one_in_each_state


@pytest.fixture
def full(stores: Stores) -> Stores:
    """A ledger with one URL in each state."""
    one_in_each_state(stores)
    return stores


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


def test_trace_says_that_a_person_asked(newsloom: Newsloom, stores: Stores) -> None:
    ended(stores, "a", Indexed(article="a1"))
    asked = Link(url=Url(f"{BASE}a"), source=OF_COMMAND, found_by=FoundBy.COMMAND)
    stores.frontier.accept([asked], reopen=True)
    last = newsloom("trace", f"{BASE}a").out.splitlines()[-1]

    words = "reopened: `newsloom crawl` asked for it; found by feed of example in"
    assert last.endswith(f"{words} {FEED}")
