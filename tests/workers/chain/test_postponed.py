"""Articles that Elasticsearch postpones: single ones go back, all of them wait for the index."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from elasticsearch import Elasticsearch

from pipeline.outcome import Retry
from pipeline.records import EnrichedArticle, FoundBy, Link
from pipeline.urls import Url, UrlId, url_id
from storage.elasticsearch.template import VERSION
from storage.redis.events import INDEX as INDEX_FAULT
from tests.support.data.articles import article
from tests.support.index_places import elasticsearch_place
from tests.support.servers.fault_server import FaultServer
from tests.workers.chain.test_run import address, entry, page, through
from tests.workers.conftest import Making
from workers.chain.messages import Item, LeasedLink, LinkBatch, WaitsForIndex
from workers.chain.run import STAGES
from workers.chain.stages import POSTPONED_DELAY, index
from workers.resources import Resources

OLD = datetime(2017, 12, 1, tzinfo=UTC)
NEW = datetime(2026, 1, 2, tzinfo=UTC)
MOST_BATCHES = 12


@pytest.fixture
def resources(making: Making, elasticsearch_url: str) -> Iterator[Resources]:
    with elasticsearch_place(elasticsearch_url) as place:
        made = making(
            index_url=place.where, namespace=place.name, host_delay=0, max_batches=MOST_BATCHES
        )
        made.index.put([article("old", first_seen=OLD), article("new", first_seen=NEW)])
        yield made


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url) as opened:
        yield opened


def block(client: Elasticsearch, resources: Resources, month: str) -> None:
    settings = {"index.blocks.write": True}
    client.indices.put_settings(
        index=f"{resources.settings.namespace}-v{VERSION}-{month}", settings=settings
    )


def take_through(resources: Resources, name: str, found_at: datetime) -> None:
    """Accept one URL, lease it alone, and let the five stages work on it."""
    link = Link(url=Url(address(name)), source="harbour", found_by=FoundBy.FEED)
    resources.stores.frontier.accept([link])
    lease = resources.stores.frontier.lease(1, default_delay=0, max_batches=MOST_BATCHES)
    assert lease is not None
    assert lease.url_ids == (url_id(link.url),)
    item = Item[LeasedLink](
        url_id=lease.url_ids[0], attempts=1, payload=LeasedLink(link=link, found_at=found_at)
    )
    message = LinkBatch(batch=lease.batch, items=(item,)).model_dump(mode="json")
    assert through(resources, message, *STAGES) is None


def test_articles_of_a_blocked_month_leave_room_for_others(
    resources: Resources, client: Elasticsearch, server: FaultServer
) -> None:
    names = [f"Harwich{letter}" for letter in "abcdefghijklm"]
    assert len(names) > MOST_BATCHES
    server.pages |= {f"/{name}": page(name) for name in (*names, "Dover")}
    block(client, resources, "2017.12")
    for name in names:
        take_through(resources, name, OLD)
    assert resources.stores.frontier.waiting() == 0
    assert resources.stores.faults.of(INDEX_FAULT) is None

    take_through(resources, "Dover", NEW)
    assert entry(resources, "Dover").state == "indexed"


def test_a_postponed_article_keeps_its_page_and_its_attempts(
    resources: Resources, client: Elasticsearch, server: FaultServer
) -> None:
    server.pages["/Harwich"] = page("Harwich")
    block(client, resources, "2017.12")
    take_through(resources, "Harwich", OLD)
    found = entry(resources, "Harwich")
    assert (found.state, found.attempts) == ("queued", 0)
    assert isinstance(found.outcome, Retry)
    assert found.outcome.after == POSTPONED_DELAY
    assert resources.stores.pages.get(found.url_id) is not None


def enriched(name: str, first_seen: datetime) -> Item[EnrichedArticle]:
    one = article(name, first_seen=first_seen)
    return Item[EnrichedArticle](url_id=UrlId(name), attempts=1, payload=one)


def test_an_index_that_answers_and_takes_nothing_is_waited_for_and_noted(
    resources: Resources, client: Elasticsearch
) -> None:
    block(client, resources, "*")
    [outcome] = index(resources, [enriched("one", OLD)])
    assert isinstance(outcome, WaitsForIndex)
    fault = resources.stores.faults.of(INDEX_FAULT)
    assert fault is not None
    assert "takes no articles: cluster_block_exception" in fault.error
