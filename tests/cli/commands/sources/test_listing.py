"""``newsloom sources list``, ``remove``, ``import`` and ``export``."""

import json
from pathlib import Path

import pytest

from config.sources_file import load
from tests.cli.conftest import Newsloom

FEED = "https://feeds.example.org/world.xml"
OPML = """<opml version="2.0"><body><outline text="News"><outline title="World" xmlUrl="https://a.example/world.xml"/>
<outline text="Note"/></outline><outline text="Sport" xmlUrl="https://a.example/sport.xml"/></body></opml>"""


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


def test_a_source_that_is_off_is_marked(newsloom: Newsloom, place: Path) -> None:
    (place / "sources.yaml").write_text(f"- id: world\n  feed: {FEED}\n  enabled: false\n")

    assert newsloom("sources", "list").out == f"world  {FEED}  (off)\n"


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
    assert "left out: Note: the outline has no address" in result.err
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
    "content",
    ["", "words", "<html/>", "<!DOCTYPE o [<!ENTITY a '&b;'>]><opml><body>&a;</body></opml>"],
)
def test_what_is_no_opml_is_2(newsloom: Newsloom, place: Path, content: str) -> None:
    (place / "mine.opml").write_text(content)

    assert newsloom("sources", "import", "mine.opml").code == 2
    assert newsloom("sources", "import", "missing.opml").code == 2
    assert not (place / "sources.yaml").exists()


def test_a_list_without_feeds_is_1(newsloom: Newsloom, place: Path) -> None:
    (place / "mine.opml").write_text("<opml><body/></opml>")

    assert newsloom("sources", "import", "mine.opml").code == 1


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
