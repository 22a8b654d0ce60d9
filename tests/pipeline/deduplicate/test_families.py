from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipeline.deduplicate import (
    CANONICAL_URL,
    SAME_TEXT,
    Families,
    PublishedSpan,
    fingerprint,
    published_span,
)
from pipeline.records import CopyOf, Evidence

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORDS = [f"word{number % 90}{chr(97 + number % 26)}" for number in range(200)]
TEXT = " ".join(WORDS)


def span(hours: float) -> PublishedSpan:
    moment = (NOON + timedelta(hours=hours)).timestamp()
    return PublishedSpan(moment, moment)


def verdicts(families: Families) -> dict[str, CopyOf | None]:
    return dict(families.matches())


def test_a_family_names_its_first_publisher_and_what_each_copy_agrees_with() -> None:
    families = Families()
    families.add("a", fingerprint(" ".join(WORDS[:110])), source="x")
    families.add("b", fingerprint(TEXT), source="y")
    families.add("c", fingerprint(" ".join(WORDS[70:])), source="z")
    families.add("d", fingerprint("something else"), source="z")
    found = verdicts(families)
    assert list(found) == ["a", "b", "c", "d"]
    assert found["a"] is None
    assert found["d"] is None
    assert {name: (copy.article, copy.matched) for name, copy in found.items() if copy} == {
        "b": ("a", None),
        "c": ("a", "b"),
    }


def test_an_earlier_copy_that_comes_late_turns_the_links_round() -> None:
    families = Families()
    families.add("a", fingerprint(" ".join(WORDS[:110])), span=span(0))
    families.add("b", fingerprint(TEXT), span=span(1))
    families.add("c", fingerprint(" ".join(WORDS[70:])), span=span(2))
    families.add("d", fingerprint(" ".join(WORDS[65:])), span=span(-1))
    families.add("e", fingerprint(TEXT), span=None)
    found = verdicts(families)
    assert found["d"] is None
    assert {name: copy.article for name, copy in found.items() if copy} == dict.fromkeys(
        "abce", "d"
    )
    assert found["e"] == CopyOf(article="d", rule=SAME_TEXT, score=1.0, matched="b")
    assert found["a"] is not None
    assert found["a"].matched == "b"


@pytest.mark.parametrize(
    "late", [None, span(0), span(1), PublishedSpan(span(-20).earliest, span(20).latest)]
)
def test_one_that_was_not_surely_earlier_stays_a_copy(late: PublishedSpan | None) -> None:
    families = Families()
    families.add("a", fingerprint(TEXT), span=span(0))
    families.add("b", fingerprint(TEXT), span=late)
    assert verdicts(families)["a"] is None


def test_the_same_address_is_the_same_page_whatever_it_says() -> None:
    families = Families()
    families.add("a", fingerprint(TEXT), address="1")
    families.add("b", fingerprint("another text"), address="1")
    families.add("c", fingerprint("a third one"), address="2")
    assert verdicts(families) == {
        "a": None,
        "b": CopyOf(article="a", rule=CANONICAL_URL, score=1.0),
        "c": None,
    }


def evidence(provenance: str, value: datetime) -> Evidence:
    return Evidence(provenance=provenance, value=value)


def test_the_most_trusted_date_with_a_time_tells_when() -> None:
    said = [
        evidence("json-ld", NOON.replace(hour=0)),
        evidence("meta", NOON),
        evidence("feed", NOON + timedelta(hours=2)),
    ]
    assert published_span(said) == span(0)
    assert published_span([]) is None


@pytest.mark.parametrize("provenance", ["json-ld", "url", "text"])
def test_a_day_without_a_time_is_that_day_anywhere_on_earth(provenance: str) -> None:
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    found = published_span([evidence(provenance, midnight)])
    assert found is not None
    assert (
        found.earliest <= datetime(2026, 11, 24, tzinfo=timezone(timedelta(hours=14))).timestamp()
    )
    assert (
        found.latest
        >= datetime(2026, 11, 24, 23, 59, 59, tzinfo=timezone(timedelta(hours=-12))).timestamp()
    )
    assert span(-40).surely_before(found)
    assert not span(0).surely_before(found)
    assert not span(0).surely_before(None)
