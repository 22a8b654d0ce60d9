"""From a page to the article it holds: one parse, structured data first, then the text, then repair."""

from pipeline.extract.article import extract

__all__ = ["extract"]
