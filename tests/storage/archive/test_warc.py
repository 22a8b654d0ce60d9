"""Files of others, whole and damaged."""

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.archive.archive import Archive
from storage.archive.captures import Capture, Read, Skip
from storage.open import Stores
from tests.support.data.captures import URL, pages, read, skips
from tests.support.data.exchanges import PAGE, exchange, warc


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_responses_become_captures_of_their_date(
    tmp_path: Path, version: str, *, packed: bool
) -> None:
    path = warc(tmp_path / "x", (URL, PAGE), version=version, gzip=packed)
    assert read(path) == [
        Capture(
            url=URL,
            status=200,
            content_type="text/html",
            content=PAGE,
            fetched_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        )
    ]


def test_wet_records_are_plain_text(tmp_path: Path) -> None:
    [found] = read(warc(tmp_path / "x.wet.gz", (URL, "Fähre\n".encode()), kind="conversion"))
    assert isinstance(found, Capture)
    assert (found.status, found.content_type, found.content) == (
        200,
        "text/plain",
        "Fähre\n".encode(),
    )


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("response", "200 OK", [Skip.TRUNCATED]),
        ("conversion", "200 OK", [Skip.TRUNCATED]),
        ("response", "301 Moved", []),  # nobody wants the body of a redirect
    ],
)
def test_a_record_that_says_that_it_was_cut_off_is_no_page(
    tmp_path: Path, kind: str, status: str, expected: list[Skip]
) -> None:
    path = warc(tmp_path / "x", (URL, PAGE), kind=kind, status=status, gzip=False)
    path.write_bytes(
        path.read_bytes().replace(b"WARC-Date:", b"WARC-Truncated: length\r\nWARC-Date:")
    )
    found = read(path)
    assert [each.reason for each in skips(found)] == expected
    assert all("(length)" in each.detail for each in skips(found))


def test_a_revisit_of_a_record_that_was_cut_off_is_no_page_either(
    tmp_path: Path, stores: Stores
) -> None:
    cut = exchange(1, PAGE, whole=False)
    made = Archive(tmp_path / "a", stores.keyspace)
    made.keep([cut])
    made.close()
    [path] = (tmp_path / "a").iterdir()
    revisit = (
        "WARC/1.1\r\nWARC-Type: revisit\r\nWARC-Date: 2026-02-02T03:04:05Z\r\n"
        f"WARC-Target-URI: {cut.url}\r\nWARC-Refers-To-Target-URI: {cut.url}\r\n"
        f"WARC-Refers-To-Date: {cut.started:%Y-%m-%dT%H:%M:%S.%fZ}\r\n"
        "Content-Length: 0\r\n\r\n\r\n\r\n"
    )
    with path.open("ab") as file:
        file.write(gzip.compress(revisit.encode()))
    assert [each.reason for each in skips(read(path))] == [Skip.TRUNCATED] * 2


def five(tmp_path: Path, *, packed: bool = True) -> tuple[Path, list[int]]:
    """Five records, and where each begins."""
    path, begins = tmp_path / "five", []
    for number in range(5):
        begins.append(path.stat().st_size if path.exists() else 0)
        warc(
            path, (f"http://a.example/{number}", PAGE + os.urandom(400).hex().encode()), gzip=packed
        )
    return path, begins


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("into", [0, 30, 700])
def test_damage_costs_its_record_and_is_said(tmp_path: Path, into: int, *, packed: bool) -> None:
    path, begins = five(tmp_path, packed=packed)
    data = bytearray(path.read_bytes())
    at = begins[2] + into
    data[at : at + 12] = b"\x00\xff" * 6
    path.write_bytes(data)
    found = read(path)
    urls = [url[-1] for url, _ in pages(found)]
    damage = skips(found)
    if packed or into != 700:  # a plain file cannot tell that the text of a page was changed
        assert urls == ["0", "1", "3", "4"]
        assert len(damage) == 1
        assert damage[0].reason in {Skip.DAMAGED, Skip.BAD_RECORD}
        assert "byte" in damage[0].detail
    else:
        assert urls == list("01234")


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("missing", [1, 20, 300, 600])
def test_a_file_that_breaks_off_gives_what_is_whole_and_says_so(
    tmp_path: Path, missing: int, *, packed: bool
) -> None:
    path, _ = five(tmp_path, packed=packed)
    os.truncate(path, path.stat().st_size - missing)
    found = read(path)
    urls = [url[-1] for url, _ in pages(found)]
    assert urls[:4] == list("0123")
    if packed or missing > 4:  # the last four bytes are the empty lines after the record
        assert [each.reason for each in skips(found)][-1] is Skip.DAMAGED
        assert len(skips(found)) + len(urls) in {5, 6}  # a torn head is a bad record as well


