"""sources.yaml: what it may hold, and errors that say where to look."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from config.sources import Source, SourcesError, free_id, load, save


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sources.yaml"


def source(**more: object) -> Source:
    return Source.model_validate({"id": "harbour", "feed": "https://example.org/feed", **more})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("15m", 900),
        ("2h", 7200),
        ("1d", 86_400),
        ("1.5h", 5400),
        (" 15 m ", 900),
        (60, 60),
        (2.5, 2.5),
        ("60", 60),
    ],
)
def test_durations(text: object, seconds: float) -> None:
    assert source(interval=text).interval == seconds
    assert source(delay=text).delay == seconds


@pytest.mark.parametrize(
    "text", ["15 minutes", "m", "-5s", "-5", "1w", "1h30m", "soon", "", [], "0s"]
)
def test_what_is_no_interval(text: object) -> None:
    with pytest.raises(ValidationError, match="interval"):
        source(interval=text)


def test_no_delay_at_all_is_allowed() -> None:
    assert source(delay=0).delay == 0


def test_a_missing_file_has_no_sources(file: Path) -> None:
    assert load(file) == ()


@pytest.mark.parametrize("text", ["", "# nothing yet", "[]", "sources:", "sources: []", "{}"])
def test_an_empty_file_has_no_sources(file: Path, text: str) -> None:
    file.write_text(text)
    assert load(file) == ()


@pytest.mark.parametrize("head", ["", "sources:\n"])
def test_a_list_or_a_mapping_with_a_list(file: Path, head: str) -> None:
    file.write_text(
        f"{head}- id: harbour\n  feed: https://EXAMPLE.org/feed?utm_source=x\n  interval: 5m\n"
    )
    assert load(file) == (source(interval=300),)
    assert load(file)[0].feed == "https://example.org/feed"


GOOD = "- {id: first, feed: 'https://example.org/feed'}\n"
SECOND = GOOD + "- {id: second, feed: 'https://example.org/', "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD + "- {id: second}\n", ["source 2", "feed", "required"]),
        (GOOD + "- {id: 'No Good', feed: 'https://example.org/'}\n", ["source 2", "id"]),
        (
            GOOD + "- {id: second, feed: 'ftp://example.org/'}\n",
            ["source 2", "feed", "only http and https"],
        ),
        (GOOD + "- {id: second, feed: /feed}\n", ["source 2", "feed", "absolute URL"]),
        (
            GOOD + "- {id: second, feed: 'https://example.org/', intervall: 5m}\n",
            ["source 2", "intervall"],
        ),
        (
            GOOD + "- {id: second, feed: 'https://example.org/', interval: 0s}\n",
            ["source 2", "interval"],
        ),
        (GOOD + "- just words\n", ["source 2"]),
        (
            SECOND + "extract: {body: 'div..x'}}\n",
            ["source 2", "extract.body", "'div..x' is not a CSS selector"],
        ),
        (
            SECOND + "extract: {remove: [aside, 'h1 >']}}\n",
            ["source 2", "extract.remove.1", "'h1 >'"],
        ),
        (SECOND + "extract: {remove: aside}}\n", ["source 2", "extract.remove"]),
        (SECOND + "extract: {text: article}}\n", ["source 2", "extract.text"]),
        (SECOND + "extract: article}\n", ["source 2", "extract"]),
        (GOOD + GOOD, ["first", "twice"]),
        ("sources: {first: x}", ["list"]),
        ("just words", ["list"]),
        (
            GOOD + "- {id: second, sitemap: 'ftp://example.org/'}\n",
            ["source 2", "sitemap", "only http and https"],
        ),
        (
            GOOD + "- {id: second, feed: 'https://a.example/', sitemap: 'https://a.example/'}\n",
            ["source 2", "one only"],
        ),
        ("- {id: [", ["YAML"]),
        ("- !!python/object/apply:os.system ['true']", ["YAML"]),
    ],
)
def test_errors_name_the_file_the_entry_and_the_reason(
    file: Path, text: str, expected: list[str]
) -> None:
    file.write_text(text)
    with pytest.raises(SourcesError) as caught:
        load(file)
    message = str(caught.value)
    assert all(word in message for word in [str(file), *expected])
    assert ": :" not in message


def test_a_file_that_cannot_be_read(file: Path) -> None:
    file.write_bytes(b"- id: caf\xe9")
    with pytest.raises(SourcesError, match="YAML"):
        load(file)
    file.unlink()
    file.mkdir()
    with pytest.raises(SourcesError, match=r"sources\.yaml"):
        load(file)


def test_what_was_saved_is_loaded_again(file: Path) -> None:
    sources = (
        source(),
        source(
            id="full",
            name="Häfen: #1",
            language="de",
            tags=("a", "b"),
            collections=("Big papers",),
            interval="90s",
            delay=0,
            robots=False,
        ),
        source(id="off", enabled=False),
        source(id="own", extract={"body": "article > .text", "remove": ["aside", ".ad"]}),
    )
    nested = file.parent / "config" / file.name
    save(nested, sources)
    assert load(nested) == sources
    save(nested, load(nested)[1:])
    assert load(nested) == sources[1:]
    assert [path.name for path in nested.parent.iterdir()] == [file.name]
    assert "Häfen" in nested.read_text(encoding="utf-8")


def test_a_source_is_a_feed_or_a_sitemap() -> None:
    sitemap = Source(id="map", sitemap="https://example.org/sitemap.xml")
    assert (sitemap.feed, sitemap.address, sitemap.recent) == (
        None,
        "https://example.org/sitemap.xml",
        172_800,
    )
    assert source().address == "https://example.org/feed"
    assert source(recent="12h").recent == 43_200


def test_entries_say_durations_as_people_do_and_no_defaults() -> None:
    assert source(interval=5400, delay=0, recent="36h").to_entry() == {
        "id": "harbour",
        "feed": "https://example.org/feed",
        "interval": "90m",
        "delay": "0s",
        "recent": "36h",
    }
    assert source(recent="2d", interval=0.5 + 3600).to_entry()["interval"] == "3600.5s"


@pytest.mark.parametrize("seconds", [1, 59.5, 3600, 86_400, 90_061, 1e6, 123_456.789])
def test_a_written_duration_is_read_as_the_same(seconds: float) -> None:
    assert source(interval=source(interval=seconds).to_entry()["interval"]).interval == seconds


@pytest.mark.parametrize(
    ("address", "kind", "expected"),
    [
        ("https://www.example.org/rss", "", "example.org"),
        ("https://feeds.example.org/rss", "sport", "example.org-sport"),
        ("http://example.org:8080/", "", "example.org-8080"),
        ("http://[2001:db8::1]/rss", "", "2001-db8--1"),
        ("https://xn--mnchen-3ya.example/", "Ä news", "xn--mnchen-3ya.example-news"),
        (f"https://{'a' * 60}.example/", "sport", "a" * 60),
        ("https://taken.example/", "", "taken.example-3"),
    ],
)
def test_an_id_from_an_address(address: str, kind: str, expected: str) -> None:
    made = free_id(address, {"taken.example", "taken.example-2"}, kind=kind)
    assert made == expected
    assert source(id=made).id == made


def test_a_file_that_cannot_be_changed_says_so(file: Path) -> None:
    text = "- {id: a, feed: 'https://a.example/', name: x, name: y}\n"
    file.write_text(text)
    with pytest.raises(SourcesError, match="cannot be changed"):
        save(file, [*load(file), source()])
    assert file.read_text() == text


def test_a_failed_save_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(file, [source()])

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="space"):
        save(file, [])
    assert load(file) == (source(),)
