"""The lines above an article's text."""

from lxml import html
from lxml.html import HtmlElement

from pipeline.extract.body.boilerplate import measure
from pipeline.extract.body.headlines import find_lead, remove_headline

TITLE = "Ferries sail again"
LEAD = "The ferry between Eastquay and the islands will sail again on Monday, the board said today."
TEXT = "The board and its crews have agreed on a new rota for the whole winter, it said on Friday."


def without_headline(body: str, description: str | None = LEAD) -> HtmlElement:
    tree = html.fromstring(f"<body>{body}<p>{TEXT}</p><p>{TEXT}</p></body>")
    remove_headline(tree, measure(tree), (TITLE, "Ferries: sail again!"), description)
    return tree


def test_the_title_is_removed_in_any_wording() -> None:
    tree = without_headline(f"<h2>{TITLE}.</h2><h3>FERRIES: SAIL AGAIN</h3><h2>The rota</h2>")
    assert [heading.text for heading in tree.iter("h2", "h3")] == ["The rota"]


def test_a_header_with_the_main_heading_is_removed_unless_it_has_the_text() -> None:
    tree = without_headline("<header><h1>Other words</h1><p>By Ann Lee</p></header>")
    assert tree.find("header") is None
    tree = without_headline(f"<header><h1>Other words</h1><p>{TEXT}</p><p>{TEXT}</p></header>")
    assert tree.find("header") is not None


def test_a_standfirst_is_removed_and_a_first_paragraph_stays() -> None:
    tree = without_headline(f'<h3>{LEAD}</h3><div class="sub-title">{LEAD}</div><p>{LEAD}</p>')
    assert tree.text_content().count(LEAD) == 1
    short = without_headline("<h3>A short one</h3>", description="A short one")
    assert short.find("h3") is not None


def test_a_lead_has_its_class_and_begins_as_the_description_does() -> None:
    tree = html.fromstring(f'<div><div class="article-lead">{LEAD} More.</div><p>{TEXT}</p></div>')
    assert find_lead(tree, LEAD) == f"{LEAD} More."
    assert find_lead(tree, TEXT) is None
    assert find_lead(tree, "Too short") is None
    assert find_lead(tree, None) is None


def test_a_standfirst_in_the_header_is_no_lead() -> None:
    tree = html.fromstring(f'<body><header><p class="lead">{LEAD}</p></header></body>')
    assert find_lead(tree, LEAD) is None
    tree = html.fromstring(f'<body><header><div class="lead"><p>{LEAD}</p></div></header></body>')
    assert find_lead(tree, LEAD) == LEAD
