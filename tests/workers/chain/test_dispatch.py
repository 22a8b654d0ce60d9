"""From the frontier to the queues and back."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from celery import Celery
from celery.signals import before_task_publish
from kombu.exceptions import OperationalError

from pipeline.priority import Announcement
from pipeline.records import FoundBy, Link
from pipeline.urls import Url, url_id
from storage.redis.frontier import Acceptance, Frontier
from storage.redis.health.message_lists import message_lists
from storage.redis.keys import Key
from workers.app import make_app
from workers.chain.dispatch import batch_size, dispatch, reap
from workers.chain.messages import LinkBatch
from workers.resources import Resources


def accept(
    resources: Resources,
    *paths: str,
    host: str = "a.example",
    announcement: Announcement = Announcement.BACKLOG,
) -> list[Acceptance]:
    return resources.stores.frontier.accept(
        [
            Link(url=Url(f"http://{host}/{path}"), source="harbour", found_by=FoundBy.FEED)
            for path in paths
        ],
        announcement=announcement,
    )


@pytest.fixture
def app(resources: Resources) -> Iterator[Celery]:
    made = make_app(resources.settings)
    yield made
    made.close()


def waiting(resources: Resources, queue: str = "crawl") -> list[tuple[LinkBatch, list[str]]]:
    """The messages in a queue, the next one first: the batch, and the stages that follow."""
    keyspace = resources.stores.keyspace
    messages = [
        raw
        for key in message_lists(keyspace, queue)
        for raw in reversed(keyspace.client.lrange(key, 0, -1))
    ]
    found = []
    for raw in messages:
        message = cast("dict[str, Any]", json.loads(raw))
        (batch,), _, embedded = json.loads(base64.b64decode(message["body"]))
        stages = [step["task"] for step in reversed(embedded["chain"])]
        found.append((LinkBatch.model_validate(batch), stages))
    return found


@pytest.mark.parametrize(
    ("queued", "expected"),
    [(0, 1), (1, 1), (2, 1), (4, 1), (5, 2), (16, 4), (64, 16), (65, 16), (10_000, 16)],
)
def test_batches_grow_only_under_load(queued: int, expected: int) -> None:
    assert batch_size(queued, 16, 2) == expected


def test_nothing_ready_sends_nothing(app: Celery, resources: Resources) -> None:
    assert dispatch(app, resources) == 0
    assert reap(app, resources) == 0
    assert waiting(resources) == []


def test_one_url_travels_at_once_through_all_the_stages(app: Celery, resources: Resources) -> None:
    accept(resources, "1")
    assert dispatch(app, resources) == 1
    ((batch, stages),) = waiting(resources)
    assert stages == ["extract", "deduplicate", "enrich", "index"]
    (item,) = batch.items
    assert (item.url_id, item.attempts, item.payload.link.url) == (
        url_id("http://a.example/1"),
        1,
        "http://a.example/1",
    )
    assert dispatch(app, resources) == 0


def test_all_that_is_ready_goes_in_batches(making: Callable[..., Resources]) -> None:
    resources = making(batch_size=4, process_workers=1, max_batches=100)
    with make_app(resources.settings) as app:
        accept(resources, *(str(number) for number in range(20)))
        assert dispatch(app, resources) == 20
    sizes = [len(batch.items) for batch, _ in waiting(resources)]
    assert sum(sizes) == 20
    assert max(sizes) == 4
    assert sizes[-1] == 1


def test_no_more_batches_than_allowed_are_under_way(making: Callable[..., Resources]) -> None:
    resources = making(batch_size=1, max_batches=3)
    with make_app(resources.settings) as app:
        accept(resources, *"12345")
        assert dispatch(app, resources) == 3
        assert dispatch(app, resources) == 0
    assert resources.stores.frontier.queued() == 2


def test_urgent_messages_overtake_bulk_ones(app: Celery, resources: Resources) -> None:
    accept(resources, "old")
    dispatch(app, resources)
    accept(resources, "news", announcement=Announcement.PUSH)
    dispatch(app, resources)
    found = [batch.items[0].payload.link.url for batch, _ in waiting(resources)]
    assert found == ["http://a.example/news", "http://a.example/old"]


def test_the_lease_is_there_before_the_message(app: Celery, resources: Resources) -> None:
    client, key = resources.stores.keyspace.client, resources.stores.keyspace.key
    seen: list[tuple[bool, set[str]]] = []

    def look(sender: str, body: tuple[Any, ...], **_: object) -> None:
        assert sender == "crawl"
        batch = body[0][0]["batch"]
        seen.append(
            (
                client.zscore(key(Key.LEASES), batch) is not None,
                client.smembers(key(Key.BATCH_URLS, batch)),
            )
        )

    before_task_publish.connect(look)
    try:
        accept(resources, "1")
        dispatch(app, resources)
    finally:
        before_task_publish.disconnect(look)
    assert seen == [(True, {url_id("http://a.example/1")})]


def test_a_message_that_cannot_be_sent_leaves_a_lease_that_expires(
    app: Celery, resources: Resources
) -> None:
    accept(resources, "1")
    dead = Celery("dead", broker="redis://127.0.0.1:1/0", set_as_current=False)
    dead.conf.update(task_publish_retry=False, broker_transport_options={"max_retries": 0})
    with dead, pytest.raises(OperationalError):
        dispatch(dead, resources)
    totals = resources.stores.ledger.totals()
    assert (totals.leased, totals.queued) == (1, 0)
    _let_leases_expire(resources)
    assert reap(app, resources) == 1
    ((batch, _),) = waiting(resources)
    assert batch.items[0].attempts == 1


def _let_leases_expire(resources: Resources) -> None:
    """Time cannot be provoked: the deadlines move instead."""
    client, leases = resources.stores.keyspace.client, resources.stores.keyspace.key(Key.LEASES)
    for batch in client.zrange(leases, 0, -1):
        client.zadd(leases, {batch: 1})


def test_what_was_taken_back_is_sent_again_under_a_new_lease(
    app: Celery, resources: Resources
) -> None:
    accept(resources, "1")
    dispatch(app, resources)
    assert reap(app, resources) == 0
    _let_leases_expire(resources)
    assert reap(app, resources) == 1
    (second, _), (first, _) = waiting(resources)  # a lost message overtakes
    assert first.items == second.items
    assert int(second.batch) > int(first.batch)
    frontier = resources.stores.frontier
    assert not frontier.advance(first.batch, 1, "crawl")
    assert frontier.advance(second.batch, 1, "crawl")


def test_a_page_that_takes_its_workers_down_ends_as_dead(making: Callable[..., Resources]) -> None:
    resources = making(max_crashes=2)
    frontier: Frontier = resources.stores.frontier
    with make_app(resources.settings) as app:
        accept(resources, "1")
        dispatch(app, resources)
        for _ in range(2):
            batch = waiting(resources)[-1][0].batch
            assert frontier.advance(batch, 1, "crawl")
            _let_leases_expire(resources)
            assert reap(app, resources) == 1
    assert len(waiting(resources)) == 2  # the dead one was not sent again
    (entry,) = resources.stores.ledger.dead()
    assert entry.link.url == "http://a.example/1"
    assert entry.outcome is not None
    assert "died" in entry.outcome.model_dump()["error"]
    assert resources.stores.ledger.totals().balanced
