"""``newsloom sources``."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.demo.network import LoopbackNetwork
from cli.demo.server import NewsroomServer
from config.sources import load
from tests.cli.conftest import Newsloom

FEED = "https://feeds.example.org/world.xml"


def test_no_sources_yet(newsloom: Newsloom, place: Path) -> None:
    result = newsloom("sources", "list")

    assert (result.code, result.out) == (0, "")
    assert str(place / "sources.yaml") in result.sentence


def test_add_list_remove(newsloom: Newsloom, place: Path) -> None:
    added = newsloom(
        "sources",
        "add",
        FEED,
        "--id",
        "world",
        "--name",
        "Die Welt [/]",
        "--interval",
        "15m",
        "--tag",
        "a",
        "--tag",
        "b",
    )
    assert (added.code, added.out) == (0, "world\n")
    assert newsloom("sources", "list").out == f"world  {FEED}\n"

    entry = json.loads(newsloom("sources", "list", "--json").out)
    assert (entry["id"], entry["feed"], entry["name"], entry["interval"], entry["tags"]) == (
        "world",
        FEED,
        "Die Welt [/]",
        900.0,
        ["a", "b"],
    )

    assert newsloom("sources", "remove", "world").code == 0
    assert load(place / "sources.yaml") == ()


def test_an_id_is_made_from_the_host(newsloom: Newsloom) -> None:
    assert newsloom("sources", "add", FEED).out == "example.org\n"
    assert newsloom("sources", "add", FEED + "?other").out == "example.org-2\n"
    assert newsloom("sources", "add", "http://www.example.org:8080/").out == "example.org-8080\n"


def test_a_source_that_is_off_is_marked(newsloom: Newsloom, place: Path) -> None:
    (place / "sources.yaml").write_text(f"- id: world\n  feed: {FEED}\n  enabled: false\n")

    assert newsloom("sources", "list").out == f"world  {FEED}  (off)\n"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((FEED, "--id", "Big News"), "id: "),
        ((FEED, "--interval", "soon"), "interval: "),
        ((FEED, "--interval", "0s"), "interval: "),
        (("ftp://a.example/feed",), "only http and https can be fetched"),
        (("not a url",), "not an absolute URL"),
        (("http://u:p@a.example/",), "user name or password"),
        (("http://a.example/\x1b[2J",), "control character"),
    ],
)
def test_what_cannot_be_a_source_is_2_and_changes_nothing(
    newsloom: Newsloom, place: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    result = newsloom("sources", "add", *arguments)

    assert result.code == 2
    assert complaint in result.sentence
    assert "\x1b" not in result.err
    assert not (place / "sources.yaml").exists()


def test_the_same_feed_or_id_twice_is_2(newsloom: Newsloom, place: Path) -> None:
    newsloom("sources", "add", FEED, "--id", "world")

    assert newsloom("sources", "add", FEED, "--id", "other").code == 2
    assert newsloom("sources", "add", "https://other.example/", "--id", "world").code == 2
    assert [source.id for source in load(place / "sources.yaml")] == ["world"]


def test_an_unknown_source_cannot_be_removed_or_checked(newsloom: Newsloom) -> None:
    assert newsloom("sources", "remove", "nobody").sentence == "Error: there is no source nobody"
    assert newsloom("sources", "check", "nobody").sentence == "Error: there is no source nobody"
    assert newsloom("sources", "check", "nobody").code == 2


@pytest.fixture
def newsroom(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewsroomServer]:
    """The sample newsroom, its feeds as sources, and the network that leads there."""
    feeds = {
        "post": "http://harbour-post.example/feed/",
        "broken": "http://harbour-post.example/broken-feed",
        "gone": "http://harbour-post.example/no-such-feed",
        "private": "http://10.0.0.1/feed",
        "nowhere": "http://nowhere.example/feed",
    }
    entries = [f"- {{id: {name}, feed: '{feed}', delay: 0}}" for name, feed in feeds.items()]
    (place / "sources.yaml").write_text("\n".join(entries))
    with NewsroomServer() as server:
        monkeypatch.setattr("workers.resources.SystemNetwork", lambda: LoopbackNetwork(server.hosts))
        yield server


def test_check_says_what_each_feed_is(newsloom: Newsloom, newsroom: NewsroomServer) -> None:
    result = newsloom("sources", "check", "--json")
    found = {entry["id"]: entry for entry in map(json.loads, result.out.splitlines())}

    assert result.code == 1
    assert {name: entry["healthy"] for name, entry in found.items()} == {
        "post": True,
        "broken": False,
        "gone": False,
        "private": False,
        "nowhere": False,
    }
    assert found["post"]["finding"].startswith("ok, ")
    assert "newest 20" in found["post"]["finding"]
    assert found["broken"]["finding"] == "it answers, but not with a feed"
    assert "404" in found["gone"]["finding"]
    assert "10.0.0.1" in found["private"]["finding"]
    assert "cannot be resolved" in found["nowhere"]["finding"]
    assert newsroom.log != ()


@pytest.mark.usefixtures("newsroom")
def test_check_of_one_healthy_feed_is_0_and_takes_nothing_in(newsloom: Newsloom) -> None:
    result = newsloom("sources", "check", "post")

    assert result.code == 0
    assert result.out.startswith("post: ok, ")
    assert json.loads(newsloom("status", "--json").out)["ledger"]["accepted"] == 0
