"""The HTTP message in a WARC record: its status, its headers, and its body without codings, within bounds."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from io import BytesIO

from fastwarc.stream_io import BrotliReader, ChunkedReader, GzipReader, WarcReader, ZstdReader

from pipeline.outcome import Reason

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_PARSER = BytesHeaderParser()

HEAD_BYTES = 256_000
"""The longest head that is looked at; our fetcher takes 100 KiB."""


class BadPayload(Exception):  # noqa: N818 - named after what it is
    """A body that cannot be had, and why."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Payload:
    """An HTTP answer; ``body`` still has its codings."""

    status: int
    headers: Message
    body: bytes

    def header(self, name: str) -> str:
        """A header's value, or the empty string."""
        return str(self.headers.get(name, "")).strip()


def http_payload(block: bytes) -> Payload | None:
    """The HTTP answer that a record's block is, or None when it is none."""
    status = _STATUS.match(block)
    ends = _HEAD_ENDS.search(block, 0, HEAD_BYTES)
    if not status or not ends:
        return None
    first_line = block.find(b"\n")
    headers = _PARSER.parsebytes(block[first_line + 1 : ends.start()] + b"\n\n")
    return Payload(int(status[1]), headers, block[ends.end() :])


def content_of(answer: Payload, most: int) -> bytes:
    """The body without its codings.

    Many crawlers keep a body that they have decoded under the headers that it came with, so data that do not fit the
    coding are taken as they are when they look like a page.

    Raises:
        BadPayload: unpacked it has more than ``most`` bytes, or its coding is unknown or broken.
    """
    body = answer.body
    if answer.header("transfer-encoding").lower().endswith("chunked"):
        body = _unchunked(body, most)
    coding = answer.header("content-encoding").lower()
    if coding not in {"", "identity"} and body:
        if coding not in _READERS:
            raise BadPayload(Reason.BAD_ENCODING, f"the content coding {coding[:40]!r} is not known")
        body = _decoded(body, _READERS[coding], most)
    if len(body) > most:
        raise BadPayload(Reason.TOO_LARGE, f"the page has more than {most} bytes")
    return body


_READERS: dict[str, Callable[[BytesIO], WarcReader]] = {
    "gzip": GzipReader,
    "x-gzip": GzipReader,
    "deflate": lambda inner: GzipReader(inner, zlib=True),
    "br": BrotliReader,
    "zstd": ZstdReader,
}


def _decoded(body: bytes, reader: Callable[[BytesIO], WarcReader], most: int) -> bytes:
    try:
        return reader(BytesIO(body)).read(most + 1)
    except OSError as error:
        if body.lstrip()[:1] == b"<":
            return body
        raise BadPayload(Reason.BAD_ENCODING, f"the body does not fit its content coding ({error})") from None


def _unchunked(body: bytes, most: int) -> bytes:
    try:
        return ChunkedReader(BytesIO(body)).read(most + 1)
    except OSError:
        return body  # as above; and of a broken one nothing can be said
