"""What is done to the index as a whole."""
