"""Files of others, whole and damaged."""

import gzip
import json
import os
import zlib
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import brotli
import pytest
from fastwarc import ZstdWriter

from pipeline.outcome import Reason
from storage.archive.archive import Archive
from storage.archive.captures import Capture, NotReadable, Read, Skip, Skipped
from storage.archive.opening import read_file
from storage.archive.warc import WarcReader
from storage.open import Stores
from tests.support.exchanges import PAGE, exchange, warc

MOST = 1_000_000
URL = "http://a.example/1"


def read(*paths: Path, most: int = MOST) -> list[Read]:
    reader = WarcReader(max_bytes=most)
    found = [each for path in paths for each in read_file(path, reader)]
    return [*found, *reader.revisits()]


def pages(found: list[Read]) -> list[tuple[str, bytes]]:
    return [(each.url, each.content) for each in found if isinstance(each, Capture)]


def skips(found: list[Read]) -> list[Skipped]:
    return [each for each in found if isinstance(each, Skipped)]


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


def test_one_gzip_stream_over_all_records_and_zstd_are_read_as_well(tmp_path: Path) -> None:
    plain = warc(tmp_path / "plain", (URL, PAGE), (URL + "2", PAGE), gzip=False).read_bytes()
    (tmp_path / "one.gz").write_bytes(gzip.compress(plain))
    with ZstdWriter(str(tmp_path / "z.warc.zst")) as out:
        out.write(plain)
    for name in ("one.gz", "z.warc.zst"):
        assert [url for url, _ in pages(read(tmp_path / name))] == [URL, URL + "2"], name


def test_wet_records_are_plain_text(tmp_path: Path) -> None:
    [found] = read(warc(tmp_path / "x.wet.gz", (URL, "Fähre\n".encode()), kind="conversion"))
    assert isinstance(found, Capture)
    assert (found.status, found.content_type, found.content) == (
        200,
        "text/plain",
        "Fähre\n".encode(),
    )


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("x-gzip", gzip.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),  # without the wrapper, as some servers send it
        ("br", brotli.compress(PAGE)),
        ("gzip", PAGE),  # decoded by the crawler that kept the header
        ("deflate", PAGE),
        ("br", PAGE),
        ("identity", PAGE),
    ],
)
@pytest.mark.parametrize("chunked", [True, False, None])
def test_content_codings_are_undone(
    tmp_path: Path, coding: str, body: bytes, *, chunked: bool | None
) -> None:
    headers = [("Content-Type", "text/html"), ("Content-Encoding", coding)]
    if chunked is not None:  # None: the header is there, but the chunks were taken out
        headers += [("Transfer-Encoding", "chunked")] if chunked else []
    sent = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if chunked else body
    if chunked is None:
        headers.append(("Transfer-Encoding", "chunked"))
    assert pages(read(warc(tmp_path / "x", (URL, sent), headers=headers))) == [(URL, PAGE)]


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ([("Content-Encoding", "gzip")], gzip.compress(bytes(50_000_000)), Reason.TOO_LARGE),
        (
            [("Content-Encoding", "br")],
            brotli.compress(bytes(50_000_000), quality=2),
            Reason.TOO_LARGE,
        ),
        ([("Content-Encoding", "deflate")], zlib.compress(bytes(50_000_000)), Reason.TOO_LARGE),
        (
            [("Content-Encoding", "deflate")],
            zlib.compress(bytes(50_000_000))[2:-4],
            Reason.TOO_LARGE,
        ),
        ([], bytes(MOST + 1), Reason.TOO_LARGE),
        ([], bytes(3 * MOST), Reason.TOO_LARGE),
        ([("Content-Encoding", "rot13")], PAGE, Reason.BAD_ENCODING),
        ([("Content-Encoding", "gzip, gzip")], PAGE, Reason.BAD_ENCODING),
        ([("Content-Encoding", "gzip")], b"\x1f\x8b\x08" + bytes(range(100)), Reason.BAD_ENCODING),
    ],
)
def test_bombs_and_broken_codings_cost_the_record_alone(
    tmp_path: Path, headers: list[tuple[str, str]], body: bytes, reason: Reason
) -> None:
    path = warc(tmp_path / "x", (URL, body), headers=[("Content-Type", "text/html"), *headers])
    found = read(warc(path, (URL + "2", PAGE)))
    assert [(each.url, each.reason) for each in skips(found)] == [(URL, reason)]
    assert pages(found) == [(URL + "2", PAGE)]


