"""Workers that run only as long as a command does."""

import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import pytest

from cli.temporary_workers import TemporaryWorkers
from storage.open import Stores
from storage.redis.keys import Key
from tests.support.world import left_behind, processes_of, wait_until
from workers.processes.heartbeat import ALWAYS_RUNNING, alive
from workers.resources import Resources


def let_live(stores: Stores, roles: Iterable[str]) -> None:
    """Heartbeats of workers elsewhere."""
    beats = {f"{role}@elsewhere": time.time() for role in roles}
    stores.keyspace.client.hset(stores.keyspace.key(Key.HEARTBEAT), mapping=beats)


def test_where_all_roles_run_nothing_is_started(
    resources: Resources, stores: Stores, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    let_live(stores, ALWAYS_RUNNING)
    with ExitStack() as stack:
        TemporaryWorkers(resources, stack, log="some.log").tend()
        assert left_behind(place) == {}

    assert capsys.readouterr().err == ""


def test_a_missing_role_runs_until_the_end(
    resources: Resources, stores: Stores, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = [role for role in ALWAYS_RUNNING if role != "beat"]
    with ExitStack() as stack:
        workers = TemporaryWorkers(resources, stack, log="some.log")
        assert left_behind(place) == {}

        def tend() -> None:
            let_live(stores, others)
            workers.tend()

        wait_until(
            lambda: alive(stores.keyspace, "beat"),
            seconds=30,
            what="beat lives",
            meanwhile=tend,
        )
        titles = processes_of(place).values()
        assert sum("beat" in title for title in titles) == 1
        assert sum("newsloom: guard" in title for title in titles) == 1
        assert len(titles) == 2

    log = place / "data" / "some.log"
    assert left_behind(place) == {}
    assert capsys.readouterr().err == (
        f"Not running: beat. Starting them for the time (log: {log}).\n"
    )
    assert "Traceback" not in log.read_text()


def test_a_role_that_ends_later_is_started_too(
    resources: Resources, stores: Stores, capsys: pytest.CaptureFixture[str]
) -> None:
    let_live(stores, ALWAYS_RUNNING)
    with ExitStack() as stack:
        workers = TemporaryWorkers(resources, stack, log="some.log")
        workers.tend()
        assert capsys.readouterr().err == ""
        stores.keyspace.client.hdel(stores.keyspace.key(Key.HEARTBEAT), "beat@elsewhere")
        for _ in range(3):
            workers.tend()
        assert capsys.readouterr().err.count("Not running: beat.") == 1
