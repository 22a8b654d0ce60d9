"""Which charset a page is really in."""

import pytest

from pipeline.text.charset import declared, decode

TEXT = "<p>Die Fähre fährt wieder über den Großen Sund, sagt die Hafenbehörde.</p>"
JAPANESE = "<p>港湾局は月曜日に渡し船の運航を再開すると発表した。</p>"


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (TEXT.encode(), "text/html; charset=iso-8859-1"),  # labels lie
        (TEXT.encode("cp1252"), "text/html; charset=ISO-8859-1"),
        (TEXT.encode("cp1252"), "text/html; charset=utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "text/html; charset=cp1252"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), ""),
        (b'<meta charset="windows-1252">' + TEXT.encode("cp1252"), "text/html"),
    ],
)
def test_a_german_page_is_read_whatever_its_label(content: bytes, content_type: str) -> None:
    assert decode(content, content_type).endswith(TEXT)


@pytest.mark.parametrize("charset", ["shift_jis", "euc-jp", "iso-2022-jp"])
def test_japanese_charsets_are_read_by_their_labels(charset: str) -> None:
    assert decode(JAPANESE.encode(charset), f"text/html; charset={charset}") == JAPANESE


def test_a_few_broken_places_do_not_change_the_charset() -> None:
    content = TEXT.encode() * 5 + b"\xe4"
    assert decode(content, "") == TEXT * 5 + "\ufffd"


def test_labels_are_those_of_the_web_in_order_of_rank() -> None:
    page = b'<?xml version="1.0" encoding="gb2312"?><meta charset="latin1">'
    assert declared(page, "text/html; charset=Shift_JIS") == ("cp932", "cp1252", "gb18030")
    assert declared(b"<meta charset=rot13><meta charset=utf-8>", "text/html; charset=none") == ()


def test_nothing_fails() -> None:
    assert decode(bytes(range(256)), "text/html; charset=hex")
    assert decode(b"", "") == ""
