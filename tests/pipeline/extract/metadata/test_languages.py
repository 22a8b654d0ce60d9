"""The declared language, and what becomes of it where the text does not tell its language."""

from datetime import UTC, datetime

import pytest

from pipeline.enrich import enrich
from pipeline.extract import extract
from pipeline.records import Article, FoundBy, Link, Page
from pipeline.urls import Url

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
URL = "https://harbour-post.example/news/2026/ferry"
LONG = (
    "<p>The ferry to the islands is late again, and nobody at the harbour board could say on "
    "Friday why.</p>"
    "<p>Its passengers waited for three hours on the quay, until a fishing boat took the children "
    "home.</p>"
    "<p>The council will hear the board next week; until then the old timetable holds for all "
    "lines.</p>"
)


def article(html: str, *, announced: str | None, content_type: str = "text/html") -> Article:
    page = Page(
        url=Url(URL),
        final_url=Url(URL),
        status=200,
        content_type=content_type,
        content=html.encode(),
        fetched_at=NOW,
    )
    found = extract(
        page,
        link=Link(url=Url(URL), source="a", found_by=FoundBy.SITEMAP, language=announced),
        first_seen=NOW,
    )
    assert isinstance(found, Article)
    return found


def page(lang: str = "", head: str = "", body: str = LONG) -> str:
    return (
        f"<html{lang}><head>{head}</head><body><article><h1>Ferry late</h1>{body}</article></body>"
        f"</html>"
    )


@pytest.mark.parametrize(
    ("html", "declared"),
    [
        (page(), "da"),
        (page(lang=' lang="en-GB"'), "en"),
        (page(lang=' lang="xx"', head='<meta property="og:locale" content="fr_FR">'), "fr"),
        (page(lang=' lang="xx"'), "da"),
        (page(lang=' lang=""'), "da"),
    ],
    ids=["unsaid", "said", "said twice, once well", "said badly", "empty"],
)
def test_the_announced_language_counts_where_the_page_says_none(html: str, declared: str) -> None:
    assert article(html, announced="da").declared_language == declared


def test_plain_text_has_the_announced_one() -> None:
    plain = (
        "Ferry late\n\n"
        + "The ferry to the islands is late again, and nobody at the board could say why. " * 8
    )
    assert article(plain, announced="da", content_type="text/plain").declared_language == "da"


def test_what_the_text_tells_comes_before_any_declaration() -> None:
    assert enrich(article(page(), announced="da"), None).language == "en"


def test_a_text_too_short_to_tell_has_the_announced_language() -> None:
    short = article(page(), announced="da").model_copy(update={"title": "2:1", "body": "Goal!"})
    assert enrich(short, None).language == "da"
    assert enrich(short.model_copy(update={"declared_language": None}), None).language is None
