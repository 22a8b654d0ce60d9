"""The names that elements have as fields of a feed or an entry."""

import pytest

from pipeline.discover.feeds.xml_fields import HINTS, OF_ENTRY, OF_FEED, field_of
from pipeline.discover.hints import RawHints

ATOM, DC = "http://www.w3.org/2005/Atom", "http://purl.org/dc/elements/1.1/"


@pytest.mark.parametrize(
    ("tag", "namespace", "field"),
    [
        ("pubDate", "", "pubdate"),
        (f"{{{ATOM}}}title", ATOM, "title"),
        (f"{{{ATOM}}}link", "", "atom:link"),
        (f"{{{DC}}}date", "", "dc:date"),
        ("{http://search.yahoo.com/mrss/}title", "", ""),
        ("{urn:own}title", "urn:own", "title"),
    ],
)
def test_a_field_has_the_namespace_of_its_parent_or_of_an_extension(
    tag: str, namespace: str, field: str
) -> None:
    assert field_of(tag, namespace) == field


def test_hints_are_fields_of_the_feed_only() -> None:
    assert set(HINTS.values()) == set(RawHints.model_fields)
    assert set(HINTS) <= OF_FEED
    assert OF_ENTRY.isdisjoint(HINTS)