LONG = PAGE + os.urandom(4_000).hex().encode()
GZIP, CHUNKED = ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ([GZIP], gzip.compress(LONG)[:3_000], Skip.TRUNCATED),
        ([GZIP], gzip.compress(LONG)[:-8], Skip.TRUNCATED),
        ([("Content-Encoding", "deflate")], zlib.compress(LONG)[:3_000], Skip.TRUNCATED),
        ([("Content-Encoding", "deflate")], zlib.compress(LONG)[2:3_000], Skip.TRUNCATED),
        # Its reader cannot tell.
        ([("Content-Encoding", "br")], brotli.compress(LONG)[:3_000], Reason.BAD_ENCODING),
        ([CHUNKED], b"%x\r\n%b" % (len(LONG), LONG[:3_000]), Skip.TRUNCATED),
        ([CHUNKED], b"%x\r\n%b\r\n" % (len(LONG), LONG), Skip.TRUNCATED),
        ([CHUNKED], b"%x\r\n%b\r\n800\r\n<p>" % (len(LONG), LONG), Skip.TRUNCATED),
        ([CHUNKED, GZIP], b"9\r\n%b\r\n0\r\n\r\n" % gzip.compress(LONG)[:9], Skip.TRUNCATED),
        ([("Content-Length", str(len(LONG)))], LONG[:-1], Skip.TRUNCATED),
    ],
)
def test_half_a_page_is_never_taken_for_a_whole_one(
    tmp_path: Path, headers: list[tuple[str, str]], body: bytes, reason: StrEnum
) -> None:
    found = read(
        warc(tmp_path / "x", (URL, body), headers=[("Content-Type", "text/html"), *headers])
    )
    assert [(each.url, each.reason) for each in skips(found)] == [(URL, reason)]
    assert pages(found) == []


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


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("extension", [b"", b";a=b", b' ; name="value"', b"   "])
def test_chunk_extensions_and_trailers_are_no_content(
    tmp_path: Path, extension: bytes, line_end: bytes
) -> None:
    lines = [
        b"%x" % 10 + extension,
        PAGE[:10],
        b"%X" % len(PAGE[10:]),
        PAGE[10:],
        b"0" + extension,
        b"Trailer: x",
        b"",
    ]
    body = b"".join(line + line_end for line in lines)
    assert pages(read(warc(tmp_path / "x", (URL, body), headers=[CHUNKED]))) == [(URL, PAGE)]


def test_a_text_whose_chunks_were_taken_out_may_begin_like_a_number(tmp_path: Path) -> None:
    text = b"Dead men tell no tales.\r\n" * 3
    assert pages(read(warc(tmp_path / "x", (URL, text), headers=[CHUNKED]))) == [(URL, text)]


def test_a_page_that_has_more_than_its_length_says_was_decoded(tmp_path: Path) -> None:
    headers = [("Content-Type", "text/html"), ("Content-Length", "10")]
    assert pages(read(warc(tmp_path / "x", (URL, PAGE), headers=headers))) == [(URL, PAGE)]


