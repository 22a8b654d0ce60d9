"""Exchanges and WARC files to test with."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storage.archive.exchange import Exchange

AT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
PAGE = b"<!doctype html><title>Ferry</title><p>The ferry is late."


def exchange(number: int = 1, body: bytes | None = None, **changes: object) -> Exchange:
    values: dict[str, object] = {
        "url": f"http://a.example/news/{number}?page=2",
        "started": AT + timedelta(seconds=number),
        "target": f"/news/{number}?page=2",
        "sent": ((b"Host", b"a.example"), (b"user-agent", b"Newsloom/0.1")),
        "protocol": "http/1.1",
        "status": 200,
        "reason": b"OK",
        "received": ((b"Content-Type", b"text/html"), (b"X-Name", b"caf\xe9")),
        "body": PAGE + b" %d" % number if body is None else body,
        "whole": True,
        "address": "93.184.216.34",
    }
    return Exchange(**{**values, **changes})  # type: ignore[arg-type]


def warc(  # noqa: PLR0913 - a record has many parts
    path: Path,
    *pages: tuple[str, bytes],
    status: str = "200 OK",
    headers: Sequence[tuple[str, str]] = (),
    gzip: bool = True,
    version: str = "1.1",
    at: str = "2026-01-02T03:04:05Z",
    kind: str = "response",
) -> Path:
    """A file by warcio, the other library, appended to."""
    with path.open("ab") as file:
        writer = WARCWriter(file, gzip=gzip, warc_version=version)
        for url, body in pages:
            head = StatusAndHeaders(
                status, list(headers) or [("Content-Type", "text/html")], protocol="HTTP/1.1"
            )
            record = writer.create_warc_record(
                url,
                kind,
                payload=BytesIO(body),
                length=len(body),
                http_headers=head if kind == "response" else None,
                warc_content_type="" if kind == "response" else "text/plain",
                warc_headers_dict={"WARC-Date": at},
            )
            writer.write_record(record)
    return path
