"""Copies: what is kept of an article to recognise them, the decision, and who was first."""

from pipeline.deduplicate.families import (
    BUCKET,
    CANONICAL_URL,
    MOST_CANDIDATES,
    Families,
    PublishedSpan,
    published_span,
)
from pipeline.deduplicate.fingerprint import KEY_BYTES, Fingerprint, fingerprint, unpack_fingerprint
from pipeline.deduplicate.matching import CONTAINMENT, NEAR_TEXT, SAME_TEXT, Candidate, match_copy

__all__ = [
    "BUCKET",
    "CANONICAL_URL",
    "CONTAINMENT",
    "KEY_BYTES",
    "MOST_CANDIDATES",
    "NEAR_TEXT",
    "SAME_TEXT",
    "Candidate",
    "Families",
    "Fingerprint",
    "PublishedSpan",
    "fingerprint",
    "match_copy",
    "published_span",
    "unpack_fingerprint",
]
