"""The query language on both backends: which articles a query finds."""

from datetime import UTC, datetime

import pytest

from storage.index import Index
from tests.support.data.articles import article
from tests.support.index_questions import found, put

GROUPS = {
    "source_tag": {"animals": ("other", "none"), "news": ("example",)},
    "collection": {},
}


@pytest.fixture(scope="module")
def queried(shared_index: Index) -> Index:
    cat = article(
        "cat",
        title="Cat",
        body="The cat sleeps.",
        source="other",
        host="www.cats.example",
        language="de",
        canonical_url="https://m.news.example/cat",
        word_count=100,
        tags=("Foreign policy", "Cats"),
        keywords=("whiskers",),
        modified=datetime(2017, 12, 3, tzinfo=UTC),
    )
    dog = article(
        "dog",
        title="Dog",
        body="A dog.",
        authors=("Jane Doe", "John Smith"),
        section="World",
        description="A summary",
    )
    put(shared_index, article("fox"), cat, dog)
    return shared_index


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fox", {"fox"}),
        ("Fox DOG", {"fox"}),
        ("dog", {"fox", "dog"}),
        ('"quick brown"', {"fox"}),
        ('"brown quick"', set()),
        ("title:dog", {"dog"}),
        ("title:(dog OR fox)", {"dog", "fox"}),
        ("cat OR fox", {"cat", "fox"}),
        ("dog AND NOT fox", {"dog"}),
        ("dog -fox", {"dog"}),
        ("+dog +fox", {"fox"}),
        ("NOT dog", {"cat"}),
        ("(cat OR fox) AND quick", {"fox"}),
        ("cat OR NOT dog", {"cat"}),
        ("qui*", {"fox"}),
        ("title:do*", {"dog"}),
        ("source:other", {"cat"}),
        ("source:oth", set()),
        ("source_tag:animals", {"cat"}),
        ("source_tag:*", {"cat", "dog", "fox"}),
        ("NOT source_tag:animals", {"dog", "fox"}),
        ("dog source_tag:(animals OR news)", {"dog", "fox"}),
        ("host:WWW.cats.example", {"cat"}),
        ("host:www.*", {"cat"}),
        ("lang:de", {"cat"}),
        ("language:(de OR en)", {"cat", "dog", "fox"}),
        ('url:"https://news.example/fox"', {"fox"}),
        ('url:"https://m.news.example/cat"', {"cat"}),
        ("author:doe", {"dog"}),
        ('author:"jane doe"', {"dog"}),
        ('author:"doe john"', set()),
        ("authors:smith", {"dog"}),
        ('tag:"foreign policy"', {"cat"}),
        ("tag:policy", {"cat"}),
        ("keyword:whiskers", {"cat"}),
        ("section:world", {"dog"}),
        ("description:summary", {"dog"}),
        ("summary", {"dog"}),
        ("word_count:9", {"dog", "fox"}),
        ("word_count:[10 TO *]", {"cat"}),
        ("word_count:>9", {"cat"}),
        ("word_count:{9 TO 100}", set()),
        ("word_count:<=9", {"dog", "fox"}),
        ("fox & ... dog", {"fox"}),
        ("&", set()),
        ("*", {"cat", "dog", "fox"}),
        ("", {"cat", "dog", "fox"}),
        ("modified:*", {"cat"}),
        ("modified:[* TO *]", {"cat"}),
    ],
)
def test_queries(queried: Index, query: str, expected: set[str]) -> None:
    assert found(queried, query, groups=GROUPS) == expected
