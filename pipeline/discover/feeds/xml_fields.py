"""The elements of RSS, RDF and Atom that are read, by the names that they have as fields."""

from functools import lru_cache

from pipeline.discover.xml_walk import (
    ATOM,
    ATOM_03,
    DUBLIN_CORE,
    DUBLIN_CORE_TERMS,
    FEEDBURNER,
    SYNDICATION,
    name_of,
    namespace_of,
)

_EXTENSIONS = {
    ATOM: "atom:",
    ATOM_03: "atom:",
    DUBLIN_CORE: "dc:",
    "http://purl.org/dc/elements/1.0/": "dc:",
    DUBLIN_CORE_TERMS: "dc:",
    FEEDBURNER: "feedburner:",
    SYNDICATION: "sy:",
    SYNDICATION.rstrip("/"): "sy:",  # as some write it
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "",
}
PUBLISHED = (
    "pubdate",
    "published",
    "atom:published",
    "issued",
    "dc:date",
    "dc:issued",
    "dc:created",
    "created",
)
UPDATED = ("updated", "modified", "atom:updated", "dc:modified")
TITLES = ("title", "dc:title")
IDENTIFIERS = frozenset({"guid", "id"})
OF_ENTRY = frozenset({*TITLES, *PUBLISHED, *UPDATED, *IDENTIFIERS, "link", "feedburner:origlink"})
LISTS = frozenset({"skiphours", "skipdays"})
# The elements of a feed that are hints, with their names in ``RawHints``.
HINTS = {
    "ttl": "ttl",
    "skiphours": "skip_hours",
    "skipdays": "skip_days",
    "sy:updateperiod": "period",
    "updateperiod": "period",
    "sy:updatefrequency": "frequency",
    "updatefrequency": "frequency",
}
OF_FEED = frozenset({*TITLES, *HINTS, "link", "language", "dc:language"})


@lru_cache(maxsize=1_024)
def field_of(tag: str, namespace: str) -> str:
    """The name of an element as a field of its parent, which has the namespace.

    ``""`` for an element of a namespace that is not read.
    """
    own = namespace_of(tag)
    prefix = "" if own == namespace else _EXTENSIONS.get(own)
    return "" if prefix is None else f"{prefix}{name_of(tag).lower()}"
