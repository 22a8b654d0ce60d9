"""What a worker asks of the web: the politeness of a source, and pauses at once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.settings import Settings
from config.sources import Source
from pipeline.outcome import Retry
from pipeline.urls import Url
from tests.support.servers.fault_server import FaultServer, answer
from tests.workers.conftest import Making
from workers.fetch.network import SystemNetwork
from workers.fetch.proxy import ProxiedNetwork
from workers.fetch.records import Response
from workers.fetch.web import limits_of, network_of

NOW = datetime(2026, 1, 2, tzinfo=UTC)
PAGE = Url("http://a.example/page")


def test_a_source_s_own_politeness_is_used(making: Making, server: FaultServer) -> None:
    free = Source(id="free", feed="http://a.example/feed", robots=False)
    resources = making(free)
    server.pages["/robots.txt"] = answer(b"User-agent: *\nDisallow: /")
    server.pages["/page"] = answer(b"ok")
    assert isinstance(resources.loop.run(resources.web.get(PAGE, "free")), Response)
    assert not isinstance(resources.loop.run(resources.web.get(PAGE, "other")), Response)


def test_a_host_that_asks_for_a_pause_has_it_before_anybody_writes_that_down(
    making: Making, server: FaultServer
) -> None:
    resources = making(respect_robots=False)
    server.pages["/page"] = answer(status="429 Slow down", retry_after="120")
    response = resources.loop.run(resources.web.get(PAGE, "a"))
    assert isinstance(response, Response)
    outcome = resources.loop.run(resources.web.classify(response, NOW))
    assert isinstance(outcome, Retry)
    assert outcome.after == 120
    later = resources.loop.run(resources.web.get(Url("http://a.example/other"), "a"))
    assert isinstance(later, Retry)
    assert not later.counts
    assert server.paths() == ["/page"]


@pytest.mark.parametrize("text", ["- {id: [", "- {id: own, feeed: x}"])
def test_nothing_is_asked_for_a_source_that_cannot_be_used(
    making: Making, server: FaultServer, tmp_path: Path, text: str
) -> None:
    (tmp_path / "sources.yaml").write_text(text)
    resources = making()
    server.pages["/page"] = answer(b"ok")
    for request in (resources.web.get(PAGE, "own"), resources.web.post(PAGE, {}, "own")):
        outcome = resources.loop.run(request)
        assert isinstance(outcome, Retry)
        assert not outcome.counts
        assert outcome.error.startswith(f"it waits until this is mended: {tmp_path}/sources.yaml")
    assert server.paths() == []


def test_without_an_archive_nothing_is_kept_and_no_thread_is_started(
    making: Making, server: FaultServer
) -> None:
    resources = making(respect_robots=False)
    server.pages["/page"] = answer(b"ok")
    response = resources.loop.run(resources.web.get(PAGE, "a"))
    assert isinstance(response, Response)
    assert response.exchanges == ()
    resources.loop.run(resources.web.archive(response))


def test_network_and_limits_are_the_settings(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, fetch_timeout=7, max_redirects=2)
    limits = limits_of(settings)
    assert (limits.seconds, limits.max_redirects) == (7, 2)
    assert isinstance(network_of(settings), SystemNetwork)
    proxied = Settings.model_validate({"proxy": "http://proxy.example:3128"})
    assert isinstance(network_of(proxied), ProxiedNetwork)
