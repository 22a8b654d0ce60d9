"""WARC files of three records, the second of which is wrong; what is read of the others."""

import gzip
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from storage.archive.captures import Capture
from storage.archive.warc import WarcReader
from tests.hostile.case import Case

BODY = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"<p>a line of text</p>" * 20
HEAD = (
    "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Date: {date}\r\nWARC-Target-URI: {uri}\r\n"
    "Content-Type: application/http; msgtype=response\r\nContent-Length: {length}\r\n\r\n"
)
OTHERS = "0 2, damaged"


def record(number: int, body: bytes = BODY, **wrong: object) -> bytes:
    right: dict[str, object] = {
        "kind": "response",
        "date": "2026-01-02T03:04:05Z",
        "uri": f"https://a.example/{number}",
        "length": len(body),
    }
    return HEAD.format(**(right | wrong)).encode() + body + b"\r\n\r\n"


def lie(length: object) -> Callable[[], bytes]:
    return lambda: record(1, length=length)


RECIPES: dict[str, tuple[Callable[[], bytes], str]] = {
    "a length of 10^3": (lie(1_000), OTHERS),
    "a length of 10^6": (lie(10**6), OTHERS),
    "a length of 10^9": (lie(10**9), OTHERS),
    "a length of 10^15": (lie(10**15), OTHERS),
    "a length of 10^30": (lie(10**30), "0 2, bad_record damaged"),
    "a length below zero": (lie(-5), "0 2, bad_record damaged"),
    "no number as the length": (lie("x"), "0 2, bad_record damaged"),
    "a length of nothing": (lie(0), "0 2, bad_record damaged"),
    "a length that is too small": (lie(400), "0 1 2, damaged"),
    "no address": (lambda: record(1, uri=""), "0 2, bad_record"),
    "no date": (lambda: record(1, date="x"), "0 2, bad_record"),
    "no HTTP": (lambda: record(1, b"what is this"), "0 2, bad_record"),
    "a status of 5,000 digits": (
        lambda: record(1, b"HTTP/1.1 " + b"2" * 5_000 + b"\r\n\r\n"),
        "0 2, bad_record",
    ),
    "a head of 1 MB": (
        lambda: record(1, b"HTTP/1.1 200 OK\r\nA: " + b"x" * 1_000_000 + b"\r\n\r\nx"),
        "0 2, bad_record",
    ),
    "a page of 20 MB": (
        lambda: record(1, b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 20_000_000),
        "0 2, too_large",
    ),
    "a bomb": (
        lambda: record(
            1,
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(50_000_000)),
        ),
        "0 2, too_large",
    ),
    "a record in the page": (lambda: record(1, BODY + b"\r\n\r\n" + record(7)), "0 1 2"),
    "an unknown kind": (lambda: record(1, kind="what"), "0 2"),
}


def got(recipe: Callable[[], bytes], *, packed: bool) -> str:
    records = [record(0), recipe(), record(2)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("x.warc.gz" if packed else "x.warc")
        path.write_bytes(b"".join(map(gzip.compress, records) if packed else records))
        found = list(WarcReader(max_bytes=10_000_000).read(path))
    read = [each.url.rpartition("/")[2] for each in found if isinstance(each, Capture)]
    said = [str(each.reason) for each in found if not isinstance(each, Capture)]
    return ", ".join(filter(None, (" ".join(read), " ".join(said))))


CASES = tuple(
    Case(
        "warc",
        f"{name} ({'gzip' if packed else 'plain'})",
        partial(got, recipe, packed=packed),
        expected,
    )
    for packed in (False, True)
    for name, (recipe, expected) in RECIPES.items()
)
