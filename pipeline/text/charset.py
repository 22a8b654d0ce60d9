"""From bytes to text: which charset a page is really in.

After the WHATWG Encoding Standard (https://encoding.spec.whatwg.org/) for what labels mean, and the
order byte order mark, transport, ``<meta>``, detection. Two departures, since labels lie: bytes
that are valid UTF-8 with letters beyond ASCII are UTF-8 whatever the label says, for text in
another charset is practically never valid UTF-8; and text of which most letters lie beyond ASCII is
not in the Western charset that servers name by default.
"""

import codecs
import re

from pipeline.text.charset_detection import detected_charset, is_mostly_beyond_ascii

# What a label means on the Web, where it differs from Python's own codec of that name (Encoding
# Standard, 4.2).
WEB_LABELS = {
    "ascii": "cp1252", "us-ascii": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "l1": "cp1252",
    "iso-8859-9": "cp1254", "latin5": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030",
    "big5": "big5hkscs", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "windows-31j": "cp932",
    "x-user-defined": "cp1252",
    "utf8": "utf-8", "unicode": "utf-16", "utf-7": "cp1252",
}  # fmt: skip

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Charsets of seven bits: every byte of them is valid ASCII, so that they must be asked before UTF-8
# is.
SEVEN_BITS = {"iso-2022-jp": b"\x1b", "hz-gb-2312": b"~{"}

META_WINDOW = 4096
"""Bytes in which a charset is looked for; the standard says 1,024, but scripts stand before it."""

WESTERN = "cp1252"
"""What servers and old templates name when they know nothing of the text."""

UNREADABLE_SHARE = 0.2
"""Part of a text in U+FFFD from which on it is garbage: a wrong charset makes most letters so."""

_CHARSET = re.compile(r"charset\s*=\s*(?:[\"']\s*)?([\w.:-]{2,40})", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta\b[^<>]{0,400}?" + _CHARSET.pattern.encode(), re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,100}encoding=[\"']([\w.:-]{2,40})")
# What ISO-2022-JP puts before Japanese letters (RFC 1468).
_JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B]")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")


def decode(content: bytes, content_type: str) -> str:
    """The page's text. Never fails: what cannot be read becomes U+FFFD."""
    for mark, charset in MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(charset, "replace")
    labels = declared(content, content_type)
    text = _in_seven_bits(content, labels)
    if text is None:
        text = _by_labels(content, () if _is_lie(content, labels) else labels)
    if text is not None:
        return text
    fallback = labels[0] if labels else "utf-8"
    return content.decode(detected_charset(content) or fallback, "replace")


def is_unreadable(text: str) -> bool:
    """Whether so much of a text is U+FFFD that it was decoded wrongly, or is no text at all."""
    return text.count("\ufffd") > UNREADABLE_SHARE * len(text)


def _in_seven_bits(content: bytes, labels: tuple[str, ...]) -> str | None:
    """The text by a charset whose bytes look like ASCII: one that is declared, or plainly used."""
    if content.isascii() and _JAPANESE_ESCAPE.search(content):
        return content.decode("iso-2022-jp", "replace")
    for label in labels:
        if label in SEVEN_BITS and SEVEN_BITS[label] in content:
            return content.decode(label.removesuffix("-gb-2312"), "replace")
    return None


def _by_labels(content: bytes, labels: tuple[str, ...]) -> str | None:
    """The text by UTF-8 or one of the labels: the first in which the bytes are valid, or nearly."""
    charsets = ("utf-8", *labels)
    for charset in charsets:
        text = _strictly(content, charset)
        if text is not None:
            return text
    for charset in charsets:
        text = content.decode(charset, "replace")
        if _is_nearly_whole(text, content):
            return text
    return None


def _is_lie(content: bytes, labels: tuple[str, ...]) -> bool:
    """Whether a Western charset, and no other, is declared of a text that is in none."""
    named = set(labels) - {"utf-8"}
    return named == {WESTERN} and is_mostly_beyond_ascii(content)


def declared(content: bytes, content_type: str) -> tuple[str, ...]:
    """Charsets that the HTTP header and the page name, in order of rank, as Python knows them."""
    head = content[:META_WINDOW]
    names = [match[1] for match in (_CHARSET.search(content_type),) if match]
    in_page = (_META_CHARSET.search(_without_comments(head)), _XML_ENCODING.search(head))
    names += [match[1].decode("ascii") for match in in_page if match]
    labels = (WEB_LABELS.get(name.lower(), name.lower()) for name in names)
    return tuple(dict.fromkeys(label for label in labels if _is_charset(label)))


def _without_comments(head: bytes) -> bytes:
    first, *rest = head.split(b"<!--")
    return first + b"".join(piece.partition(b"-->")[2] for piece in rest)


def _is_charset(label: str) -> bool:
    """Whether Python knows a codec of that name, and it is one of text: not "rot13" or "hex"."""
    try:
        return codecs.lookup(label)._is_text_encoding  # noqa: SLF001 - nothing public tells it
    except LookupError:
        return False


def _strictly(content: bytes, charset: str) -> str | None:
    try:
        text = content.decode(charset)
    except (UnicodeDecodeError, UnicodeError):
        return None
    # UTF-16 without its mark decodes almost anything, into characters that no page is made of.
    return text if "<" in text[:META_WINDOW] or not charset.startswith("utf-16") else None


def _is_nearly_whole(text: str, content: bytes) -> bool:
    """True for a text with a few broken places.

    A comment pasted in, a text cut in the middle of a character.
    """
    broken = text.count("\ufffd")
    beyond = len(_BEYOND_ASCII.findall(content))
    return broken * 10 <= beyond
