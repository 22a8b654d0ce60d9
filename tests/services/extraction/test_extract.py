"""Articles from files and URLs."""

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
from pipeline.urls import url_id
from services.errors import UnknownSourceError
from services.extraction.extract import Extraction, extract_inputs, source_of
from services.extraction.inputs import NO_ADDRESS, ExtractInput

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


def test_an_unexpected_error_is_the_result_of_its_input_only(
    settings: Settings, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.extraction.extract.extract_article", lambda *_, **__: 1 / 0)
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


def test_the_source_of_a_source(settings: Settings) -> None:
    settings.sources.write_text(
        "- {id: press, feed: 'http://a.example/', extract: {title: h2}}\n"
        "- {id: plain, feed: 'http://b.example/'}\n"
    )
    assert source_of(settings.sources, "press").extract == Overrides(title="h2")
    assert source_of(settings.sources, "plain").extract == Overrides()
    with pytest.raises(UnknownSourceError, match="there is no source other"):
        source_of(settings.sources, "other")


CANONICAL = "https://news.example/2026/ferry-is-late-again"


def html(head: str) -> bytes:
    """A page with this in its head, and enough text."""
    text = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    head = f"<title>The ferry is late again</title>{head}"
    return f"<html><head>{head}</head><body><article>{text}</article></body></html>".encode()


SENTENCES = [
    f"The ferry number {number} was late again on Tuesday, and its crew could not say when the next"
    " one would leave the harbour, so most people went home by bus."
    for number in range(8)
]


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (f"<link rel=canonical href='{CANONICAL}'>", CANONICAL),
        (f"<meta property=og:url content='{CANONICAL}?utm_source=x'>", CANONICAL),
        (
            f"<link rel=canonical href='/here'><meta property=og:url content='{CANONICAL}'>",
            CANONICAL,
        ),
        ("<link rel=canonical href='https://news.example/'>", None),
        ("<link rel=canonical href='javascript:1'>", None),
        ("", None),
    ],
)
def test_a_page_s_own_address_gives_its_url_and_id(
    settings: Settings, tmp_path: Path, head: str, url: str | None
) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(html(head))
    found = one(settings, ExtractInput(str(file)))

    assert isinstance(found.result, Article)
    assert (found.url, found.id) == (url, url_id(url) if url else str(file))
    given = one(settings, ExtractInput(str(file), "https://other.example/kept"))
    assert given.url == "https://other.example/kept"
    assert isinstance(given.result, Article)
    assert given.id == given.result.id


def test_what_gives_no_article_has_the_id_of_its_url_or_its_name(settings: Settings) -> None:
    missing = one(settings, ExtractInput("missing.html"))
    listed = one(settings, ExtractInput("missing.html", CANONICAL))
    blocked = one(settings, ExtractInput("http://127.0.0.1/"))
    assert (missing.url, missing.id) == (None, "missing.html")
    assert (listed.url, listed.id) == (CANONICAL, url_id(CANONICAL))
    assert (blocked.url, blocked.id) == ("http://127.0.0.1/", url_id("http://127.0.0.1/"))
