"""Which processes are alive, by their heartbeats in Redis."""

import time
from socket import gethostname

from storage.open import Stores
from storage.redis.keys import Key
from workers.processes.heartbeat import (
    ALWAYS_RUNNING,
    FRESH_SECONDS,
    RUN_BY_UP,
    WEB,
    alive,
    last_heartbeat,
    record_heartbeat,
    remove_heartbeat,
)


def beat(stores: Stores, name: str, ago: float) -> None:
    keyspace = stores.keyspace
    keyspace.client.hset(keyspace.key(Key.HEARTBEAT), name, time.time() - ago)


def test_a_role_is_alive_while_its_last_heartbeat_is_fresh(stores: Stores) -> None:
    assert not alive(stores.keyspace, "crawl")
    beat(stores, "crawl@one", FRESH_SECONDS + 1)
    assert not alive(stores.keyspace, "crawl")
    beat(stores, "crawl@two", 1)
    assert alive(stores.keyspace, "crawl")


def test_a_host_may_be_asked_for(stores: Stores) -> None:
    beat(stores, "crawl@one", 1)
    assert alive(stores.keyspace, "crawl", "one")
    assert not alive(stores.keyspace, "crawl", "two")
    assert last_heartbeat(stores.keyspace, "crawl", "two") == 0.0


def test_the_web_process_leaves_one_and_takes_it_back(stores: Stores) -> None:
    record_heartbeat(stores.keyspace, WEB)
    assert alive(stores.keyspace, WEB, gethostname())
    remove_heartbeat(stores.keyspace, WEB)
    assert not alive(stores.keyspace, WEB)


def test_up_runs_the_web_process_too() -> None:
    assert (*ALWAYS_RUNNING, WEB) == RUN_BY_UP
