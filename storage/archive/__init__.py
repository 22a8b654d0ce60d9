"""Pages kept as WARC files (ISO 28500:2017, WARC 1.1), and captures read from such files and from JSON lines."""
