"""Commands that keep what is stored, or let it go."""
