"""Pages in JSON lines, whole and damaged."""

import gzip
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.outcome import Reason
from storage.archive.captures import Capture, Skip
from tests.support.data.captures import MOST, URL, pages, read, skips

LINES: list[object] = [
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


@pytest.mark.parametrize("packed", [True, False])
def test_json_lines_are_pages_or_have_their_line_and_reason(
    tmp_path: Path, *, packed: bool
) -> None:
    data = b"".join(json.dumps(line).encode() + b"\n" for line in LINES)
    data += (
        b"{broken\n\n" + b'{"url": "' + b"x" * (3 * MOST) + b'"}\n' + json.dumps(LINES[1]).encode()
    )
    path = tmp_path / "x.jsonl"
    path.write_bytes(gzip.compress(data) if packed else data)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    found = read(path)

    text = Capture(
        url=URL,
        status=200,
        content_type="text/plain; charset=utf-8",
        content=b"words",
        fetched_at=datetime.fromtimestamp(1_000_000_000, UTC),
    )
    html = replace(
        text,
        content_type="text/html; charset=utf-8",
        content="<p>é".encode(),
        fetched_at=datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC),
        source="harbour",
    )
    assert [each for each in found if isinstance(each, Capture)] == [html, text, text]
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
