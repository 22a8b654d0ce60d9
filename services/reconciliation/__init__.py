"""Compares the ledger with the index, and mends what differs."""
