"""Versions of one article: whether its text has changed, and what the difference is."""

from pipeline.versions.changes import changed
from pipeline.versions.differences import ChangeKind, Difference, Paragraph, Piece, difference

__all__ = ["ChangeKind", "Difference", "Paragraph", "Piece", "changed", "difference"]
