"""``newsloom count``."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from tests.cli.conftest import Newsloom
from tests.support.data.articles import article
from workers.resources import Resources


@pytest.fixture
def indexed(resources: Resources) -> Resources:
    """Articles of three days and three sources, one of them a copy."""
    resources.index.put(
        [
            article("a"),
            article("b", source="post", section="=World\x1b[2J, \n"),
            article("c", source="post", published="2018-05-06T23:59:59Z"),
            article("d", source="wire", published=None, language="de"),
            article("e", source="wire", copy_of="a"),
        ]
    )
    return resources


@pytest.mark.usefixtures("indexed")
def test_the_total_and_what_is_left_out(newsloom: Newsloom) -> None:
    result = newsloom("count", "quick", "fox")

    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "4 articles",
        "1 copy is left out; --copies counts it.",
    ]
    assert newsloom("count", "--copies").out == "5 articles\n"


@pytest.mark.usefixtures("indexed")
def test_a_minus_leaves_out(newsloom: Newsloom) -> None:
    assert newsloom("count", "fox", "-lang:de").out.startswith("3 articles\n")
    assert "--copies" in newsloom("count", "fox", "--copeis").sentence


@pytest.mark.usefixtures("indexed")
def test_a_list_of_days(newsloom: Newsloom) -> None:
    assert newsloom("count", "--by", "day").out.splitlines()[2:] == [
        "",
        "day         articles",
        "2017-12-01         2",
        "2018-05-06         1",
        "no date            1",
    ]


@pytest.mark.usefixtures("indexed")
def test_a_cross_table(newsloom: Newsloom) -> None:
    lines = newsloom("count", "--by", "month,source").out.splitlines()
    assert lines[3].split() == ["month", "/", "source", "post", "example", "wire"]
    assert [line.split() for line in lines[4:]] == [
        ["2017-12", "1", "1"],
        ["2018-05", "1"],
        ["no", "date", "1"],
    ]
    assert newsloom("count", "--by", "month", "--by", "source").out.splitlines() == lines


@pytest.mark.usefixtures("indexed")
def test_a_cross_table_that_is_too_wide_is_a_list(
    newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    lines = newsloom("count", "--by", "month,source").out.splitlines()
    assert [line.split() for line in lines[-5:]] == [
        ["month", "source", "articles"],
        ["2017-12", "post", "1"],
        ["2017-12", "example", "1"],
        ["2018-05", "post", "1"],
        ["no", "date", "wire", "1"],
    ]


@pytest.mark.usefixtures("indexed")
def test_json(newsloom: Newsloom) -> None:
    answer = json.loads(newsloom("count", "fox", "--by", "year,language", "--json").out)
    assert answer == {
        "total": 4,
        "copies_left_out": 1,
        "by": ["year", "language"],
        "counts": [
            {"year": "2017", "language": "en", "count": 2},
            {"year": "2018", "language": "en", "count": 1},
            {"year": None, "language": "de", "count": 1},
        ],
    }


@pytest.mark.usefixtures("indexed")
def test_csv_has_a_line_for_each_combination(newsloom: Newsloom) -> None:
    result = newsloom("count", "--csv", "--by", "section,source")
    assert "\x1b" not in result.out
    assert list(csv.reader(StringIO(result.out))) == [
        ["section", "source", "count"],
        ["=World [2J,  ", "post", "1"],
        ["", "post", "1"],
        ["", "example", "1"],
        ["", "wire", "1"],
    ]
    assert newsloom("count", "--csv").out == "count\n4\n"


@pytest.mark.usefixtures("indexed")
def test_names_from_outside_cannot_move_the_cursor(newsloom: Newsloom) -> None:
    result = newsloom("count", "--by", "section")
    assert "=World [2J" in result.out
    assert "no section" in result.out
    assert "\x1b" not in result.out


@pytest.mark.usefixtures("indexed")
def test_nothing_found_is_1(newsloom: Newsloom) -> None:
    nothing = newsloom("count", "xylophone", "--by", "day")
    assert (nothing.code, nothing.out, nothing.err) == (1, "", "Nothing found.\n")
    only_copies = newsloom("count", "fox", "source:wire", "language:en")
    assert only_copies.err == "Nothing found. 1 copy is left out; --copies counts it.\n"
    as_json = newsloom("count", "xylophone", "--by", "day", "--json")
    assert (as_json.code, json.loads(as_json.out)["counts"]) == (1, [])


@pytest.mark.usefixtures("indexed")
def test_collections_can_be_counted_by(newsloom: Newsloom, place: Path) -> None:
    (place / "sources.yaml").write_text(
        "- {id: post, feed: 'https://a.example/', collections: [Big]}\n"
    )
    lines = newsloom("count", "--by", "collection").out.splitlines()
    assert [line.split() for line in lines[-2:]] == [["Big", "2"], ["no", "collection", "2"]]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--by", "colour"), "They can be counted by hour, day, week, month, year"),
        (("--by", "day,"), "cannot be counted by “”"),
        (("--csv", "--json"), "either --csv or --json"),
        (("fox AND",), "ends too early"),
    ],
)
def test_wrong_usage_is_2(newsloom: Newsloom, arguments: tuple[str, ...], complaint: str) -> None:
    result = newsloom("count", *arguments)
    assert (result.code, result.out) == (2, "")
    assert complaint in result.sentence
