"""``newsloom sources``."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.sources_file import load
from demo.network import LoopbackNetwork
from demo.server import NewsroomServer
from pipeline.discover.websub import HubOffer
from storage.open import Stores
from tests.cli.conftest import Newsloom
from tests.support.servers.fault_server import PAGE, FaultServer, answer
from tests.support.servers.fault_server import LoopbackNetwork as HostsOf

FEED = "https://feeds.example.org/world.xml"
HINT = "To watch this page itself for links to articles:"


@pytest.fixture(autouse=True)
def _no_network(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - it clears the environment first
    """No name leads anywhere, unless a test serves it."""
    monkeypatch.setattr("workers.fetch.web.SystemNetwork", lambda: LoopbackNetwork({}))
    monkeypatch.setenv("NEWSLOOM_HOST_DELAY", "0")


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
        monkeypatch.setattr(
            "workers.fetch.web.SystemNetwork", lambda: LoopbackNetwork(server.hosts)
        )
        yield server


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


@pytest.mark.usefixtures("newsroom")
def test_check_of_one_healthy_feed_is_0_and_takes_nothing_in(newsloom: Newsloom) -> None:
    result = newsloom("sources", "check", "post")

    assert result.code == 0
    assert result.out.startswith("post: healthy: last article ")
    assert json.loads(newsloom("status", "--json").out)["ledger"]["accepted"] == 0


@pytest.fixture
def denied(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said of the subscription of ``post``, which its hub denied."""
    monkeypatch.setenv("NEWSLOOM_PUBLIC_URL", "https://us.example")
    offer = HubOffer(hubs=("https://hub.example/",), topic="http://harbour-post.example/feed/")
    stores.subscriptions.offer("post", offer, token="T" * 32, secret="S" * 64)
    stores.subscriptions.deny(
        "T" * 32, offer.topic, "the hub denied the subscription: \x1b[31m[/]no"
    )
    return "the hub denied the subscription:  [31m[/]no; polled instead, asked again in 24 h"


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
def test_the_list_says_what_becomes_of_pushes_where_there_is_a_subscription(
    newsloom: Newsloom, denied: str
) -> None:
    first, second, *_ = newsloom("sources", "list").out.splitlines()
    assert (first, second) == (
        f"post  http://harbour-post.example/feed/  {denied}",
        "broken  http://harbour-post.example/broken-feed",
    )
    post, broken, *_ = map(json.loads, newsloom("sources", "list", "--json").out.splitlines())
    assert (post["push"]["state"], broken["push"]) == ("denied", None)


