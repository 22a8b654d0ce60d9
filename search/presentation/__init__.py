"""Shows what was found: hits, marks, and explanations."""
