"""When an article was published and changed."""

from pipeline.extract.metadata.dates.published import credible, modified_at, published_evidence
from pipeline.text.dates.reading import SHOWN_DATE, read_date

__all__ = ["SHOWN_DATE", "credible", "modified_at", "published_evidence", "read_date"]
