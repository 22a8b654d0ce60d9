"""Text that stands only in a page's data."""

import json

import pytest

from pipeline.extract.body.data_text import MIN_SCRIPT, text_in_data
from pipeline.extract.tree import parse

TITLE = "Lighthouse painted again"
ONE = "The lighthouse on Gull Rock is to be painted again this spring, for the first time in years."
TWO = "Two painters from the mainland will live in it for six weeks, and the light will stay on."
OTHER = "A hundred sheep were brought to the northern meadows on Tuesday, where the grass is long."
PARTS = [{"kind": "text", "value": ONE}, {"kind": "text", "value": "Why?"}, {"value": TWO}]
STORIES = {
    "string": {"headline": TITLE, "articleBody": f"{ONE}\n\n{TWO}"},
    "html": {"title": TITLE, "content": f"<p>{ONE}</p><p>{TWO}</p>"},
    "parts": {"headlines": {"basic": TITLE}, "content_elements": PARTS},
}


def page(script: str, kind: str = "application/json") -> str:
    return f"<html><body><script type='{kind}'>{script}{' ' * MIN_SCRIPT}</script></body></html>"


def found(text: str, *titles: str) -> str:
    tree = parse(text)
    assert tree is not None
    return text_in_data(tree, titles or (TITLE,))


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_the_longest_run_of_prose_beside_the_title_is_the_text(story: object) -> None:
    others = [{"title": "Sheep moved", "body": OTHER * 9}]
    state = json.dumps({"page": {"id": 1, "story": story}, "latest": others})
    text = found(page(state))
    assert text.count(f"<p>{ONE}</p>") == text.count(f"<p>{TWO}</p>") == 1
    assert OTHER not in text


def test_short_paragraphs_between_are_kept() -> None:
    assert "<p>Why?</p>" in found(page(json.dumps(STORIES["parts"])))


@pytest.mark.parametrize(
    "script",
    [
        "window.__STATE__ = {};",
        "var a = 1; Site.content={};Site.other={{}};",
        "window.__STATE__ = JSON.parse({});",
    ],
)
def test_a_state_may_be_assigned(script: str) -> None:
    state = json.dumps(STORIES["parts"])
    written = json.dumps(state) if "JSON.parse" in script else state
    assert ONE in found(page(script.replace("{}", written, 1), "text/javascript"))


@pytest.mark.parametrize(
    "script",
    ['{"title": "Lighthouse painted', "[" * 100_000, json.dumps({"title": TITLE, "n": 1}), "x = {"],
)
def test_data_that_is_broken_or_without_text_gives_none(script: str) -> None:
    assert found(page(script)) == found(page(script, "")) == ""


def test_another_object_s_text_is_not_taken() -> None:
    state = json.dumps({"title": "Sheep moved", "body": OTHER * 9})
    assert found(page(state)) == found(page(state), "", "Sheep") == ""
