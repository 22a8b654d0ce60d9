"""Families of copies: who was first, and what the index is to follow."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.deduplicate import SAME_TEXT
from pipeline.records import CopyOf
from storage.open import Stores
from storage.redis.fingerprints import OPERATOR, Fingerprints, Original
from tests.support.data.claims import (
    NEAR,
    NEARER,
    NOW,
    TEXT,
    WORDS,
    A,
    B,
    C,
    changes,
    claim,
    copied,
)


@pytest.fixture
def prints(stores: Stores) -> Fingerprints:
    return stores.fingerprints


def test_an_earlier_copy_that_arrives_late_is_the_first_publisher_and_the_others_follow(
    prints: Fingerprints,
) -> None:
    claim(prints, "a", " ".join(WORDS[:110]), published=NOW)
    claim(prints, "b", published=NOW + timedelta(hours=1))
    claim(prints, "c", " ".join(WORDS[70:]), published=NOW + timedelta(hours=2))
    assert changes(prints) == {}
    assert (
        claim(prints, "d", " ".join(WORDS[65:]), published=NOW - timedelta(hours=1)) == Original()
    )
    changed = changes(prints)
    assert changed.pop("d") is None
    assert changed == prints.verdicts([A, B, C])
    # d agrees best with b or c, from where the links to the old first publisher turn round.
    assert {name: copy.article for name, copy in changed.items() if copy} == {
        "a": "d",
        "b": "d",
        "c": "d",
    }
    assert copied(changed["a"] or Original())[2] == "b"
    assert copied(claim(prints, "e", published=NOW + timedelta(days=1)))[0] == "d"
    assert changes(prints) == {}


@pytest.mark.parametrize(
    "published", [None, NOW, NOW + timedelta(seconds=1), datetime(2026, 11, 24, tzinfo=UTC)]
)
def test_one_that_was_not_surely_published_before_stays_a_copy(
    prints: Fingerprints, published: datetime | None
) -> None:
    """Midnight is what software writes that knows the day only."""
    claim(prints, "a", published=NOW)
    assert copied(claim(prints, "b", published=published))[0] == "a"


def test_an_undated_first_article_is_not_replaced(prints: Fingerprints) -> None:
    claim(prints, "a")
    assert copied(claim(prints, "b", published=NOW))[0] == "a"


def test_a_pinned_first_publisher_stays_whatever_is_published_when(prints: Fingerprints) -> None:
    claim(prints, "a", published=NOW)
    claim(prints, "b", published=NOW + timedelta(hours=1))
    prints.pin(B, {})
    assert prints.verdicts([A, B]) == {
        "a": CopyOf(article="b", rule=SAME_TEXT, score=1.0),
        "b": None,
    }
    assert changes(prints) == prints.verdicts([A, B])
    assert copied(claim(prints, "c", published=NOW - timedelta(days=1)))[0] == "b"
    prints.pin(A, {})
    assert copied(claim(prints, "d", published=NOW - timedelta(days=2)))[0] == "a"
    assert {name: copy and copy.article for name, copy in prints.verdicts([A, B, C]).items()} == {
        "a": None,
        "b": "a",
        "c": "a",
    }


def test_a_split_article_stands_alone_and_is_not_judged_a_copy_of_them_again(
    prints: Fingerprints,
) -> None:
    claim(prints, "a")
    claim(prints, "b", NEAR)
    claim(prints, "c", NEARER)
    prints.split(B, [A, C])
    assert changes(prints) == {"b": None}
    assert prints.verdicts([A, B]) == {"a": None, "b": None}
    assert claim(prints, "b", NEARER) == Original()
    assert copied(claim(prints, "c", TEXT))[0] == "a"


def test_when_the_first_publisher_is_split_off_its_heir_leads(prints: Fingerprints) -> None:
    claim(prints, "a")
    claim(prints, "b", NEAR)
    claim(prints, "c", NEARER)
    prints.split(A, [B, C], heir=B)
    changed = changes(prints)
    assert (changed["a"], changed["b"]) == (None, None)
    assert copied(changed["c"] or Original())[0] == "b"
    assert prints.verdicts([A, B, C]) == changed


def test_families_whose_fingerprints_aged_out_are_regrouped_through_the_index(
    prints: Fingerprints,
) -> None:
    old = CopyOf(article="a", rule=SAME_TEXT, score=1.0)
    prints.pin(B, {A: old.model_copy(update={"article": B}), B: None})
    assert changes(prints) == {"a": CopyOf(article="b", rule=SAME_TEXT, score=1.0), "b": None}
    prints.split(B, [A, C], heir=A)
    assert changes(prints) == {
        "a": None,
        "b": None,
        "c": CopyOf(article="a", rule=OPERATOR, score=1.0),
    }


def test_a_verdict_that_changes_while_the_index_is_told_is_told_again(prints: Fingerprints) -> None:
    copy = CopyOf(article="x", rule=SAME_TEXT, score=1.0)
    prints.enqueue_changes({A: copy, B: None})
    telling = prints.pending_changes(10)
    prints.enqueue_changes({A: None})
    prints.drop_changes(telling)
    assert changes(prints) == {"a": None}
