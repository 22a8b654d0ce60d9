"""Which charset bytes are in that nothing, or nothing right, is said of."""

import codecs
import re

import chardet

SAMPLE = 6000
"""Bytes shown to the detector: more do not make it surer."""

# The larger sets that the Web means by these names (Encoding Standard, 4.2).
_WEB_NAMES = {
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932",
    "euc-kr": "cp949", "iso-8859-1": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874",
    "tis-620": "cp874",
}  # fmt: skip
_BRACKETS = re.compile(rb"[<>]")
_LETTERS = re.compile(rb"[A-Za-z]")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


def detected_charset(content: bytes) -> str | None:
    """The detector's guess on a page, a feed or a text, as Python knows it; None without one.

    It sees the pieces between angle brackets that hold more than ASCII. They are whole characters:
    a bracket is no part of one in any charset of the Web.
    """
    sample = _sample(content)
    if not sample:
        return None
    guess = str(chardet.detect(sample)["encoding"] or "").lower()
    return codecs.lookup(_WEB_NAMES.get(guess, guess)).name if guess else None


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