def test_a_record_that_unpacks_to_gigabytes_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "x"
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2026-01-02T03:04:05Z\r\nWARC-Target-URI: http://a.example/\r\n"
    head += b"Content-Type: application/http\r\nContent-Length: %d\r\n\r\n" % 200_000_000
    path.write_bytes(gzip.compress(head + bytes(200_000_000) + b"\r\n\r\n", 1))
    found = read(warc(path, (URL, PAGE)))
    assert [each.reason for each in skips(found)] == [Reason.TOO_LARGE]
    assert pages(found) == [(URL, PAGE)]


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
        found = read(*order)
        captured = {each.url: each for each in found if isinstance(each, Capture)}
        assert captured["http://a.example/news/9?page=2"].status == 301
        assert captured["http://a.example/news/1?page=2"].content == PAGE
        revisited = captured["http://a.example/news/2?page=2"]
        assert (revisited.content, revisited.content_type) == (PAGE, "text/html")
        assert revisited.fetched_at == exchange(2).started
    [alone] = read(second)
    assert isinstance(alone, Skipped)
    assert alone.reason is Skip.NO_ORIGINAL


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


@pytest.mark.parametrize("packed", [True, False])
def test_json_lines_are_pages_or_have_their_line_and_reason(
    tmp_path: Path, *, packed: bool
) -> None:
    lines = [
        {
            "url": URL,
            "html": "<p>é",
            "fetched_at": "2026-01-02T03:04:05+01:00",
            "source": "harbour",
            "extra": [1],
        },
        {"url": URL, "text": "words"},
        {"url": URL},
        {"html": "<p>"},
        {"url": URL, "html": "x", "fetched_at": "2026-01-02T03:04:05"},
        {"url": URL, "html": "x", "source": "Not An Id"},
        {"url": URL, "html": "x" * (MOST + 1)},
        ["no", "object"],
    ]
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    data += (
        b"{broken\n\n" + b'{"url": "' + b"x" * (3 * MOST) + b'"}\n' + json.dumps(lines[1]).encode()
    )
    path = tmp_path / "x.jsonl"
    path.write_bytes(gzip.compress(data) if packed else data)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    found = read(path)

    first, second, last = (each for each in found if isinstance(each, Capture))
    assert (first.content, first.content_type, first.source) == (
        "<p>é".encode(),
        "text/html; charset=utf-8",
        "harbour",
    )
    assert first.fetched_at == datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)
    assert (second.content_type, second.source) == ("text/plain; charset=utf-8", None)
    assert second.fetched_at.timestamp() == 1_000_000_000
    assert last == second
    assert [each.reason for each in skips(found)] == [
        *[Skip.BAD_RECORD] * 4, Reason.TOO_LARGE, *[Skip.BAD_RECORD] * 2, Reason.TOO_LARGE,
    ]  # fmt: skip
    assert skips(found)[0].detail == "x.jsonl, line 3: neither html nor text"


def test_json_lines_with_a_lone_surrogate_or_a_deep_nest_stop_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(
        b'{"url": "http://a.example/", "html": "\\ud800<p>x"}\n' + b'{"a":' * 200_000 + b"\n"
    )
    found = read(path)
    assert len(pages(found)) == 1
    assert [each.reason for each in skips(found)] == [Skip.BAD_RECORD]


def test_a_cut_gzip_of_json_lines_gives_what_is_whole(tmp_path: Path) -> None:
    lines = b"".join(
        b'{"url": "http://a.example/%d", "text": "%b"}\n' % (n, os.urandom(99).hex().encode())
        for n in range(50)
    )
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(lines)[:-1000])
    found = read(path)
    assert len(pages(found)) > 20
    assert [each.reason for each in skips(found)] == [Skip.DAMAGED]


@pytest.mark.parametrize(
    "data", [b"<html>no", b"\x1f\x8b\x08junk", b"[1]", b"PK\x03\x04zip", gzip.compress(b"tar?")]
)
def test_a_file_of_another_kind_is_refused_before_anything_is_read(
    tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(NotReadable):
        read_file(path, WarcReader(max_bytes=MOST))


def test_an_empty_file_has_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"")
    assert read(path) == []
