"""Identifiers of entries that are addresses as well."""

import pytest

from pipeline.discover.feeds.entries import is_address


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("https://a.example/1", True),
        (" HTTP://A.EXAMPLE/1", True),
        ("tag:a.example,2026:1", False),
        ("urn:uuid:1", False),
        ("//a.example/1", False),
        ("", False),
        (7, False),
        (None, False),
    ],
)
def test_an_identifier_is_an_address_when_it_is_one_of_the_web(
    identifier: object, *, expected: bool
) -> None:
    assert is_address(identifier) is expected
