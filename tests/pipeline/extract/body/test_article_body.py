"""The article's text."""

import json

import pytest
from lxml.html import HtmlElement

from pipeline.extract.body.article_body import Source, find_body, named_on_top
from pipeline.extract.body.blocks import Block
from pipeline.extract.body.hidden_text import uncover
from pipeline.extract.tree import parse

TITLE = "Ferries sail again"
LEAD = "The ferry between Eastquay and the islands will sail again on Monday, the board said."
TEXTS = [
    "The board and its crews have agreed on a new rota for the whole winter, it said on Friday.",
    "Each crew will have two days of rest after five days at sea, and a third one in the summer.",
    "The islands had been without a ferry for three weeks, and food was brought by fishing boats.",
]


def body_of(content: str, *, description: str | None = None, persons: tuple[str, ...] = ()) -> str:
    def read() -> HtmlElement:
        tree = parse(f"<html><body>{content}</body></html>")
        assert tree is not None
        return tree

    tree = read()
    source = Source(tree, uncover(tree), read)
    return find_body(source, titles=(TITLE,), description=description, persons=persons).text


def article(*around: str) -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in TEXTS)
    return f"<article><h1>{TITLE}</h1>{paragraphs}</article>" + "".join(around)


def test_the_text_is_the_paragraphs_between_blank_lines() -> None:
    related = '<div class="related"><p>Trains stop</p></div>'
    assert body_of(article(related)) == "\n\n".join(TEXTS)


def test_a_lead_outside_the_text_comes_first_once() -> None:
    head = f'<header><h1>{TITLE}</h1><div class="lead"><strong>{LEAD}</strong></div></header>'
    found = body_of(head + article().replace(f"<h1>{TITLE}</h1>", ""), description=LEAD)
    assert found.startswith(LEAD)
    assert found.count(LEAD) == 1
    assert found.endswith(TEXTS[-1])


@pytest.mark.parametrize("name", ["share", "story-toolbar-part", "social text", "cmp cmp-text"])
def test_a_name_around_most_of_the_text_is_no_boilerplate(name: str) -> None:
    parts = "".join(f'<div class="{name}"><p>{text}</p></div>' for text in TEXTS)
    assert body_of(f"<article><h1>{TITLE}</h1>{parts}</article>") == "\n\n".join(TEXTS)


def test_a_text_that_is_only_in_the_data_is_read_there() -> None:
    state = json.dumps(
        {"story": {"name": TITLE, "text": "".join(f"<p>{t}</p>" for t in TEXTS * 2)}}
    )
    page = f'<h1>{TITLE}</h1><div id="app"></div><script type="application/json">{state}</script>'
    assert body_of(page).startswith("\n\n".join(TEXTS))


def test_a_page_without_text_has_none() -> None:
    assert body_of("<nav><p>Menu</p></nav>") == ""


def test_a_line_at_the_top_names_the_authors() -> None:
    top = [Block("head", "The harbour"), Block("list", "- By Ann Lee and Bob Ray")]
    assert named_on_top(top, TITLE) == ("Ann Lee", "Bob Ray")
    assert named_on_top([Block("p", "Ann Lee")], "Ann Lee sails again") == ()
    assert named_on_top([Block("p", "x" * 100), Block("p", "By Ann Lee")], TITLE) == ()
    assert named_on_top([Block("head", "By Ann Lee")], TITLE) == ()


@pytest.mark.parametrize("around", ["related", "comments"])
def test_what_stands_around_a_brief_in_the_data_does_not_replace_it(around: str) -> None:
    brief = [LEAD, TEXTS[0]]
    other = "A reader of the paper has seen a whale in the bay and waved to it for an hour or so."
    others = [{"text": f"{number}. {other}"} for number in range(6)]
    state = json.dumps({"article": {"title": TITLE, around: others}})
    shown = "".join(f"<p>{text}</p>" for text in brief)
    script = f'<script id="__NEXT_DATA__" type="application/json">{state}</script>'
    assert body_of(f"<article><h1>{TITLE}</h1>{shown}</article>{script}") == "\n\n".join(brief)
