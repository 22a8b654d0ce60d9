"""``newsloom sources add``."""

import json
import shlex
from pathlib import Path

import pytest

from config.sources_file import load
from tests.cli.conftest import Newsloom
from tests.support.servers.fault_server import PAGE, FaultServer, answer

FEED = "https://feeds.example.org/world.xml"
HINT = "To watch this page itself for links to articles:"


def test_an_id_is_made_from_the_host(newsloom: Newsloom) -> None:
    assert newsloom("sources", "add", FEED).out == "example.org\n"
    assert newsloom("sources", "add", FEED + "?other").out == "example.org-2\n"
    assert newsloom("sources", "add", "http://www.example.org:8080/rss").out == "example.org-8080\n"


def test_a_feed_that_cannot_be_looked_at_is_taken_and_a_warning_says_so(newsloom: Newsloom) -> None:
    result = newsloom("sources", "add", FEED)

    assert result.code == 0
    assert result.sentence == (
        "Taken without a look: no connection to the host:"
        " the name feeds.example.org cannot be resolved"
    )


def test_a_site_that_cannot_be_looked_at_is_1(newsloom: Newsloom, place: Path) -> None:
    result = newsloom("sources", "add", "https://example.org/news")

    assert result.code == 1
    assert result.sentence == (
        "Error: https://example.org/news: no connection to the host:"
        " the name example.org cannot be resolved"
    )
    assert not (place / "sources.yaml").exists()


def test_a_feed_is_taken_even_when_redis_is_away(
    newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLOOM_REDIS_URL", "unix:///nowhere/redis.sock")

    assert newsloom("sources", "add", FEED).out == "example.org\n"
    assert newsloom("sources", "add", "https://example.org/").code == 3


def test_comments_in_the_file_survive(newsloom: Newsloom, place: Path) -> None:
    file = place / "sources.yaml"
    file.write_text(
        "# ours\nsources:\n  # the old one\n  - id: old  # since 2019\n    feed: https://old.example/rss\n"
    )
    before = file.read_text()
    newsloom("sources", "add", FEED, "--interval", "15m")
    assert (
        file.read_text() == before + f"  - id: example.org\n    feed: {FEED}\n    interval: 15m\n"
    )
    newsloom("sources", "remove", "example.org")
    assert file.read_text() == before


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


def test_the_demo_s_newsroom_can_be_looked_at_over_https_as_well(
    newsloom: Newsloom, place: Path
) -> None:
    result = newsloom(
        "--demo", "sources", "add", "https://stadtbote.example", "--all", "--dry-run", "--json"
    )
    offered = {
        entry["address"]: entry["known"] for entry in map(json.loads, result.out.splitlines())
    }

    assert result.code == 0
    assert "looked at http instead" in result.err
    assert offered == {
        "http://stadtbote.example/atom.xml": True,
        "http://stadtbote.example/sitemap-news.xml": False,
        "http://stadtbote.example/sitemap.xml": False,
    }
    assert newsloom("--demo", "sources", "add", "http://stadtbote.example", "--all").code == 0
    assert len(load(place / "data" / "demo" / "newsroom" / "sources.yaml")) == 6
    assert not (place / "sources.yaml").exists()


def test_a_site_is_named_without_its_scheme(newsloom: Newsloom, site: FaultServer) -> None:
    feed = b'<rss version="2.0"><channel><title>A</title></channel></rss>'
    site.pages["/feed"] = answer(feed, content_type="application/rss+xml")
    result = newsloom("sources", "add", "www.site.example/feed")

    assert (result.code, result.out) == (0, "site.example\n")
    assert "https://www.site.example/feed does not answer; looked at http instead" in result.err
    assert newsloom("sources", "list").out == "site.example  http://www.site.example/feed\n"


def test_a_site_without_feeds_is_told_the_command_for_a_section(
    newsloom: Newsloom, site: FaultServer
) -> None:
    site.pages["/news"] = answer(PAGE, content_type="text/html")
    result = newsloom("sources", "add", "http://site.example/news", "--name", "The Site")

    assert result.code == 1
    command = "newsloom sources add http://site.example/news --section --name 'The Site'"
    assert result.sentence.endswith(f"there is neither feed nor sitemap. {HINT} {command}")
    assert newsloom(*shlex.split(command)[1:]).out == "site.example-section\n"


@pytest.mark.usefixtures("newsroom")
def test_a_page_that_is_not_there_still_has_a_site(newsloom: Newsloom) -> None:
    result = newsloom("sources", "add", "http://stadtbote.example/nothing/here")

    assert (result.code, result.out.split()[0]) == (0, "stadtbote.example")


def test_a_source_in_a_private_network_is_added_with_that_network(
    newsloom: Newsloom, site: FaultServer
) -> None:
    feed = b'<rss version="2.0"><channel><title>A</title></channel></rss>'
    site.pages["/telegram/channel"] = answer(feed, content_type="application/rss+xml")
    address = "http://192.168.1.5:1200/telegram/channel"

    refused = newsloom("sources", "add", address)
    assert refused.code == 1
    assert "a source may name the private network that it lives in" in refused.sentence
    assert site.asked == []

    added = newsloom("sources", "add", address, "--network", "192.168.1.0/24", "--id", "hub")
    assert (added.code, added.out) == (0, "hub\n")
    listed = json.loads(newsloom("sources", "list", "--json").out)
    assert (listed["feed"], listed["network"]) == (address, "192.168.1.0/24")
    assert newsloom("sources", "check").out.startswith("hub: ")

    wrong = newsloom("sources", "add", address, "--network", "127.0.0.0/8")
    assert wrong.code == 2
    assert "network: expected a private network such as 192.168.1.0/24" in wrong.sentence
