"""Families of copies, and an operator's changes to them."""

import pytest

from services.articles.duplicates import Family, family_of, pin_article, split_article
from services.articles.search import find_article
from services.errors import NothingToChangeError
from tests.support.data.published_copies import publish, three_copies
from workers.resources import Resources


@pytest.fixture
def copies(resources: Resources) -> list[str]:
    return three_copies(resources)


def family(resources: Resources, article_id: str) -> Family:
    index = resources.open_index()
    return family_of(index, find_article(resources.stores.ledger, index, article_id))


def names(found: Family) -> list[str]:
    return [member.source for member in found.members]


def test_every_member_has_the_same_family(resources: Resources, copies: list[str]) -> None:
    for member in copies:
        assert names(family(resources, member)) == ["early", "middle", "late"]


def test_an_article_alone_is_a_family(resources: Resources) -> None:
    alone = family(resources, publish(resources, "alone", 0))

    assert names(alone) == ["alone"]
    assert alone.without(alone.first) == []


def test_a_pinned_article_leads_and_the_others_are_its_copies(
    resources: Resources, copies: list[str]
) -> None:
    index = resources.open_index()
    late = find_article(resources.stores.ledger, index, copies[0])
    changed = pin_article(resources, index, late)

    assert changed.first.source == "late"
    assert sorted(names(changed)) == ["early", "late", "middle"]
    assert {one.duplicate_of.article for one in changed.members[1:] if one.duplicate_of} == {
        late.id
    }
    assert names(family(resources, copies[2]))[0] == "late"


def test_a_split_article_stands_alone(resources: Resources, copies: list[str]) -> None:
    index = resources.open_index()
    middle = find_article(resources.stores.ledger, index, copies[1])

    assert names(split_article(resources, index, middle)) == ["middle"]
    assert names(family(resources, copies[0])) == ["early", "late"]


def test_when_the_first_is_split_off_the_next_one_leads(
    resources: Resources, copies: list[str]
) -> None:
    index = resources.open_index()
    first = find_article(resources.stores.ledger, index, copies[2])

    assert names(split_article(resources, index, first)) == ["early"]
    assert names(family(resources, copies[0])) == ["middle", "late"]


def test_an_article_alone_cannot_be_changed(resources: Resources) -> None:
    index = resources.open_index()
    alone = find_article(resources.stores.ledger, index, publish(resources, "alone", 0))
    for change in (pin_article, split_article):
        with pytest.raises(NothingToChangeError, match="has no copies and is none"):
            change(resources, index, alone)
