"""What stands between an article's headline and its text."""

import pytest
from lxml import html
from lxml.html import HtmlElement

from pipeline.extract.body.blocks import Block
from pipeline.extract.body.boilerplate import measure
from pipeline.extract.body.leads import Lead, cut_headlines, find_leads, with_leads
from pipeline.text.cleaning import text_of

TITLE = "Ferries sail again"
LEAD = "The ferry between Eastquay and the islands will sail again on Monday, the board said today."
MORE = "Its crews had stopped work for nine days over night shifts that nobody wanted to take on."
TEXT = "The board and its crews have agreed on a new rota for the whole winter, it said on Friday."


def leads(body: str, description: str | None = None) -> list[Lead]:
    tree: HtmlElement = html.fromstring(f"<body>{body}</body>")
    return find_leads(tree, measure(tree), (TITLE, "Ferries: sail again!"), description)


@pytest.mark.parametrize(
    ("body", "likely"),
    [
        (f'<div><h1>{TITLE}</h1></div><p class="article-lead">{LEAD}</p>', True),
        (f'<h1>{TITLE}</h1><div class="teaser"><span>{LEAD}</span></div>', True),
        (f"<h1>{TITLE}</h1><p>{LEAD}</p>", True),
        (f"<div><div><h1>{TITLE}</h1></div></div><div><div><p>{LEAD}</p></div></div>", False),
    ],
)
def test_a_lead_is_known_by_its_name_or_its_place(body: str, *, likely: bool) -> None:
    assert leads(body) == [Lead(LEAD, likely=likely)]


def test_a_description_is_a_lead() -> None:
    head = f"<header><h1>{TITLE}</h1>"
    assert leads(f"{head}<b>{LEAD}</b></header>") == []
    assert leads(f"{head}<p>{LEAD}</p></header>", LEAD) == [Lead(LEAD, True, True)]


def test_captions_links_and_what_stands_above_the_headline_are_none() -> None:
    head = f"<p>{MORE}</p><h2>FERRIES: SAIL AGAIN</h2>"
    assert leads(f"{head}<figure><p>{LEAD}</p></figure>") == []
    assert leads(f'{head}<p><a href="/x">{LEAD}</a></p>') == []
    assert leads(f"<p>{LEAD}</p>") == []


def test_leads_that_were_lost_come_before_the_text() -> None:
    found = [Lead(LEAD, likely=True), Lead(MORE, likely=True), Lead(TEXT)]
    text = Block("p", TEXT)
    assert [block.text for block in with_leads([text], found)] == [LEAD, MORE, TEXT]
    assert with_leads([Block("p", LEAD), text], found) == [Block("p", LEAD), text]


def test_without_the_text_behind_it_only_the_description_is_a_lead() -> None:
    found = with_leads([Block("p", TEXT)], [Lead(LEAD, described=True), Lead(MORE, likely=True)])
    assert [block.text for block in found] == [LEAD, TEXT]


def test_headings_that_show_the_title_can_be_cut() -> None:
    tree = html.fromstring(f"<div><h1>{TITLE}.</h1><h3>FERRIES SAIL AGAIN</h3><h2>Rota</h2></div>")
    cut_headlines(tree, (TITLE,))
    assert text_of(tree) == "Rota"
