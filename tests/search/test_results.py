"""Results cross the wire as JSON and come back the same."""

import pytest
from pydantic import ValidationError

from pipeline.records import EnrichedArticle
from search.results import FacetValue, Hit, SearchResult
from tests.support.data.articles import article

HIT = Hit.model_validate(
    {**dict(article()), "title_html": "A &amp; B", "score": 1.5, "duplicate_of": None}
)


def test_a_result_survives_json() -> None:
    facet = (FacetValue(value="a", count=1),)
    result = SearchResult(total=1, hits=(HIT,), facets={"source": facet}, next="x")
    assert SearchResult.model_validate_json(result.model_dump_json()) == result


def test_an_article_without_copies_is_its_own_original() -> None:
    assert (HIT.duplicate_of, HIT.copies, HIT.also_at, HIT.version) == (None, 0, (), 1)


def test_a_date_has_its_zone() -> None:
    with pytest.raises(ValidationError):
        Hit.model_validate({**HIT.model_dump(), "published": "2017-12-01T00:00:00"})


def test_a_hit_has_every_attribute_of_an_article() -> None:
    assert set(EnrichedArticle.model_fields) <= set(Hit.model_fields)
