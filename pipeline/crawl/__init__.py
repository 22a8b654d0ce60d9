"""What a fetch may do, and how its response is classified."""
