"""From a publisher's push to a search that finds it.

Hub, web process, workers and index, all real.
"""

import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.settings import Settings
from config.sources import Source
from config.sources_file import save
from demo.network import save_hosts
from demo.place import newsroom_folder
from pipeline.sources.subscription import State, Subscription
from pipeline.urls import url_id
from search.language.query import parse
from search.request import SearchRequest
from tests.support.data.made_up_words import made_up_paragraph, made_up_word
from tests.support.servers.hub import HOSTS_FILE, TOPIC, Hub, sha
from tests.support.servers.serving import listening
from tests.support.subscriber import feed
from tests.support.world import World, running, wait_until
from workers.processes.heartbeat import ALWAYS_RUNNING, WEB, alive

PUSHES = 100
LIMIT = 2.0
"""Seconds within which 95 of 100 pushes are found (issue 4, "must show" 3)."""

SOURCE = Source(id="press", feed=TOPIC, interval=3600, delay=0)


@dataclass
class Press:
    """A publisher whose feed the world has subscribed to."""

    world: World
    hub: Hub

    def __post_init__(self) -> None:
        self._words = random.Random(4)
        self._index = self.world.resources.open_index()

    def write(self, number: int) -> tuple[str, str]:
        """An article's path, and a word that only it has."""
        word = f"zq{number:04d}{made_up_word(self._words)}"
        body = "".join(f"<p>{made_up_paragraph(self._words)}</p>" for _ in range(5))
        title = f"{made_up_word(self._words)} {word} {made_up_word(self._words)}".capitalize()
        article = f"<article><h1>{title}</h1>{body}</article>"
        page = f"<html lang=en><head><title>{title}</title></head><body>{article}</body>"
        path = f"2026/11/{word}"
        self.hub.page(f"/{path}", page.encode(), ("Content-Type", "text/html; charset=utf-8"))
        return path, word

    def found(self, word: str) -> bool:
        """Whether a search finds the word."""
        return bool(self._index.search(SearchRequest(query=parse(word))).total)

    @property
    def subscription(self) -> Subscription:
        found = self.world.resources.stores.subscriptions.of_source(SOURCE.id)
        assert found is not None
        return found


@pytest.fixture
def press(tmp_path: Path, hub: Hub) -> Iterator[Press]:
    """The world on its hub, subscribed, with idle workers."""

    def newsroom(settings: Settings) -> Path:
        folder = newsroom_folder(settings)
        save(settings.sources, [SOURCE])
        save_hosts(settings.data_dir / HOSTS_FILE, hub.hosts)
        return folder

    with listening() as at:  # the port is free again when the web process takes it
        port = at.getsockname()[1]
    with running(
        tmp_path,
        roles=(*ALWAYS_RUNNING, WEB),
        newsroom=newsroom,
        app="tests.support.processes.websub_celery",
        web_port=port,
        public_url=f"http://127.0.0.1:{port}",
        host_delay=0.0,
    ) as world:
        stores = world.resources.stores
        wait_until(
            lambda: all(alive(stores.keyspace, role) for role in (*ALWAYS_RUNNING, WEB)),
            seconds=60,
            what="all members are alive",
            meanwhile=world.supervisor.check,
        )
        wait_until(
            lambda: hub.subscribers,
            seconds=60,
            what="the feed is subscribed to",
            meanwhile=world.supervisor.check,
        )
        yield Press(world, hub)


@pytest.mark.timeout(400)
def test_what_is_pushed_is_found_within_two_seconds(
    press: Press, hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = []
    for number in range(PUSHES + 1):  # the first warms the workers up
        path, word = press.write(number)
        started = time.monotonic()
        (delivery,) = hub.publish(feed(path))
        assert delivery.status == 202
        while not press.found(word):
            assert time.monotonic() - started < 20, f"{path} is not found"
            time.sleep(0.01)
        seconds.append(time.monotonic() - started)
    measured = sorted(seconds[1:])
    cuts = statistics.quantiles(measured, n=100, method="inclusive")
    p50, p95, p99 = cuts[49], cuts[94], cuts[98]
    text = f"p50 {p50:.2f} s, p95 {p95:.2f} s, p99 {p99:.2f} s, most {measured[-1]:.2f} s"
    with capsys.disabled():
        print(f"\n[websub] from push to search, {PUSHES} pushes: {text}")  # noqa: T201 - a measured figure
    assert p95 <= LIMIT
    press.world.wait_for_end()
    trace = press.world.resources.stores.ledger.trace(url_id(f"http://press.example/{path}"))
    assert [entry["event"] for entry in trace] == ["accepted", "indexed"]
    assert press.subscription.pushes == PUSHES + 1
    assert press.world.resources.stores.ledger.totals().indexed == PUSHES + 1


def test_a_lease_renews_by_itself_and_forged_pushes_do_nothing(press: Press, hub: Hub) -> None:
    hub.lease = 20
    stores = press.world.resources.stores
    # Has it renewed now, with the short lease.
    stores.subscriptions.follow([SOURCE.id], "http://moved.example")
    asked = len(hub.requests)
    wait_until(lambda: len(hub.requests) > asked, seconds=10, what="it is renewed")
    wait_until(
        lambda: press.subscription.lease_end < time.time() + 21,
        seconds=5,
        what="with the short lease",
    )
    short = press.subscription
    wait_until(
        lambda: press.subscription.lease_end > short.lease_end + 5,
        seconds=20,
        what="and before its end again",
    )
    assert time.time() < short.lease_end
    assert press.subscription.active_since == short.active_since
    assert press.subscription.state is State.ACTIVE

    path, word = press.write(0)
    for sign in (
        lambda secret, body: sha(secret + "x", body),
        lambda secret, body: sha(secret + "x", body, "sha1"),
        lambda _secret, _body: None,
    ):
        hub.sign = sign
        assert [delivery.status for delivery in hub.publish(feed(path))] == [202]
    assert (press.subscription.bad_signatures, press.subscription.pushes) == (3, 0)
    assert stores.ledger.totals().accepted == 0
    hub.sign = sha
    hub.publish(feed(path))
    wait_until(lambda: press.found(word), seconds=10, what="a push that is signed is found")
    assert stores.ledger.totals().accepted == 1
