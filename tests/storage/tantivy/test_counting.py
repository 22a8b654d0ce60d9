"""Counts from columns and from the articles themselves agree."""

import tantivy

from search.counting import CountRequest, combinations_of, dimensions
from search.language.groups import NO_GROUPS
from search.nodes import MatchAll
from storage.tantivy import schema
from storage.tantivy.counting import combinations
from storage.tantivy.folder import open_index
from tests.support.data.articles import article

ARTICLES = [
    article("a", language="de", published="1969-12-31T23:59:59.999Z"),
    article("b", language=None, published=None),
    article(
        "c",
        canonical_url="https://news.example/x",
        agency="Reuters",
        modified="2018-01-02T00:00:00Z",
    ),
]


def searcher_of_all() -> tantivy.Searcher:
    index = open_index(None, 1.0)
    writer = index.writer()
    for each in ARTICLES:
        writer.add_document(schema.document(each, index.schema))
    writer.commit()
    index.reload()
    return index.searcher()


def test_columns_hold_what_the_articles_say() -> None:
    searcher = searcher_of_all()
    for names in (["day", "language"], ["url"], ["agency", "modified", "host"]):
        request = CountRequest(MatchAll(), dimensions(names, NO_GROUPS))
        found = dict(combinations(request, tantivy.Query.all_query(), searcher))
        expected = {key for each in ARTICLES for key in combinations_of(each, request.by)}
        assert set(found) == expected


def test_texts_are_counted_too() -> None:
    request = CountRequest(MatchAll(), dimensions(["section"], NO_GROUPS))
    found = combinations(request, tantivy.Query.all_query(), searcher_of_all())
    assert list(found) == [((None,), 3)]
