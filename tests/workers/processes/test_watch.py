"""Signs of life and of progress, under a clock that is turned by hand."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socket import gethostname

import pytest

from config.settings import Settings
from storage.open import Stores
from storage.redis.connection import Keyspace, connect
from storage.redis.keys import Key
from tests.support.servers.redis_server import RedisServer, free_port, redis_server
from workers.processes.flower_health import FLOWER
from workers.processes.heartbeat import FRESH_SECONDS, alive, record_heartbeat
from workers.processes.watch import RECONNECT_SECONDS, START_SECONDS, SUPERVISOR, Watch

SILENT = FRESH_SECONDS + 1


@dataclass
class Watched:
    """A watch over ``beat`` and ``index``; ``stall_seconds`` is 5, so that silence is 10."""

    keyspace: Keyspace
    now: float = 1_000.0
    flower_port: int = 5555
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        settings = Settings(stall_seconds=5.0, flower_port=self.flower_port)
        self.watch = Watch(settings, self.keyspace, clock=lambda: self.now)

    def begin(self) -> None:
        for role in ("beat", "index"):
            self.watch.begin(role)

    def pass_time(self, seconds: float, *living: str) -> None:
        """Look twice a second; those who live leave heartbeats."""
        for _ in range(int(seconds * 2)):
            self.now += 0.5
            for role in living:
                record_heartbeat(self.keyspace, role)
            self.watch.look()

    @property
    def faulty(self) -> set[str]:
        return {role for role in ("beat", "index") if self.watch.fault(role)}


@pytest.fixture
def watched(stores: Stores) -> Watched:
    return Watched(stores.keyspace)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as running:
        yield running


def test_who_gives_no_heartbeat_any_more_is_named(watched: Watched) -> None:
    watched.begin()
    watched.pass_time(3, "beat", "index")
    watched.pass_time(SILENT - 2, "index")
    assert watched.faulty == set()
    watched.pass_time(3, "index")
    assert watched.faulty == {"beat"}
    assert watched.watch.fault("beat") == "has given no sign of life for 12 s"
    assert alive(watched.keyspace, SUPERVISOR, gethostname())


def test_who_starts_has_time_for_that_whatever_its_predecessor_left(watched: Watched) -> None:
    record_heartbeat(watched.keyspace, "beat")
    watched.watch.look()
    watched.begin()
    watched.pass_time(START_SECONDS + FRESH_SECONDS - 1, "index")
    assert watched.faulty == set()
    watched.pass_time(2, "index")
    assert watched.faulty == {"beat"}


class Refusing(BaseHTTPRequestHandler):
    """A Flower whose password is not known."""

    def do_GET(self) -> None:
        self.send_error(401)

    def log_message(self, *_: object) -> None:
        pass


def test_flower_is_judged_by_its_responses_once_it_has_given_one(stores: Stores) -> None:
    watched = Watched(stores.keyspace, flower_port=free_port())
    watched.watch.begin(FLOWER)
    watched.pass_time(2 * START_SECONDS)
    assert watched.watch.fault(FLOWER) is None
    server = HTTPServer(("127.0.0.1", watched.flower_port), Refusing)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    watched.pass_time(SILENT)
    server.shutdown()
    thread.join()
    server.server_close()
    assert watched.watch.fault(FLOWER) is None
    watched.pass_time(SILENT + 5)
    assert watched.watch.fault(FLOWER)


def test_a_clock_that_was_set_back_changes_nothing(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.begin()
    watched.pass_time(3, "beat", "index")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 3_600)
    watched.pass_time(SILENT, "beat", "index")
    assert watched.faulty == set()


def test_nobody_is_blamed_for_a_pause_of_the_supervisor(watched: Watched) -> None:
    watched.begin()
    watched.pass_time(3, "beat", "index")
    watched.now += 600
    watched.watch.look()
    assert watched.faulty == set()
    watched.pass_time(SILENT, "beat")
    assert watched.faulty == {"index"}


def test_nobody_is_blamed_while_redis_is_away_or_just_back(server: RedisServer) -> None:
    watched = Watched(Keyspace(connect(server.url, patience=1.0), "test"))
    watched.begin()
    watched.pass_time(3, "beat", "index")
    server.kill()
    watched.pass_time(60)
    assert watched.faulty == set()
    server.start()
    watched.pass_time(RECONNECT_SECONDS - 5)
    assert watched.faulty == set()
    watched.pass_time(5 + SILENT, "index")
    assert watched.faulty == {"beat"}


def test_nobody_is_blamed_while_redis_cannot_be_written(server: RedisServer) -> None:
    watched = Watched(Keyspace(connect(server.url, patience=1.0), "test"))
    watched.begin()
    watched.pass_time(3, "beat", "index")
    watched.keyspace.client.config_set("maxmemory", 1)
    watched.pass_time(60)
    assert watched.faulty == set()


def test_a_worker_that_begins_nothing_though_work_waits_is_named(watched: Watched) -> None:
    keys = watched.keyspace
    watched.begin()
    watched.pass_time(3, "beat", "index")
    keys.client.lpush(keys.key(Key.CELERY, "index"), "a message")
    watched.pass_time(4, "beat", "index")
    keys.client.hset(keys.key(Key.PROGRESS), "index", "1")
    watched.pass_time(4, "beat", "index")
    assert watched.faulty == set()
    watched.pass_time(4, "beat", "index")
    assert watched.faulty == {"index"}
    assert watched.watch.fault("index") == "has begun nothing for 5 s though work waits"
    keys.client.delete(keys.key(Key.CELERY, "index"))
    watched.pass_time(2, "beat", "index")
    assert watched.faulty == set()
