"""The HTTP message in a WARC record.

Its status, its headers, and its body without codings, within bounds.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from io import BytesIO

from fastwarc.stream_io import BrotliReader, WarcReader, ZstdReader

from pipeline.crawl.content_decoding import RAW_DEFLATE, BadCoding, Decoder
from pipeline.outcome import Reason
from storage.archive.captures import Skip

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_CHUNK_HEAD = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")
_LINE_ENDS = re.compile(rb"\r?\n")
_DIGITS = re.compile(r"[0-9]{1,18}")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[!?a-zA-Z]")
_INFLATED = ("gzip", "x-gzip", "deflate", RAW_DEFLATE)
_READERS: dict[str, Callable[[BytesIO], WarcReader]] = {"br": BrotliReader, "zstd": ZstdReader}
_PARSER = BytesHeaderParser()

HEAD_BYTES = 256_000
"""The longest head that is read; our fetcher takes 100 KiB."""


class BadPayload(Exception):  # noqa: N818 - named after what it is
    """A body that cannot be had, and why."""

    def __init__(self, reason: Reason | Skip, detail: str) -> None:
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

    Many crawlers keep a body that they have decoded under the headers that it came with, so data
    without chunks are taken as they are, and so are data that do not fit the content coding when
    they look like a page.

    Raises:
        BadPayload: it ends too early, has unpacked more than ``most`` bytes, or its coding is
            unknown or broken.
    """
    body, coding = answer.body, answer.header("content-encoding").lower()
    coded = coding not in {"", "identity"}
    if answer.header("transfer-encoding").lower().endswith("chunked"):
        body = _unchunked(body)
    elif not coded and len(body) < _announced_length(answer):
        raise BadPayload(
            Skip.TRUNCATED,
            f"the body has {len(body)} of the {_announced_length(answer)} bytes announced",
        )
    if coded and body:
        body = _decoded(body, coding, most)
    if len(body) > most:
        raise BadPayload(Reason.TOO_LARGE, f"the page has more than {most} bytes")
    return body


def _announced_length(answer: Payload) -> int:
    announced = answer.header("content-length")
    return int(announced) if _DIGITS.fullmatch(announced) else 0


def _decoded(body: bytes, coding: str, most: int) -> bytes:
    try:
        if coding in _READERS:
            return _READERS[coding](BytesIO(body)).read(most + 1)
        if coding not in _INFLATED:
            raise BadPayload(
                Reason.BAD_ENCODING, f"the content coding {coding[:40]!r} is not known"
            )
        return _inflated(body, coding, most)
    except (OSError, BadCoding) as error:
        if _MARKUP.match(body):
            return body
        detail = f"the body does not fit its content coding, or ends too early ({error})"
        raise BadPayload(Reason.BAD_ENCODING, detail) from None


def _inflated(body: bytes, coding: str, most: int) -> bytes:
    """Raises ``BadCoding``, and ``BadPayload`` for a bomb or a body that ends too early."""
    decoder = Decoder(coding, most, offered=_INFLATED)
    try:
        if not decoder.feed(body):
            raise BadPayload(
                Reason.TOO_LARGE, f"the page unpacks to more than {decoder.limit} bytes"
            )
        return decoder.close()
    except BadCoding:
        if coding == "deflate":
            return _inflated(body, RAW_DEFLATE, most)
        raise
    except EOFError as error:
        raise BadPayload(Skip.TRUNCATED, str(error)) from None


def _unchunked(body: bytes) -> bytes:
    """Without the frames of chunked transfer, their extensions and trailers (RFC 9112 §7.1).

    FastWARC's reader leaves extensions in the page and takes a body that breaks off for a whole
    one; h11's wants CRLF.
    """
    chunks: list[bytes] = []
    head = _CHUNK_HEAD.match(body)
    if head is None:
        return body
    while head:
        start, end = head.end(), head.end() + int(head[1], 16)
        if start == end:
            return b"".join(chunks)
        chunks.append(body[start:end])
        line = _LINE_ENDS.match(body, end)
        head = _CHUNK_HEAD.match(body, line.end()) if line else None
    raise BadPayload(Skip.TRUNCATED, "the chunked body is broken or ends too early")
