"""Search and samples over HTTP: the same answers as the services give."""

from typing import Any

from services.articles.sample import sample
from services.articles.search import search
from services.articles.significant import significant_words
from tests.support.data.articles import article
from tests.support.running_api import Api


def test_a_search_answers_as_the_service(api: Api) -> None:
    found = search(api.resources.open_index(), "kremlin", limit=3)
    answer = api("/search", q="kremlin", limit=3).json
    assert answer["total"] == found.total > 3
    assert [hit["id"] for hit in answer["hits"]] == [hit.id for hit in found.hits]
    assert answer["hits"][0]["title_html"]
    assert set(answer["facets"]) == {"source", "language"}


def test_pages_follow_each_other_to_the_end(api: Api) -> None:
    seen: list[str] = []
    after = None
    while True:
        more: dict[str, Any] = {"after": after} if after else {}
        page = api("/search", limit=7, sort="newest", **more).json
        seen += [hit["id"] for hit in page["hits"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == page["total"]


def test_facets_are_chosen(api: Api) -> None:
    answer = api("/search", facet=["host"], facet_size=2, limit=0).json
    assert list(answer["facets"]) == ["host"]
    assert len(answer["facets"]["host"]) == 2
    assert api("/search", facet="colour").status == 400
    assert api("/search", after="nonsense").status == 400


def test_a_sample_is_that_of_the_service(api: Api) -> None:
    drawn = sample(api.resources.open_index(), "kremlin", size=5, seed=9)
    answer = api("/sample", q="kremlin", size=5, seed=9).json
    assert [hit["id"] for hit in answer["hits"]] == [hit.id for hit in drawn.hits]
    assert answer["total"] == drawn.total


def test_a_query_is_explained(api: Api) -> None:
    first = api("/search", q="kremlin", sort="relevance", limit=1).json["hits"][0]
    told = api("/explain", q="kremlin", article=first["id"]).json
    [explained] = told["articles"]
    assert explained["id"] == first["id"]
    assert abs(explained["score"] - first["score"]) < 1e-4
    assert api("/explain", article="UPPER").status == 422


def test_significant_words_are_given(api: Api) -> None:
    body, names = "A storm at sea.", [f"storm-{number}" for number in range(30)]
    api.resources.index.put([article(name, body=body, keywords=("gale",)) for name in names])
    words = api("/significant", q="storm", size=3).json
    assert 0 < len(words) <= 3
    assert words[0] == significant_words(api.resources.open_index(), "storm")[0].model_dump()
    assert api("/significant", size=0).status == 422


def test_tags_of_sources_can_be_named(api: Api) -> None:
    text = "- {id: source-1, feed: 'https://a.example/', tags: [daily]}"
    api.resources.settings.sources.write_text(text)
    tagged = api("/search", q="source_tag:daily").json["total"]
    assert tagged == api("/search", q="source:source-1").json["total"] > 0
    api.resources.settings.sources.write_text("sources: [")
    broken = api("/search", q="source_tag:daily")
    assert (broken.status, broken.json["type"]) == (503, "urn:newsloom:problem:sources")
