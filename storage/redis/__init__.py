"""Frontier, ledger, fingerprints, pages and feed state in Redis.

Compound changes are Lua scripts in ``lua/``.
"""
