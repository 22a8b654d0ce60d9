"""What a page says of its article beside the text: structured data, title, dates, authors, section, tags, access."""
