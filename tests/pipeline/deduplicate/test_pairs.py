"""Pairs of texts that look alike, in twelve languages: which are copies.

``pairs/first.json`` and ``second.json`` were written before the method was measured, ``third.json``
after it had been changed for them. Each pair has its kind, and counts in both orders.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.deduplicate import Candidate, fingerprint, match_copy, unpack_fingerprint

PAIRS = [
    pair
    for name in ("first", "second", "third")
    for pair in json.loads((Path(__file__).parent / "pairs" / f"{name}.json").read_text())
]
NOT_YET = {
    ("release with another About", "en"),
    ("lists that share most quotes", "en"),
    ("results of two quarters under one About", "en"),
    ("releases without numbers or names under one About", "en"),
    ("warnings for other regions", "de"),  # nouns have capitals there, as names do
}


def cases() -> Iterator[Any]:
    for pair in PAIRS:
        name = (pair["kind"], pair["language"])
        marks = [pytest.mark.xfail(strict=True)] if name in NOT_YET else []
        yield pytest.param(pair, marks=marks, id=" ".join(name))


def are_copies(first: str, second: str, titles: list[str]) -> bool:
    known, new = fingerprint(first, title=titles[0]), fingerprint(second, title=titles[1])
    stored = unpack_fingerprint(known.pack())
    candidate = Candidate(article="first", source="one", fingerprint=stored)
    found = set(known.stored_keys) & set(new.keys)
    return bool(found) and match_copy(new, [candidate], source="other") is not None


@pytest.mark.parametrize("pair", list(cases()))
def test_copies_are_told_from_what_only_looks_alike(pair: dict[str, Any]) -> None:
    first, second, titles = pair["first"], pair["second"], pair["titles"]
    assert are_copies(first, second, titles) is pair["copies"]
    assert are_copies(second, first, titles[::-1]) is pair["copies"]


def test_there_are_pairs_of_both_kinds() -> None:
    assert len(PAIRS) >= 60
    assert sum(pair["copies"] for pair in PAIRS) >= 25
