"""One article over HTTP."""

from typing import Any

import pytest

from tests.support.data.articles import article, article_id, revision
from tests.support.running_api import Api


@pytest.fixture
def known(api: Api) -> Api:
    """An article of three versions with a copy, and one like it."""
    index = api.resources.index
    for number in (1, 2, 3):
        index.put([revision(number, keywords=("lazy", "fox"))])
    index.put(
        [article("copy", copy_of="one", source="echo"), article("other", title="Foxes are lazy")]
    )
    return api


def test_an_article_by_its_id_or_the_beginning(known: Api) -> None:
    whole = known(f"/articles/{article_id('one')}").json
    assert whole["article"]["version"] == 3
    assert (whole["copies"], whole["also_at"]) == (1, ["echo"])
    assert known(f"/articles/{article_id('one')[:12]}").json == whole
    missing = known("/articles/" + "0" * 32)
    assert missing.status == 404
    assert missing.json["detail"] == f"{'0' * 32} is not among the articles."


def test_its_copies(known: Api) -> None:
    members = known(f"/articles/{article_id('copy')}/copies").json["members"]
    assert [each["id"] for each in members] == [article_id("one"), article_id("copy")]


def between(older: int, later: int) -> dict[str, Any]:
    return {"from": older, "to": later}


def test_its_versions_and_what_changed(known: Api) -> None:
    place = f"/articles/{article_id('one')}"
    versions = known(f"{place}/versions").json
    assert [each["article"]["version"] for each in versions] == [1, 2, 3]
    assert versions[0]["change"] is None
    whole = known(f"{place}/diff").json
    [paragraph] = whole["paragraphs"]
    assert [(piece["kind"], piece["text"].strip()) for piece in paragraph["pieces"]] == [
        ("same", "The quick brown fox jumps over"),
        ("removed", "1"),
        ("added", "3"),
        ("same", "lazy dogs."),
    ]
    assert known(f"{place}/diff", **between(2, 3)).json == versions[2]["change"]
    gone = known(f"{place}/diff", **between(1, 9))
    assert (gone.status, gone.json["detail"]) == (
        404,
        f"There is no version 9 of {article_id('one')}; those kept are 1, 2, 3.",
    )


def test_similar_ones(known: Api) -> None:
    told = known(f"/articles/{article_id('one')}/similar", limit=3).json
    assert told["words"][:2] == ["lazy", "fox"]
    assert told["hits"][0]["id"] == article_id("other")
    assert article_id("copy") not in {hit["id"] for hit in told["hits"]}


@pytest.mark.parametrize("name", ["short", "UPPER-CASE", "x" * 65, "..", "a%2fbcdef", "%00abcdef"])
def test_what_is_no_id_is_said(api: Api, name: str) -> None:
    assert api(f"/articles/{name}").status in {404, 422}
