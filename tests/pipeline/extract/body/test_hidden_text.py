"""Text that a page shows only sometimes."""

import pytest

from pipeline.extract.body.hidden_text import uncover
from pipeline.extract.tree import parse

ONE = "The lighthouse on Gull Rock is to be painted again this spring, for the first time in years."
TWO = "Two painters from the mainland will live in it for six weeks, and the light will stay on."
THREE = "The colour was put to a vote among the islanders, who chose white and red as it has been."
STORY = f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>"


def shown(body: str) -> str:
    tree = parse(f"<html><body>{body}</body></html>")
    assert tree is not None
    sizes = uncover(tree)
    assert sizes[tree].text > 0
    return str(tree.text_content())


@pytest.mark.parametrize(
    "hidden",
    [
        f"<noscript>{STORY}</noscript>",
        f"<template>{STORY}</template>",
        f'<script type="text/template">{STORY}</script>',
    ],
)
def test_hidden_text_is_shown_where_there_is_no_other(hidden: str) -> None:
    assert ONE in shown(f"<h1>Gull Rock</h1>{hidden}")
    assert shown(f"<div>{STORY}<p>{ONE} Yes.</p></div>{hidden}").count(TWO) == 1


def test_a_declarative_shadow_root_is_always_shown() -> None:
    root = f"<story-text><template shadowrootmode=open><p>{ONE}</p></template></story-text>"
    assert ONE in shown(f"{STORY}{root}".replace(ONE, "x", 1))


def test_little_hidden_text_and_code_stay_hidden() -> None:
    page = "<h1>Gull Rock</h1><noscript><p>Turn scripts on</p></noscript><script>var x</script>"
    assert shown(page) == "Gull Rock"


def test_paragraphs_that_are_hidden_and_readings_of_ruby_are_no_text() -> None:
    assert shown(f"<p hidden>{TWO}</p><p>{ONE}</p>") == ONE
    assert shown("<p><ruby>灯台<rp>(</rp><rt>とうだい</rt><rp>)</rp></ruby>の光</p>") == "灯台の光"


def test_links_without_text_in_paragraphs_are_unwrapped() -> None:
    tree = parse(f'<p><a id="k"></a><a href="/p"><img src="/p.jpg"></a>{ONE}<a href="/x">x</a></p>')
    assert tree is not None
    uncover(tree)
    assert [link.get("href") for link in tree.iter("a")] == ["/x"]
    assert tree.find(".//img") is not None
