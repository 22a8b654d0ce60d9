"""``newsloom sources check``."""

import json
from pathlib import Path

import pytest

from config.sources_file import load
from demo.server import NewsroomServer
from tests.cli.conftest import Newsloom


def test_an_unknown_source_cannot_be_removed_or_checked(newsloom: Newsloom) -> None:
    assert newsloom("sources", "remove", "nobody").sentence == "Error: there is no source nobody"
    assert newsloom("sources", "check", "nobody").sentence == "Error: there is no source nobody"
    assert newsloom("sources", "check", "nobody").code == 2


def test_check_says_what_each_feed_is(newsloom: Newsloom, newsroom: NewsroomServer) -> None:
    result = newsloom("sources", "check", "--json")
    found = {entry["id"]: entry for entry in map(json.loads, result.out.splitlines())}

    assert result.code == 1
    assert {
        name: (entry["level"], entry["ill"], entry["failure"]) for name, entry in found.items()
    } == {
        "post": ("healthy", False, None),
        "broken": ("failing", True, "parse"),
        "gone": ("failing", True, "http_error"),
        "private": ("failing", True, "connect"),
        "nowhere": ("failing", True, "dns"),
    }
    assert found["post"]["sentence"].startswith("healthy: last article ")
    assert "404" in found["gone"]["sentence"]
    assert "10.0.0.1" in found["private"]["sentence"]
    assert "cannot be resolved" in found["nowhere"]["sentence"]
    assert newsroom.log != ()


@pytest.mark.parametrize(
    ("host", "offer"),
    [
        ("harbour-post.example", ["/feed/", "/sitemap_index.xml", "/news-sitemap.xml"]),
        ("stadtbote.example", ["/atom.xml", "/sitemap.xml", "/sitemap-news.xml"]),
        ("agencia-wire.example", ["/rss", "/sitemap.xml.gz", "/news.xml"]),
    ],
)
def test_a_site_s_feeds_and_sitemaps_are_found(
    newsloom: Newsloom, newsroom: NewsroomServer, place: Path, host: str, offer: list[str]
) -> None:
    feed, *sitemaps = offer
    (place / "sources.yaml").unlink()
    result = newsloom("sources", "add", f"http://{host}", "--all", "--dry-run", "--json")
    offered = [json.loads(line) for line in result.out.splitlines()]

    assert result.code == 0
    assert not (place / "sources.yaml").exists()
    assert {entry["address"] for entry in offered} == {f"http://{host}{path}" for path in offer}
    assert (offered[0]["address"], offered[0]["id"], offered[0]["kind"]) == (
        f"http://{host}{feed}",
        host,
        "feed",
    )
    assert [entry["added"] for entry in offered] == [False] * 3
    assert [entry["news"] for entry in offered] == [False, True, False]
    assert all(entry["entries"] > 0 for entry in offered)
    assert offered[0]["newest"].startswith("20")
    assert len({entry["id"] for entry in offered}) == 3

    assert newsloom("sources", "add", f"http://{host}", "--tag", "local").code == 0
    (added,) = load(place / "sources.yaml")
    assert (added.id, added.feed, added.tags) == (host, f"http://{host}{feed}", ("local",))
    assert added.name == newsroom.newsroom.site(host).name

    assert newsloom("sources", "add", f"http://{host}", "--all").code == 0
    assert {source.sitemap for source in load(place / "sources.yaml")[1:]} == {
        f"http://{host}{each}" for each in sitemaps
    }
    assert (
        newsloom("sources", "check", *(source.id for source in load(place / "sources.yaml"))).code
        == 0
    )
    once_more = newsloom("sources", "add", f"http://{host}")
    assert (once_more.code, len(load(place / "sources.yaml"))) == (1, 3)
    assert "is already there; --all adds what else there is" in once_more.err
    assert newsloom("sources", "add", f"http://{host}", "--all").code == 1
    listed = newsloom("sources", "add", f"http://{host}", "--dry-run")
    assert (listed.code, listed.out.count("already there")) == (0, 3)


def test_a_bad_entry_is_said_and_the_others_are_used(
    newsloom: Newsloom, place: Path, newsroom: NewsroomServer
) -> None:
    del newsroom
    post = "- {id: post, feed: 'http://harbour-post.example/feed/', delay: 0}\n"
    (place / "sources.yaml").write_text(f"{post}- {{id: odd, feed: x, dealy: 1s}}\n")
    words = "source 2 (odd) is not used: feed: this is not an absolute URL"

    listed, checked = newsloom("sources", "list"), newsloom("sources", "check")
    assert (listed.code, listed.out) == (0, "post  http://harbour-post.example/feed/\n")
    assert words in listed.sentence
    assert listed.sentence.endswith("dealy: there is no such key; did you mean delay?")
    assert checked.code == 1
    assert checked.out.startswith("post: healthy")
    assert words in checked.sentence


@pytest.mark.usefixtures("newsroom")
def test_check_of_one_healthy_feed_is_0_and_takes_nothing_in(newsloom: Newsloom) -> None:
    result = newsloom("sources", "check", "post")

    assert result.code == 0
    assert result.out.startswith("post: healthy: last article ")
    assert json.loads(newsloom("status", "--json").out)["ledger"]["accepted"] == 0


@pytest.mark.usefixtures("newsroom")
def test_check_says_what_becomes_of_pushes(newsloom: Newsloom, denied: str) -> None:
    result, report = (
        newsloom("sources", "check", "post"),
        newsloom("sources", "check", "post", "--json"),
    )
    found = json.loads(report.out)

    assert result.code == 0  # the source is well all the same
    assert result.out.startswith("post: healthy: last article ")
    assert result.out.endswith(f"; {denied}\n")
    assert (found["level"], found["push"]["state"], found["push"]["reliable"]) == (
        "healthy",
        "denied",
        False,
    )
    assert "S" * 64 not in result.out + report.out
    assert "T" * 32 not in result.out + report.out


@pytest.mark.usefixtures("newsroom")
def test_check_reads_sitemaps_too(newsloom: Newsloom, place: Path) -> None:
    maps = {"index": "sitemap_index.xml", "page": "about", "feed": "feed/"}
    entries = [
        f"- {{id: {name}, sitemap: 'http://harbour-post.example/{path}'}}"
        for name, path in maps.items()
    ]
    (place / "sources.yaml").write_text("\n".join(entries) + "\n")
    result = newsloom("sources", "check", "--json")
    found = {entry["id"]: entry for entry in map(json.loads, result.out.splitlines())}

    assert result.code == 1
    assert found["index"]["level"] in {"healthy", "new"}
    assert "404" in found["page"]["sentence"]
    assert found["feed"]["level"] in {"healthy", "new"}  # a feed may stand for a sitemap
