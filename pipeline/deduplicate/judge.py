"""Whether an article is a copy of one that is there already. Pure: whoever stores fingerprints finds the candidates.

The storage looks up ``content_hash`` and ``bands``, hands over what it finds, and adds the new fingerprint in the same
atomic step. A Lua script can decide by itself: ``similarity`` is nothing but counting equal two-byte slots.
"""

from collections.abc import Iterable

from pipeline.deduplicate.fingerprint import SLOT_BYTES, Fingerprint
from pipeline.records import CopyOf, Record

SAME_TEXT = "same_text"
NEAR_TEXT = "near_text"

THRESHOLD = 0.5
"""Share of equal slots from which two texts are copies; chosen by measurement, see ``benchmarks/``."""


class Candidate(Record):
    """What the storage knows of an article that shares a band or the content hash."""

    article: str
    source: str
    content_hash: str
    signature: bytes


def similarity(left: bytes, right: bytes) -> float:
    """The share of equal slots of two signatures, an estimate of their texts' Jaccard similarity; 0 without slots."""
    slots = len(left) // SLOT_BYTES
    if slots == 0 or len(left) != len(right):
        return 0.0
    equal = sum(
        left[start : start + SLOT_BYTES] == right[start : start + SLOT_BYTES]
        for start in range(0, len(left), SLOT_BYTES)
    )
    return equal / slots


def judge(new: Fingerprint, candidates: Iterable[Candidate], *, threshold: float = THRESHOLD) -> CopyOf | None:
    """The best match among the candidates: the same words before near ones; of equals, the first given."""
    best: CopyOf | None = None
    for candidate in candidates:
        if candidate.content_hash == new.content_hash:
            return CopyOf(article=candidate.article, rule=SAME_TEXT, score=1.0)
        score = similarity(new.signature, candidate.signature)
        if score >= threshold and (best is None or score > best.score):
            best = CopyOf(article=candidate.article, rule=NEAR_TEXT, score=score)
    return best
