"""Which charset bytes are in that nothing, or nothing right, is said of."""

import re

from charset_normalizer import from_bytes
from charset_normalizer.utils import is_multi_byte_encoding

CHARSETS = [
    "cp949", "cp932", "euc_jp", "gb18030", "big5hkscs", "cp1252", "cp1251", "koi8_r", "koi8_u",
    "cp866", "iso8859_5", "cp1250", "iso8859_2", "cp1253", "iso8859_7", "cp1254", "cp1255",
    "cp1256", "iso8859_6", "cp1257", "cp1258", "cp874",
]  # fmt: skip
"""Those that pages are in which say nothing of it."""

SAMPLE = 6000
"""Bytes shown to the detector: it reads slowly, and more does not make it surer."""

TOLERANCE = 0.05
"""Difference of the detector's "chaos" (0 to 1) that means nothing."""

_BRACKETS = re.compile(rb"[<>]")
_LETTERS = re.compile(rb"[A-Za-z]")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


def detected_charset(content: bytes) -> str | None:
    """The detector's guess on a page, a feed or a text, as Python knows it; None without one.

    It sees the pieces between angle brackets that hold more than ASCII. They are whole characters:
    a bracket is no part of one in any charset of the Web.
    """
    found = from_bytes(_sample(content), cp_isolation=CHARSETS)
    matches = {match.encoding: match.chaos for match in found}
    if not is_mostly_beyond_ascii(content):
        matches = {name: matches[name] for name in matches if not is_multi_byte_encoding(name)}
    if not matches:
        return None
    # The Web's own fall-back wins over similar ones (cp1250, cp1254 …) when it reads as well.
    if matches.get("cp1252", 1.0) <= min(matches.values()) + TOLERANCE:
        return "cp1252"
    return min(matches, key=matches.__getitem__)


def is_mostly_beyond_ascii(content: bytes) -> bool:
    """Whether text that has letters beyond ASCII has more of them than others.

    Then it is in no Western charset; and text that has fewer is in none of East Asia's.
    """
    sample = _sample(content)
    return len(_BEYOND_ASCII.findall(sample)) > len(_LETTERS.findall(sample))


def _sample(content: bytes) -> bytes:
    pieces: list[bytes] = []
    room = SAMPLE
    for piece in _BRACKETS.split(content):
        if piece.isascii():
            continue
        pieces.append(piece[:room])
        room -= len(piece) + 1
        if room <= 0:
            break
    return b" ".join(pieces)
