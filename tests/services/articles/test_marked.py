import pytest

from search.errors import QueryError
from services.articles.marked import marked_text
from tests.support.data.articles import article

MADE = article(title="Fox & hound", body="The quick fox.\n\nFoxes <run> at night.")


def test_matches_are_marked_in_the_headline_and_in_every_paragraph() -> None:
    marked = marked_text(MADE, "fox")
    assert marked.title == "<mark>Fox</mark> &amp; hound"
    assert marked.paragraphs == (
        "The quick <mark>fox</mark>.",
        "<mark>Foxes</mark> &lt;run&gt; at night.",
    )


@pytest.mark.parametrize("query", ["", "*", "-fox", "title:zebra", "language:en"])
def test_what_asks_for_no_words_marks_nothing(query: str) -> None:
    marked = marked_text(MADE, query)
    assert marked.title == "Fox &amp; hound"
    assert "<mark>" not in "".join(marked.paragraphs)


def test_a_field_marks_only_there() -> None:
    marked = marked_text(MADE, "title:fox")
    assert "<mark>" in marked.title
    assert "<mark>" not in "".join(marked.paragraphs)


def test_a_query_that_cannot_be_read_says_so() -> None:
    with pytest.raises(QueryError):
        marked_text(MADE, '"fox')
