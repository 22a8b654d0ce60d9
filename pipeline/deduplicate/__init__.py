"""Copies: what is kept of an article to recognise them, the decision, and who was first."""

from pipeline.deduplicate.families import CANONICAL_URL, Families, Span, published_span
from pipeline.deduplicate.fingerprint import Fingerprint, fingerprint, unpack_fingerprint
from pipeline.deduplicate.judge import CONTAINMENT, NEAR_TEXT, SAME_TEXT, Candidate, judge

__all__ = [
    "CANONICAL_URL",
    "CONTAINMENT",
    "NEAR_TEXT",
    "SAME_TEXT",
    "Candidate",
    "Families",
    "Fingerprint",
    "Span",
    "fingerprint",
    "judge",
    "published_span",
    "unpack_fingerprint",
]