@pytest.mark.usefixtures("newsroom", "denied")
def test_sources_are_listed_where_redis_is_away(
    newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLOOM_REDIS_URL", "redis://127.0.0.1:1/0")
    result = newsloom("sources", "list")

    assert (result.code, len(result.out.splitlines())) == (0, 5)
    assert result.sentence.startswith("What pushes them cannot be said: ")


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


@pytest.mark.usefixtures("newsroom")
def test_a_page_that_is_not_there_still_has_a_site(newsloom: Newsloom) -> None:
    result = newsloom("sources", "add", "http://stadtbote.example/nothing/here")

    assert (result.code, result.out.split()[0]) == (0, "stadtbote.example")


OPML = """<opml version="2.0"><body><outline text="News"><outline title="World" xmlUrl="https://a.example/world.xml"/>
<outline text="Note"/></outline><outline text="Sport" xmlUrl="https://a.example/sport.xml"/></body></opml>"""


def test_opml_comes_in_with_folders_as_tags(newsloom: Newsloom, place: Path) -> None:
    (place / "mine.opml").write_text(OPML)
    (place / "sources.yaml").write_text(
        "# mine\n- {id: sport, feed: 'http://a.example/sport.xml'}\n"
    )

    assert (
        newsloom("sources", "import", "mine.opml", "--dry-run").out
        == "a.example  https://a.example/world.xml\n"
    )
    listed = json.loads(newsloom("sources", "import", "mine.opml", "--dry-run", "--json").out)
    assert (listed["id"], listed["name"], listed["tags"]) == ("a.example", "World", ["News"])
    assert len(load(place / "sources.yaml")) == 1
    result = newsloom("sources", "import", "mine.opml", "--tag", "imported", "--tag", "News")

    assert result.code == 0
    assert result.out == "a.example  https://a.example/world.xml\n"
    assert "left out: Note: this is not an absolute URL" in result.err
    assert "1 new, 1 already there, 1 left out" in result.err
    _, world = load(place / "sources.yaml")
    assert (world.name, world.tags) == ("World", ("News", "imported"))
    assert (
        (place / "sources.yaml")
        .read_text()
        .startswith("# mine\n- {id: sport, feed: 'http://a.example/sport.xml'}\n")
    )


def test_opml_goes_out_and_comes_back_the_same(newsloom: Newsloom, place: Path) -> None:
    file = place / "sources.yaml"
    file.write_text(
        "- {id: world, feed: 'https://a.example/world.xml', name: Wörld, tags: [a, 'b,c'],"
        " interval: 90s}\n"
        "- {id: map, sitemap: 'https://a.example/map.xml', recent: 7d, enabled: false}\n"
    )
    before = load(file)
    (place / "out.opml").write_text(newsloom("sources", "export").out)
    file.unlink()

    assert newsloom("sources", "import", "out.opml").code == 0
    assert sorted(load(file), key=lambda source: source.id) == sorted(
        before, key=lambda source: source.id
    )
    assert newsloom("sources", "import", "out.opml").out == ""


@pytest.mark.parametrize(
    "content", ["", "words", "<html/>", "<!DOCTYPE o [<!ENTITY a 'b'>]><opml><body/></opml>"]
)
def test_what_is_no_opml_is_2(newsloom: Newsloom, place: Path, content: str) -> None:
    (place / "mine.opml").write_text(content)

    assert newsloom("sources", "import", "mine.opml").code == 2
    assert newsloom("sources", "import", "missing.opml").code == 2
    assert not (place / "sources.yaml").exists()


def test_a_list_without_feeds_is_1(newsloom: Newsloom, place: Path) -> None:
    (place / "mine.opml").write_text("<opml><body/></opml>")

    assert newsloom("sources", "import", "mine.opml").code == 1


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
    assert found["feed"]["failure"] == "parse"


def test_a_section_page_is_watched_when_that_is_asked_for(newsloom: Newsloom, place: Path) -> None:
    listed = newsloom(
        "sources", "add", "https://a.example/news", "--section", "--dry-run", "--json"
    )
    assert json.loads(listed.out) == {
        "id": "a.example-section",
        "added": False,
        "kind": "section",
        "address": "https://a.example/news",
    }
    assert load(place / "sources.yaml") == ()
    assert (
        newsloom("sources", "add", "https://a.example/news", "--section").out
        == "a.example-section\n"
    )
    assert (
        newsloom("sources", "add", "https://a.example/sport", "--section", "--id", "sport").code
        == 0
    )
    assert [(source.id, source.section) for source in load(place / "sources.yaml")] == [
        ("a.example-section", "https://a.example/news"),
        ("sport", "https://a.example/sport"),
    ]
    assert newsloom("sources", "add", "https://a.example/news", "--section").code == 2
    exported = place / "sources.opml"
    exported.write_text(newsloom("sources", "export").out)
    (place / "sources.yaml").unlink()
    assert newsloom("sources", "import", str(exported)).code == 0
    assert [source.section for source in load(place / "sources.yaml")] == [
        "https://a.example/news",
        "https://a.example/sport",
    ]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """Every host of ``.example`` over plain HTTP; nothing but what a test puts into ``pages``."""
    with FaultServer() as server:
        monkeypatch.setattr("workers.fetch.web.SystemNetwork", lambda: HostsOf(server))
        yield server


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
