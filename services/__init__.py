"""What a user can do, as functions with typed arguments and records as results.

No printing, no HTTP.
"""
