"""Similar articles: those that share the telling words, and no copies of the article itself."""

import pytest

from services.articles.similar import similar, telling_words
from services.errors import InvalidRangeError
from storage.tantivy.index import TantivyIndex
from storage.words import tokenize
from tests.support.data.articles import article, article_id

FERRY = article(
    "ferry",
    title="Ferries stay in port",
    body="The harbour master closed the strait because of a storm.",
    keywords=("harbour master", "storm", "strait"),
)


@pytest.fixture
def index() -> TantivyIndex:
    made = TantivyIndex(None)
    made.put(
        [
            FERRY,
            article("copy", title="Ferries", body=FERRY.body, copy_of="ferry", source="echo"),
            article("near", title="Ferries again", body="A storm holds the harbour master up."),
            article("far", title="Markets", body="A storm of bids for one strait of land."),
            article("other", title="Football", body="A goal."),
            article("abroad", title="Ferries", body="storm strait harbour master", language="de"),
        ]
    )
    return made


def test_the_most_alike_come_first_and_the_family_is_left_out(index: TantivyIndex) -> None:
    found = similar(index, FERRY)
    assert [hit.id for hit in found.hits] == [article_id("near"), article_id("far")]
    assert found.words[:3] == FERRY.keywords
    copy = index.get(article_id("copy"))
    assert copy is not None
    assert article_id("ferry") not in {hit.id for hit in similar(index, copy).hits}


def test_the_limit_is_kept(index: TantivyIndex) -> None:
    assert [hit.id for hit in similar(index, FERRY, limit=1).hits] == [article_id("near")]
    for limit in (0, 51):
        with pytest.raises(InvalidRangeError):
            similar(index, FERRY, limit=limit)


def test_telling_words_are_few_and_each_comes_once() -> None:
    storm = article(title="A Storm: the STORM of 中国", keywords=("storm",))
    assert telling_words(storm, tokenize) == ("storm", "the", "中", "国")
    long = article(title=" ".join(f"word{n}" for n in range(500)))
    assert len(telling_words(long, tokenize)) == 12


def test_an_article_without_words_is_like_none(index: TantivyIndex) -> None:
    assert similar(index, article("void", title="…")).hits == ()
