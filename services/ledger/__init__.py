"""What became of URLs, by how they ended."""
