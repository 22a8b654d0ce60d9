"""From a page to the article it holds.

One parse, structured data first, then the text, then repair.
"""

from pipeline.extract.article import extract
from pipeline.extract.selectors import unmatched_in

__all__ = ["extract", "unmatched_in"]
