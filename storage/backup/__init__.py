"""Copies of what is stored, taken while it is in use, and the way back."""
