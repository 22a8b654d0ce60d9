"""The article's text: boilerplate out, trafilatura's reading, repair."""
