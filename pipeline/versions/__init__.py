"""Versions of one article: whether its text has changed, and what the difference is."""

from pipeline.versions.changes import changed
from pipeline.versions.differences import Difference, Kind, Paragraph, Piece, difference

__all__ = ["Difference", "Kind", "Paragraph", "Piece", "changed", "difference"]
