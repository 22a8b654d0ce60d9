"""``newsloom show``."""

import json

import pytest

from pipeline.urls import url_id
from tests.cli.conftest import Newsloom
from tests.support.data.articles import article, article_id, revision
from workers.resources import Resources

ONE = url_id("https://news.example/one")
FULL = article(
    "one",
    id=ONE,
    title="A [b]fox[/b]\x1b[2J in town",
    authors=("Ann One", "Bob\x1b Two"),
    section="Nature",
    tags=("foxes", "towns"),
    keywords=("late fox",),
    agency="Reuters",
    canonical_url="https://www.news.example/one",
    image="https://news.example/one.jpg",
    published="2017-12-01T10:00:00+02:00",
    published_evidence=[
        {"provenance": "json-ld", "value": "2017-12-01T10:00:00+02:00"},
        {"provenance": "url", "value": "2017-12-01T00:00:00Z"},
    ],
    modified="2017-12-02T10:00:00Z",
    truncated=True,
    free=False,
    body="A fox came to town on Tuesday, [i]it is said[/i], and went away.\n\nWhat it took\n\n"
    "- a hen that was not locked in for the night by its owner, who slept\n- two eggs\n\n"
    "The \x1b[2Jend.",
)


@pytest.fixture
def indexed(resources: Resources) -> Resources:
    copies = [article(f"copy-{n}", copy_of="x", source=f"s{n % 2}") for n in range(3)]
    copies = [
        copy.model_copy(
            update={"duplicate_of": copy.duplicate_of.model_copy(update={"article": ONE})}
        )
        for copy in copies
        if copy.duplicate_of
    ]
    resources.index.put([FULL, *copies])
    return resources


@pytest.mark.usefixtures("indexed")
def test_an_article_is_shown_with_all_that_is_known(
    newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    result = newsloom("show", ONE)

    assert (result.code, result.err) == (0, "")
    assert "\x1b" not in result.out
    lines = result.out.splitlines()
    copies = sorted(line.strip() for line in lines if "/copy-" in line)
    assert [line for line in lines if "/copy-" not in line] == [
        "A [b]fox[/b] [2J in town",
        "by Ann One, Bob  Two",
        "",
        "source      example",
        "published   2017-12-01 08:00:00 UTC (from json-ld)",
        "            url says 2017-12-01 00:00:00 UTC",
        "modified    2017-12-02 10:00:00 UTC",
        "first seen  2017-12-01 11:00:00 UTC",
        "fetched     2017-12-05 12:00:00 UTC",
        "section     Nature",
        "tags        foxes, towns",
        "keywords    late fox",
        "language    en",
        "agency      Reuters",
        "length      9 words; 1 minute to read; the text breaks off",
        "            before its end; not free to read, says the",
        "            publisher",
        "URL         https://news.example/one",
        "canonical   https://www.news.example/one",
        "image       https://news.example/one.jpg",
        f"id          {ONE}",
        "copies      3, also at s0, s1",
        "",
        "A fox came to town on Tuesday, [i]it is said[/i], and went",
        "away.",
        "",
        "What it took",
        "",
        "- a hen that was not locked in for the night by its owner,",
        "  who slept",
        "- two eggs",
        "",
        "The  [2Jend.",
    ]
    assert copies == [
        "s0: https://news.example/copy-0",
        "s0: https://news.example/copy-2",
        "s1: https://news.example/copy-1",
    ]


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    "name",
    [
        ONE,
        ONE[:8],
        "https://news.example/one",
        "http://www.news.example/one/?utm_source=x#top",
        "news.example/one",
    ],
)
def test_it_is_found_by_id_beginning_and_any_form_of_its_address(
    newsloom: Newsloom, name: str
) -> None:
    assert json.loads(newsloom("show", name, "--json").out)["id"] == ONE


@pytest.mark.usefixtures("indexed")
def test_json_is_the_whole_record_with_dates_in_utc(newsloom: Newsloom) -> None:
    record = json.loads(newsloom("show", ONE, "--json").out)
    assert record["published"] == "2017-12-01T08:00:00Z"
    assert record["published_evidence"][0]["value"] == "2017-12-01T08:00:00Z"
    assert (record["body"], record["title"]) == (FULL.body, FULL.title)
    assert (record["copies"], record["also_at"]) == (3, ["s0", "s1"])
    assert set(FULL.model_dump()) <= set(record)


def test_a_bare_article_and_a_copy(newsloom: Newsloom, resources: Resources) -> None:
    resources.index.put([article("one"), article("two", copy_of="one", published=None)])
    out = newsloom("show", article_id("two")).out
    assert "published   no date\n" in out
    assert f"copy of     {article_id('one')} (minhash, score 0.90)\n" in out
    assert "            example: https://news.example/one\n" in out
    assert "section" not in out


def test_a_copy_in_the_same_source_is_nowhere_else(
    newsloom: Newsloom, resources: Resources
) -> None:
    resources.index.put([article("one"), article("two", copy_of="one")])
    out = newsloom("show", article_id("one")).out
    assert "copies      1\n            example: https://news.example/two\n" in out


def test_older_versions_are_mentioned(newsloom: Newsloom, resources: Resources) -> None:
    resources.index.put([revision(1)])
    resources.index.put([revision(2)])
    out = newsloom("show", article_id("one")).out
    assert f"version     2; `newsloom history {article_id('one')}`" in out


@pytest.mark.usefixtures("indexed")
def test_a_narrow_terminal(newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = newsloom("show", ONE).out.splitlines()
    whole = ("://", ONE)
    assert all(len(line) <= 40 for line in lines if not any(part in line for part in whole))
    assert f"  {ONE}" in lines


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("name", ["https://news.example/nothing", "nothing", "\x1b[2J", "", "ffff"])
def test_what_is_not_there_is_1_with_a_sentence(newsloom: Newsloom, name: str) -> None:
    result = newsloom("show", name)
    assert (result.code, result.out) == (1, "")
    assert result.sentence.endswith("is not among the articles.")
    assert "\x1b" not in result.err
