"""sources.yaml: what it may hold, and errors that say where to look."""

from pathlib import Path

import pytest

from config.sources import Source
from config.sources_file import MAX_BYTES, SourcesError, load, read, save


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sources.yaml"


def source(**more: object) -> Source:
    return Source.model_validate({"id": "harbour", "feed": "https://example.org/feed", **more})


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
        (
            GOOD + "- {id: second, sitemap: 'ftp://example.org/'}\n",
            ["source 2", "sitemap", "only http and https"],
        ),
        (
            GOOD + "- {id: second, feed: 'https://a.example/', sitemap: 'https://a.example/'}\n",
            ["source 2", "one only"],
        ),
    ],
)
def test_a_bad_entry_is_told_and_the_others_are_used(
    file: Path, text: str, expected: list[str]
) -> None:
    file.write_text(text)
    assert [source.id for source in load(file)] == ["first"]
    (message,) = read(file).problems
    assert all(word in message for word in [str(file), *expected])
    assert ": :" not in message
    assert "Value error" not in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sources: {first: x}", "should hold a list"),
        ("just words", "should hold a list"),
        ("source: []", "should hold the key `sources`"),
        ("- {id: [", "not readable as YAML: line 1: expected"),
        ("- !!python/object/apply:os.system ['true']", "not readable as YAML: line 1: could not"),
        ("- {id: a, name: 2026-99-99}", "not readable as YAML: month must be"),
        ("[" * 100_000, "nested too deeply"),
        ("#" * (MAX_BYTES + 1), "more than 10000000 bytes"),
    ],
)
def test_what_is_no_list_of_sources_is_an_error_on_one_line(
    file: Path, text: str, expected: str
) -> None:
    file.write_text(text)
    with pytest.raises(SourcesError, match=expected) as caught:
        load(file)
    assert str(caught.value).startswith(str(file))
    assert "\n" not in str(caught.value)


def test_a_misspelt_key_is_told_with_what_was_meant(file: Path) -> None:
    file.write_text(SECOND + "intervall: 5m, extract: {boddy: p}}\n")
    (entry,) = read(file).bad
    assert (entry.place, entry.id) == (2, "second")
    assert set(entry.why) == {
        "intervall: there is no such key; did you mean interval?",
        "extract.boddy: there is no such key; did you mean extract.body?",
    }


BROKEN = """# ours
- id: bbc   # the BBC
  feed: https://bbc.example/feed
  intervall: 15m

- just words
- []
- id: good
  feed: https://example.org/good
"""


def test_entries_that_cannot_be_used_stay_as_they_are(file: Path) -> None:
    file.write_text(BROKEN)
    save(file, [*load(file), source()])
    assert file.read_text() == BROKEN + "- id: harbour\n  feed: https://example.org/feed\n"
    save(file, [source()])
    assert file.read_text().startswith(BROKEN.partition("- id: good")[0])
    assert load(file) == (source(),)


def test_the_id_of_an_unusable_entry_is_not_given_again(file: Path) -> None:
    file.write_text(BROKEN)
    with pytest.raises(SourcesError, match=r"source 1 \(bbc\) is not used: .* take another id"):
        save(file, [*load(file), source(id="bbc")])
    assert file.read_text() == BROKEN


def test_a_file_that_cannot_be_read(file: Path) -> None:
    file.write_bytes(b"- id: caf\xe9")
    with pytest.raises(SourcesError, match="not text in UTF-8"):
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
