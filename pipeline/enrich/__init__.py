"""What is added to an article before it is indexed: language, keywords, summary, length."""

from pipeline.enrich.article import enrich

__all__ = ["enrich"]
