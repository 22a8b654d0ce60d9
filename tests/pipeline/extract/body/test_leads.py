"""What stands between an article's headline and its text."""

import pytest
from lxml import html
from lxml.html import HtmlElement

from pipeline.extract.body.blocks import Block
from pipeline.extract.body.boilerplate import measure
from pipeline.extract.body.leads import Kind, Lead, cut_headlines, find_leads, with_leads
from pipeline.text.cleaning import text_of

TITLE = "Ferries sail again"
LEAD = "The ferry between Eastquay and the islands will sail again on Monday, the board said today."
MORE = "Its crews had stopped work for nine days over night shifts that nobody wanted to take on."
TEXT = "The board and its crews have agreed on a new rota for the whole winter, it said on Friday."


def kinds(body: str, description: str | None = None) -> list[tuple[Kind, str]]:
    tree: HtmlElement = html.fromstring(f"<body>{body}</body>")
    found = find_leads(tree, measure(tree), (TITLE, "Ferries: sail again!"), description)
    return [(lead.kind, lead.text) for lead in found]


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        (f'<p class="article-lead">{LEAD}</p>', Kind.NAMED),
        (f'<div class="teaser"><span>{LEAD}</span></div>', Kind.NAMED),
        (f"<p>{LEAD}</p>", Kind.BESIDE),
        (f"<div><div><section><p>{LEAD}</p></section></div></div>", Kind.OTHER),
    ],
)
def test_a_lead_is_known_by_its_name_or_its_place(element: str, kind: Kind) -> None:
    assert kinds(f"<div><div><h1>{TITLE}</h1></div></div>{element}")[0] == (kind, LEAD) or (
        kinds(f"<h1>{TITLE}</h1>{element}")[0] == (kind, LEAD)
    )


def test_a_description_is_a_lead_unless_it_is_a_subheadline() -> None:
    head = f"<header><h1>{TITLE}</h1>"
    assert kinds(f"{head}<p>{LEAD}</p></header>", LEAD) == [(Kind.DESCRIBED, LEAD)]
    assert kinds(f"{head}<h2>{LEAD}</h2></header>", LEAD) == [(Kind.SUBHEADLINE, LEAD)]
    assert kinds(f'{head}<p class="dek">{LEAD}</p></header>', LEAD) == [(Kind.DESCRIBED, LEAD)]


def test_captions_links_and_what_stands_above_the_headline_are_none() -> None:
    head = f"<p>{MORE}</p><h2>FERRIES: SAIL AGAIN</h2>"
    assert kinds(f"{head}<figure><p>{LEAD}</p></figure>") == []
    assert kinds(f'{head}<p><a href="/x">{LEAD}</a></p>') == []
    assert kinds(f"<p>{LEAD}</p>") == []


def test_leads_that_were_lost_come_before_the_text() -> None:
    leads = [Lead(LEAD, Kind.NAMED), Lead(MORE, Kind.BESIDE), Lead(TEXT, Kind.OTHER)]
    text = Block("p", TEXT)
    assert [block.text for block in with_leads([text], leads)] == [LEAD, MORE, TEXT]
    assert with_leads([Block("p", LEAD), text], leads) == [Block("p", LEAD), text]


def test_without_the_text_behind_it_only_the_description_is_a_lead() -> None:
    leads = [Lead(LEAD, Kind.DESCRIBED), Lead(MORE, Kind.NAMED)]
    found = with_leads([Block("p", TEXT)], leads)
    assert [block.text for block in found] == [LEAD, TEXT]


def test_a_subheadline_is_no_text() -> None:
    blocks = [Block("head", LEAD), Block("p", TEXT)]
    assert with_leads(blocks, [Lead(LEAD, Kind.SUBHEADLINE)]) == [Block("p", TEXT)]


def test_headings_that_show_the_title_can_be_cut() -> None:
    tree = html.fromstring(f"<div><h1>{TITLE}.</h1><h3>FERRIES SAIL AGAIN</h3><h2>Rota</h2></div>")
    cut_headlines(tree, (TITLE,))
    assert text_of(tree) == "Rota"
