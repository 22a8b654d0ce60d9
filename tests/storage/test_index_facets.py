"""Both backends: the most frequent values over all that match."""

from search.language.query import parse
from search.request import SearchRequest
from search.results import FacetValue
from storage.index import Index
from tests.support.data.articles import article
from tests.support.index_questions import put, search


def test_facets_count_whole_values_and_groups(index: Index) -> None:
    put(
        index,
        article("one", authors=("Jane Doe", "Jane Doe", "John"), agency="AP", source="a"),
        article("two", authors=("Jane Doe",), section="World News", source="b", tags=("x y",)),
        article("three", section="World News", source="c", keywords=("fox den",)),
    )
    groups = {"collection": {"all": ("a", "b", "c", "d"), "some": ("b",), "none": ("z",)}}
    names = ("author", "section", "tag", "keyword", "agency", "host", "collection", "source_kind")
    request = SearchRequest(parse("fox"), facets=names, groups=groups)
    counted = {
        name: [(each.value, each.count) for each in values]
        for name, values in index.search(request).facets.items()
    }
    assert counted == {
        "author": [("Jane Doe", 2), ("John", 1)],
        "section": [("World News", 2)],
        "tag": [("x y", 1)],
        "keyword": [("fox den", 1)],
        "agency": [("ap", 1)],
        "host": [("news.example", 3)],
        "collection": [("all", 3), ("some", 1)],
        "source_kind": [],
    }


def test_facets_count_all_that_match_not_only_the_page(index: Index) -> None:
    languages = ["en", "en", "de", "fr", "fr", "fr", None]
    put(index, *(article(str(n), language=language) for n, language in enumerate(languages)))
    result = search(index, "fox", limit=0, facet_size=2)
    assert (result.total, result.hits) == (7, ())
    assert result.facets["language"] == (
        FacetValue(value="fr", count=3),
        FacetValue(value="en", count=2),
    )
    assert result.facets["source"] == (FacetValue(value="example", count=7),)
    assert search(index, "fox", facet_size=0).facets["language"] == ()
