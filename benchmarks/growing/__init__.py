"""Any number of made-up articles through the real stages, and what they cost."""
