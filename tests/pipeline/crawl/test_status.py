"""What an HTTP answer means for its URL."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.status import (
    MAX_RETRY_AFTER,
    classify_content,
    classify_status,
    retry_after_seconds,
)
from pipeline.outcome import Reason, Rejected, Retry

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)

STATUSES: list[tuple[int, Reason | str | None]] = [
    (200, None),
    (201, None),
    (203, None),
    (204, Reason.EMPTY),
    (300, Reason.HTTP_ERROR),
    (304, Reason.HTTP_ERROR),
    (400, Reason.HTTP_ERROR),
    (401, Reason.FORBIDDEN),
    (402, Reason.FORBIDDEN),
    (403, Reason.FORBIDDEN),
    (404, Reason.NOT_FOUND),
    (405, Reason.HTTP_ERROR),
    (408, "retry"),
    (410, Reason.GONE),
    (418, Reason.HTTP_ERROR),
    (425, "retry"),
    (429, "host"),
    (451, Reason.FORBIDDEN),
    (500, "retry"),
    (501, Reason.HTTP_ERROR),
    (502, "retry"),
    (503, "host"),
    (504, "retry"),
    (520, "retry"),
    (522, "retry"),
    (599, Reason.HTTP_ERROR),
    (999, Reason.HTTP_ERROR),
]


@pytest.mark.parametrize(("status", "expected"), STATUSES)
def test_statuses(status: int, expected: Reason | str | None) -> None:
    verdict = classify_status(status, None, NOW)
    match verdict:
        case None:
            assert expected is None
        case Rejected():
            assert verdict.reason is expected
            assert str(status) in verdict.detail
        case Retry():
            assert expected == ("host" if verdict.host_wide else "retry")
            assert verdict.counts
            assert verdict.after is None
            assert str(status) in verdict.error


def test_a_retry_carries_what_the_server_asked_for() -> None:
    for status in (429, 503, 500):
        verdict = classify_status(status, "120", NOW)
        assert isinstance(verdict, Retry)
        assert verdict.after == 120


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("120", 120.0),
        (" 120 ", 120.0),
        ("86401", MAX_RETRY_AFTER),
        ("9" * 5000, MAX_RETRY_AFTER),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("soon", None),
        ("\x00", None),
        ("Fri, 02 Jan 2026 12:02:00 GMT", 120.0),
        ("Friday, 02-Jan-26 12:02:00 GMT", 120.0),
        ("Fri Jan  2 12:02:00 2026", 120.0),
        ("Fri, 02 Jan 2026 13:02:00 +0100", 120.0),
        ("Fri, 02 Jan 2026 11:00:00 GMT", 0.0),
        ("Fri, 02 Jan 2099 11:00:00 GMT", MAX_RETRY_AFTER),
        ("Fri, 32 Jan 2026 11:00:00 GMT", None),
        ("Fri, 02 Jan 99999999999999999999 00:00:00 GMT", None),
        ("Fri, 02 Jan 2026 12:02:00 +99999999999999", None),
    ],
)
def test_retry_after_in_both_forms(value: str | None, expected: float | None) -> None:
    assert retry_after_seconds(value, NOW) == expected


@given(
    st.text()
    | st.from_regex(
        r"\A\w{0,3},? ?\d{0,9} (Jan|x) \d{0,25} \d{0,9}:\d{0,3}(:\d{0,3})? [+-]?\d{0,25}\Z"
    )
)
def test_whatever_stands_in_retry_after_is_clamped_or_unreadable(value: str) -> None:
    seconds = retry_after_seconds(value, NOW)
    assert seconds is None or 0 <= seconds <= MAX_RETRY_AFTER


PAGE = b"<!doctype html><title>x</title><p>words"


@pytest.mark.parametrize(
    ("content_type", "content", "reason"),
    [
        ("text/html", PAGE, None),
        ("text/html; charset=utf-8", PAGE, None),
        ("TEXT/HTML;charset=x", PAGE, None),
        ("", PAGE, None),
        ("application/xhtml+xml", PAGE, None),
        ("text/plain", b"plain words", None),
        ("text/html", "\ufeff<html>".encode("utf-16"), None),
        ("text/html", b"", Reason.EMPTY),
        ("text/html", b" \r\n\t ", Reason.EMPTY),
        ("text/html", b"%PDF-1.7 ...", Reason.UNSUPPORTED_CONTENT),
        ("text/html", b"MZ\x90\x00", Reason.UNSUPPORTED_CONTENT),
        ("text/html", b"PK\x03\x04", Reason.UNSUPPORTED_CONTENT),
        ("text/html", b"\x89PNG\r\n", Reason.UNSUPPORTED_CONTENT),
        ("text/html", b"\xff\xd8\xff\xe0", Reason.UNSUPPORTED_CONTENT),
        ("text/html", b"GIF89a", Reason.UNSUPPORTED_CONTENT),
        ("text/html", b"RIFF....WEBP", Reason.UNSUPPORTED_CONTENT),
        ("text/html", b"\x1f\x8b\x08", Reason.UNSUPPORTED_CONTENT),
        ("application/pdf", PAGE, Reason.UNSUPPORTED_CONTENT),
        ("application/json", b"{}", Reason.UNSUPPORTED_CONTENT),
        ("image/png", PAGE, Reason.UNSUPPORTED_CONTENT),
        ("nonsense", PAGE, Reason.UNSUPPORTED_CONTENT),
    ],
)
def test_content_is_judged_by_its_first_bytes_then_by_its_type(
    content_type: str, content: bytes, reason: Reason | None
) -> None:
    verdict = classify_content(content_type, content)
    assert (verdict.reason if verdict else None) is reason
