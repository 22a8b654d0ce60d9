"""What trafilatura reads of a page, as blocks."""

from lxml import etree

from pipeline.extract.body.blocks import Block, Mode, _blocks_of, read_blocks
from pipeline.extract.tree import parse

SENTENCE = "The ferry between Eastquay and the islands will sail again on Monday, the board said."


def blocks_of(body: str) -> list[Block]:
    tree = parse(f"<html><body><article>{body}</article></body></html>")
    assert tree is not None
    return read_blocks(tree, mode=Mode.FAST)


def test_paragraphs_heads_and_lists_are_blocks() -> None:
    found = blocks_of(
        f"<p>{SENTENCE}</p><h2>The rota</h2><p>{SENTENCE} Again.</p>"
        f"<ul><li>First crew of the day</li><li>Second crew of the day</li></ul><p>{SENTENCE} "
        f"Yes.</p>"
    )
    assert [block.kind for block in found] == ["p", "head", "p", "list", "p"]
    assert found[0].text == SENTENCE
    assert found[3].text == "- First crew of the day\n- Second crew of the day"


def test_a_row_of_a_table_is_a_block() -> None:
    table = "<table><tr><td>Ship</td><td>Crew</td></tr><tr><td>Ann</td><td>12</td></tr></table>"
    found = blocks_of(f"<p>{SENTENCE}</p><p>{SENTENCE} Two.</p>{table}<p>{SENTENCE} Three.</p>")
    assert [block.text for block in found if block.kind == "table"] == ["Ship | Crew", "Ann | 12"]


def test_a_block_knows_how_much_of_it_is_links() -> None:
    found = blocks_of(
        f'<p>{SENTENCE}</p><p>{SENTENCE} <a href="https://a.example/rota">{SENTENCE}</a></p>'
    )
    assert found[0].linked == 0.0
    assert 0.45 < found[1].linked < 0.55


def test_a_page_without_text_has_no_blocks() -> None:
    assert blocks_of("") == []


def test_a_sentence_that_was_broken_at_its_link_is_one_paragraph() -> None:
    loose = f'<div>{SENTENCE}<br><br>Its crews were <a href="/o">content</a> and agreed.</div>'
    texts = [block.text for block in blocks_of(f"{loose}<p>{SENTENCE}</p>")]
    assert "Its crews were content and agreed." in texts


def test_links_begin_paragraphs_too() -> None:
    body = etree.fromstring("<body><p>No stop</p><p><ref>Trains</ref> Stop too</p></body>")
    assert [block.text for block in _blocks_of(body)] == ["No stop", "Trains Stop too"]
