"""Counts of articles over time, of many queries at once, and whether all counts agree."""
