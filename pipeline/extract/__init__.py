"""From a page to the article it holds.

One parse, structured data first, then the text, then repair.
"""

from pipeline.extract.article import extract, own_address
from pipeline.extract.selectors import unmatched_in

__all__ = ["extract", "own_address", "unmatched_in"]
