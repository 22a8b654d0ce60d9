"""What tests run in other processes."""
