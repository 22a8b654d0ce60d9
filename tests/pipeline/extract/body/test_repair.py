"""Boilerplate that is taken out block by block."""

import pytest

from pipeline.extract.body.blocks import Block
from pipeline.extract.body.repair import is_sentence, repaired, without_top

TITLE = "Ferries sail again"
LONGER = "Ferries from Eastquay sail again after nine days"
ONE = "The ferry between Eastquay and the islands will sail again on Monday, the board said."
TWO = "The board and its crews have agreed on a new rota for the whole winter."


def p(text: str, linked: float = 0.0) -> Block:
    return Block("p", text, linked)


def texts(*blocks: Block, authors: tuple[str, ...] = ()) -> list[str]:
    return [block.text for block in repaired(list(blocks), authors)]


@pytest.mark.parametrize(
    "block",
    [
        p("Read more: Trains stop"),
        p("Sign up for our newsletter"),
        p("Photo: Ann Lee"),
        p("A headline that is nothing but a link", 1.0),
        Block("quote", "Another in a box that is marked as a quotation", 1.0),
        p("* * *"),
        p("By Ann Lee"),
        p("All about the harbour:"),
        Block("head", "Comments"),
    ],
)
def test_what_is_not_the_article_s_own_is_taken_out(block: Block) -> None:
    behind = block.text.startswith(("All", "Comments"))
    blocks = (p(ONE), p(TWO), block) if behind else (block, p(ONE), p(TWO))
    assert texts(*blocks, authors=("Ann Lee",)) == [ONE, TWO]


@pytest.mark.parametrize(
    "block",
    [
        Block("quote", "See also: the quotation of a sign."),
        p("Read more:" + " A long paragraph that only begins so." * 8),
        p("By Bob Ray"),
    ],
)
def test_what_only_looks_so_stays(block: Block) -> None:
    assert texts(p(ONE), block, p(TWO), authors=("Ann Lee",)) == [ONE, block.text.strip(), TWO]


def test_a_text_that_is_mostly_links_is_made_of_them() -> None:
    offers = [p(f"Offer {number} of the harbour shop", 1.0) for number in range(5)]
    assert texts(*offers) == [offer.text for offer in offers]


def test_teasers_under_their_heading_go_until_text_comes() -> None:
    head = Block("head", "You may also like")
    assert texts(p(ONE), head, p("Trains stop"), p("A line", 0.5), p(TWO)) == [ONE, TWO]


@pytest.mark.parametrize("label", ["aja/PA", "From our correspondent on the islands"])
def test_a_label_behind_the_last_paragraph_goes(label: str) -> None:
    long = p(f"{ONE} {TWO}")
    assert texts(p(ONE), long, p(label)) == [ONE, long.text]
    assert texts(p(ONE), p("Crews:"), p(label)) == [ONE, "Crews:", label]
    assert texts(p(ONE), long, p("It sails at six.")) == [ONE, long.text, "It sails at six."]


@pytest.mark.parametrize(
    "sentence",
    [
        "Parents get the timetable in the app of the harbour office from May.",
        "The board wants to register 300 crews for a course on the free ship.",
        "我们非常关注我们国家的港口和渡轮。",
    ],
)
def test_a_sentence_about_a_request_is_text(sentence: str) -> None:
    assert texts(p(ONE), p(sentence), p(TWO)) == [ONE, sentence, TWO]


@pytest.mark.parametrize("top", [TITLE, LONGER])
def test_titles_at_the_top_are_left_out(top: str) -> None:
    assert without_top([p(top), p(ONE)], (TITLE, LONGER)) == [p(ONE)]


def test_a_title_behind_the_beginning_of_the_text_is_only_cut_out() -> None:
    assert without_top([p(ONE), p(TITLE), p(TWO)], (TITLE,)) == [p(ONE), p(TWO)]
    assert without_top([p("Sport"), p(TITLE), p(TWO)], (TITLE,)) == [p(TWO)]
    assert without_top([p(TWO)], ("",)) == [p(TWO)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It sails.", True),
        ("“It sails!”", True),
        ("船が出る。", True),
        ("It sails", False),
        ("", False),
    ],
)
def test_a_sentence_ends_as_one(text: str, *, expected: bool) -> None:
    assert is_sentence(text) is expected


def test_a_byline_that_is_all_of_the_text_stays() -> None:
    assert texts(p("Ann Lee"), authors=("Ann Lee",)) == ["Ann Lee"]


def test_a_last_label_is_left_out() -> None:
    sentence = p(f"{ONE} {TWO}")
    assert texts(sentence, p("Harbour Post Weekend")) == [sentence.text]


@pytest.mark.parametrize(
    "sentence",
    [
        "Join us at the town hall on Friday, the mayor wrote, when the new ferry is named.",
        "Our newsletter war began when the two editors met on the pier in the rain.",
    ],
)
def test_a_sentence_may_begin_as_a_request_does(sentence: str) -> None:
    assert texts(p(ONE), p(sentence), p(TWO)) == [ONE, sentence, TWO]
