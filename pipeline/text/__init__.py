"""Text as such: charsets, cleaning, scripts, lengths, language codes, word sequences, tables."""
