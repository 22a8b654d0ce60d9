"""An exchange as WARC records, each compressed on its own (WARC 1.1, annex D.2)."""

from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from http import HTTPStatus
from io import BytesIO

from fastwarc import GzipWriter, WarcRecord, WarcRecordType

from storage.archive.exchange import Exchange, Headers

_REVISIT = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_LEVEL = 6
_RENAMED = {b"transfer-encoding": b"X-Crawl-Transfer-Encoding"}
"""The body is kept without its chunks, so the header must not say that it has some.

The name is Common Crawl's.
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a payload was archived: the address and date of its response record."""

    url: str
    date: str


def warcinfo(filename: str, fields: Iterable[tuple[str, str]], at: datetime) -> tuple[str, bytes]:
    """The record that begins a file: its id and its compressed bytes (WARC 1.1, 6.2)."""
    block = "".join(f"{name}: {value}\r\n" for name, value in fields).encode()
    record = _record(
        WarcRecordType.warcinfo, at, "application/warc-fields", {"WARC-Filename": filename}
    )
    record.set_bytes_content(block)
    return str(record.record_id), _gzip_member(record)


def exchange_records(exchange: Exchange, *, info: str, repeats: Kept | None) -> bytes:
    """The response record, or a revisit record for a known payload, and the request record.

    Args:
        exchange: what went over the wire.
        info: the id of the file's warcinfo record.
        repeats: the record that has the same payload, if one was archived before.
    """
    head = _response_head(exchange)
    about = {"WARC-Target-URI": exchange.url, "WARC-Warcinfo-ID": info}
    if exchange.address:
        about["WARC-IP-Address"] = exchange.address
    about["WARC-Protocol"] = exchange.protocol
    payload = sha1(
        exchange.body, usedforsecurity=False
    ).digest()  # what every reader can check; trust rests on `repeats`
    kind = WarcRecordType.response
    more = {} if exchange.whole else {"WARC-Truncated": "unspecified"}
    if repeats:
        kind = WarcRecordType.revisit
        more |= {
            "WARC-Profile": _REVISIT,
            "WARC-Refers-To-Target-URI": repeats.url,
            "WARC-Refers-To-Date": repeats.date,
            "WARC-Payload-Digest": f"sha1:{b32encode(payload).decode()}",
        }
    response = _record(kind, exchange.started, "application/http; msgtype=response", about | more)
    response.set_bytes_content(head if repeats else head + exchange.body)
    answered = _gzip_member(response, payload if exchange.whole and not repeats else None)
    concurrent = {"WARC-Concurrent-To": str(response.record_id)}
    request = _record(
        WarcRecordType.request,
        exchange.started,
        "application/http; msgtype=request",
        about | concurrent,
    )
    request.set_bytes_content(_request_head(exchange))
    return answered + _gzip_member(request)


def warc_date(at: datetime) -> str:
    """A moment in UTC as ``WARC-Date`` writes it (W3C-DTF, microseconds)."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _record(
    kind: WarcRecordType, at: datetime, content_type: str, headers: dict[str, str]
) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(kind)
    record.headers.set("WARC-Date", warc_date(at))
    for name, value in headers.items():
        record.headers.append(name, value)
    record.headers.append("Content-Type", content_type)
    return record


def _gzip_member(record: WarcRecord, payload_digest: bytes | None = None) -> bytes:
    out = BytesIO()
    member = GzipWriter(out, compression_level=_LEVEL)
    record.write(member, checksum_data=True, payload_digest=payload_digest)
    member.finish()
    return out.getvalue()


def _response_head(exchange: Exchange) -> bytes:
    """Status line and headers, for HTTP/2 too in HTTP/1.1's form, as WARC knows no other."""
    reason = exchange.reason or _phrase(exchange.status)
    return _head(b"HTTP/1.1 %d %b" % (exchange.status, reason), exchange.received)


def _request_head(exchange: Exchange) -> bytes:
    return _head(b"GET %b HTTP/1.1" % exchange.target.encode(), exchange.sent)


def _head(first: bytes, headers: Headers) -> bytes:
    lines = (b"%b: %b" % (_RENAMED.get(name.lower(), name), value) for name, value in headers)
    return b"\r\n".join((first, *lines, b"", b""))


def _phrase(status: int) -> bytes:
    return HTTPStatus(status).phrase.encode() if status in list(HTTPStatus) else b""
