"""What happens to an article: pure functions over frozen records, without I/O, settings or a clock."""
