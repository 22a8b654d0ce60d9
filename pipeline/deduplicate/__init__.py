"""Copies: what is kept of an article to recognise them, and the decision."""

from pipeline.deduplicate.fingerprint import Fingerprint, fingerprint
from pipeline.deduplicate.judge import NEAR_TEXT, SAME_TEXT, THRESHOLD, Candidate, judge, similarity

__all__ = ["NEAR_TEXT", "SAME_TEXT", "THRESHOLD", "Candidate", "Fingerprint", "fingerprint", "judge", "similarity"]
