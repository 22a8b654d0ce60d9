"""Articles from files and URLs."""

import gzip
import json
import os
from pathlib import Path

import pytest

from config.settings import Settings
from demo.network import LoopbackNetwork
from demo.server import NewsroomServer
from demo.site import Newsroom
from pipeline.outcome import Dead, Rejected
from pipeline.overrides import Overrides
from pipeline.records import Article
from services.errors import UnknownSourceError, UnreadableInputError
from services.extract import (
    NO_ADDRESS,
    ExtractInput,
    Extraction,
    extract_inputs,
    read_listing,
    selectors_of,
)

HOST = "harbour-post.example"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page of the sample newsroom in a file."""
    file = tmp_path / "page.html"
    story = Newsroom().stories(HOST)[0]
    file.write_bytes(Newsroom().respond(HOST, story.path, {}).body)
    return file


def one(settings: Settings, wanted: ExtractInput) -> Extraction:
    (extraction,) = extract_inputs([wanted], settings)
    return extraction


def reason(settings: Settings, name: str) -> str:
    result = one(settings, ExtractInput(name)).result
    assert isinstance(result, Rejected)
    return result.reason.value


def test_a_file_becomes_an_article_with_its_language(settings: Settings, page: Path) -> None:
    os.utime(page, (1_700_000_000, 1_700_000_000))
    extraction = one(settings, ExtractInput(str(page), "http://harbour-post.example/2026/11/a/"))

    assert isinstance(extraction.result, Article)
    assert (extraction.language, extraction.unmatched) == ("en", None)
    assert extraction.result.fetched_at.timestamp() == 1_700_000_000
    assert extraction.result.source == "command"


def test_a_file_without_an_address_has_a_made_up_one(settings: Settings, tmp_path: Path) -> None:
    [story] = [story for story in Newsroom().stories(HOST) if story.slug.startswith("night-buses")]
    text = "".join(f"<p>{block.text}</p>" for block in story.blocks)
    head = "<html><title>Buses</title><article><h1>Buses</h1>"
    (tmp_path / "a.html").write_text(f"{head}{text}</article></html>")
    result = one(settings, ExtractInput(str(tmp_path / "a.html"))).result

    assert isinstance(result, Article)
    assert result.url == NO_ADDRESS


def test_a_gzip_file_is_unpacked_within_bounds(settings: Settings, page: Path) -> None:
    packed = page.with_suffix(".gz")
    packed.write_bytes(gzip.compress(page.read_bytes()))
    assert isinstance(one(settings, ExtractInput(str(packed))).result, Article)

    small = settings.model_copy(update={"max_page_bytes": 1_000})
    assert reason(small, str(packed)) == "too_large"
    packed.write_bytes(packed.read_bytes()[:-50])
    assert reason(settings, str(packed)) == "bad_encoding"


def test_what_cannot_be_read_says_why(settings: Settings, tmp_path: Path) -> None:
    assert reason(settings, str(tmp_path / "missing.html")) == "empty"
    assert reason(settings, str(tmp_path)) == "empty"
    assert reason(settings, "http://") == "bad_url"
    assert reason(settings, "http://127.0.0.1/") == "blocked_address"


def test_an_unexpected_error_is_the_result_of_its_input_only(
    settings: Settings, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.extract.extract_article", lambda *_, **__: 1 / 0)
    result = one(settings, ExtractInput(str(page))).result

    assert result == Dead(error="unexpected ZeroDivisionError: division by zero")


def test_selectors_are_used_and_those_that_match_nothing_are_named(
    settings: Settings, page: Path
) -> None:
    overrides = Overrides(title="h1", section="h6")
    extraction = one(settings, ExtractInput(str(page), None, "press", overrides))

    assert extraction.unmatched == ("section",)
    assert isinstance(extraction.result, Article)
    assert extraction.result.source == "press"


def test_many_inputs_keep_their_order(settings: Settings, page: Path) -> None:
    names = [str(page), "missing", str(page), "missing", "missing", str(page)]
    found = list(extract_inputs([ExtractInput(name) for name in names], settings))

    assert [extraction.input.name for extraction in found] == names
    assert [isinstance(extraction.result, Article) for extraction in found] == [
        name == str(page) for name in names
    ]


@pytest.mark.parametrize("count", [1, 5])
def test_urls_are_fetched_through_the_network_that_is_given(settings: Settings, count: int) -> None:
    """Also from the processes that many inputs are spread over."""
    story = Newsroom().stories(HOST)[0]
    wanted = [ExtractInput(f"http://{HOST}{story.path}")] * count
    with NewsroomServer() as server:
        network = LoopbackNetwork(server.hosts)
        found = list(extract_inputs(wanted, settings, network=network))
        missing = list(
            extract_inputs([ExtractInput(f"http://{HOST}/none")], settings, network=network)
        )

    assert len(found) == count
    for extraction in found:
        assert isinstance(extraction.result, Article)
        assert extraction.result.title == story.title
    assert isinstance(missing[0].result, Rejected)


def test_the_selectors_of_a_source(settings: Settings) -> None:
    settings.sources.write_text(
        "- {id: press, feed: 'http://a.example/', extract: {title: h2}}\n"
        "- {id: plain, feed: 'http://b.example/'}\n"
    )
    assert selectors_of(settings.sources, "press") == Overrides(title="h2")
    assert selectors_of(settings.sources, "plain") == Overrides()
    with pytest.raises(UnknownSourceError, match="there is no source other"):
        selectors_of(settings.sources, "other")


def test_a_list_names_files_beside_it_with_their_urls(tmp_path: Path) -> None:
    listing = tmp_path / "list.jsonl"
    entries = [{"file": "a.html", "url": "http://a.example/"}, {"file": "/elsewhere/b.html"}]
    listing.write_text("\n\n".join(map(json.dumps, entries)))

    assert list(read_listing(listing)) == [
        (str(tmp_path / "a.html"), "http://a.example/"),
        ("/elsewhere/b.html", None),
    ]


@pytest.mark.parametrize("line", ["nope", "[]", "{}", '{"file": 7}', "7"])
def test_a_list_with_another_line_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    listing = tmp_path / "list.jsonl"
    listing.write_text(f'{{"file": "a"}}\n{line}\n')
    with pytest.raises(UnreadableInputError, match="line 2: not"):
        list(read_listing(listing))
