"""What the system knows of its own state: room in Redis, and how much the index had."""