def test_what_our_archive_wrote_is_read_with_its_revisits(tmp_path: Path, stores: Stores) -> None:
    moved = exchange(9, b"", status=301, received=((b"Location", b"/news/1"),), whole=False)
    packed = exchange(
        1,
        gzip.compress(PAGE),
        received=((b"Content-Type", b"text/html"), (b"Content-Encoding", b"gzip")),
    )
    for folder, exchanges in (
        ("a", [moved, packed]),
        ("b", [exchange(2, packed.body, received=packed.received)]),
    ):
        made = Archive(tmp_path / folder, stores.keyspace)
        made.keep(exchanges)
        made.close()
    [first], [second] = (list((tmp_path / folder).iterdir()) for folder in ("a", "b"))
    # The payload may come after the record that refers to it.
    for order in ([first, second], [second, first]):
        _has_page_redirect_and_revisit(read(*order))
    assert [each.reason for each in skips(read(second))] == [Skip.NO_ORIGINAL]


def _has_page_redirect_and_revisit(found: list[Read]) -> None:
    captured = {each.url: each for each in found if isinstance(each, Capture)}
    assert captured["http://a.example/news/9?page=2"].status == 301
    assert captured["http://a.example/news/1?page=2"].content == PAGE
    revisited = captured["http://a.example/news/2?page=2"]
    assert (revisited.content, revisited.content_type) == (PAGE, "text/html")
    assert revisited.fetched_at == exchange(2).started


def test_what_is_no_page_has_its_reason_and_requests_are_none(tmp_path: Path) -> None:
    path = tmp_path / "x"
    common = "WARC-Date: 2026-01-02T03:04:05Z\r\nWARC-Target-URI: http://a.example/\r\n"
    for kind, more, block in (
        ("request", "Content-Type: application/http\r\n", "GET / HTTP/1.1\r\n\r\n"),
        ("metadata", "Content-Type: application/warc-fields\r\n", "a: b\r\n"),
        ("response", "Content-Type: text/dns\r\n", "a.example. 1 IN A 1.1.1.1"),
        ("response", "Content-Type: application/http\r\n", "no HTTP at all"),
        (
            "response",
            "Content-Type: application/http\r\nWARC-Segment-Number: 1\r\n",
            "HTTP/1.1 200 OK\r\n\r\nx",
        ),
        ("continuation", "WARC-Segment-Number: 2\r\n", "x"),
    ):
        head = f"WARC/1.1\r\nWARC-Type: {kind}\r\n{common}{more}"
        text = f"{head}Content-Length: {len(block)}\r\n\r\n{block}\r\n\r\n"
        with path.open("ab") as file:
            file.write(text.encode())
    dateless = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: yesterday\r\nWARC-Target-URI: http://a.example/\r\n"
    with path.open("ab") as file:
        file.write(dateless + b"Content-Length: 0\r\n\r\n\r\n\r\n")
    reasons = [each.reason for each in skips(read(path))]
    assert reasons == [
        Skip.BAD_RECORD,
        Skip.BAD_RECORD,
        Skip.SEGMENTED,
        Skip.SEGMENTED,
        Skip.BAD_RECORD,
    ]


def test_wget_s_brackets_around_the_address_are_taken_off(tmp_path: Path) -> None:
    path = warc(tmp_path / "x", (URL, PAGE), gzip=False, version="1.0")
    path.write_bytes(path.read_bytes().replace(URL.encode(), b"<" + URL.encode() + b">"))
    assert pages(read(path)) == [(URL, PAGE)]


def record(number: int, *, length: int | None = None, kind: str = "response") -> bytes:
    """A record as a crawler writes it; with a length that is not its own, if one is given."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"<p>a line of text</p>" * 20
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n"
        f"WARC-Target-URI: https://a.example/{number}\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def numbers(found: list[Read]) -> list[int]:
    return [int(page.url.rpartition("/")[2]) for page in found if isinstance(page, Capture)]


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("place", [0, 2, 4])
@pytest.mark.parametrize("length", [560, 1_000, 1_500, 2_500, 9_000, 10**6, 10**9, 10**15])
@pytest.mark.parametrize("kind", ["response", "request", "metadata"])
def test_a_length_that_is_too_large_takes_one_record_only(
    tmp_path: Path, kind: str, length: int, place: int, *, packed: bool
) -> None:
    records = [record(number) for number in range(5)]
    records[place] = record(place, length=length, kind=kind)
    path = tmp_path / ("x.warc.gz" if packed else "x.warc")
    path.write_bytes(b"".join(map(gzip.compress, records) if packed else records))
    found = read(path)
    assert numbers(found) == [number for number in range(5) if number != place]
    assert [each.reason for each in skips(found)] == [Skip.DAMAGED]


@pytest.mark.parametrize("packed", [True, False])
def test_a_page_about_records_is_a_page(tmp_path: Path, *, packed: bool) -> None:
    page = b"<pre>" + record(7) + b"</pre>"
    path = warc(tmp_path / "x", (URL, page), ("https://b.example/1", PAGE), gzip=packed)
    found = read(path)
    assert [page[0] for page in pages(found)] == [URL, "https://b.example/1"]
    assert not skips(found)
