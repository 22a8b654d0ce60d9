"""kill -9 in the middle of the work.

Nothing is lost, nothing is indexed twice, and the totals add up.
"""

import os
import signal
from pathlib import Path
from typing import Any

from pipeline.urls import url_id
from services.metrics import families
from services.metrics.collecting import collect
from services.metrics.families import Family, Sample
from tests.support.data.many_pages import address, write_articles
from tests.support.world import World, descendants, running, wait_until

PAGES = 200
CAUSES = ("crash", "message")
"""Why a lease is taken back."""
QUICK: dict[str, Any] = {
    "sources": Path("/nowhere/sources.yaml"),
    "lease_seconds": 6.0,
    "task_seconds": 4.0,
    "host_delay": 0.0,
    "fetch_timeout": 2.0,
    "batch_size": 8,
}


def member(world: World, role: str) -> int:
    """The process id of a role's worker."""
    [process] = [
        member.process
        for member in world.supervisor.processes
        if member.role == role and member.process
    ]
    assert process.pid
    return process.pid


def values(world: World) -> dict[tuple[Family, tuple[str, ...]], float]:
    """The metrics, but for the histograms."""
    series = [each for _, found in collect(world.resources) for each in found]
    return {(each.family, each.labels): each.value for each in series if isinstance(each, Sample)}


def wait_for_indexed(world: World, count: int) -> None:
    ledger = world.resources.stores.ledger
    wait_until(
        lambda: ledger.totals().indexed >= count,
        seconds=60,
        what=f"{count} pages are indexed",
        meanwhile=world.supervisor.check,
    )
    assert ledger.totals().in_flight > 0, "the work was over before the kill"


def test_killing_a_pool_child_and_whole_workers_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with running(
        tmp_path, newsroom=lambda settings: write_articles(settings, PAGES), delay=0.02, **QUICK
    ) as world:
        folder = world.settings.data_dir / "newsroom"
        urls = [address(number, folder) for number in range(PAGES)]
        world.accept(urls)

        wait_for_indexed(world, 20)
        os.kill(descendants(member(world, "process"))[0], signal.SIGKILL)
        wait_for_indexed(world, 60)
        os.kill(member(world, "process"), signal.SIGKILL)
        wait_for_indexed(world, 90)
        os.kill(member(world, "index"), signal.SIGKILL)
        wait_for_indexed(world, 120)
        os.kill(member(world, "crawl"), signal.SIGKILL)
        totals = world.wait_for_end(seconds=120)

        assert (totals.accepted, totals.indexed) == (PAGES, PAGES)
        assert totals.balanced
        assert totals == world.resources.stores.ledger.audit()
        assert world.resources.index.count() == PAGES
        metrics = values(world)
        assert metrics[families.ACCEPTED, ()] == PAGES
        assert metrics[families.LEDGER, ("indexed",)] == PAGES
        assert metrics[families.OUTCOMES, ("indexed", "")] == PAGES
        # A worker may be killed at work or between two batches: then only a message was lost.
        causes = [metrics.get((families.TAKEN_BACK, (cause,)), 0.0) for cause in CAUSES]
        assert sum(causes) >= 1
        assert [url for url in urls if world.resources.index.get(url_id(url)) is None] == []


def test_a_page_that_kills_its_worker_ends_alone_among_the_dead_letters(tmp_path: Path) -> None:
    quick = {**QUICK, "lease_seconds": 2.0, "task_seconds": 1.5}
    with running(
        tmp_path,
        newsroom=lambda settings: write_articles(settings, 12),
        app="tests.support.processes.poison",
        **quick,
    ) as world:
        folder = world.settings.data_dir / "newsroom"
        urls = [address(number, folder) for number in range(12)]
        poison = urls[5] + "?poison=1"
        world.accept([*urls[:5], poison, *urls[6:]])
        totals = world.wait_for_end(seconds=100)

        assert totals.balanced
        assert (totals.accepted, totals.indexed, totals.dead) == (12, 11, 1)
        [letter] = world.resources.stores.ledger.dead()
        assert letter.link.url == poison
        assert "workers died" in str(letter.outcome)
