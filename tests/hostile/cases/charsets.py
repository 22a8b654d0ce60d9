"""Charsets that are wrong, and the text that is read all the same."""

from functools import partial

from pipeline.text.charset import decode
from tests.hostile.case import Case

WORDS = "Größe – 新聞, naïve"
UTF8 = WORDS.encode()

DOCUMENTS: dict[str, tuple[bytes, str, str]] = {
    "a header that lies": (UTF8, "text/html; charset=iso-8859-1", WORDS),
    "a header of spaces": (UTF8, "text/html; charset=" + " " * 100_000, WORDS),
    "a header of quotes": (UTF8, 'text/html; charset="' + '"' * 100_000, WORDS),
    "a header of 100,000 charsets": (UTF8, "charset=" * 100_000, WORDS),
    "a charset that nobody knows": (UTF8, "text/html; charset=x-nothing", WORDS),
    "a charset that is no text's": (UTF8, "text/html; charset=base64", WORDS),
    "a charset that is a module": (UTF8, "text/html; charset=zlib_codec", WORDS),
    "UTF-7": (b"+ADw-script+AD4-", "text/html; charset=utf-7", "+ADw-script+AD4-"),
    "a page that lies": (
        b'<meta charset="utf-16">' + UTF8,
        "text/html",
        '<meta charset="utf-16">' + WORDS,
    ),
    "a page of charsets": (b"charset=" * 10_000 + UTF8, "", "charset=" * 10_000 + WORDS),
    "UTF-16 with a mark": (WORDS.encode("utf-16"), "text/html; charset=utf-8", WORDS),
    "the mark of UTF-8": (b"\xef\xbb\xbf" + UTF8, "text/html; charset=cp1252", WORDS),
    "a mark alone": (b"\xff\xfe", "", ""),
    "half a character at the end": (
        UTF8 + b"\xe6\x96",
        "text/html; charset=utf-8",
        WORDS + "\ufffd",
    ),
}


CASES = tuple(
    Case("charsets", name, partial(decode, content, header), expected)
    for name, (content, header, expected) in DOCUMENTS.items()
)
