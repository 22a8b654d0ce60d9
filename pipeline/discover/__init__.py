"""Finding links in what sources announce."""
