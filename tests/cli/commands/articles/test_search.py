"""``newsloom search``."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Newsloom
from tests.support.data.articles import article, article_id, revision
from workers.resources import Resources


@pytest.fixture
def indexed(resources: Resources) -> Resources:
    """Three articles and a copy of the first."""
    resources.index.put(
        [
            article(
                "old",
                title="A fox in town",
                section="Nature",
                published=datetime(2016, 1, 2, tzinfo=UTC),
            ),
            article(
                "new",
                title="Foxes [/] and :fox: [red]markup",
                source="other",
                published=datetime(2018, 5, 6, tzinfo=UTC),
            ),
            article(
                "german",
                title="Ein Fuchs",
                body="Der Fuchs springt.",
                language="de",
                published=None,
            ),
            article("copied", title="A fox in town, again", copy_of="old"),
        ]
    )
    return resources


def test_hits_are_shown_with_where_they_are_from(newsloom: Newsloom, indexed: Resources) -> None:
    result = newsloom("search", "title:town")

    assert result.code == 0
    assert result.out.splitlines() == [
        "1 article",
        "1 copy is left out; --copies shows it.",
        "",
        "A fox in town",
        "  2016-01-02 · example · en · Nature · +1 copy",
        "  https://news.example/old",
        "",
        "sources: example 1    languages: en 1",
    ]
    assert result.err == ""
    assert indexed.index.count() == 4


@pytest.mark.usefixtures("indexed")
def test_words_need_no_quoting_and_matches_are_shown(newsloom: Newsloom) -> None:
    result = newsloom("search", "quick", "fox", "lang:en")

    assert result.out.startswith("2 articles\n")
    assert "  The quick brown fox jumps over the lazy dog." in result.out


@pytest.mark.usefixtures("indexed")
def test_titles_are_shown_letter_by_letter(newsloom: Newsloom) -> None:
    assert "Foxes [/] and :fox: [red]markup" in newsloom("search", "source:other").out


@pytest.mark.usefixtures("indexed")
def test_json(newsloom: Newsloom) -> None:
    result = newsloom("search", "--json", "title:town")
    answer = json.loads(result.out)

    assert (result.code, result.err) == (0, "")
    assert (answer["total"], [hit["url"] for hit in answer["hits"]]) == (
        1,
        ["https://news.example/old"],
    )
    assert answer["hits"][0]["title_html"] == "A fox in <mark>town</mark>"
    assert answer["facets"]["source"] == [{"value": "example", "count": 1}]


def test_json_has_the_whole_record_of_each_hit(newsloom: Newsloom, resources: Resources) -> None:
    full = article(
        authors=("Ann One",),
        section="World",
        tags=("ferry",),
        keywords=("late ferry",),
        agency="Reuters",
        published="2017-12-01T01:30:00+02:00",
        published_evidence=[{"provenance": "meta", "value": "2017-12-01T01:30:00+02:00"}],
    )
    resources.index.put([full, article("two", copy_of="one", source="echo")])
    (hit,) = json.loads(newsloom("search", "fox", "--json").out)["hits"]

    expected = {
        "body": full.body,
        "authors": ["Ann One"],
        "host": "news.example",
        "word_count": 9,
        "section": "World",
        "tags": ["ferry"],
        "keywords": ["late ferry"],
        "agency": "Reuters",
        "published": "2017-11-30T23:30:00Z",
        "first_seen": "2017-12-01T11:00:00Z",
        "fetched_at": "2017-12-05T12:00:00Z",
        "canonical_url": "https://news.example/one",
        "copies": 1,
        "also_at": ["echo"],
        "duplicate_of": None,
        "version": 1,
    }
    assert {name: hit[name] for name in expected} == expected
    assert hit["published_evidence"][0]["value"] == "2017-11-30T23:30:00Z"
    assert hit["score"] > 0
    assert len(hit["highlights"]) == 1


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    ("options", "names"),
    [
        ((), ["new", "old", "german"]),
        (("--copies",), ["new", "copied", "old", "german"]),
        (("--limit", "1"), ["new"]),
        (("--limit", "1", "--offset", "1"), ["old"]),
        (("--limit", "0"), []),
        (("--offset", "9900"), []),
    ],
)
def test_options_choose_and_order(
    newsloom: Newsloom, options: tuple[str, ...], names: list[str]
) -> None:
    answer = json.loads(newsloom("search", "--newest", "--json", *options).out)

    assert [hit["url"].rpartition("/")[2] for hit in answer["hits"]] == names
    assert answer["total"] == (4 if "--copies" in options else 3)


@pytest.mark.usefixtures("indexed")
def test_a_copy_says_of_what(newsloom: Newsloom) -> None:
    assert f"copy of {article_id('old')}" in newsloom("search", "--copies", "title:again").out


def test_a_hit_says_where_else_it_is_and_which_version_it_has(
    newsloom: Newsloom, resources: Resources
) -> None:
    resources.index.put([revision(1)])
    resources.index.put([revision(2)])
    sources = ["wire", "echo", "wire", "daily\x1b[2J", "post", "example"]
    resources.index.put(
        [article(str(n), copy_of="one", source=source) for n, source in enumerate(sources)]
    )

    line = newsloom("search", "fox").out.splitlines()[4]
    assert line.endswith(" · +6 copies · also at 4 sources (wire, daily [2J, echo …) · version 2")

    resources.index.mark(dict.fromkeys((article_id(str(n)) for n in (0, 2, 3, 4, 5)), None))
    (hit,) = (
        line
        for line in newsloom("search", "fox", 'url:"https://news.example/one"').out.splitlines()
        if "·" in line
    )
    assert hit.endswith(" · +1 copy · also at 1 source (echo) · version 2")


@pytest.mark.usefixtures("indexed")
def test_oldest_first(newsloom: Newsloom) -> None:
    answer = json.loads(newsloom("search", "--oldest", "--json").out)

    assert [hit["url"].rpartition("/")[2] for hit in answer["hits"]] == ["old", "new", "german"]
    assert (
        newsloom("search", "--oldest", "--newest").sentence == "Error: either --newest or --oldest"
    )


@pytest.mark.usefixtures("indexed")
def test_nothing_found_is_1(newsloom: Newsloom) -> None:
    result = newsloom("search", "xylophone")
    as_json = newsloom("search", "xylophone", "--json")

    assert (result.code, result.out, result.err) == (1, "", "Nothing found.\n")
    assert (as_json.code, json.loads(as_json.out)["total"], as_json.err) == (1, 0, "")


@pytest.mark.usefixtures("indexed")
def test_tags_and_collections_of_sources_can_be_asked_for(newsloom: Newsloom, place: Path) -> None:
    sources = place / "sources.yaml"
    sources.write_text("- {id: other, feed: 'https://a.example/', collections: [Big]}\n")
    assert newsloom("search", "collection:big").out.startswith("1 article\n")
    unknown = newsloom("search", "collection:bog")
    assert (unknown.code, unknown.out) == (2, "")
    assert unknown.sentence == "Error: There is no collection “bog”. Did you mean Big?"

    sources.write_text("sources: [")
    assert newsloom("search", "fox").code == 0
    broken = newsloom("search", "collection:big")
    assert broken.code == 2
    assert "sources.yaml is not readable as YAML" in broken.err


@pytest.mark.usefixtures("indexed")
def test_copies_that_are_left_out_are_counted(newsloom: Newsloom) -> None:
    nothing = newsloom("search", "title:again")
    assert (nothing.code, nothing.out) == (1, "")
    assert nothing.err == "Nothing found. 1 copy is left out; --copies shows it.\n"
    assert json.loads(newsloom("search", "title:again", "--json").out)["copies_left_out"] == 1

    with_copies = newsloom("search", "--copies", "title:town")
    assert with_copies.out.startswith("2 articles\n\n")
    assert "left out" not in with_copies.out


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    "arguments", [("fox", "-lang:en"), ("-lang:en",), ("--", "-lang:en"), ("-en", "-lang:en")]
)
def test_a_minus_leaves_out(newsloom: Newsloom, arguments: tuple[str, ...]) -> None:
    result = newsloom("search", *arguments)
    found = newsloom("search", "--json", *arguments)
    assert "Error" not in result.err
    assert {hit["language"] for hit in json.loads(found.out)["hits"]} <= {"de"}


@pytest.mark.usefixtures("indexed")
def test_options_may_stand_between_the_words(newsloom: Newsloom) -> None:
    assert json.loads(newsloom("search", "quick", "--json", "fox").out)["total"] == 2
    assert "--json" in newsloom("search", "fox", "--jsno").sentence


def test_an_index_that_is_not_there_yet_has_nothing(newsloom: Newsloom) -> None:
    assert newsloom("search", "fox").code == 1


@pytest.mark.parametrize(
    "query",
    [
        "fox AND",
        '"fox',
        "(fox",
        "colour:red",
        "published:[soon TO *]",
        "f*",
        "*ox",
        "/fox/",
        "a\0b",
    ],
)
def test_a_query_that_is_wrong_is_2_with_a_sentence(newsloom: Newsloom, query: str) -> None:
    result = newsloom("search", query)

    assert (result.code, result.out) == (2, "")
    assert result.sentence.startswith("Error: ")


def test_a_query_that_is_wrong_cannot_move_the_cursor(newsloom: Newsloom) -> None:
    result = newsloom("search", "\x1b[2J[/red]colour\x1b[1m:red")

    assert result.code == 2
    assert "\x1b" not in result.err


def test_a_search_is_explained(newsloom: Newsloom, indexed: Resources) -> None:
    result = newsloom("search", "--explain", "title:foxes lang:en")
    assert result.code == 0
    shown = result.out.splitlines()
    assert shown[:6] == [
        "The query asks for",
        "  all of these:",
        "    the word “foxes”",
        "      in title",
        shown[4],
        "    language is “en”",
    ]
    assert "en:fox" in shown[4]
    assert shown[7] == "1. Foxes [/] and :fox: [red]markup"
    assert shown[8].endswith("the word “foxes” in title")
    assert "2. A fox in town" in shown
    answer = json.loads(newsloom("search", "--explain", "--json", "lang:en").out)
    assert answer["understood"] == {"text": "language is “en”", "parts": []}
    assert {each["id"] for each in answer["articles"]} == {article_id("old"), article_id("new")}
    assert "no word has a score" in newsloom("search", "--explain", "lang:en").out
    assert indexed.index.count() == 4
