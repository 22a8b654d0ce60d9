"""The links of a text to other sites."""

import pytest
from lxml import html

from pipeline.extract.body.outlinks import MAX_OUTLINKS, links_out, outlinks
from pipeline.urls import normalise

PAGE = normalise("https://www.press.example/story")
LEAD = "The harbour board said on Monday that ferries will sail again, and that fares will stay."


def found(markup: str, body: str) -> list[str]:
    tree = html.fromstring(f"<body>{markup}</body>")
    return list(outlinks(links_out(tree, PAGE), body, PAGE))


@pytest.mark.parametrize(
    "href",
    ["http://board.example.org/r", " HTTP://BOARD.example.org/r#top ", "http:board.example.org/r"],
)
def test_a_link_of_a_paragraph_is_kept_as_it_would_be_fetched(href: str) -> None:
    markup = f"<p>The board's <a href='{href}'>report</a> is out.</p>"
    assert found(markup, "The board's report is out.") == ["http://board.example.org/r"]


def test_a_link_without_scheme_is_https() -> None:
    markup = "<p>See <a href='//board.example.org/r'>here</a>.</p>"
    assert found(markup, "See here.") == ["https://board.example.org/r"]


@pytest.mark.parametrize(
    "href",
    [
        "/report",
        "https://press.example/report",
        "https://live.press.example/report",
        "mailto:board@example.org",
        "javascript:void(0)",
        "https://",
        "https://[broken/",
        "",
    ],
)
def test_links_within_the_site_and_what_is_no_address_are_not(href: str) -> None:
    assert found(f"<p>The <a href='{href}'>report</a> is out.</p>", "The report is out.") == []


def test_what_stands_around_the_text_is_not_its_link() -> None:
    share = "<ul><li><a href='https://social.example.com/share'>Ferries</a></li></ul>"
    other = f"<div><a href='https://ads.example.net/x'>Sail with us to the islands</a> {LEAD}</div>"
    icon = f"<p><a href='https://icon.example.net/'><img src='a.png'></a>{LEAD}</p>"
    assert found(share + other + icon, f"Ferries sail again\n\n{LEAD}") == []


def test_a_long_paragraph_is_known_by_its_beginning() -> None:
    markup = f"<p>{LEAD} <a href='https://board.example.org/'>Its plan</a> <i>Read on</i></p>"
    assert found(markup, f"{LEAD} Its plan") == ["https://board.example.org/"]


def test_each_link_is_kept_once_and_no_more_than_there_may_be() -> None:
    links = "".join(
        f"<p><a href='https://e{n % 300}.example.org/'>link {n % 300}</a></p>" for n in range(900)
    )
    body = "\n\n".join(f"link {n}" for n in range(300))
    kept = found(links, body)
    assert kept == [f"https://e{n}.example.org/" for n in range(MAX_OUTLINKS)]
