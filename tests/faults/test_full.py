"""Redis has no room for a while: workers wait, and go on by themselves."""

import time
from contextlib import suppress
from pathlib import Path

from storage.open import Stores
from tests.faults.test_kill import QUICK, member
from tests.faults.test_outages import check_all_indexed, urls_of
from tests.support.data.many_pages import write_articles
from tests.support.servers.redis_server import redis_server
from tests.support.world import World, running, wait_until
from workers.roles import ROLES


def rest(world: World, seconds: float) -> None:
    until = time.monotonic() + seconds
    wait_until(
        lambda: time.monotonic() > until,
        seconds=60,
        what="a while is over",
        meanwhile=world.supervisor.check,
    )


def fill_disk(ballast: Path) -> None:
    """Write until nothing more fits; Redis writes to the same disk meanwhile."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


def limit_memory(stores: Stores, part: float) -> None:
    client = stores.keyspace.client
    client.config_set("maxmemory", int(client.info("memory")["used_memory"] / part))


def test_workers_wait_for_a_redis_whose_disk_is_full(tmp_path: Path, small_disk: Path) -> None:
    with (
        redis_server(small_disk) as server,
        running(
            tmp_path / "data",
            newsroom=lambda settings: write_articles(settings, 12),
            redis_url=server.url,
            **QUICK,
        ) as world,
    ):
        urls = urls_of(world, 12)
        world.accept(urls[:1])
        world.wait_for_end()
        before = {role: member(world, role) for role in ROLES}
        ballast = small_disk / "ballast"
        fill_disk(ballast)
        rest(world, 8)
        ballast.unlink()

        wait_until(
            lambda: world.resources.intake.pause() is None,
            seconds=30,
            what="Redis writes again",
            meanwhile=world.supervisor.check,
        )
        world.accept(urls[1:])
        check_all_indexed(world, urls, world.wait_for_end(seconds=90))
        assert {role: member(world, role) for role in ROLES} == before
    log = (tmp_path / "data" / "workers.log").read_text()
    assert "Traceback" not in log
    assert "ended with status" not in log


def test_nothing_is_leased_while_the_memory_of_redis_runs_out(tmp_path: Path) -> None:
    with (
        redis_server(tmp_path / "redis") as server,
        running(
            tmp_path / "data",
            newsroom=lambda settings: write_articles(settings, 12),
            redis_url=server.url,
            **QUICK,
        ) as world,
    ):
        urls = urls_of(world, 12)
        stores = world.resources.stores
        stores.keyspace.client.setrange(f"{stores.keyspace.prefix}ballast", 50_000_000, "x")
        limit_memory(stores, 0.95)
        world.accept(urls)
        rest(world, 3)
        assert stores.ledger.totals().queued == 12
        limit_memory(stores, 0.5)
        check_all_indexed(world, urls, world.wait_for_end(seconds=60))
    log = (tmp_path / "data" / "workers.log").read_text()
    assert log.count("nothing new is taken in") + log.count("new work is taken in again") <= 2
