"""How queries are understood, and what scores are made of."""

from datetime import UTC, datetime

import pytest

from search.errors import QueryError
from services.articles.explain import explain
from tests.support.data.articles import article, article_id
from workers.resources import Resources

NOW = datetime(2017, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def indexed(resources: Resources) -> Resources:
    resources.index.put(
        [
            article("ministers", title="Ministers meet", body="A minister spoke."),
            article("minister", title="Minister resigns", body="Nothing else.", published=None),
        ]
    )
    return resources


def test_the_parts_of_a_score(indexed: Resources) -> None:
    ids = [article_id(name) for name in ("ministers", "minister", "nobody")]
    one, other, nobody = explain(indexed.index, "ministers", ids, now=NOW).articles
    assert {part.text for part in one.parts} == {
        "the word “ministers” in title",
        "the stem of the word “ministers” in title",
        "the stem of the word “ministers” in body",
        "newness",
    }
    assert one.parts[0].text == "the word “ministers” in title"
    assert (one.parts[-1].text, one.parts[-1].score) == ("newness", 1.25)
    assert [part.text for part in other.parts] == ["the stem of the word “ministers” in title"]
    assert one.score is not None
    assert other.score is not None
    assert one.score > other.score == other.parts[0].score
    assert (nobody.score, nobody.parts) == (None, ())


def test_without_newness_and_without_words(indexed: Resources) -> None:
    (one,) = explain(indexed.index, "ministers", [article_id("ministers")], newness=False).articles
    assert "newness" not in {part.text for part in one.parts}
    (one,) = explain(indexed.index, "lang:en", [article_id("ministers")]).articles
    assert (one.score, one.parts) == (0.0, ())


def test_a_wrong_query_is_an_error(indexed: Resources) -> None:
    with pytest.raises(QueryError):
        explain(indexed.index, "fox AND")
