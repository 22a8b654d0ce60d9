"""The words of a result."""

import pytest

from services.articles.significant import significant_words
from tests.support.data.articles import article
from workers.resources import Resources


def test_words_of_a_result_are_found_by_a_query(resources: Resources) -> None:
    wars = [article(f"w{n}", title="War", keywords=("front line", "today")) for n in range(2)]
    peace = [article(f"p{n}", keywords=("today",), source="other") for n in range(4)]
    resources.index.put([*wars, *peace])
    found = significant_words(resources.index, "title:war older:1m", size=1)
    assert [(each.word, each.count, each.in_all) for each in found] == [("front line", 2, 2)]


@pytest.mark.parametrize("size", [0, 101])
def test_their_number_is_bounded(resources: Resources, size: int) -> None:
    with pytest.raises(ValueError, match="size must be 1 to 100"):
        significant_words(resources.index, "*", size=size)
