"""Sources polled now."""

import pytest

from config.settings import Settings
from demo.network import LoopbackNetwork
from demo.server import NewsroomServer
from services.errors import UnknownSourceError
from services.refresh_sources import refresh_sources
from workers.resources import Resources


@pytest.fixture
def watched(settings: Settings) -> Settings:
    """Two sources, and one that is off."""
    settings.sources.write_text(
        "- {id: post, feed: 'http://harbour-post.example/feed/'}\n"
        "- {id: gone, feed: 'http://no.example/feed'}\n"
        "- {id: quiet, feed: 'http://stadtbote.example/atom.xml', enabled: false}\n"
    )
    return settings


def test_links_are_taken_in_and_the_next_poll_is_set(watched: Settings) -> None:
    with NewsroomServer() as server:
        resources = Resources(watched, LoopbackNetwork(server.hosts))
        resources.registry.apply_to(resources.stores)
        post, gone = refresh_sources(resources)
        (again,) = refresh_sources(resources, ["post", "post"])
        (off,) = refresh_sources(resources, ["quiet"])

    stores = resources.stores
    assert (post.is_read, gone.is_read, gone.taken.fresh) == (True, False, 0)
    assert (post.verdict.level, gone.verdict.level) == ("healthy", "failing")
    assert len(post.url_ids) == len(post.taken.accepted) > 10
    assert stores.ledger.totals().queued == len(post.url_ids) + len(off.url_ids)
    assert (again.url_ids, again.is_read) == ((), True)
    assert off.taken.fresh > 0
    assert stores.sources.next_poll("quiet") is None
    assert (stores.sources.next_poll("post") or 0) > resources.clock()
    assert stores.sources.claim("post")


def test_what_a_worker_polls_is_not_polled(watched: Settings) -> None:
    resources = Resources(watched, LoopbackNetwork({}))
    assert resources.stores.sources.claim("post")
    (post,) = refresh_sources(resources, ["post"])

    assert (post.postponed, post.is_read) == ("it is being polled just now", False)
    assert resources.stores.sources.state("post").last_poll is None


def test_the_calendar_is_left_to_the_workers(watched: Settings) -> None:
    resources = Resources(watched, LoopbackNetwork({}))
    calendar = resources.stores.sources
    calendar.sync(["known to a worker"])
    list(refresh_sources(resources))
    assert calendar.next_poll("known to a worker") is not None
    assert calendar.next_poll("post") is None


def test_an_unknown_source_cannot_be_refreshed(watched: Settings) -> None:
    with pytest.raises(UnknownSourceError, match="there is no source nobody"):
        list(refresh_sources(Resources(watched), ["nobody"]))
