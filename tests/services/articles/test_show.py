"""One article and what there is around it."""

import pytest

from services.articles.show import show_article
from tests.support.data.articles import article, article_id
from workers.resources import Resources


@pytest.fixture
def family(resources: Resources) -> Resources:
    """An article with copies elsewhere, in its own source, and one whose original is gone."""
    wires = [
        article(f"wire-{n}", copy_of="one", source="wire", published=f"2017-12-0{n}T00:00:00Z")
        for n in (3, 2)
    ]
    resources.index.put(
        [
            article("one"),
            *wires,
            article("echo", copy_of="one", source="echo", published=None),
            article("again", copy_of="one", published=None),
            article("lost", copy_of="gone"),
        ]
    )
    return resources


def test_the_copies_are_counted_and_the_oldest_come_first(family: Resources) -> None:
    index = family.open_index()
    shown = show_article(index, article("one"))
    assert (shown.copies, shown.also_at, shown.original) == (4, ("wire", "echo"), None)
    assert [hit.url.rpartition("/")[2] for hit in shown.listed][:2] == ["wire-2", "wire-3"]


def test_a_copy_leads_to_its_original(family: Resources) -> None:
    index = family.open_index()
    copy = index.get(article_id("echo"))
    assert copy is not None
    shown = show_article(index, copy)
    assert shown.original is not None
    assert (shown.original.id, shown.copies, shown.also_at) == (article_id("one"), 0, ())


def test_an_original_may_be_gone(family: Resources) -> None:
    shown = show_article(family.open_index(), article("lost", copy_of="gone"))
    assert shown.original is None
