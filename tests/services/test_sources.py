"""The sources: listed, removed, checked, imported, exported."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from config.opml import Refusal
from config.settings import Settings
from config.sources_file import load
from demo.network import LoopbackNetwork
from demo.server import NewsroomServer
from pipeline.discover.websub import HubOffer
from services.errors import UnknownSourceError, UnreadableInputError
from services.sources import (
    change_source,
    check_sources,
    export_opml,
    import_opml,
    list_sources,
    remove_source,
)
from workers.resources import Resources

POST = "http://harbour-post.example/feed/"
OPML = b"""<opml version="2.0"><body><outline text="News">
<outline title="World" xmlUrl="https://a.example/world.xml"/><outline text="Note"/></outline>
<outline text="Post" xmlUrl="http://harbour-post.example/feed/"/></body></opml>"""


@pytest.fixture
def watched(settings: Settings) -> Settings:
    """Two sources."""
    settings.sources.write_text(
        f"# ours\n- id: post\n  feed: {POST}\n- id: gone\n  feed: http://no.example/feed\n"
    )
    return settings


@contextmanager
def away() -> Iterator[Resources]:
    raise redis.ConnectionError("Redis is away")
    yield


def test_sources_are_listed_without_any_store(watched: Settings) -> None:
    listed = list_sources(watched.sources, None)

    assert [source.id for source in listed.sources] == ["post", "gone"]
    assert (listed.pushes, listed.unavailable) == ({}, None)


def test_they_are_listed_with_their_subscriptions(watched: Settings) -> None:
    public = watched.model_copy(update={"public_url": "https://us.example"})
    resources = Resources(public)
    offer = HubOffer(hubs=("https://hub.example/",), topic=POST)
    resources.stores.subscriptions.offer("post", offer, token="T" * 32, secret="S" * 64)

    @contextmanager
    def connect() -> Iterator[Resources]:
        yield resources

    listed = list_sources(public.sources, connect)
    assert set(listed.pushes) == {"post"}
    assert listed.pushes["post"].hub == "https://hub.example/"


def test_they_are_listed_when_redis_is_away_too(watched: Settings) -> None:
    listed = list_sources(watched.sources, away)

    assert len(listed.sources) == 2
    assert (listed.pushes, listed.unavailable) == ({}, "Redis is away")


def test_without_sources_nothing_is_connected(settings: Settings) -> None:
    assert list_sources(settings.sources, away).unavailable is None


def test_an_entry_that_cannot_be_used_is_listed_and_not_removed(watched: Settings) -> None:
    watched.sources.write_text(
        watched.sources.read_text() + "- {id: odd, feed: x, intervall: 1m}\n"
    )
    listed = list_sources(watched.sources, None)

    assert [source.id for source in listed.sources] == ["post", "gone"]
    assert "source 3 (odd) is not used: feed: " in listed.problems[0]
    with pytest.raises(UnknownSourceError, match=r"source 3 \(odd\) is not used: .* file itself"):
        remove_source(watched.sources, "odd")
    remove_source(watched.sources, "gone")
    assert "intervall: 1m" in watched.sources.read_text()


def test_a_source_is_removed_and_the_rest_stays(watched: Settings) -> None:
    remove_source(watched.sources, "gone")

    assert watched.sources.read_text() == f"# ours\n- id: post\n  feed: {POST}\n"
    with pytest.raises(UnknownSourceError, match="there is no source gone"):
        remove_source(watched.sources, "gone")


def test_sources_are_checked_in_order(watched: Settings) -> None:
    with NewsroomServer() as server:
        resources = Resources(watched, LoopbackNetwork(server.hosts))
        checked = list(check_sources(resources))
        (only,) = check_sources(resources, ["gone"])

    assert [(one.source.id, one.verdict.level.value) for one in checked] == [
        ("post", "healthy"),
        ("gone", "failing"),
    ]
    assert (only.source.id, only.push) == ("gone", None)
    assert resources.stores.ledger.totals().accepted == 0


def test_a_check_leaves_the_calendar_to_the_workers(watched: Settings) -> None:
    resources = Resources(watched, LoopbackNetwork({}))
    calendar = resources.stores.sources
    calendar.sync(["known to a worker"])
    list(check_sources(resources))
    assert calendar.next_poll("known to a worker") is not None
    assert calendar.next_poll("post") is None


def test_an_unknown_source_cannot_be_checked(watched: Settings) -> None:
    with pytest.raises(UnknownSourceError, match="there is no source nobody, none"):
        list(check_sources(Resources(watched), ["nobody", "post", "none"]))


def test_opml_brings_what_is_new(watched: Settings) -> None:
    imported = import_opml(
        watched.sources, OPML, name="list", tags=("mine", "News"), collections=("big",)
    )

    assert {source.collections for source in imported.sources} == {("big",)}
    assert [(source.name, source.tags) for source in imported.sources] == [
        ("World", ("News", "mine"))
    ]
    assert imported.known == ("Post",)
    assert [refusal.name for refusal in imported.refused] == ["Note"]
    assert isinstance(imported.refused[0], Refusal)
    assert len(load(watched.sources)) == 3


def test_opml_takes_no_id_of_an_entry_that_cannot_be_used(watched: Settings) -> None:
    watched.sources.write_text("- {id: a.example, feed: nowhere}\n")
    imported = import_opml(watched.sources, OPML, name="list")

    assert [source.id for source in imported.sources] == ["a.example-2", "harbour-post.example"]
    assert watched.sources.read_text().startswith("- {id: a.example, feed: nowhere}\n")


def test_a_dry_run_changes_nothing(watched: Settings) -> None:
    before = watched.sources.read_text()

    assert len(import_opml(watched.sources, OPML, name="list", dry_run=True).sources) == 1
    assert watched.sources.read_text() == before


def test_what_is_no_opml_is_named(watched: Settings) -> None:
    with pytest.raises(UnreadableInputError, match=r"^my\.opml: the document is no"):
        import_opml(watched.sources, b"words", name="my.opml")


def test_what_goes_out_comes_in_again(watched: Settings) -> None:
    document = export_opml(watched.sources).encode()
    before = load(watched.sources)
    watched.sources.unlink()
    import_opml(watched.sources, document, name="list")

    assert load(watched.sources) == before


def test_a_paused_source_keeps_its_entry(watched: Settings) -> None:
    assert not change_source(watched.sources, "post", enabled=False).enabled
    assert [source.enabled for source in load(watched.sources)] == [False, True]
    assert watched.sources.read_text().startswith("# ours")
    assert change_source(watched.sources, "post", enabled=True).enabled
    assert [source.enabled for source in load(watched.sources)] == [True, True]
    before = watched.sources.stat().st_mtime_ns
    change_source(watched.sources, "post", enabled=True)
    assert watched.sources.stat().st_mtime_ns == before
    with pytest.raises(UnknownSourceError):
        change_source(watched.sources, "none", enabled=True)
