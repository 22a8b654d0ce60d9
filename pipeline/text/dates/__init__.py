"""Dates in texts: as machines write them, or as people do, in any language and calendar."""
