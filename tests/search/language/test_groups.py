"""Tags and collections of sources in queries."""

import pytest

from search.errors import QueryError
from search.language.groups import MOST_SOURCES, NO_GROUPS, Groups, names_of
from search.language.query import parse
from search.nodes import And, MatchAll, Node, Not, OneOf, Or, Term

GROUPS: Groups = {
    "source_tag": {"World": ("bbc", "dw"), "world-wide": ("wire",), "Süden": ("sz",)},
    "collection": {"Big papers": ("bbc", "sz"), "small": ("blog",)},
}


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("source_tag:World", OneOf("source", ("bbc", "dw"))),
        ("SOURCE_TAG:wORLD", OneOf("source", ("bbc", "dw"))),
        ("source_tag:su\u0308den", OneOf("source", ("sz",))),
        ('collection:"big papers"', OneOf("source", ("bbc", "sz"))),
        ("source_tag:wor*", OneOf("source", ("bbc", "dw", "wire"))),
        ("source_tag:*", OneOf("source", ("bbc", "dw", "sz", "wire"))),
        ("-collection:small", Not(OneOf("source", ("blog",)))),
        ("a NOT collection:small", And((Term(None, "a"), Not(OneOf("source", ("blog",)))))),
        (
            'collection:(small OR "Big papers")',
            Or((OneOf("source", ("blog",)), OneOf("source", ("bbc", "sz")))),
        ),
    ],
)
def test_a_group_stands_for_its_sources(text: str, node: Node) -> None:
    assert parse(text, GROUPS) == node


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "source_tag:wrold",
            "There is no tag of a source “wrold”. Did you mean World?",
        ),
        (
            "collection:zzz*",
            "There is no collection “zzz*”. There are Big papers, small.",
        ),
        ("source_tag:[a TO b]", "Ranges are for the fields published"),
        ("source_tag:w*", "at least 2 letters"),
        ("colour:red", "collection, "),
    ],
)
def test_what_is_no_group_is_an_error_that_helps(text: str, message: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(text, GROUPS)
    assert message in str(raised.value)


def test_the_error_says_where_the_name_stands() -> None:
    with pytest.raises(QueryError) as raised:
        parse("fox collection:none", GROUPS)
    assert raised.value.position == len("fox collection:")


def test_without_any_group_the_error_says_so() -> None:
    with pytest.raises(QueryError, match="no source in the sources file has one"):
        parse("collection:big", NO_GROUPS)


def test_of_many_groups_some_are_named() -> None:
    groups = {"source_tag": {}, "collection": {f"n{n:02}": ("a",) for n in range(30)}}
    with pytest.raises(QueryError, match=r"There are n00, .*, n09, …\."):
        parse("collection:zzz", groups)


def test_a_group_is_bounded() -> None:
    sources = tuple(f"s{n}" for n in range(MOST_SOURCES + 1))
    with pytest.raises(QueryError, match=r"stands for 20001 sources; .* 20000"):
        parse("collection:all", {"source_tag": {}, "collection": {"all": sources}})


def test_groups_are_looked_into_only_when_the_query_names_one() -> None:
    """An empty mapping has no field at all."""
    assert parse("*", {}) == MatchAll()
    assert parse("fox tag:world", {}) != MatchAll()


def test_the_groups_of_each_source() -> None:
    assert names_of(GROUPS, "source_tag")["bbc"] == ("World",)
    both = {"source_tag": {}, "collection": {"a": ("x",), "b": ("x", "y")}}
    assert names_of(both, "collection") == {"x": ("a", "b"), "y": ("b",)}
