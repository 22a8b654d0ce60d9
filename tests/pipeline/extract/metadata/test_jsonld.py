"""JSON-LD as pages have it."""

import json

import pytest
from lxml import html

from pipeline.extract.metadata.jsonld import as_list, read_nodes, scripts_of, strings, types_of

ARTICLE = {"@type": "NewsArticle", "headline": "Ferries sail again"}
TEXT = json.dumps(ARTICLE)


@pytest.mark.parametrize(
    "script",
    [
        TEXT,
        f"<!-- {TEXT} -->",
        f"//<![CDATA[\n{TEXT}\n//]]>",
        TEXT.replace('"', "&quot;"),
        TEXT.replace("}", ",}"),
        TEXT.replace(", ", ",, "),
        TEXT.replace(", ", "\n"),
        TEXT + ";",
        TEXT + " broken",
        TEXT[:-1],  # torn: single fields are found
    ],
)
def test_an_article_is_read_however_it_is_written(script: str) -> None:
    assert read_nodes([script])[0] == ARTICLE


def test_outer_nodes_come_first_and_graphs_are_flat() -> None:
    graph = {"@graph": [{"@type": "WebPage", "about": {"@id": "#x"}}, ARTICLE]}
    nodes = read_nodes([json.dumps(graph), '["no node", 5]'])
    assert nodes == [graph["@graph"][0], ARTICLE, {"@id": "#x"}]


def test_what_is_no_json_has_no_nodes() -> None:
    assert read_nodes(["", "var x = 1", "[" * 100_000]) == []


def test_an_author_of_a_torn_script_is_found() -> None:
    torn = '{"@type": "Thing", "datePublished": "2026-11-24", "author": {"name": "Ann Lee"'
    assert read_nodes([torn]) == [
        {"@type": "Article", "datePublished": "2026-11-24", "author": "Ann Lee"}
    ]


def test_only_scripts_of_that_type_are_read() -> None:
    tree = html.fromstring(
        '<body><script type="Application/LD+JSON">{}</script><script>x</script>'
        '<script type="application/ld+json"></script></body>'
    )
    assert scripts_of(tree) == ["{}"]


def test_values_are_lists_strings_and_types() -> None:
    assert (as_list(None), as_list("a"), as_list(["a"])) == ([], ["a"], ["a"])
    assert list(strings(["a", {"@value": "b"}, {"name": ["c"]}, 5])) == ["a", "b", "c"]
    assert types_of({"@type": ["https://schema.org/NewsArticle", "schema:Thing", 5]}) == (
        "NewsArticle",
        "Thing",
    )
