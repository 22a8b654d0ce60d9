"""Counts from columns are those of the articles."""

import pytest
import tantivy

from search.counting import CountRequest, dimensions
from search.language.groups import NO_GROUPS
from search.nodes import MatchAll
from storage.tantivy import schema
from storage.tantivy.counting import combinations
from storage.tantivy.folder import open_index
from tests.support.data.articles import article

ARTICLES = [
    article("a", language="de", published="1969-12-31T23:59:59.999Z"),
    article("b", language=None, published=None, authors=("A B", "C", "A B"), tags=("t",)),
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


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["day", "language"], {(-86_400_000, "de"), (None, None), (1_512_086_400_000, "en")}),
        (
            ["url"],
            {(f"https://news.example/{name}",) for name in ("a", "b", "c", "x")},
        ),
        (
            ["agency", "modified", "host"],
            {(None, None, "news.example"), ("reuters", 1_514_851_200_000, "news.example")},
        ),
        (["author", "tag"], {("A B", "t"), ("C", "t"), (None, None)}),
    ],
)
def test_columns_hold_what_the_articles_say(
    names: list[str], expected: set[tuple[str | int | None, ...]]
) -> None:
    request = CountRequest(MatchAll(), dimensions(names, NO_GROUPS))
    found = dict(combinations(request, tantivy.Query.all_query(), searcher_of_all()))
    assert set(found) == expected
