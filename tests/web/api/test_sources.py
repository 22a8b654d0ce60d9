"""Sources over HTTP: listed with their health, added, paused and removed by who may write."""

from pathlib import Path

import pytest

from config.sources_file import load
from demo.network import LoopbackNetwork
from demo.server import NewsroomServer
from pipeline.sources.state import Failure, SourceState
from pipeline.urls import Url
from storage.redis.access.api_keys import Scope
from tests.support.running_api import Api, api_on, settings_in
from workers.resources import Resources

SOURCES = """\
# kept
- {id: good, feed: 'https://good.example/feed', tags: [daily]}
- {id: bad, feed: 'https://bad.example/feed', collections: [eu]}
- {id: broken, feeed: x}
"""


@pytest.fixture
def watched(api: Api) -> Api:
    api.resources.settings.sources.write_text(SOURCES)
    failing = SourceState(
        address=Url("https://bad.example/feed"), last_poll=1.0, failures=9, failing_since=1.0,
        failure=Failure.DNS, error="no such name",
    )  # fmt: skip
    api.resources.stores.sources.record("bad", failing, next_poll=60.0)
    return api


def test_the_unhealthy_ones_come_first(watched: Api) -> None:
    told = watched("/sources").json
    assert [(each["id"], each["level"]) for each in told["sources"]] == [
        ("bad", "failing"),
        ("good", "new"),
    ]
    assert told["sources"][0]["failure"] == "dns"
    assert "broken" in told["problems"][0]
    assert watched("/sources/bad").json == told["sources"][0]
    assert watched("/sources/none").status == 404


def test_a_page_is_watched(watched: Api) -> None:
    wanted = {"address": "https://new.example/news", "section": True, "id": "new", "tags": ["x"]}
    for caller, status in ((None, 401), (watched.key(), 403), (watched.key(Scope.WRITE), 201)):
        answer = watched("/sources", method="POST", key=caller, json_body=wanted)
        assert answer.status == status, answer.body
    assert answer.json == {"added": ["new"], "also_there": []}
    assert watched("/sources/new").json["tags"] == ["x"]
    again = watched("/sources", method="POST", key=watched.key(Scope.ADMIN), json_body=wanted)
    assert (again.status, again.json["type"]) == (409, "urn:newsloom:problem:exists")


def test_what_cannot_be_watched_is_said(watched: Api) -> None:
    key = watched.key(Scope.WRITE)
    for wanted, status in (
        ({"address": "mailto:x"}, 400),
        ({"address": "https://a.example", "interval": "soon"}, 400),
        ({"address": "http://127.0.0.1:9/x"}, 422),
        ({"address": ""}, 422),
        ({}, 422),
        ({"address": "https://a.example", "network": "10.0.0.0/8"}, 422),
    ):
        answer = watched("/sources", method="POST", key=key, json_body=wanted)
        assert answer.status == status, answer.body


def test_a_source_is_paused_and_polled_again(watched: Api) -> None:
    key, path = watched.key(Scope.WRITE), watched.resources.settings.sources
    paused = watched("/sources/good", method="PATCH", key=key, json_body={"enabled": False}).json
    assert (paused["enabled"], paused["next_poll_at"]) == (False, None)
    assert [source.enabled for source in load(path)] == [False, True]
    assert "# kept" in path.read_text()
    assert watched("/sources/good", method="PATCH", json_body={"enabled": True}).status == 401
    watched("/sources/good", method="PATCH", key=key, json_body={"enabled": True})
    assert path.read_text().count("enabled") == 0
    missing = watched("/sources/none", method="PATCH", key=key, json_body={"enabled": True})
    assert missing.status == 404


def test_a_source_is_removed(watched: Api) -> None:
    key = watched.key(Scope.WRITE)
    assert watched("/sources/good", method="DELETE").status == 401
    gone = watched("/sources/good", method="DELETE", key=key)
    assert (gone.status, gone.body) == (204, b"")
    assert [each["id"] for each in watched("/sources").json["sources"]] == ["bad"]
    assert watched("/sources/good", method="DELETE", key=key).status == 404


def test_a_sources_file_that_cannot_be_written_is_no_defect(watched: Api) -> None:
    path = watched.resources.settings.sources
    path.with_suffix(".new").mkdir()  # where the new file is written first
    answer = watched("/sources/good", method="DELETE", key=watched.key(Scope.WRITE))
    assert (answer.status, answer.json["type"]) == (503, "urn:newsloom:problem:disk")
    assert "good" in path.read_text()


def test_a_site_is_asked_what_it_offers(tmp_path: Path, redis_url: str, namespace: str) -> None:
    chosen = settings_in(tmp_path, redis_url, namespace)
    with (
        NewsroomServer() as server,
        api_on(Resources(chosen, LoopbackNetwork(server.hosts))) as api,
    ):
        key, site = api.key(Scope.WRITE), {"address": "http://stadtbote.example"}
        told = api("/sources", method="POST", key=key, json_body=site).json
        assert len(told["added"]) == 1
        assert told["also_there"]
        assert [source.id for source in load(chosen.sources)] == told["added"]
        again = api("/sources", method="POST", key=key, json_body=site)
        assert again.status == 409
        everything = {**site, "everything": True}
        more = api("/sources", method="POST", key=key, json_body=everything).json
        assert set(more["added"]) == set(told["also_there"])
