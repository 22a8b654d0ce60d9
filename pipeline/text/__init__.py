"""Text as such: charsets, cleaning, scripts (writing systems), language codes, word sequences."""
