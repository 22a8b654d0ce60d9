"""Hostile input by kind, each with what must come of it. ``python -m tests.hostile`` shows all."""
