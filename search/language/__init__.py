"""The query language: Lucene's syntax, read by luqum, checked, with groups of sources looked up."""
