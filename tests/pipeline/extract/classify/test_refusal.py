"""Why a page is not an article."""

from dataclasses import replace

import pytest

from pipeline.extract.classify.page_features import PageFeatures
from pipeline.extract.classify.refusal import made_of_links, refusal
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.outcome import Reason
from pipeline.urls import Url

PLAIN = PageFeatures(text=2_000, linked=200, teasers=0, scripted=False)
LINKS = PageFeatures(text=2_000, linked=1_500, teasers=9, scripted=False)
SHELL = PageFeatures(text=0, linked=0, teasers=0, scripted=True)
ARTICLE = StructuredData(meta={"og:type": ("article",)})
NOTHING = StructuredData()
SLUG, SECTION, FRONT = "/ferry-crews-go-back", "/sport", "/"
BRIEF = (
    "The ferry between Eastquay and the islands will sail again on Monday, the harbour board said. "
    "It had been under repair for three weeks."
)


def refused(
    features: PageFeatures,
    body: str,
    *,
    data: StructuredData = NOTHING,
    path: str = SLUG,
    title: str = "Ferries sail again",
) -> tuple[Reason, str] | None:
    url = Url(f"https://a.example{path}")
    found = refusal(data=data, features=features, title=title, body=body, url=url)
    return (found.reason, found.detail) if found else None


@pytest.mark.parametrize("data", [NOTHING, ARTICLE])
@pytest.mark.parametrize("body", [BRIEF, BRIEF * 9, "港務局は月曜日に渡し船の運航を再開する。" * 3])
def test_a_text_is_an_article(data: StructuredData, body: str) -> None:
    assert refused(PLAIN, body, data=data) is None


@pytest.mark.parametrize(
    ("features", "body", "reason", "detail"),
    [
        (SHELL, "", Reason.EMPTY, "an empty shell that needs JavaScript"),
        (PLAIN, "A short line of a page.", Reason.EMPTY, "only 23 characters"),
        (LINKS, "A short line of a page.", Reason.NOT_AN_ARTICLE, "links and labels"),
        (PLAIN, "Photo: Ann Lee\n\n" * 20, Reason.EMPTY, "only 0 characters"),
    ],
)
def test_too_little_text_is_none(
    features: PageFeatures, body: str, reason: Reason, detail: str
) -> None:
    found = refused(features, body)
    assert found is not None
    assert found[0] is reason
    assert detail in found[1]


def test_a_few_words_are_an_article_where_a_page_without_links_says_nothing_else() -> None:
    bare = PageFeatures(text=60, linked=0, teasers=0, scripted=False)
    assert refused(bare, "This is what the page says.\n\nAnd this as well.") is None
    assert refused(replace(bare, text=200), "This is what the page says.") is not None
    assert refused(replace(bare, linked=10), "This is what the page says.") is not None
    assert refused(bare, "Loading") is not None


def test_a_list_has_links_and_the_address_of_one() -> None:
    tag = "/tag/ferries"
    listed = (Reason.NOT_AN_ARTICLE, "The page is a list of links to other pages.")
    assert refused(LINKS, BRIEF, path=tag) == listed
    assert refused(PLAIN, BRIEF, path=tag) is None
    assert refused(LINKS, BRIEF, path=tag, data=ARTICLE) is None
    assert refused(LINKS, BRIEF, path="/x/brief") is None


def test_a_front_page_has_links_and_its_address() -> None:
    front = (Reason.NOT_AN_ARTICLE, "The page is a front page of its site.")
    assert refused(LINKS, BRIEF, path=FRONT) == front
    assert refused(PLAIN, BRIEF, path=FRONT) is None


def test_the_rows_of_a_table_are_text_though_they_have_few_words() -> None:
    rows = "\n\n".join(f"Zone {zone} | {zone}.20" for zone in range(20))
    assert refused(PLAIN, rows, data=ARTICLE) is None


def test_a_declared_list_may_be_longer() -> None:
    listing = StructuredData(types=frozenset({"CollectionPage"}))
    assert refused(PLAIN, BRIEF * 9, data=listing) is not None
    assert refused(PLAIN, BRIEF * 30, data=listing) is None


def test_a_text_of_teasers_is_a_list_however_long() -> None:
    teasers = [f"headline of story {number} and its line" for number in range(40)]
    texts = frozenset(teaser.replace(" ", "") for teaser in teasers)
    features = PageFeatures(9_000, 900, 40, scripted=False, teaser_texts=texts)
    body = "\n\n".join(teasers)
    assert refused(features, body, path=SECTION) is not None
    assert refused(features, body, path=SLUG) is None


def test_a_block_page_is_named_with_its_title() -> None:
    assert refused(PLAIN, BRIEF, title="404 Not Found") == (
        Reason.NOT_AN_ARTICLE,
        "The page looks like an error page: its title is “404 Not Found”.",
    )


def test_a_long_page_without_a_word_outside_links_is_not_read() -> None:
    links = PageFeatures(text=3_000, linked=2_950, teasers=0, scripted=False)
    assert made_of_links(links, NOTHING) is not None
    assert made_of_links(links, ARTICLE) is None
    assert made_of_links(LINKS, NOTHING) is None


def test_a_front_page_of_headlines_is_a_list_however_it_is_marked_up() -> None:
    front = replace(PLAIN, headlines=18, linked=500)
    assert refused(front, BRIEF * 9, path=FRONT) is not None
    assert refused(replace(front, linked=300), BRIEF * 9, path=FRONT) is None
    assert refused(front, BRIEF * 9, path=SLUG) is None
    assert refused(PLAIN, BRIEF * 9, path=FRONT) is None
