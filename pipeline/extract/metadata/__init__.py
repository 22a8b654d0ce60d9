"""What a page says of its article beside the text.

Structured data, title, dates, authors, section, tags, access.
"""
