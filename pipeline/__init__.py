"""What happens to an article.

Pure functions over frozen records, without I/O, settings or a clock.
"""
