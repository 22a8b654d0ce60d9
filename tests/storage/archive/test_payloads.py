"""The page in an HTTP message: codings, chunks, lengths."""

import gzip
import random
import zlib
from enum import StrEnum
from pathlib import Path

import brotli
import pytest

from pipeline.outcome import Reason
from storage.archive.captures import Skip
from tests.support.data.captures import MOST, URL, pages, read, skips
from tests.support.data.exchanges import PAGE, warc

LONG = PAGE + random.Random(1).randbytes(4_000).hex().encode()
GZIP, CHUNKED = ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)),
        ("x-gzip", gzip.compress(PAGE, mtime=0)),
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


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ([GZIP], gzip.compress(LONG, mtime=0)[:3_000], Skip.TRUNCATED),
        ([GZIP], gzip.compress(LONG, mtime=0)[:-8], Skip.TRUNCATED),
        ([("Content-Encoding", "deflate")], zlib.compress(LONG)[:3_000], Skip.TRUNCATED),
        ([("Content-Encoding", "deflate")], zlib.compress(LONG)[2:3_000], Skip.TRUNCATED),
        # Its reader cannot tell.
        ([("Content-Encoding", "br")], brotli.compress(LONG)[:3_000], Reason.BAD_ENCODING),
        ([CHUNKED], b"%x\r\n%b" % (len(LONG), LONG[:3_000]), Skip.TRUNCATED),
        ([CHUNKED], b"%x\r\n%b\r\n" % (len(LONG), LONG), Skip.TRUNCATED),
        ([CHUNKED], b"%x\r\n%b\r\n800\r\n<p>" % (len(LONG), LONG), Skip.TRUNCATED),
        (
            [CHUNKED, GZIP],
            b"9\r\n%b\r\n0\r\n\r\n" % gzip.compress(LONG, mtime=0)[:9],
            Skip.TRUNCATED,
        ),
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
