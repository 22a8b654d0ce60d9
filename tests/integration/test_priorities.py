"""A pushed article overtakes what waits, at every stage. Redis, workers and index are real."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.settings import Settings
from pipeline.priority import Announcement
from pipeline.records import FoundBy, Link
from pipeline.urls import Url, UrlId, url_id
from storage.redis.health.message_lists import message_lists
from tests.support.data.many_pages import address, write_articles
from tests.support.world import World, running, wait_until
from workers.app import make_app
from workers.chain.dispatch import dispatch
from workers.processes.supervisor import Supervisor

WAITING = 300
BATCHES = 6


@pytest.fixture
def crawling(tmp_path: Path) -> Iterator[World]:
    """What is fetched waits: nobody extracts or indexes yet."""

    def newsroom(settings: Settings) -> Path:
        return write_articles(settings, WAITING + 1)

    with running(
        tmp_path,
        roles=("crawl",),
        newsroom=newsroom,
        sources=tmp_path / "none.yaml",
        host_delay=0.0,
        max_batches=BATCHES,
    ) as started:
        yield started


def take_in(world: World, announcement: Announcement, numbers: range) -> list[UrlId]:
    folder = world.settings.data_dir / "newsroom"
    urls = [Url(address(number, folder)) for number in numbers]
    links = [Link(url=url, source="command", found_by=FoundBy.COMMAND) for url in urls]
    world.resources.stores.frontier.accept(links, announcement=announcement)
    dispatch(make_app(world.settings), world.resources)
    return [url_id(url) for url in urls]


def wait_for_messages(world: World, key: str, count: int) -> None:
    wait_until(
        lambda: world.resources.stores.keyspace.client.llen(key) == count,
        seconds=120,
        what=f"{count} messages wait to be extracted",
        meanwhile=world.supervisor.check,
    )


@contextmanager
def all_others(world: World) -> Iterator[Supervisor]:
    others = Supervisor(
        world.settings,
        ("process", "index", "beat"),
        app="demo.celery",
        log_file=world.settings.data_dir / "others.log",
    )
    others.start()
    try:
        yield others
    finally:
        others.stop()


@pytest.mark.timeout(400)
def test_a_pushed_article_can_be_searched_long_before_what_waits_has_ended(
    crawling: World,
) -> None:
    stores = crawling.resources.stores
    urgent_messages, bulk_messages = message_lists(stores.keyspace, "extract")
    waiting = take_in(crawling, Announcement.BACKLOG, range(WAITING))
    wait_for_messages(crawling, bulk_messages, BATCHES)
    [pushed] = take_in(crawling, Announcement.PUSH, range(WAITING, WAITING + 1))
    wait_for_messages(crawling, urgent_messages, 1)

    with all_others(crawling) as others:
        wait_until(
            lambda: stores.ledger.states([pushed]) == ["indexed"],
            seconds=120,
            what="the pushed article is indexed",
            meanwhile=others.check,
        )
        assert stores.ledger.states(waiting).count("indexed") < WAITING / 2
        assert crawling.resources.open_index().get(pushed) is not None
        totals = crawling.wait_for_end(180)
    assert totals.balanced
    assert totals.indexed == WAITING + 1
