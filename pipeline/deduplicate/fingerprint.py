"""What is kept of an article to recognise copies of it: about 0.4 KB, whatever its length.

* ``content_hash``: equal for the same words in the same order.
* ``shingles``: a sample of the text's word sequences in their order, from which containment is
    estimated.
* ``numbers`` and ``names``: samples of what a template fills in.
* ``keys``: the words under which it is found again. Those of the shingles are their smallest
  hashes, that is, a bottom-k MinHash (Broder 1997; Cohen and Kaplan 2007,
  https://doi.org/10.1145/1281100.1281133) with each value a band of its own: a text within another
  one is found as well as one that resembles it. Texts that share a part s of their common shingles
  miss each other with probability (1 - s) ** ``STORED_KEYS`` at most.
"""

import struct
from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from pipeline.deduplicate.sketch import BITS, VALUE_BYTES, Sketch, sample, unpack
from pipeline.text.shingles import normalised, numbers_and_names, shingles

SHINGLES = 128
"""Most shingles in a sample. Containment of 0.8 is then estimated with a standard error of 0.035 to
0.05."""

FILLED_IN = 12
"""Most numbers, and most names, in their samples."""

STORED_KEYS = 12
LOOKED_UP_KEYS = 48
"""A text is stored under its smallest hashes, and looked up under more: a long one finds the short
one within it."""

BEGINNING = 40
BEGINNING_KEYS = 4
"""So many of its keys are of its first shingles: what is left of a long text when it is cut, and of
a release without the paragraph about its sender."""

KEY_BYTES = 5
"""40 bits: among a million articles, a lookup meets a key that is equal by chance once in 2,000
times."""

SHORT_WORDS = 50
"""A text with fewer words is the same only when its title is the same too: a consent notice is as
long."""

_HASH = struct.Struct(">Q")
_HEAD = struct.Struct(">QIIBBB")


class Fingerprint(NamedTuple):
    """See the module. A change to any constant makes stored fingerprints useless: a test pins them.

    Attributes:
        content_hash: 12 bytes, of the body's words.
        same_text: 64 bits that only the same text has, with the same title where the text is short;
            0 where a text is too short to tell.
        title: a hash of the title's words; 0 for a title of fewer than four.
        agency: a hash of the credited agency's name; 0 for none.
        keys: first those under which it is stored, then those to look under besides.
    """

    content_hash: bytes
    same_text: int
    title: int
    agency: int
    shingles: Sketch
    numbers: Sketch
    names: Sketch
    keys: tuple[bytes, ...]

    @property
    def stored_keys(self) -> tuple[bytes, ...]:
        """The keys to store it under."""
        return self.keys[: STORED_KEYS + (1 if self.same_text else 0)]

    def pack(self) -> bytes:
        """Everything that matching needs of a known article, as bytes.

        ``content_hash`` and ``keys`` are left out.
        """
        parts = [sketch.pack() for sketch in (self.shingles, self.numbers, self.names)]
        head = _HEAD.pack(self.same_text, self.title, self.agency, *map(_length, parts))
        return head + b"".join(parts)


def unpack_fingerprint(packed: bytes) -> Fingerprint:
    """What ``Fingerprint.pack`` gave, without ``content_hash`` and ``keys``."""
    same_text, title, agency, *lengths = _HEAD.unpack_from(packed)
    sketches, start = list[Sketch](), _HEAD.size
    for length in lengths:
        end = start + 1 + VALUE_BYTES * length
        sketches.append(unpack(packed[start:end]))
        start = end
    shingled, numbers, names = sketches
    return Fingerprint(b"", same_text, title, agency, shingled, numbers, names, keys=())


def fingerprint(body: str, *, title: str = "", agency: str | None = None) -> Fingerprint:
    """The fingerprint of an article. Its address and source play no part."""
    tokens, title_tokens = normalised(body), normalised(title)
    text = " ".join(tokens)
    hashes = [_hash(piece) for piece in shingles(tokens)]
    numbers, names = numbers_and_names(body)
    same_text = _same_text(text, len(tokens), " ".join(title_tokens))
    keys = [same_text] if same_text else []
    keys += _keys(hashes)
    return Fingerprint(
        content_hash=blake2b(text.encode("utf-8", "replace"), digest_size=12).digest(),
        same_text=same_text,
        title=_short_hash(" ".join(title_tokens)) if len(title_tokens) >= _TELLING_TITLE else 0,
        agency=_short_hash(agency.casefold()) if agency else 0,
        shingles=_sampled(hashes, SHINGLES),
        numbers=_sampled(map(_hash, sorted(numbers)), FILLED_IN),
        names=_sampled(map(_hash, sorted(names)), FILLED_IN),
        keys=tuple(_HASH.pack(value)[-KEY_BYTES:] for value in keys),
    )


_TELLING_TITLE = 4


def _same_text(text: str, words: int, title: str) -> int:
    """``Fingerprint.same_text``: the title counts where the text is short."""
    if words >= SHORT_WORDS:
        return _hash(text) or 1
    if not title or not text:
        return 0
    return _hash(f"{title}\n{text}") or 1


def _keys(hashes: list[int]) -> list[int]:
    """The smallest hashes of the beginning, then those of the whole text."""
    beginning = sorted(hashes[:BEGINNING])[:BEGINNING_KEYS]
    rest = [value for value in sorted(hashes) if value not in beginning]
    return [*beginning, *rest[: LOOKED_UP_KEYS - len(beginning)]]


def _sampled(hashes: Iterable[int], most: int) -> Sketch:
    return sample((value >> (64 - BITS) for value in hashes), most)


def _hash(text: str) -> int:
    (value,) = _HASH.unpack(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())
    return int(value)


def _short_hash(text: str) -> int:
    """32 bits, never 0."""
    return (_hash(text) >> 32) or 1


def _length(packed: bytes) -> int:
    return len(packed) // VALUE_BYTES
