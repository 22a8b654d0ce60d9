"""Pages from files, standard input and the network."""

import gzip
from pathlib import Path

import pytest

from config.settings import Settings
from config.sources import Source
from demo.site import Newsroom
from pipeline.outcome import Dead, Rejected
from pipeline.records import Page
from services.extraction.inputs import ExtractInput
from services.extraction.pages import page_of
from tests.support.servers.fault_server import At, FaultServer, answer
from tests.support.servers.fault_server import LoopbackNetwork as LoopbackTo

HOST = "harbour-post.example"
HTML = b"<html><title>Late</title><p>The ferry is late."


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page of the sample newsroom in a file."""
    file = tmp_path / "page.html"
    story = Newsroom().stories(HOST)[0]
    file.write_bytes(Newsroom().respond(HOST, story.path, {}).body)
    return file


def one(settings: Settings, wanted: ExtractInput) -> Page | Rejected | Dead:
    return page_of(wanted, settings, None)


def reason(settings: Settings, name: str) -> str:
    result = one(settings, ExtractInput(name))
    assert isinstance(result, Rejected)
    return result.reason.value


def test_a_gzip_file_is_unpacked_within_bounds(settings: Settings, page: Path) -> None:
    packed = page.with_suffix(".gz")
    packed.write_bytes(gzip.compress(page.read_bytes()))
    assert isinstance(one(settings, ExtractInput(str(packed))), Page)

    small = settings.model_copy(update={"max_page_bytes": 1_000})
    assert reason(small, str(packed)) == "too_large"
    packed.write_bytes(packed.read_bytes()[:-50])
    assert reason(settings, str(packed)) == "bad_encoding"


def test_what_cannot_be_read_says_why(settings: Settings, tmp_path: Path) -> None:
    assert reason(settings, str(tmp_path / "missing.html")) == "empty"
    assert reason(settings, str(tmp_path)) == "empty"
    assert reason(settings, "http://") == "bad_url"
    assert reason(settings, "http://127.0.0.1/") == "blocked_address"


def test_a_file_or_standard_input_that_is_too_large_is_rejected(
    settings: Settings, tmp_path: Path
) -> None:
    small = settings.model_copy(update={"max_page_bytes": 1_000})
    (tmp_path / "large.html").write_bytes(HTML + b" " * 1_000)
    assert reason(small, str(tmp_path / "large.html")) == "too_large"
    assert reason(small, "/dev/zero") == "too_large"
    result = one(small, ExtractInput("-", content=HTML + b" " * 1_000))
    assert isinstance(result, Rejected)
    assert result.detail == "the file has more than 1000 bytes"


def test_a_url_is_fetched_in_the_network_of_its_source(settings: Settings) -> None:
    source = Source(id="hub", feed="http://10.9.9.9:1200/feed", network="10.9.9.9/32")
    with FaultServer() as server:
        server.pages["/1"] = answer(HTML, content_type="text/html")
        network = At(server.port)
        wanted = ExtractInput("http://10.9.9.9:1200/1")
        inside = LoopbackTo(network)
        refused = page_of(wanted, settings, inside)
        found = page_of(wanted.read_for(source), settings, inside)
    assert isinstance(refused, Rejected)
    assert isinstance(found, Page)
