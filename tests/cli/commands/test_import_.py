"""``newsloom import``, with workers that it starts itself."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from demo.site import Newsroom
from storage.open import Stores
from storage.redis.keys import Key
from tests.cli.conftest import Newsloom, Result
from tests.support.data.exchanges import warc
from tests.support.world import processes_of
from tests.workers.chain.test_run import page

HOST = "http://harbour.example"


def html(name: str) -> bytes:
    return page(name).partition(b"\r\n\r\n")[2]


def report(result: Result) -> dict[str, Any]:
    assert "Traceback" not in result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


@pytest.fixture
def alone(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder where nothing runs, without a Redis in the settings."""
    monkeypatch.delenv("NEWSLOOM_REDIS_URL")
    return place


def test_files_of_all_kinds_go_through_the_pipeline_once(process: Newsloom, alone: Path) -> None:
    path = warc(alone / "a.warc.gz", (f"{HOST}/1", html("first")), (f"{HOST}/2", html("second")))
    warc(path, (f"{HOST}/missing", b"no"), status="404 Not Found")
    text = html("third").decode().replace("<p>", "\n\n<p>")
    text = "".join(part.partition(">")[2] for part in text.split("<"))
    wet = warc(alone / "b.wet.gz", (f"{HOST}/3", text.encode()), kind="conversion")
    lines = alone / "c.jsonl"
    lines.write_text(
        json.dumps({"url": f"{HOST}/4", "html": html("fourth").decode(), "source": "harbour"})
    )

    first = process("import", "--json", str(path), str(wet), str(lines))
    assert first.code == 0, first.err
    found = report(first)
    assert (found["read"], found["accepted"], found["indexed"], found["in_flight"]) == (5, 4, 4, 0)
    assert found["skipped"] == {"not_found": 1}
    assert "Not running: crawl, process, index, beat" in first.err
    assert processes_of(alone) == {}

    second = process("import", str(path), str(wet), str(lines))
    assert second.code == 0, second.err
    assert "known, left as they are: indexed 4; importing it with --again" in second.out
    assert "0 accepted + 4 known + 1 skipped" in second.out
    assert processes_of(alone) == {}
    assert json.loads(process("status", "--json").out)["index"]["articles"] == 4


def test_what_the_crawl_archived_is_imported_into_another_newsloom(
    process: Newsloom, alone: Path
) -> None:
    urls = [
        f"http://harbour-post.example{story.path}"
        for story in Newsroom().stories("harbour-post.example")
    ][:3]
    folder = alone / "warc"
    crawled = process("--demo", "crawl", "--wait", "100", *urls, NEWSLOOM_ARCHIVE_DIR=str(folder))
    assert crawled.code == 0, crawled.err
    files = [str(path) for path in folder.iterdir()]
    assert all(name.endswith(".warc.gz") for name in files)
    elsewhere = {"NEWSLOOM_DATA_DIR": str(alone / "elsewhere"), "NEWSLOOM_NAMESPACE": "elsewhere"}
    first = process("import", "--json", *files, **elsewhere)
    assert first.code == 0, first.err
    accepted, indexed = report(first)["accepted"], report(first)["indexed"]
    # The demo's beat polls its feeds meanwhile, and these pages are archived too.
    assert accepted >= indexed >= 3
    again = report(process("import", "--json", *files, **elsewhere))
    assert (again["accepted"], again["known"]["indexed"], sum(again["known"].values())) == (
        0,
        indexed,
        accepted,
    )


def test_a_damaged_file_gives_what_is_whole_and_is_1(process: Newsloom, alone: Path) -> None:
    path = warc(alone / "a.warc.gz", (f"{HOST}/1", html("first")), (f"{HOST}/2", html("second")))
    os.truncate(path, path.stat().st_size - 50)
    result = process("import", str(path))
    assert result.code == 1
    assert "1 indexed" in result.out
    assert "a.warc.gz ends in the record at byte" in result.err


@pytest.mark.parametrize("text", ["<html>", "[1, 2]"])
def test_a_file_of_another_kind_is_wrong_usage(newsloom: Newsloom, place: Path, text: str) -> None:
    (place / "x").write_text(text)
    result = newsloom("import", "x")
    assert result.code == 2
    assert result.sentence == "Error: x: neither WARC nor JSON lines"


def test_a_source_that_nobody_knows_is_wrong_usage(newsloom: Newsloom, place: Path) -> None:
    (place / "x.jsonl").write_text("{}\n")
    result = newsloom("import", "--source", "nobody", "x.jsonl")
    assert result.code == 2
    assert "no source 'nobody'" in result.sentence


def test_a_file_without_any_page_needs_no_worker(newsloom: Newsloom, place: Path) -> None:
    (place / "x.jsonl").write_text('{"url": "mailto:a@b.example", "text": "\\u001b[2Jx"}\n')
    result = newsloom("import", "x.jsonl")
    assert result.code == 0
    assert "skipped for unsupported_scheme: 1" in result.out
    assert "\x1b" not in result.out
    assert "Not running" not in result.err


def test_half_a_page_is_skipped_with_its_reason(newsloom: Newsloom, place: Path) -> None:
    body = gzip.compress(html("first"))[:-30]
    warc(
        place / "x.warc.gz",
        (f"{HOST}/1", body),
        headers=[("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
    )
    result = newsloom("import", "x.warc.gz")
    assert result.code == 0
    assert "1 read = 0 accepted + 0 known + 1 skipped" in result.out
    said = " ".join(result.out.split())
    assert f"skipped for truncated: 1, such as {HOST}/1: the compressed body ends too early" in said


def test_status_says_that_pages_are_not_archived(newsloom: Newsloom, stores: Stores) -> None:
    keys = stores.keyspace
    keys.client.hset(
        keys.key(Key.ARCHIVE),
        mapping={"kept": 7, "lost": 2, "error": "host: No space left on device"},
    )
    assert "archive: 7 pages kept, 2 lost; host: No space left on device" in newsloom("status").out
    assert json.loads(newsloom("status", "--json").out)["archive"]["lost"] == 2
