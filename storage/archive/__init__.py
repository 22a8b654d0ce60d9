"""Pages kept as WARC files (ISO 28500:2017, WARC 1.1), and captures read from files.

Errors::

    NotReadable    a file that is none of the formats, or cannot be opened
"""
