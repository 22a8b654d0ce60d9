"""The article's text: boilerplate removed, read by trafilatura, repaired."""
