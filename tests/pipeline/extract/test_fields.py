"""The fields of an article that a page or plain text says."""

from datetime import UTC, datetime

from pipeline.extract.fields import ExtractedFields, find_description, read_page, read_text
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.outcome import Reason, Rejected
from pipeline.overrides import Overrides
from pipeline.records import FoundBy, Link, Page
from pipeline.urls import Url

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = Url("https://a.example/ferry-crews-go-back")
LINK = Link(url=URL, source="a", found_by=FoundBy.FEED, title="Ferries sail &amp; again")
TEXTS = [
    "The board and its crews have agreed on a new rota for the whole winter, it said on Friday.",
    "Each crew will have two days of rest after five days at sea, and a third one in the summer.",
    "The islands had been without a ferry for three weeks, and food was brought by fishing boats.",
]
BODY = "".join(f"<p>{text}</p>" for text in TEXTS)


def page(content: str, content_type: str = "text/html") -> Page:
    return Page(
        url=URL,
        final_url=URL,
        status=200,
        content_type=content_type,
        content=content.encode(),
        fetched_at=NOW,
    )


def read(content: str, overrides: Overrides | None = None) -> ExtractedFields | Rejected:
    return read_page(content, page(content), LINK, overrides or Overrides())


def test_a_page_without_title_has_the_announced_one() -> None:
    found = read(f"<html><body>{BODY}</body></html>")
    assert isinstance(found, ExtractedFields)
    assert found.title == "Ferries sail & again"
    assert found.body == "\n\n".join(TEXTS)
    assert (found.canonical_url, found.free, found.truncated) == (URL, None, False)


def test_selectors_go_before_the_general_methods() -> None:
    chosen = '<div id="t">Boats</div><div id="a">By Ann Lee</div><div id="d">2026-11-20</div>'
    found = read(
        f"<html><body><h1>Ferries</h1>{chosen}<div id='b'>{BODY}</div></body></html>",
        Overrides(title="#t", authors="#a", published="#d", body="#b"),
    )
    assert isinstance(found, ExtractedFields)
    assert (found.title, found.authors) == ("Boats", ("Ann Lee",))
    assert found.published_evidence[0].provenance == "selector"
    assert found.body == "\n\n".join(TEXTS)


def test_what_is_no_article_says_why() -> None:
    assert read("  ") == Rejected(reason=Reason.EMPTY, detail="The page has no text.")
    links = "".join(f'<p><a href="/{number}">Headline {number}</a></p>' for number in range(300))
    found = read(f"<html><body>{links}</body></html>")
    assert found == Rejected(reason=Reason.NOT_AN_ARTICLE, detail="The page is made of links.")


def test_plain_text_has_its_own_rules() -> None:
    text = "\n".join(["Ferries sail again", "By Ann Lee", *TEXTS])
    found = read_text(text, page(text, "text/plain"), LINK)
    assert isinstance(found, ExtractedFields)
    assert (found.title, found.authors) == ("Ferries sail again", ("Ann Lee",))
    assert found.body == "\n\n".join(TEXTS)
    words = ("one", "two", "three", "four", "five", "six", "seven")
    listing = "\n".join(f"Headline of the story number {word}\n{TEXTS[0]}" for word in words)
    assert isinstance(read_text(listing, page(listing, "text/plain"), LINK), Rejected)


def test_a_description_is_the_first_that_is_long_enough() -> None:
    data = StructuredData(
        article={"description": "Too short"},
        meta={"og:description": ("The ferry will sail again on Monday.",), "description": ("x",)},
    )
    assert find_description(data) == "The ferry will sail again on Monday."
    assert find_description(StructuredData()) is None
