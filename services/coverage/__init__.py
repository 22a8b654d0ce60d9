"""When the sources were seen, and when not."""
