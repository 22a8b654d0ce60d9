"""Kinds of workers. Importing this imports nothing, as the supervisor wants it."""

ROLES: dict[str, tuple[str, ...]] = {
    "crawl": ("control", "crawl"),
    "process": ("extract", "deduplicate", "enrich", "notify"),
    "index": ("index",),
}
"""The queues that each kind of worker serves."""
