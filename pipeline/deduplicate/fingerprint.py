"""What is kept of an article to recognise copies of it: at most 0.4 KB, whatever its length.

* ``content_hash``: equal for the same words in the same order.
* ``signature``: MinHash (Broder 1997, "On the resemblance and containment of documents"), of each minimum only the
  low 16 bits (Li and König 2010, "b-Bit Minwise Hashing", https://doi.org/10.1145/1772690.1772759). The share of
  equal slots estimates the Jaccard similarity of the shingle sets with a standard error of at most 0.044; two
  unrelated slots are equal by chance once in 65,536.
* ``bands``: locality-sensitive hashing (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4): articles
  of similarity s share at least one band with probability 1 - (1 - s^6)^20: 0.61 at 0.6, 0.92 at 0.7, 0.998 at 0.8.
"""

from hashlib import blake2b

from pydantic import ConfigDict
from rensa import RMinHash

from pipeline.deduplicate.shingles import normalised, shingles
from pipeline.records import Article, Record

SLOTS = 128
SLOT_BYTES = 2
BANDS = 20
ROWS = 6
SEED = 1

MIN_SHINGLES = 12
"""Texts with fewer are compared by ``content_hash`` only: chance resemblance is too likely."""

BAND_BYTES = 6
"""48 bits: among a million articles, two unrelated bands are equal by chance once in 280 lookups, and then judged."""


class Fingerprint(Record):
    """See the module. Changing any constant, or rensa's hash, makes stored fingerprints useless: a test pins them.

    Attributes:
        signature: ``SLOTS`` slots of ``SLOT_BYTES`` bytes, big-endian; empty for a text too short to be compared.
        bands: keys of the buckets to look in and to add to; each names its band, so that bands never mix.
    """

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    content_hash: str
    signature: bytes
    bands: tuple[str, ...]


def fingerprint(article: Article) -> Fingerprint:
    """The fingerprint of an article's body. Title, address and boilerplate around the text play no part."""
    tokens = normalised(article.body)
    content_hash = blake2b(" ".join(tokens).encode("utf-8", "replace"), digest_size=16).hexdigest()
    pieces = shingles(tokens)
    if len(pieces) < MIN_SHINGLES:
        return Fingerprint(content_hash=content_hash, signature=b"", bands=())
    signature = minhash(pieces)
    return Fingerprint(content_hash=content_hash, signature=signature, bands=bands_of(signature))


def minhash(pieces: set[str]) -> bytes:
    """The signature of a set of shingles."""
    sketch = RMinHash(num_perm=SLOTS, seed=SEED)
    sketch.update(sorted(pieces))
    return b"".join((value & 0xFFFF).to_bytes(SLOT_BYTES, "big") for value in sketch.digest())


def bands_of(signature: bytes) -> tuple[str, ...]:
    """The keys of the signature's bands: ``a`` to ``t``, then twelve hexadecimal digits."""
    width = ROWS * SLOT_BYTES
    return tuple(
        chr(ord("a") + band) + blake2b(signature[band * width : (band + 1) * width], digest_size=BAND_BYTES).hexdigest()
        for band in range(BANDS)
    )
