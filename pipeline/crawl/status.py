"""What an HTTP response means for the URL that was requested."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from pipeline.outcome import Reason, Rejected, Retry

MAX_RETRY_AFTER = 86_400.0
"""Seconds; a longer Retry-After is taken as this."""

_TRANSIENT = {408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 529, 530}
_ENDS = {
    204: (Reason.EMPTY, "the server sent no content"),
    404: (Reason.NOT_FOUND, "the server has no such page"),
    410: (Reason.GONE, "the page was removed"),
}
_FORBIDDEN = {401, 402, 403, 407, 451}
_HTML_TYPES = {
    "text/html",
    "application/xhtml+xml",
    "application/xml",
    "text/xml",
    "text/plain",
    "",
}
# First bytes of what servers send as HTML though it is none (the WHATWG MIME sniffing standard, §6
# and §7).
_MAGIC = {
    b"%PDF-": "a PDF",
    b"MZ": "a program",
    b"PK\x03\x04": "a ZIP archive or office document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"RIFF": "a media file",
    b"\x1f\x8b": "a gzip archive",
}


def classify_status(status: int, retry_after: str | None, now: datetime) -> Rejected | Retry | None:
    """None when the response is worth reading (2xx), else what becomes of the URL."""
    if 200 <= status < 300 and status != HTTPStatus.NO_CONTENT:  # noqa: PLR2004
        return None
    if status in _TRANSIENT:
        slow_down = status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
        after = retry_after_seconds(retry_after, now)
        return Retry(
            error=f"the server answered {_named(status)}", after=after, host_wide=slow_down
        )
    if status in _ENDS:
        reason, detail = _ENDS[status]
        return Rejected(reason=reason, detail=f"{detail} ({status})")
    if status in _FORBIDDEN:
        return Rejected(reason=Reason.FORBIDDEN, detail=f"the server refused us ({_named(status)})")
    return Rejected(reason=Reason.HTTP_ERROR, detail=f"the server answered {_named(status)}")


def classify_content(content_type: str, content: bytes) -> Rejected | None:
    """None when the body may be a page, else why it cannot be one.

    Trusts the first bytes over the header.
    """
    if not content.strip():
        return Rejected(reason=Reason.EMPTY, detail="the page is empty")
    for magic, name in _MAGIC.items():
        if content.startswith(magic):
            return Rejected(reason=Reason.UNSUPPORTED_CONTENT, detail=f"this is {name}, not a page")
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in _HTML_TYPES:
        return Rejected(reason=Reason.UNSUPPORTED_CONTENT, detail=f"this is {kind}, not a page")
    return None


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Seconds from either form of Retry-After (RFC 9110 §10.2.3), at most ``MAX_RETRY_AFTER``.

    None if unreadable.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isdecimal():
        return min(float(text), MAX_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), MAX_RETRY_AFTER)


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
