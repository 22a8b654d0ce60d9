"""URLs in every state of the ledger."""

from typing import Any

from pipeline.outcome import Dead, Duplicate, Indexed, Reason, Rejected, Retry, Terminal
from pipeline.records import FoundBy, Link
from pipeline.urls import Url, url_id
from storage.open import Stores

BASE = "https://news.example/"
FEED = "https://news.example/feed"
REJECTED = Rejected(reason=Reason.ROBOTS, detail="robots.txt \x1b[2J disallows it")
STAGES = ("crawl", "extract", "deduplicate", "enrich", "index")


def found(name: str, **fields: Any) -> Link:
    """A link that a feed announced."""
    return Link(
        url=Url(BASE + name), source="example", found_by=FoundBy.FEED, found_in=FEED, **fields
    )


def ended(stores: Stores, name: str, outcome: Terminal | Retry) -> None:
    """A URL that went through all stages."""
    frontier = stores.frontier
    frontier.accept([found(name)])
    lease = frontier.lease(1, default_delay=0, max_batches=100)
    assert lease is not None
    for number, stage in enumerate(STAGES, 1):
        assert frontier.advance(lease.batch, number, stage)
    assert frontier.finish(lease.batch, [(url_id(BASE + name), outcome)]) == 1


def one_in_each_state(stores: Stores) -> None:
    """Seven URLs: two indexed, one of each other end, one queued and one leased."""
    ended(stores, "indexed", Indexed(article="a1"))
    ended(stores, "copy", Indexed(article="a2", copy_of="a1"))
    ended(stores, "duplicate", Duplicate(article="a1", rule="same_url"))
    ended(stores, "rejected", REJECTED)
    ended(stores, "dead", Dead(error="no connection"))
    stores.frontier.accept([found("waiting"), found("leased")])
    assert stores.frontier.lease(1, default_delay=0, max_batches=100) is not None
